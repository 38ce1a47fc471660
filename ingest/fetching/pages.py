"""The address of a sitemap → those of its pages, one at a time, as far as the limits go."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.fetching import sitemap as fetch_sitemap
from ingest.fetching.address import Address, is_same_site, parse_address, shown
from ingest.fetching.cache import key
from ingest.fetching.retrieval import Fetcher, Wanted, retrieve, robots
from ingest.sources import Refusal
from ontology.errors import DocumentRefused, Missing

MAX_SITEMAPS = 1_000
_MAP = Wanted(
    {
        "application/xml": ".xml",
        "text/xml": ".xml",
        "text/plain": ".txt",
        "application/gzip": ".gz",
        "application/x-gzip": ".gz",
    },
    fetch_sitemap.MAX_BYTES,
    "En webbplatskarta ska vara XML eller text, packad med gzip eller inte.",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A sitemap that was not read to its end, and why (Swedish): there may be pages that this run knows nothing of."""

    identifier: str
    reason: str


def pages(given: Address, fetcher: Fetcher, started: datetime) -> Iterator[Address | Refusal | Gap]:
    """The pages of a sitemap and of the sitemaps that it names.

    A sitemap speaks for its own site (sitemaps.org, "Sitemap file location"); pages elsewhere are counted, not fetched.
    """
    taken = foreign = 0
    for item in _walk(given, fetcher, started):
        if not isinstance(item, Address):
            yield item
        elif not is_same_site(item, given):
            foreign += 1
        elif reason := fetcher.courtesy.closed(item) or _beyond(taken, fetcher.limit):
            yield Gap(shown(given.url), reason)
            break
        else:
            taken += 1
            yield item
    if foreign:
        reason = f"Adresser på andra värdar hoppades över ({foreign} st). Ange dem själva, eller deras webbplatskartor."
        yield Refusal(shown(given.url), reason)


def _beyond(taken: int, limit: int) -> str:
    if taken < limit:
        return ""
    return f"Fler än {limit} sidor hämtas inte ur en webbplatskarta. Ange en del av den."


def _walk(given: Address, fetcher: Fetcher, started: datetime) -> Iterator[Address | Refusal | Gap]:
    """Every page that the sitemaps name; a sitemap that cannot be read is a gap and stops no other."""
    waiting = deque([given])
    asked = {key(given)}
    while waiting:
        sitemap = waiting.popleft()
        try:
            for entry in _entries(sitemap, fetcher, started, is_first=sitemap is given):
                try:
                    address = parse_address(entry.address)
                except DocumentRefused as error:
                    yield Refusal(shown(entry.address), str(error))
                    continue
                if entry.kind == "page":
                    yield address
                elif key(address) not in asked:
                    _queue(address, waiting, asked)
        except DocumentRefused as error:
            yield Gap(shown(sitemap.url), str(error))


def _queue(address: Address, waiting: deque[Address], asked: set[str]) -> None:
    if len(asked) >= MAX_SITEMAPS:
        raise DocumentRefused(f"Fler än {MAX_SITEMAPS} webbplatskartor läses inte. Ange en del av dem.")
    asked.add(key(address))
    waiting.append(address)


def _entries(sitemap: Address, fetcher: Fetcher, started: datetime, *, is_first: bool) -> Iterator[fetch_sitemap.Entry]:
    """What a sitemap says; where there is none at the given address, what robots.txt of its host names instead."""
    if sitemap.path != "/robots.txt":
        try:
            record = retrieve(sitemap, _MAP, fetcher, started)
        except Missing:
            if not is_first:
                raise
        else:
            yield from fetch_sitemap.read_sitemap(fetcher.cache.body(record))
            return
    named = [fetch_sitemap.Entry("sitemap", text) for text in robots(sitemap, fetcher).sitemaps]
    if not named:
        raise DocumentRefused("Här finns ingen webbplatskarta, och robots.txt nämner ingen. Kontrollera adressen.")
    yield from named
