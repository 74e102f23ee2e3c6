"""Addresses of machines, and the networks that a key may be used from. Plain Python.

An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# `::ffff:0:0/96`: the IPv4 addresses, written as IPv6.
_MAPPED = ip_network("::ffff:0:0/96")


def address_of(text: str) -> Address | None:
    """Return the address in a text, or None if it is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def network_of(text: str) -> Network:
    """Return a network from text such as `192.0.2.0/24`, or a single address.

    Raises ValueError if it is none, or if its address has bits beyond its length.
    """
    network = ip_network(text.strip())
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):  # type: ignore[arg-type]  # both are IPv6
        first = network.network_address.ipv4_mapped
        return ip_network(f"{first}/{network.prefixlen - 96}")
    return network


def is_within(address: Address | None, networks: Iterable[str]) -> bool:
    """Return whether an address is in one of the networks. None are all networks."""
    limits = [ip_network(network) for network in networks]
    return not limits or (
        address is not None and any(address in network for network in limits)
    )


def shortened(address: Address | None) -> str:
    """Return the network of an address: its first 24 bits, or 48 of IPv6.

    It says from where a key was used, and not by which of the machines there.
    """
    if address is None:
        return ""
    bits = 24 if isinstance(address, IPv4Address) else 48
    return str(ip_network(f"{address}/{bits}", strict=False))
