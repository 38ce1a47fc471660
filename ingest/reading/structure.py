"""Document → what it says of itself: dates, version, status, programme, marking, and parts of a page.

None of it says when the facts in the document hold: a page checked in 2019 may tell of 2021. The patterns are data
(`rules/structure.toml`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.reading.marking import find_marking
from ingest.reading.sectionroles import is_finished_heading, lead_in
from ingest.reading.statedates import DATE, parse_date
from ingest.rulebook import load_rules
from ontology.model import DateKind, Description, Document, DocumentStatus, Facet, RoleSpan, StatedDate

_HEAD_BLOCKS = 6
"""Blocks before the first heading that may speak of the document; later ones speak of its subject."""
_LONGEST_LINE = 600
"""Characters of a block that may speak of the document."""
_ADDRESS, _LINE, _TITLE = "address", "line", "title"
_MARKED_DATES: Mapping[str, DateKind] = {"created": "issued", "updated": "modified"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A text where a document may speak of itself; `start` where it is part of the document's text."""

    kind: str
    text: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class StructureRule:
    """A pattern, what it shows, and in which places of a document it is looked for; "" in all."""

    pattern: re.Pattern[str]
    value: str = ""
    where: str = ""


@cache
def structure_rules(name: str) -> tuple[StructureRule, ...]:
    """The rules of one sort that are data: date, version, status or programme."""

    def compiled(rule: dict[str, Any]) -> StructureRule:
        pattern = rule["pattern"].replace("{date}", f"({DATE})")
        value = rule.get("kind") or rule.get("status", "")
        return StructureRule(re.compile(pattern, re.IGNORECASE), value, rule.get("where", ""))

    return tuple(map(compiled, load_rules("structure")[name]))


def describe(document: Document) -> Description:
    """What a document says of itself. Front matter is believed before the rest, and what comes first before later."""
    places = list(_places(document))
    facets = find_marking(document)
    stated = _properties(document)
    return Description(
        dates=tuple(_without_repeats([*_stated_dates(stated), *_marked_dates(facets), *_found_dates(places)])),
        version=stated.get("version", "") or _first(structure_rules("version"), places),
        status=_status(document, places, stated.get("status", "")),
        programme=stated.get("programme", "") or _programme(document, places),
        facets=facets,
        roles=tuple(_role_spans(document)),
    )


def _places(document: Document) -> Iterator[_Place]:
    """Title, lines before the first heading, furniture, addresses: where a document speaks of itself."""
    yield _Place(_TITLE, document.title)
    head = [block for block in document.blocks if block.start < document.sections[0].end][: _HEAD_BLOCKS + 1]
    for block in head:
        if block.end - block.start <= _LONGEST_LINE:
            kind = _TITLE if block.kind == "heading" else _LINE
            yield _Place(kind, document.text[block.start : block.end], block.start)
    yield from (_Place(_LINE, note) for note in document.notes)
    yield _Place(_ADDRESS, document.metadata.source.partition("?")[0])
    yield _Place(_ADDRESS, document.identifier)


def _properties(document: Document) -> dict[str, str]:
    """The fields of front matter by our own names; the first of each counts."""
    keys = {name: key for key, names in load_rules("structure")["properties"].items() for name in names}
    found: dict[str, str] = {}
    for name, value in document.properties:
        if key := keys.get(name.lower()):
            found.setdefault(key, value)
    return found


def _stated_dates(stated: Mapping[str, str]) -> Iterator[StatedDate]:
    kinds: tuple[DateKind, ...] = ("issued", "modified", "checked")
    for kind in kinds:
        value = stated.get(kind, "")
        if date := parse_date(value) or parse_date(value[:10]):  # "2023-03-10T12:00"
            yield StatedDate(kind, date, value)


def _marked_dates(facets: Iterable[Facet]) -> Iterator[StatedDate]:
    for facet in facets:
        for value in facet.values:
            kind = _MARKED_DATES.get(facet.name)
            if kind and (date := parse_date(value.text)):
                yield StatedDate(kind, date, value.text, value.start, value.end)


def _found_dates(places: Iterable[_Place]) -> Iterator[StatedDate]:
    for place in places:
        if place.kind == _ADDRESS:
            continue
        for rule in structure_rules("date"):
            for match in rule.pattern.finditer(place.text):
                if date := parse_date(match[1]):
                    start = None if place.start is None else place.start + match.start()
                    end = None if place.start is None else place.start + match.end()
                    yield StatedDate(_date_kind(rule.value), date, match[0], start, end)


def _without_repeats(dates: Iterable[StatedDate]) -> Iterator[StatedDate]:
    """Each date of a kind once, and not a year beside a day of it: where it has a place in the text, as there."""
    found: dict[tuple[str, str], StatedDate] = {}
    for date in dates:
        known = found.setdefault((date.kind, date.date), date)
        if known.start is None and date.start is not None:
            found[date.kind, date.date] = date
    for (kind, text), date in found.items():
        if not any(kind == other and longer != text and longer.startswith(text) for other, longer in found):
            yield date


def _date_kind(kind: str) -> DateKind:
    return "checked" if kind == "checked" else "modified" if kind == "modified" else "issued"


def _status(document: Document, places: Iterable[_Place], stated: str) -> DocumentStatus:
    """The status by the first rule that fits: a draft's address counts only while its page is not a finished one."""
    places = [_Place(_LINE, f"Status: {stated}"), *places] if stated else list(places)
    headings = [section.heading_path[-1] for section in document.sections if section.heading_path]
    is_finished = any(map(is_finished_heading, headings))
    for rule in structure_rules("status"):
        if rule.where == _ADDRESS and rule.value == "draft" and is_finished:
            continue
        if any(place.kind == rule.where and rule.pattern.search(place.text.strip()) for place in places):
            return _document_status(rule.value)
    return ""


def _document_status(value: str) -> DocumentStatus:
    known: tuple[DocumentStatus, ...] = ("draft", "consultation", "in-force", "repealed")
    return next(status for status in known if status == value)


def _programme(document: Document, places: Iterable[_Place]) -> str:
    """The programme that a page belongs to: as it says, else as its address says, else as its title says."""
    places = list(places)
    addresses = load_rules("structure")["programme_addresses"]
    found = re.search(addresses["site"], document.metadata.source)
    said = _first(structure_rules("programme"), [place for place in places if place.kind == _LINE])
    known = str(addresses.get(found[1], "")) if found else ""
    return said.partition(" (")[0].strip() or known or _first(structure_rules("programme"), places)


def _first(rules: Iterable[StructureRule], places: Iterable[_Place]) -> str:
    """What the first rule that fits keeps."""
    places = [place for place in places if place.kind != _ADDRESS]
    matches = (
        match[1]
        for rule in rules
        for place in places
        if rule.where in {"", place.kind} and (match := rule.pattern.search(place.text))
    )
    return next(matches, "")


def _role_spans(document: Document) -> Iterator[RoleSpan]:
    """Paragraphs and list items that say themselves what part of the page they are."""
    for block in document.blocks:
        if block.kind in {"paragraph", "item"}:
            role, start = lead_in(document.text[block.start : block.end])
            if role:
                yield RoleSpan(role, block.start + start, block.end)
