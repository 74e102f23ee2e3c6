"""Operations that will end: one table, and the headers that announce their end.

docs/api-policy.md says what partners can rely on. An operation is named as the schema
names it, for example `GET /api/v1/reports/{id}/`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

from api.requests import ActorRequest

# So long an operation works at least after it is deprecated.
NOTICE = timedelta(days=365)
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Deprecation:
    """Since when an operation is deprecated, and from when it may not work any more."""

    since: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.ends_at - self.since < NOTICE:
            raise ValueError("A deprecated operation works for at least a year.")


DEPRECATED: dict[str, Deprecation] = {}


def is_deprecated(method: str, path: str) -> bool:
    """Return whether the operation of a path, as the schema writes it, will end."""
    return f"{method} {path}" in DEPRECATED


def announce_end(request: ActorRequest, answer: HttpResponseBase) -> None:
    """Add the headers `Deprecation`, `Sunset` and `Link` where an operation will end.

    RFC 9745 and RFC 8594 define them.
    """
    if not DEPRECATED or request.resolver_match is None:
        return
    path = _PLACE.sub(r"{\1}", f"/{request.resolver_match.route}")
    method = "GET" if request.method == "HEAD" else request.method
    found = DEPRECATED.get(f"{method} {path}")
    if found is None:
        return
    policy = request.build_absolute_uri(reverse("api-policy"))
    links = [answer.headers.get("Link", ""), f'<{policy}>; rel="deprecation"']
    answer.headers["Deprecation"] = f"@{int(found.since.timestamp())}"
    answer.headers["Sunset"] = http_date(found.ends_at.timestamp())
    answer.headers["Link"] = ", ".join(filter(None, links))
