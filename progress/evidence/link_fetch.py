"""Check whether a web address still answers. Plain Python.

`web_connection` says how a host that someone outside chose is reached safely. Redirects
are checked like the first address. Only the status of the answer is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from progress.evidence.public_addresses import Address
from progress.evidence.web_connection import (
    Countdown,
    LinkProblem,
    LinkTarget,
    Network,
    NotFetched,
    WebConnections,
    as_problems,
)

MOST_REDIRECTS = 3
SECONDS = 10.0
USER_AGENT = "g7plan link check"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The server answers, but not about the page: it wants a sign-in, or is too busy.
INCONCLUSIVE = frozenset({401, 403, 407, 408, 425, 429, 451})


class Verdict(StrEnum):
    ALIVE = "alive"
    DEAD = "dead"
    UNSURE = "unsure"
    REFUSED = "refused"


VERDICTS = {
    LinkProblem.NO_SUCH_NAME: Verdict.DEAD,
    LinkProblem.NOT_REACHED: Verdict.DEAD,
    LinkProblem.NO_HTTP: Verdict.DEAD,
    LinkProblem.TOO_MANY_REDIRECTS: Verdict.DEAD,
    LinkProblem.NOT_RESOLVED: Verdict.UNSURE,
    # Our own network is the more likely cause.
    LinkProblem.NO_WAY: Verdict.UNSURE,
    LinkProblem.TOO_SLOW: Verdict.UNSURE,
    # Many servers leave out an intermediate certificate that browsers already have.
    LinkProblem.CERTIFICATE: Verdict.UNSURE,
    LinkProblem.NOT_AN_ADDRESS: Verdict.REFUSED,
    LinkProblem.NOT_PUBLIC: Verdict.REFUSED,
}


@dataclass(frozen=True)
class Finding:
    """The result of a check. `status` is the server's, if it answered."""

    verdict: Verdict
    status: int | None = None
    problem: LinkProblem | None = None


def fetch(
    url: str, *, network: Network | None = None, seconds: float = SECONDS
) -> Finding:
    """Check a web address within a time. Raises nothing for a failure outside."""
    visit = _Visit(WebConnections(network or Network(), Countdown.of(seconds)))
    try:
        return _finding(visit.status_of(url))
    except NotFetched as error:
        return Finding(VERDICTS[error.problem], problem=error.problem)


def _finding(status: int) -> Finding:
    if 200 <= status < 400:
        return Finding(Verdict.ALIVE, status)
    is_unsure = status in INCONCLUSIVE or status >= 500
    verdict = Verdict.UNSURE if is_unsure else Verdict.DEAD
    return Finding(verdict, status, LinkProblem.STATUS)


@dataclass(frozen=True)
class _Visit:
    connections: WebConnections

    def status_of(self, url: str) -> int:
        for _hop in range(MOST_REDIRECTS + 1):
            target = LinkTarget.of(url)
            status, location = self._answer(target)
            if status not in REDIRECTS or not location:
                return status
            url = target.joined(location)
        raise NotFetched(LinkProblem.TOO_MANY_REDIRECTS)

    def _answer(self, target: LinkTarget) -> tuple[int, str]:
        """Ask for the head only. If that fails, ask for the first byte.

        Some servers answer HEAD wrongly. So a link is dead only if GET says so.
        """
        with as_problems():
            addresses = self.connections.allowed_addresses(target)
            status, location = self._ask("HEAD", target, addresses)
            if status >= 400 and status != 429:
                status, location = self._ask("GET", target, addresses)
        return status, location

    def _ask(
        self, method: str, target: LinkTarget, addresses: list[Address]
    ) -> tuple[int, str]:
        headers = _headers(target, method)
        answer = self.connections.ask(method, target, addresses, headers=headers)
        return answer.status, answer.location


def _headers(target: LinkTarget, method: str) -> Iterator[tuple[str, str]]:
    """Yield the headers: our name, but no cookie and no referring page."""
    yield "Host", target.host_header
    yield "User-Agent", USER_AGENT
    yield "Accept", "*/*"
    yield "Accept-Encoding", "identity"
    yield "Connection", "close"
    if method == "GET":
        yield "Range", "bytes=0-0"
