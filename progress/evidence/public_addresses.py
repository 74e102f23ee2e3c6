"""Which IP addresses are on the public Internet. Plain Python.

A server that fetches addresses people type can be sent to its own network: a database,
a router, a cloud's metadata service. `ipaddress.is_private` misses shared address
space, NAT64 and 6to4. So the ranges are listed here.
"""

import socket
from collections.abc import Callable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from queue import Empty, Queue
from threading import Thread

Address = IPv4Address | IPv6Address
# A name and a port → addresses. Raises OSError, as `socket.getaddrinfo` does.
Resolve = Callable[[str, int], list[Address]]

# IANA's registries of special-purpose addresses, and addresses of cloud services.
NOT_PUBLIC_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers, and inside clouds
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own service, at a public address
        "169.254.0.0/16",  # link-local: metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
# Only global unicast is public. Not public: loopback, unique-local, link-local,
# multicast, and addresses with an IPv4 address inside (::ffff:0:0/96, 64:ff9b::/96).
PUBLIC_V6 = IPv6Network("2000::/3")
NOT_PUBLIC_V6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
]


def is_public(address: Address) -> bool:
    """Return whether our server may connect to an address that a person named."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_V4)
    if address.scope_id is not None or address not in PUBLIC_V6:
        return False
    return not any(address in network for network in NOT_PUBLIC_V6)


def resolve(host: str, port: int) -> list[Address]:
    """Return every address of a name once, from the machine's own resolver.

    Numbers in any notation (`2130706433`, `0x7f.1`, `0177.0.0.1`) become the address
    that a browser would use. They are then checked like any other.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(answer[4][0]) for answer in found))


def resolve_within(
    seconds: float, host: str, port: int, *, by: Resolve = resolve
) -> list[Address]:
    """Return the addresses of a name within a time: a resolver has no time-out.

    Raises TimeoutError, or the OSError that the resolver raised.
    """
    answers: Queue[list[Address] | OSError] = Queue()

    def ask() -> None:
        try:
            answers.put(by(host, port))
        except OSError as error:
            answers.put(error)
        except ValueError:  # such as a label that is too long to ask a resolver for
            answers.put(socket.gaierror(socket.EAI_NONAME, "not a name"))

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except Empty as error:
        raise TimeoutError from error
    if isinstance(answer, OSError):
        raise answer
    return answer
