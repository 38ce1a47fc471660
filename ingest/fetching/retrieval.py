"""One address → a record in the cache: robots.txt, pauses, redirects and conditional requests, each step by hand.

Following redirects here, rather than in the HTTP client, is what lets every step be checked like the first.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from pathlib import PurePosixPath
from typing import TypeVar

from protego import Protego

from ingest.fetching.address import Address, public_url, redirected
from ingest.fetching.cache import Cache, Record, key
from ingest.fetching.courtesy import Courtesy
from ingest.fetching.exchange import Client, Reply, ask
from ingest.sources import MAX_BYTES
from ontology.errors import DocumentRefused, Missing, NoAnswer

MAX_REDIRECTS = 5
_RETRIES = 2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_BYTES = 512_000
"""As much of a robots.txt as is read; RFC 9309, 2.5, wants at least 500 KiB."""
_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream"})

Received = TypeVar("Received")


@dataclass(frozen=True, slots=True)
class Fetcher:
    """All that fetching needs, for one run."""

    client: Client
    courtesy: Courtesy
    cache: Cache
    timeout_s: float
    limit: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken for a document, or for a sitemap: media types with the suffix that their files get."""

    suffixes: Mapping[str, str]
    limit_bytes: int
    otherwise: str


def retrieve(address: Address, wanted: Wanted, fetcher: Fetcher, started: datetime) -> Record:
    """The record of an address, asked for unless this run has done so. Raises DocumentRefused."""
    name = key(address)
    known = fetcher.cache.load(name)
    if known is not None and known.checked_at >= started:
        return known

    def receive(final: Address, reply: Reply) -> Record:
        now = fetcher.courtesy.clock.now()
        if reply.status == 304 and known is not None and known.final_key == key(final):
            return replace(known, checked_at=now)
        if reply.status != 200:
            raise _not_given(reply.status)
        media_type, charset = _content_type(reply.headers.get("content-type", ""))
        suffix = _suffix(media_type, final, wanted)
        body, sha256 = fetcher.cache.receive(name, reply.body(wanted.limit_bytes), suffix)
        return Record(
            url=public_url(address),
            final_url=public_url(final),
            final_key=key(final),
            status=reply.status,
            media_type=media_type,
            charset=charset,
            etag=reply.headers.get("etag", ""),
            last_modified=reply.headers.get("last-modified", ""),
            # The same bytes again are no news, so that a server without validators makes no work either.
            fetched_at=known.fetched_at if known is not None and known.sha256 == sha256 else now,
            checked_at=now,
            sha256=sha256,
            body=body,
        )

    accept: dict[bytes | str, bytes | str] = {
        "Accept": ", ".join([*wanted.suffixes, "*/*;q=0.1"]),
        "Accept-Language": "sv, en;q=0.5",
    }
    record = _follow(
        address,
        lambda place: accept | _conditions(place, known),
        receive,
        fetcher,
        rules=lambda to: _check(to, fetcher),
    )
    fetcher.cache.store(name, record)
    return record


def _follow(
    address: Address,
    headers: Callable[[Address], Mapping[bytes | str, bytes | str]],
    receive: Callable[[Address, Reply], Received],
    fetcher: Fetcher,
    *,
    rules: Callable[[Address], None],
) -> Received:
    """Ask for an address, go where redirects lead, wait when told to, and hand the answer to `receive`.

    `rules` raises DocumentRefused for an address that may not be asked for. Each step is checked like the first.
    """
    left_s = fetcher.timeout_s
    redirects = retries = 0
    while True:
        rules(address)
        fetcher.courtesy.wait(address)
        until_s = time.monotonic() + left_s
        failed = False
        try:
            with ask(fetcher.client, address, headers(address), until_s) as reply:
                busy = reply.status == 429 or (reply.status == 503 and "retry-after" in reply.headers)
                failed = reply.status >= 500 and not busy
                if not busy and reply.status not in _REDIRECTS:
                    return receive(address, reply)
        except NoAnswer:
            failed = True
            raise
        finally:
            fetcher.courtesy.done(address, failed=failed)
        left_s = until_s - time.monotonic()
        if busy:
            fetcher.courtesy.busy(address, reply.headers.get("retry-after", ""), again=retries < _RETRIES)
            retries += 1
            continue
        redirects += 1
        if redirects > MAX_REDIRECTS:
            raise DocumentRefused(f"Servern hänvisar vidare mer än {MAX_REDIRECTS} gånger. Ange sidans egen adress.")
        address = redirected(address, reply.headers.get("location", ""))


def _check(address: Address, fetcher: Fetcher) -> None:
    fetcher.courtesy.check(address, robots(address, fetcher))


def robots(address: Address, fetcher: Fetcher) -> Protego:
    """The rules of the address's host (RFC 9309); where there is no robots.txt there are none."""

    def receive(_: Address, reply: Reply) -> Protego:
        if reply.status >= 500:
            raise DocumentRefused(
                f"Webbplatsens robots.txt går inte att läsa (status {reply.status}), så ingenting hämtas därifrån. "
                "Försök igen senare."
            )
        return Protego.parse(_beginning(reply).decode(errors="replace") if reply.status == 200 else "")

    def get(place: Address) -> Protego:
        return _follow(place, lambda _: {"Accept": "text/plain, */*;q=0.1"}, receive, fetcher, rules=lambda _: None)

    return fetcher.courtesy.robots(address, get)


def _beginning(reply: Reply) -> bytes:
    content = b""
    for chunk in reply.body(MAX_BYTES):
        content += chunk
        if len(content) >= _ROBOTS_BYTES:
            return content[:_ROBOTS_BYTES].rpartition(b"\n")[0]
    return content


def _conditions(address: Address, known: Record | None) -> dict[bytes | str, bytes | str]:
    """What makes a request conditional, where the answer that is known came from that very address."""
    if known is None or known.final_key != key(address):
        return {}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value and value.isascii()}


def _content_type(header: str) -> tuple[str, str]:
    """Media type and character encoding of a Content-Type header, in lower case; empty where not said."""
    message = Message()
    message["Content-Type"] = header
    media_type = header.partition(";")[0].strip().lower()
    charset = message.get_param("charset", "")
    return media_type, charset.lower() if isinstance(charset, str) else ""


def _suffix(media_type: str, address: Address, wanted: Wanted) -> str:
    """The suffix of a file of that type. Raises DocumentRefused for what is not wanted, before any of it is read."""
    own = PurePosixPath(address.path).suffix.lower()
    if media_type in _UNSTATED and own in wanted.suffixes.values():
        return own
    if media_type not in wanted.suffixes:
        kind = media_type[:80] if media_type.isascii() and media_type.isprintable() and media_type else "okänd sort"
        raise DocumentRefused(f"Servern skickar {kind}, som inte tas in. {wanted.otherwise}")
    suffix = wanted.suffixes[media_type]
    return ".md" if suffix == ".txt" and own in {".md", ".markdown"} else suffix


def _not_given(status: int) -> DocumentRefused:
    """Why there is nothing, by status number."""
    if status in {404, 410}:
        return Missing(f"Sidan finns inte (status {status}). Kontrollera adressen, eller stryk den.")
    if status in {401, 402, 403, 407, 451}:
        return DocumentRefused(f"Sidan är inte öppen för alla (status {status}). Spara den och ange filen.")
    if status >= 500:
        return DocumentRefused(f"Servern har ett fel (status {status}). Försök igen senare.")
    return DocumentRefused(f"Servern svarar med status {status} i stället för sidan. Kontrollera adressen.")
