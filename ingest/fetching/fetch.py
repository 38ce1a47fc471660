"""Addresses of pages, of sitemaps, or in a list → documents on disk with where and when they came from, or refusals.

    fetch ─┬─ pages ── sitemap            the pages of a site, one at a time
           └─ retrieval ─┬─ address       what an address is, and what of it may be shown
                         ├─ courtesy      robots.txt, pauses, hosts that are left alone
                         ├─ exchange ── network    one request within limits, to a checked address only
                         └─ cache         what is on disk; a run that is killed goes on from there

One request at a time: the pause between requests to a host, not the network, decides how long a run takes, and a site
is usually one host. Nothing is raised for one document: it becomes a refusal, and what the graph has of it stays.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ingest.fetching.address import Address, identifier, is_sitemap, parse_address, shown
from ingest.fetching.cache import Cache, key
from ingest.fetching.courtesy import AGENT, Clock, Courtesy
from ingest.fetching.exchange import Client
from ingest.fetching.network import Allowed
from ingest.fetching.pages import Gap, pages
from ingest.fetching.retrieval import Fetcher, Wanted, retrieve
from ingest.sources import MAX_BYTES, Discovery, Refusal, SourceFile, documents_in
from ontology.errors import DocumentRefused, InputError
from ontology.model import Fetched, Metadata

_LIST_BYTES = 50_000_000

_PAGE = Wanted(
    {
        "text/html": ".html",
        "application/xhtml+xml": ".xhtml",
        "text/markdown": ".md",
        "text/x-markdown": ".md",
        "text/plain": ".txt",
        "application/pdf": ".pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
        "application/zip": ".zip",
        "application/x-zip-compressed": ".zip",
    },
    MAX_BYTES,
    "Ange adressen till en sida eller ett dokument (HTML, PDF, DOCX, Markdown, text, ZIP); en webbplatskarta känns "
    "igen på att namnet slutar som sitemap.xml.",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document that lies on disk, ready to be read."""

    source: SourceFile
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Manners:
    """What a deployment may choose."""

    contact: str = ""
    """An address where the one who fetches can be reached; part of the User-Agent."""
    delay_s: float = 1.0
    """Shortest pause between requests to one host."""
    timeout_s: float = 60.0
    """Longest time that one document may take, redirects included, pauses not."""
    limit: int = 50_000
    """Most pages that are taken from one sitemap."""
    allowed: Allowed = field(default_factory=Allowed)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a run has had."""

    asked: dict[str, str] = field(default_factory=dict)
    """Identifier → digest of the address."""
    got: dict[str, str] = field(default_factory=dict)
    """Digest of the address that redirects led to → identifier."""


def open_fetcher(folder: Path, manners: Manners, version: str) -> Fetcher:
    """A fetcher that keeps what it fetches in a folder."""
    contact = f" (+{manners.contact})" if manners.contact else ""
    return Fetcher(
        client=Client(f"{AGENT}/{version}{contact}", manners.allowed),
        courtesy=Courtesy(manners.delay_s, Clock()),
        cache=Cache(folder),
        timeout_s=manners.timeout_s,
        limit=manners.limit,
    )


def read_addresses(path: Path) -> tuple[str, ...]:
    """The addresses in a file, one a line; what follows a `#` that begins a word is a comment.

    Raises InputError when the file cannot be read or names none.
    """
    try:
        if path.stat().st_size > _LIST_BYTES:
            raise InputError(f"Adresslistan {path} är större än {_LIST_BYTES / 1e6:.0f} MB. Dela den.")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Adresslistan {path} går inte att läsa: {error}") from error
    found = tuple(filter(None, (re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip() for line in lines)))
    if not found:
        raise InputError(f"Adresslistan {path} innehåller inga adresser. Skriv en på varje rad.")
    return found


def fetch(given: Sequence[str], fetcher: Fetcher) -> Iterator[Arrival | Refusal | Gap]:
    """Fetch what the addresses name, in order, one document at a time.

    A run that is cut short is gone on with when the same addresses are given again: what it has is not asked for.
    """
    started = fetcher.cache.begin(given, fetcher.courtesy.clock.now())
    seen = _Seen()
    for text in given:
        for item in _named(text, fetcher, started):
            if not isinstance(item, Address):
                yield item
            elif (result := _document(item, fetcher, started, seen)) is not None:
                yield result
    if not fetcher.courtesy.was_sent_away:
        fetcher.cache.end(given)


def gather(items: Iterable[Arrival | Refusal | Gap]) -> Discovery:
    """What was fetched, as `ingest.run` takes it."""
    files: list[SourceFile] = []
    refused: list[Refusal] = []
    complete = True
    for item in items:
        if isinstance(item, Arrival):
            for source in documents_in(item.source):
                if isinstance(source, Refusal):
                    refused.append(source)
                else:
                    files.append(replace(source, fetched=item.fetched))
        elif isinstance(item, Refusal):
            refused.append(item)
        else:
            complete = False
            refused.append(Refusal(item.identifier, item.reason))
    return Discovery(tuple(files), tuple(refused), complete)


def _named(text: str, fetcher: Fetcher, started: datetime) -> Iterator[Address | Refusal | Gap]:
    """The pages that one given address stands for: itself, or those of the sitemap that it is."""
    try:
        address = parse_address(text)
    except DocumentRefused as error:
        yield Refusal(shown(text), str(error))
        return
    if is_sitemap(address):
        yield from pages(address, fetcher, started)
    else:
        yield address


def _document(address: Address, fetcher: Fetcher, started: datetime, seen: _Seen) -> Arrival | Refusal | None:
    """One page, or None for an address that the run has had already."""
    name, mark = identifier(address), key(address)
    if name in seen.asked:
        reason = f"{shown(address.url)} får samma identifierare som en annan adress. Ange bara den ena."
        return None if seen.asked[name] == mark else Refusal(name, reason)
    seen.asked[name] = mark
    try:
        record = retrieve(address, _PAGE, fetcher, started)
    except DocumentRefused as error:
        return Refusal(name, str(error))
    other = seen.got.setdefault(record.final_key, name)
    if other != name:
        return Refusal(name, f"Adressen leder till samma sida som {other}, som redan är med. Ange bara den ena.")
    fetched = Fetched(
        record.final_url,
        record.fetched_at,
        record.etag,
        record.last_modified,
        record.media_type,
        record.charset,
    )
    return Arrival(SourceFile(name, fetcher.cache.body(record), Metadata(source=record.final_url)), fetched)
