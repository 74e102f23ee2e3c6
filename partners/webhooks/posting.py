"""Send one notification to the address of a webhook. Plain Python.

`progress.evidence.web_connection` says how such an address is reached safely. Only
https is spoken. No redirect is followed, and the body of the answer is not read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from partners.webhooks.payloads import CONTENT_TYPE
from progress.evidence.web_connection import (
    Countdown,
    LinkProblem,
    LinkTarget,
    Network,
    NotFetched,
    WebConnections,
    as_problems,
)

# For everything: to find the name, to connect, to send, and to get the answer's head.
SECONDS = 10.0
# The most bytes read of an answer, up to the end of its head.
MOST_BYTES = 8_192
USER_AGENT = "g7plan webhooks"
GONE = 410


@dataclass(frozen=True)
class Receipt:
    """What came of sending: the receiver's status, or why there is none."""

    status: int | None = None
    problem: LinkProblem | None = None
    retry_after: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Return whether the receiver wants no more notifications."""
        return self.status == GONE


def post(
    url: str,
    body: bytes,
    *,
    headers: Sequence[tuple[str, str]],
    network: Network | None = None,
    seconds: float = SECONDS,
) -> Receipt:
    """Send a notification within a time. Raises nothing for a failure outside.

    Tests give their own network. Without one, only public addresses are reached.
    """
    connections = WebConnections(
        _https_only(network or Network()), Countdown.of(seconds), MOST_BYTES
    )
    try:
        target = LinkTarget.of(url)
        with as_problems():
            answer = connections.ask(
                "POST",
                target,
                connections.allowed_addresses(target),
                headers=[*_own_headers(target, body), *headers],
                body=body,
            )
    except NotFetched as error:
        return Receipt(problem=error.problem)
    receipt = Receipt(answer.status, retry_after=answer.retry_after)
    return receipt if receipt.is_delivered else _failed(receipt)


def _https_only(network: Network) -> Network:
    ports = tuple((scheme, port) for scheme, port in network.ports if scheme == "https")
    return replace(network, ports=ports)


def _failed(receipt: Receipt) -> Receipt:
    return replace(receipt, problem=LinkProblem.STATUS)


def _own_headers(target: LinkTarget, body: bytes) -> Iterator[tuple[str, str]]:
    yield "Host", target.host_header
    yield "User-Agent", USER_AGENT
    yield "Content-Type", CONTENT_TYPE
    yield "Content-Length", str(len(body))
    yield "Accept", "*/*"
    yield "Accept-Encoding", "identity"
    yield "Connection", "close"
