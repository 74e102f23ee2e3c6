"""Tests of addresses: whose a request is, and whether a key may be used from there."""

from ipaddress import ip_address, ip_network

import pytest
from django.test import RequestFactory

from accounts.requests import client_address
from accounts.typed.addresses import address_of, is_within, network_of, shortened

PROXY, CLIENT = "198.51.100.9", "203.0.113.7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:0201", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_an_address_is_read(text, expected):
    assert address_of(text) == ip_address(expected)


@pytest.mark.parametrize(
    "text", ["", "unknown", "192.0.2.1:443", "[2001:db8::1]", "192.0.2.256", "1.2.3"]
)
def test_what_is_no_address_is_none(text):
    assert address_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
    ],
)
def test_a_network_is_read(text, expected):
    assert network_of(text) == ip_network(expected)


@pytest.mark.parametrize("text", ["", "192.0.2.1/24", "192.0.2.0/33", "example.org"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=r"not|has host bits"):
        network_of(text)


@pytest.mark.parametrize(
    ("address", "networks", "expected"),
    [
        ("192.0.2.1", [], True),
        ("", [], True),
        ("", ["192.0.2.0/24"], False),
        ("192.0.2.255", ["192.0.2.0/24"], True),
        ("192.0.3.0", ["192.0.2.0/24"], False),
        ("::ffff:192.0.2.1", ["192.0.2.0/24"], True),
        ("::ffff:192.0.3.1", ["192.0.2.0/24"], False),
        ("2001:db8::1", ["192.0.2.0/24", "2001:db8::/32"], True),
        ("2001:db9::1", ["2001:db8::/32"], False),
        # Not the same as the IPv4 address that ends alike.
        ("::192.0.2.1", ["192.0.2.0/24"], False),
        ("64:ff9b::c000:201", ["192.0.2.0/24"], False),
    ],
)
def test_a_key_works_from_its_networks_only(address, networks, expected):
    assert is_within(address_of(address), networks) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
    ],
)
def test_an_address_is_kept_shortened(address, expected):
    assert shortened(address_of(address)) == expected


@pytest.mark.parametrize(
    ("count", "proxies", "sender", "forwarded", "expected"),
    [
        # No proxy: what a request says of itself counts for nothing.
        (0, [], CLIENT, "192.0.2.1", CLIENT),
        (0, [CLIENT], CLIENT, "192.0.2.1", CLIENT),
        # The last entry is what our proxy saw. The others are claims.
        (1, [], PROXY, f"192.0.2.1, {CLIENT}", CLIENT),
        (1, [PROXY], PROXY, f"192.0.2.1, {CLIENT}", CLIENT),
        (2, [PROXY], PROXY, f"192.0.2.1, {CLIENT}, 10.0.0.1", CLIENT),
        (1, [], PROXY, f"::ffff:{CLIENT}", CLIENT),
        # Past the proxy: the sender is the client.
        (1, [PROXY], CLIENT, "192.0.2.1", CLIENT),
        (1, [], CLIENT, "", CLIENT),
        # Fewer than our proxies would have written.
        (2, [], PROXY, CLIENT, None),
        (1, [], PROXY, "unknown", None),
        # The web server listens on a socket file.
        (1, [PROXY], "", CLIENT, CLIENT),
        (0, [], "", "", None),
    ],
)
def test_the_client_is_who_our_own_proxy_saw(
    settings, count, proxies, sender, forwarded, expected
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    settings.TRUSTED_PROXIES = [ip_network(proxy) for proxy in proxies]
    request = RequestFactory().get("/", REMOTE_ADDR=sender)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_address(request) == (ip_address(expected) if expected else None)
