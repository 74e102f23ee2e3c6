"""Which addresses a webhook may have: checked when it is made, and when it is used.

A name is looked up only when a notification is sent: see `posting`. Here an address is
refused for what it says itself.
"""

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from progress.evidence.public_addresses import is_public
from progress.evidence.web_connection import LinkTarget, NotFetched

URL_LENGTH = 500
HTTPS_PORT = 443
# Names of this machine and of its own network, which no public name server has.
LOCAL_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa", "lan")


def clean_webhook_url(url: str) -> str:
    """Return the address, if a notification can be sent there.

    Raises ValidationError with a code and a sentence for each kind of fault.
    """
    if len(url) > URL_LENGTH:
        raise _refusal("too_long", _("Give at most %d characters.") % URL_LENGTH)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _no_address() from error
    if parts.scheme.lower() != "https":
        raise _refusal("not_https", _("The address must begin with https://."))
    if "@" in parts.netloc:
        raise _refusal("userinfo", _("Leave out the name and password before the @."))
    if "#" in url:
        raise _refusal("fragment", _("Leave out the part from the # on."))
    if port not in (None, HTTPS_PORT):
        raise _refusal("port", _("Only port 443 is allowed. Leave the port out."))
    _require_host(url, parts.hostname or "")
    return url


def _require_host(url: str, host: str) -> None:
    if not host.isascii():
        sentence = _("Write the host name in its ASCII form, which begins with xn--.")
        raise _refusal("idn", sentence)
    if not url.isascii():
        raise _refusal("not_ascii", _("Percent-encode characters that are not ASCII."))
    try:
        target = LinkTarget.of(url)
    except NotFetched as error:
        raise _no_address() from error
    if _is_local(target.host):
        sentence = _("This host is not on the public Internet. Use a public host.")
        raise _refusal("not_public", sentence)


def _is_local(host: str) -> bool:
    with suppress(ValueError):
        return not is_public(ip_address(host))
    last = host.rsplit(".", 1)[-1]
    # A number is an address in another notation, such as 2130706433 or 0x7f.1.
    is_number = last[:1].isdigit()
    is_named = any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES)
    return "." not in host or is_number or is_named


def _no_address() -> ValidationError:
    sentence = _("This is not a web address. Example: https://hooks.example.org/g7.")
    return _refusal("invalid_url", sentence)


def _refusal(code: str, sentence: str) -> ValidationError:
    return ValidationError({"url": ValidationError(sentence, code=code)})
