"""A host name → a connection to an address that may be asked: the wall between what a page names and what runs inside.

Somebody else decides where a link or a redirect leads (server-side request forgery). So every address of a name is
checked, the connection goes to the very address that was checked and not to what the name means a moment later (DNS
rebinding), and reading ends at a deadline however slowly the other side feeds it. Proxies named by the environment are
not used: a proxy resolves names itself, behind this check.
"""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpcore2

from ontology.errors import DocumentRefused

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Host and port → its IP addresses as text. Raises OSError when there is none."""
IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Written out, since what `ipaddress` calls global differs between Python versions (cpython#113171).
# Source: IANA's registries of special-purpose addresses, and the services that clouds keep on public addresses.
_CLOSED_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# 2001::/23 holds Teredo and 2002::/16 is 6to4: both carry an IPv4 address that the far end would connect to.
_CLOSED_6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that may be asked although they are not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()


def read_allowed(text: str) -> Allowed:
    """Read a comma-separated list of host names, addresses and networks. Raises ValueError, naming what is neither.

    >>> read_allowed("intranet.region.example, 10.1.0.0/16").hosts
    frozenset({'intranet.region.example'})
    """
    hosts: set[str] = set()
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for item in filter(None, (part.strip().lower() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(item))
        except ValueError:
            if not _NAME.fullmatch(item):
                raise ValueError(item) from None
            hosts.add(item)
    return Allowed(frozenset(hosts), tuple(networks))


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host as the system knows them; how long it looks is the system's own setting."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: IPAddress) -> bool:
    """Whether an address is one that anybody on the internet may ask, and no way into a network of one's own.

    >>> [is_public(ipaddress.ip_address(text)) for text in ("193.10.1.1", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and not any(address in network for network in _CLOSED_6)


def checked_addresses(host: str, port: int, allowed: Allowed, resolve: Resolve) -> tuple[str, ...]:
    """All addresses of a host. Raises DocumentRefused when one of them may not be asked, OSError when there is none."""
    try:
        found = tuple(ipaddress.ip_address(text.partition("%")[0]) for text in resolve(host, port))
    except (ValueError, UnicodeError) as error:
        raise OSError(f"no usable address for {host}") from error
    if not found:
        raise OSError(f"no address for {host}")
    if host not in allowed.hosts:
        for address in found:
            if not _is_allowed(address, allowed) and not is_public(address):
                raise DocumentRefused(
                    f"Värden {host} har en adress på ett privat eller reserverat nät och frågas inte. Är den avsedd, "
                    "så nämn värden eller nätet i VIPGRAF_FETCH_ALLOW."
                )
    return tuple(map(str, found))


def _is_allowed(address: IPAddress, allowed: Allowed) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return any((mapped or address) in network for network in allowed.networks)


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and gives every wait what is left until the deadline (monotonic seconds)."""

    def __init__(self, allowed: Allowed, resolve: Resolve, until_s: float) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._until_s = until_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the host's addresses that answers."""
        try:
            addresses = checked_addresses(host, port, self._allowed, self._resolve)
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        failure: Exception = httpcore2.ConnectError("no address")
        for address in addresses:
            wait_s = _left(timeout, self._until_s)
            try:
                stream = httpcore2.SyncBackend().connect_tcp(address, port, wait_s, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._until_s)
        raise failure


class _TimedStream(httpcore2.NetworkStream):
    """A stream on which no wait outlasts the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, until_s: float) -> None:
        self._stream = stream
        self._until_s = until_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, self._until_s))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._until_s))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(timeout, self._until_s))
        return _TimedStream(stream, self._until_s)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, until_s: float) -> float:
    """Seconds that a wait may take. Raises ReadTimeout when the deadline has passed."""
    left_s = until_s - time.monotonic()
    if left_s <= 0:
        raise httpcore2.ReadTimeout("deadline")
    return left_s if timeout is None else min(timeout, left_s)
