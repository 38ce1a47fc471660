import ipaddress
import re
import time
from collections.abc import Sequence
from typing import Any

import httpcore2
import pytest

from ingest.fetching.network import (
    Allowed,
    CheckedBackend,
    Resolve,
    checked_addresses,
    is_public,
    read_allowed,
    resolve,
)
from ontology.errors import DocumentRefused

PUBLIC = (
    "193.10.64.1",
    "8.8.8.8",
    "1.1.1.1",
    "2001:67c:2564::1",
    "2a00:801::1",
    "::ffff:193.10.64.1",
    "64:ff9b::c10a:4001",
)
CLOSED = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
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
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)


def answering(*addresses: str) -> Resolve:
    def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_may_be_asked(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", CLOSED)
def test_no_way_into_a_network_of_ones_own_is_public_however_it_is_written(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


def test_nothing_is_public_that_python_calls_private() -> None:
    names = ("is_private", "is_loopback", "is_link_local", "is_multicast", "is_reserved", "is_unspecified")
    looked_at = 0
    for first in range(256):
        for second in (0, 16, 31, 64, 100, 127, 168, 254):
            address = ipaddress.ip_address(f"{first}.{second}.0.1")
            if any(getattr(address, name) for name in names):
                looked_at += 1
                assert not is_public(address), address
    assert looked_at > 200


def test_one_private_address_among_public_ones_is_enough_to_refuse_a_host() -> None:
    with pytest.raises(DocumentRefused, match="VIPGRAF_FETCH_ALLOW"):
        checked_addresses("exempel.se", 443, Allowed(), answering("193.10.64.1", "10.0.0.1"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "localhost", "[::1]".strip("[]")])
def test_this_machine_is_refused_whatever_it_is_called(host: str) -> None:
    with pytest.raises((DocumentRefused, OSError)):
        checked_addresses(host, 80, Allowed(), resolve)


def test_a_setting_opens_a_host_or_a_network_and_nothing_else() -> None:
    allowed = read_allowed("intranet.exempel.se, 10.1.0.0/16,, ::1")
    assert checked_addresses("intranet.exempel.se", 80, allowed, answering("192.168.0.1")) == ("192.168.0.1",)
    assert checked_addresses("a.se", 80, allowed, answering("::ffff:10.1.2.3", "::1"))
    for host, address in (("a.se", "10.2.0.1"), ("b.intranet.exempel.se", "192.168.0.1"), ("a.se", "127.0.0.1")):
        with pytest.raises(DocumentRefused):
            checked_addresses(host, 80, allowed, answering(address))


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.1/8", "a b", "http://a.se/", "*"])
def test_what_is_neither_host_nor_network_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        read_allowed(f"a.se, {text}")


def test_a_host_without_addresses_is_not_there() -> None:
    for resolver in (answering(), answering("inte en adress")):
        with pytest.raises(OSError, match=r"a\.se"):
            checked_addresses("a.se", 80, Allowed(), resolver)


def test_the_connection_goes_to_the_address_that_was_checked(site: Any) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    backend = CheckedBackend(read_allowed("127.0.0.1"), rebinding, time.monotonic() + 5)
    stream = backend.connect_tcp("sida.test", site.port)
    assert stream.get_extra_info("server_addr") == ("127.0.0.1", site.port)
    stream.close()
    assert asked == ["sida.test"]
    with pytest.raises(DocumentRefused):
        backend.connect_tcp("sida.test", site.port)


def test_the_next_address_is_tried_when_one_does_not_answer(site: Any) -> None:
    backend = CheckedBackend(read_allowed("127.0.0.0/8"), answering("127.0.0.9", "127.0.0.1"), time.monotonic() + 5)
    stream = backend.connect_tcp("sida.test", site.port)
    assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    stream.close()


def test_nothing_is_waited_for_after_the_deadline(site: Any) -> None:
    backend = CheckedBackend(read_allowed("127.0.0.1"), resolve, time.monotonic() - 1)
    with pytest.raises(httpcore2.TimeoutException):
        backend.connect_tcp("127.0.0.1", site.port)
