"""One request → the head of its answer, and its body within limits: of size, before and after unpacking, and of time.

Nothing is followed, retried or remembered here. Each request has a connection of its own, so that each is checked.
"""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore2

from ingest.fetching.address import Address
from ingest.fetching.network import Allowed, CheckedBackend, Resolve, resolve
from ontology.errors import DocumentRefused, NoAnswer

_STEP_BYTES = 65_536
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Client:
    """What every request has in common."""

    user_agent: str
    allowed: Allowed = field(default_factory=Allowed)
    silence_s: float = 15.0
    """Longest wait for a connection, and for the next byte."""
    resolve: Resolve = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer; the body is read once, on demand."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; of a repeated one the last."""
    _chunks: Iterable[bytes] = field(repr=False)

    def body(self, limit_bytes: int) -> Iterator[bytes]:
        """The unpacked body in pieces. Raises DocumentRefused when it, or what carries it, is larger than the limit."""
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit_bytes:
            raise _too_large(limit_bytes)
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise DocumentRefused(f"Servern packar sidan som {encoding[:40]!r}, vilket inte begärdes.")
        chunks = limited(self._chunks, limit_bytes)
        return limited(inflate(chunks), limit_bytes) if "gzip" in encoding else chunks


@contextmanager
def ask(
    client: Client, address: Address, more_headers: Mapping[bytes | str, bytes | str], until_s: float
) -> Iterator[Reply]:
    """Ask for an address and hand over the answer; the deadline (monotonic seconds) holds for the body too.

    Raises NoAnswer when there is none, DocumentRefused for a host that may not be asked.
    """
    headers: dict[bytes | str, bytes | str] = {
        "Host": address.authority,
        "User-Agent": client.user_agent,
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **more_headers,
    }
    url = httpcore2.URL(
        scheme=address.scheme.encode(), host=address.host.encode(), port=address.port, target=address.target.encode()
    )
    wait = dict.fromkeys(("connect", "read", "write"), client.silence_s)
    backend = CheckedBackend(client.allowed, client.resolve, until_s)
    with (
        _translated(address, until_s),
        httpcore2.HTTPConnection(url.origin, ssl_context=client.tls, network_backend=backend) as connection,
        connection.stream("GET", url, headers=headers, extensions={"timeout": wait}) as response,
    ):
        yield Reply(
            response.status,
            {name.decode("latin-1").lower(): _text(value) for name, value in response.headers},
            response.iter_stream(),
        )


def inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, one step at a time whatever it grows to. Raises DocumentRefused when it is damaged or cut short."""
    decoder, after = zlib.decompressobj(wbits=31), b""
    for chunk in chunks:
        packed = chunk
        while packed:
            if decoder.eof:  # another packing may follow, or something that is no part of the answer
                after += packed
                if len(after) < len(_GZIP):
                    break
                if not after.startswith(_GZIP):
                    return
                packed, after, decoder = after, b"", zlib.decompressobj(wbits=31)
            yield _step(decoder, packed)
            packed = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    yield decoder.flush()
    if not decoder.eof:
        raise DocumentRefused("Sidan är packad med gzip men kom inte hel fram. Försök igen senare.")


def limited(chunks: Iterable[bytes], limit_bytes: int) -> Iterator[bytes]:
    """The same pieces. Raises DocumentRefused as soon as there are more bytes than the limit."""
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit_bytes:
            raise _too_large(limit_bytes)
        yield chunk


def _step(decoder: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return decoder.decompress(packed, _STEP_BYTES)
    except zlib.error as error:
        raise DocumentRefused("Sidan är packad med gzip men går inte att packa upp. Försök igen senare.") from error


def _too_large(limit_bytes: int) -> DocumentRefused:
    return DocumentRefused(f"Sidan är större än {limit_bytes / 1e6:.0f} MB, som är det mesta som tas emot.")


def _text(value: bytes) -> str:
    """A header's value; some servers send UTF-8 where only ASCII is defined."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _translated(address: Address, until_s: float) -> Iterator[None]:
    """Errors of the transport → ours, one sentence each."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        if time.monotonic() >= until_s:
            raise NoAnswer("Hämtningen tog för lång tid och avbröts. Försök igen senare.") from error
        raise NoAnswer(f"Värden {address.host} svarar inte. Försök igen senare.") from error
    except httpcore2.ConnectError as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
            reason = f"Det går inte att lita på att svaret kommer från {address.host}: certifikatet godkänns inte."
        else:
            reason = f"Värden {address.host} går inte att nå. Kontrollera adressen, eller försök igen senare."
        raise NoAnswer(reason) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise NoAnswer(f"Värden {address.host} bröt av svaret eller svarade inte med HTTP.") from error
