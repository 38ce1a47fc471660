"""Ages, guidelines, laws, reports and unlisted bodies that a text names, by patterns (`rules/references.toml`)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ingest.rulebook import load_rules
from ontology.model import Document, Mention, Reference

_EXPLAINED = re.compile(r" \(([A-ZÅÄÖ][A-ZÅÄÖa-zåäö-]{1,7})\)")
_BODIES = frozenset(["organisation", "body-kind", "knowledge-service", "programme"])
_DATED = re.compile(r"\s*\([^()]*\d{4}[^()]*\)$")


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """A pattern, and texts in which it is found and not found."""

    kind: Literal["age", "evidence-source", "organisation"]
    pattern: re.Pattern[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


def find_references(document: Document) -> tuple[Reference, ...]:
    """The references in order; of two that overlap the longer is kept. They may hold mentions: "riktlinjer för adhd".

    What is listed under a heading such as "Källor" is a reference whole, less a date in brackets at its end.
    """
    found = [
        Reference(rule.kind, match[0], match.start(), match.end())
        for rule in reference_rules()
        for match in rule.pattern.finditer(document.text)
    ]
    found += _short_names(document.text, found)
    kept: list[Reference] = []
    for reference in sorted([*found, *_listed(document)], key=lambda one: (one.start, -one.end)):
        if kept and reference.start < kept[-1].end:
            if reference.end - reference.start > kept[-1].end - kept[-1].start:
                kept[-1] = reference
            continue
        kept.append(reference)
    return tuple(kept)


def _short_names(text: str, found: Sequence[Reference]) -> Iterator[Reference]:
    """Where a body is named by the short form that the text explains: "Nationellt centrum för X (NASP)"."""
    bodies = [_EXPLAINED.match(text, one.end) for one in found if one.kind == "organisation"]
    for short in {body[1] for body in bodies if body}:
        for match in re.finditer(rf"\b{re.escape(short)}\b(?::s)?", text):
            yield Reference("organisation", match[0], match.start(), match.end())


def without_nested(
    mentions: Sequence[Mention], references: Sequence[Reference], kind_of: Callable[[str], str]
) -> tuple[tuple[Mention, ...], tuple[Reference, ...]]:
    """What is named once only: a body is not a reference where it is linked, whole or as a part of a longer name, and
    what stands in the name of a body is no mention of its own ("Sveriges **Kommuner** och Regioner")."""
    names = [one for one in references if one.kind == "organisation"]
    starts = [one.start for one in names]

    def over(mention: Mention) -> Iterator[Reference]:
        at = bisect_left(starts, mention.end) - 1
        while at >= 0 and names[at].end > mention.start:
            yield names[at]
            at -= 1

    bodies = (mention for mention in mentions if kind_of(mention.concept_iri) in _BODIES)
    linked = {name.start for body in bodies for name in over(body) if not _holds(name, body)}
    return (
        tuple(m for m in mentions if not any(_holds(name, m) and name.start not in linked for name in over(m))),
        tuple(one for one in references if one.kind != "organisation" or one.start not in linked),
    )


def _holds(reference: Reference, mention: Mention) -> bool:
    """Whether a mention is but a part of a name."""
    is_shorter = mention.end - mention.start < reference.end - reference.start
    return reference.start <= mention.start and mention.end <= reference.end and is_shorter


def _listed(document: Document) -> Iterator[Reference]:
    for block in document.blocks:
        section = document.sections[bisect_right(document.sections, block.start, key=lambda one: one.start) - 1]
        if section.role == "references" and block.kind in {"item", "row", "definition"}:
            text = _DATED.sub("", document.text[block.start : block.end])
            yield Reference("evidence-source", text, block.start, block.start + len(text))


@cache
def reference_rules() -> tuple[ReferenceRule, ...]:
    """The patterns in the order in which they are written."""
    return tuple(
        ReferenceRule(
            kind=rule["kind"],
            pattern=re.compile(rule["pattern"], re.IGNORECASE),
            yes=tuple(rule["yes"]),
            no=tuple(rule["no"]),
        )
        for rule in load_rules("references")["reference"]
    )
