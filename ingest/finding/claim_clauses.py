"""Masked sentence → itself and the plain clauses that it holds, in which a subject stands before its verb.

"‹npo#0›, som leds av ‹org#1›, tillsätter ‹nag#2›" holds "‹npo#0› leds av ‹org#1›" and "‹npo#0› tillsätter ‹nag#2›": so
a rule says a thing once, and need not know in which of its orders a sentence says it. How a sentence holds clauses is
data (`[[clause]]` in `rules/claims.toml`): a pattern, and of what parts of it a clause is made.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.finding.claim_rules import compiled, macros
from ingest.finding.claim_text import Masked, straightened
from ingest.rulebook import load_rules

_MOST = 24
"""Clauses of one sentence: a sentence with more is a list, and is read as it stands."""
_NO_SENTENCES = frozenset(["heading", "header", "row"])
_NO_BODIES = frozenset(["cond", "group", "role"])
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Form:
    """A way in which a sentence holds clauses; each clause is made of groups and words."""

    pattern: re.Pattern[str]
    clauses: tuple[tuple[str, ...], ...]
    replaces: bool
    """Whether what fits must not be read as it stands."""


def readings(text: Masked) -> tuple[Masked, ...]:
    """A sentence as it stands, unless that would mislead, and the clauses that it holds."""
    if text.unit.block.kind in _NO_SENTENCES or all(slot.sort in _NO_BODIES for slot in text.slots):
        return (text,)
    found: dict[str, Masked] = {text.text: text}
    misleading: set[str] = set()
    waiting = [text]
    while waiting and len(found) < _MOST:
        one = waiting.pop(0)
        instead = _held(one, replacing=True)
        if instead:
            misleading.add(one.text)
        for clause in instead or _held(one, replacing=False):
            if clause.text not in found:
                found[clause.text] = clause
                waiting.append(clause)
    return tuple(clause for words, clause in found.items() if words not in misleading)


def _held(text: Masked, *, replacing: bool) -> list[Masked]:
    """The clauses that a text holds: those that are read in its stead, or those that are read too."""
    forms = [form for form in _forms() if form.replaces == replacing]
    return [
        clause for form in forms for match in form.pattern.finditer(text.text) for clause in _clauses(form, match, text)
    ]


def _clauses(form: _Form, match: re.Match[str], text: Masked) -> Iterator[Masked]:
    for parts in form.clauses:
        named = [_PART.fullmatch(part) for part in parts]
        spans = [match.span(name[1]) if name else part for name, part in zip(named, parts, strict=True)]
        if all(isinstance(span, str) or span[0] >= 0 for span in spans):
            yield _made_of(spans, text)


def _made_of(parts: Sequence[tuple[int, int] | str], text: Masked) -> Masked:
    """A text of spans of another and of words; each place in a span is where it was in the document."""
    words = ""
    places: list[tuple[int, int]] = []
    for part in parts:
        if isinstance(part, str):
            words += part
            continue
        start, end = part
        shift = len(words) - start
        places.append((len(words), text.original((start, start))[0]))
        places += [(place + shift, at) for place, at in text.places if start < place <= end]
        words += text.text[start:end]
    return straightened(Masked(text.unit, words, text.slots, tuple(places)))


@cache
def _forms() -> tuple[_Form, ...]:
    data = load_rules("claims")
    written = macros(data["macro"])
    return tuple(_form(one, written) for one in data["clause"])


def _form(data: Mapping[str, Any], written: Mapping[str, str]) -> _Form:
    return _Form(
        pattern=compiled(data["pattern"], written),
        clauses=tuple(tuple(re.split(r"(\{\w+\})", clause)) for clause in data["clauses"]),
        replaces=data.get("replaces", False),
    )
