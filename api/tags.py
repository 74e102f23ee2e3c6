"""Entity tags (RFC 9110, section 8.8.3): opaque, and of one reader.

A tag is a keyed hash of the reader and of what that reader is served. So it tells
nothing of what the reader may not see, no reader learns from the tag of another, and
it stays the same for as long as nothing that the reader is served has changed.
"""

from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags

from accounts.models import User


def tag_of(reader: User | None, served: bytes) -> str:
    """Return the strong tag of a body that this reader is served, in its quotes.

    The reader is a person or a service user: a key that replaces another has the same
    tags. None is everyone, for what no one needs to sign in for.
    """
    name = reader.pk.bytes if reader else b""
    keyed = salted_hmac("api.tags", name + served, algorithm="sha256")
    return f'"{urlsafe_b64encode(keyed.digest()).rstrip(b"=").decode()}"'


def names_tag(header: str, tag: str) -> bool:
    """Return whether an If-Match or If-None-Match header names the tag, or is `*`.

    A `W/` before the tag is ignored: compression on the way turns a strong tag weak,
    and a client sends back what it got.
    """
    named = parse_etags(header)
    return "*" in named or tag in {one.removeprefix("W/") for one in named}
