"""Tests of public addresses: which ones our server may visit."""

import socket
import threading
from ipaddress import ip_address
from queue import Empty, Queue

import pytest

from progress.evidence.public_addresses import is_public, resolve, resolve_within


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "193.0.6.139", "100.63.255.255", "100.128.0.0", "2606:4700::1"],
)
def test_the_public_internet_may_be_visited(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - it is refused here
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_our_own_neighbourhood_may_not(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1"]
)
def test_a_number_in_any_notation_is_the_address_it_means(host):
    assert resolve(host, 80) == [ip_address("127.0.0.1")]


def test_a_resolver_that_does_not_answer_costs_no_more_than_the_time_given():
    """The resolver answers only once the caller has gone on without it."""
    went_on = threading.Event()

    def slow(host, port):
        went_on.wait(30)
        return []

    with pytest.raises(TimeoutError):
        resolve_within(0.05, "slow.example", 80, by=slow)
    went_on.set()


def test_what_cannot_be_a_name_is_answered_as_a_name_that_does_not_exist():
    def strict(host, port):
        return host.encode("idna")

    with pytest.raises(socket.gaierror) as caught:
        resolve_within(1, "a" * 64 + ".example", 80, by=strict)
    assert caught.value.errno == socket.EAI_NONAME
    assert caught.value.strerror == "not a name"


def test_a_resolver_never_keeps_the_program_running():
    is_daemon = []

    def noting(host, port):
        is_daemon.append(threading.current_thread().daemon)
        return []

    assert resolve_within(30, "town.example", 80, by=noting) == []
    assert is_daemon == [True]


@pytest.mark.parametrize(("seconds", "waited"), [(5.0, 5.0), (-1.0, 0.001)])
def test_a_resolver_is_waited_for_as_long_as_there_is_time(
    monkeypatch, seconds, waited
):
    timeouts = []

    def get(_queue, timeout):
        timeouts.append(timeout)
        raise Empty

    monkeypatch.setattr(Queue, "get", get)
    with pytest.raises(TimeoutError):
        resolve_within(seconds, "town.example", 80, by=lambda *_: [])
    assert timeouts == [waited]
