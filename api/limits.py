"""The limits of requests to the API, and the headers that show them.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

from collections.abc import Iterator, Sequence
from typing import cast

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from accounts.limits.counting import Bucket, CountedUse, buckets_of, use
from accounts.models import User
from accounts.requests import network_of_client
from api.requests import ActorRequest


class TooManyRequests(APIException):
    """The key, the person or their network address did this too often."""

    status_code = 429

    def __init__(self, wait: int) -> None:
        sentence = _("Wait %(seconds)d seconds, then send the request again.")
        super().__init__(sentence % {"seconds": wait})
        self.wait = wait


def count_request(request: ActorRequest, names: Sequence[str]) -> CountedUse:
    """Count a request of a reader, or of a stranger by their address alone."""
    user = cast("User | None", request.user)  # as the settings have it
    return use(*buckets_of(names, user, network_of_client(request)))


def count_refused_key(request: ActorRequest) -> None:
    """Count a request whose key is not valid. Raises TooManyRequests."""
    verdict = use(Bucket("refused-keys-address", network_of_client(request)))
    if verdict.wait:
        raise TooManyRequests(verdict.wait)


def limit_headers(verdict: CountedUse) -> Iterator[tuple[str, str]]:
    """Return the headers that show a reader their own limits.

    The limit of the address is left out: others who share it count there too.
    """
    own = [
        usage for usage in verdict.usages if not usage.bucket.name.endswith("-address")
    ]
    if own:
        yield (
            "RateLimit-Policy",
            ", ".join(
                f'"{usage.bucket.name}";q={usage.bucket.limit.most}'
                f";w={usage.bucket.limit.seconds}"
                for usage in own
            ),
        )
        yield (
            "RateLimit",
            ", ".join(
                f'"{usage.bucket.name}";r={usage.left};t={usage.seconds}'
                for usage in own
            ),
        )
