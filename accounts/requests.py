"""The request our views get: with its person, its instant, and its address."""

from datetime import datetime
from ipaddress import IPv6Address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.dates import Today
from accounts.models import User
from accounts.typed.addresses import Address, address_of

# An IPv6 customer has at least the addresses of one network of this length.
IPV6_PREFIX = 64


class UserRequest(HttpRequest):
    """A request of a signed-in person.

    Their rights are those of the instant `at`. `today` is that instant's day.
    """

    user: User
    htmx: HtmxDetails
    at: datetime
    today: Today


def client_address(request: HttpRequest) -> Address | None:
    """Return the address of the client, or None if it is not known.

    It is the one that the outermost of our own proxies saw: `TRUSTED_PROXY_COUNT` says
    how many they are. A sender that is not among `TRUSTED_PROXIES`, if they are set, is
    no proxy of ours: it is the client, whatever it says of others.
    """
    sender = address_of(request.META.get("REMOTE_ADDR", ""))
    count: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if not count or not forwarded or not _is_proxy(sender):
        return sender
    seen = forwarded.split(",")
    return address_of(seen[-count]) if len(seen) >= count else None


def network_of_client(request: HttpRequest) -> str:
    """Return the client's address, or the network of one IPv6 customer."""
    address = client_address(request)
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))
    return str(address)


def _is_proxy(sender: Address | None) -> bool:
    """Return whether a sender may be a proxy. Without an address, it is a socket."""
    if sender is None or not settings.TRUSTED_PROXIES:
        return True
    return any(sender in network for network in settings.TRUSTED_PROXIES)
