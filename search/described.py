"""The words of a question → programmes, guidelines, pages and criteria that it names by what they are about.

"Programmet om självskada", "adhd-riktlinjerna", "sidan om DBT", "kapitlet Behandling och stöd" and "kriterium 3" are no
names of the vocabulary, and yet each says which one is meant. What describes more than one thing names none of them,
but for chapters: most programmes have one of the same title.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from graph.queries import string
from graph.vocabulary import Vocabulary
from ontology import terms as t
from search.tasknames import Spoken
from search.template import word_lists

_HEADS: Mapping[str, frozenset[str]] = {
    "CareProgramme": frozenset(["vip", "vipen", "program", "insatsprogram", "vårdprogram", "programmet"]),
    "Guideline": frozenset(["riktlinje", "riktlinjer", "riktlinjerna", "riktlinjen"]),
    "Page": frozenset(["sida", "sidan", "webbsida", "undersida", "delsida", "utkast", "sidutkast", "text"]),
    "Chapter": frozenset(["kapitel", "avsnitt", "del"]),
}
"""The words, in base form or as written, that say what kind of thing is described."""
_BEFORE = frozenset(["nationell", "nationella", "vård-", "vård", "och", "den", "det", "de"])
_FILLERS = frozenset(["och", "vid", "hos", "till", "för", "av", "i", "om"])
"""Words of titles that say nothing by themselves."""
_PUBLISHER = frozenset(["socialstyrelsen", "socialstyrelsens"])
"""Who publishes every guideline; no more is said by naming it."""
_DRAFT = "(utkast)"


@dataclass(frozen=True, slots=True)
class Titled:
    """A page or chapter by the words that its title has, and by other names of what the title names."""

    iri: str
    kind: str
    title: frozenset[str]
    also: frozenset[str]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Descriptions:
    """What describes things: of each condition the programmes and guidelines about it, titles, criteria by number."""

    about: Mapping[tuple[str, str], frozenset[str]]
    titled: tuple[Titled, ...]
    criteria: Mapping[str, str]
    between: frozenset[str]
    """Words that may stand between a word for a kind and what the thing is about, in base form or as written."""


@dataclass(frozen=True, slots=True)
class About:
    """Words `start` to `end` (half open) that name a condition; `compound` by the first part of a compound."""

    iris: tuple[str, ...]
    start: int
    end: int
    compound: bool


def read_descriptions(store: ox.Store, vocabulary: Vocabulary) -> Descriptions:
    """Read what describes things; a release never changes, so once is enough."""
    about: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in queries.select(store, "concerned"):
        kind = string(row, "kind").removeprefix(t.VIP)
        about[kind, string(row, "condition")].add(string(row, "thing"))
    labels = [
        (label.lower(), frozenset(word for other in one.alt_labels for word in _words(other)) | {*_words(one.label)})
        for one in vocabulary.concepts.values()
        if one.kind in {"condition", "intervention"}
        for label in (one.label, *one.alt_labels)
    ]
    titled = [
        _titled(string(row, "page"), string(row, "kind").removeprefix(t.VIP), string(row, "title"), labels)
        for row in queries.select(store, "titled-pages")
    ]
    number = ox.NamedNode(t.SKOS + "notation")
    criteria = {
        quad.object.value: quad.subject.value
        for one in store.quads_for_pattern(None, ox.NamedNode(t.RDF_TYPE), ox.NamedNode(t.VIP + "Criterion"), None)
        for quad in store.quads_for_pattern(one.subject, number, None, None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }
    between = frozenset(word_lists()["between"].split())
    ordered = sorted(titled, key=lambda one: one.iri)
    return Descriptions({key: frozenset(some) for key, some in about.items()}, tuple(ordered), criteria, between)


def _titled(iri: str, kind: str, title: str, labels: Iterable[tuple[str, frozenset[str]]]) -> Titled:
    own = frozenset(_words(title.removesuffix(_DRAFT))) - _FILLERS
    said = f" {' '.join(_words(title))} "
    also = frozenset(word for label, words in labels if f" {label} " in said for word in words)
    return Titled(iri, kind, own, also, title.endswith(_DRAFT))


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())


def described(
    words: Sequence[frozenset[str]], heads: Sequence[str], conditions: Sequence[About], known: Descriptions
) -> Iterator[Spoken]:
    """What the words (of each its forms, and of compounds the last part) describe."""
    for kind in ("CareProgramme", "Guideline"):
        at = [index for index in range(len(words)) if words[index] & _HEADS[kind] or heads[index] in _HEADS[kind]]
        if at:
            yield from _about(kind, frozenset(at), words, conditions, known)
    is_draft = any(forms & {"utkast", "utkastet"} for forms in words) or "utkast" in heads
    for kind in ("Page", "Chapter"):
        for place in range(len(words)):
            if words[place] & _HEADS[kind] or heads[place] in _HEADS[kind]:
                yield from _by_title(kind, place, words, is_draft, known)
    yield from _by_number(words, known)


def stems(form: str, head: str) -> Iterator[str]:
    """What the first part of a compound may be called by itself, when "program" or "riktlinje" is its head.

    >>> list(stems("självskadeprogram", "program"))
    ['självskade', 'självskada']
    """
    if form.endswith(head) and any(head in some for some in _HEADS.values()):
        stem = form.removesuffix(head).removesuffix("-")
        yield stem
        if stem.endswith(("s", "e")):
            yield stem[:-1] + ("a" if stem.endswith("e") else "")


def _about(
    kind: str, heads: frozenset[int], words: Sequence[frozenset[str]], conditions: Sequence[About], known: Descriptions
) -> Iterator[Spoken]:
    for one in _joined(words, conditions):
        places = {index for part in one for index in range(part.start, part.end)}
        found = frozenset[str].intersection(*(_of(kind, part, known) for part in one))
        start, end = min(places), max(places) + 1
        if len(found) != 1:
            continue
        if any(part.compound for part in one):
            if heads & places:
                yield Spoken(tuple(found), kind, _from(kind, start, words), end)
            continue
        place = start - 1
        while place >= 0 and place not in heads and words[place] & known.between:
            place -= 1
        if place in heads:
            yield Spoken(tuple(found), kind, _from(kind, place, words), end)
        elif end in heads:
            yield Spoken(tuple(found), kind, _from(kind, start, words), end + 1)


def _of(kind: str, one: About, known: Descriptions) -> frozenset[str]:
    return frozenset[str]().union(*(known.about.get((kind, iri), frozenset()) for iri in one.iris))


def _joined(words: Sequence[frozenset[str]], conditions: Sequence[About]) -> Iterator[tuple[About, ...]]:
    """Each condition by itself, and each two that "och" joins ("adhd och autism")."""
    for one in conditions:
        yield (one,)
        for other in conditions:
            if other.start == one.end + 1 and words[one.end] & {"och", "samt", "eller"}:
                yield (one, other)


def _from(kind: str, start: int, words: Sequence[frozenset[str]]) -> int:
    """Where the description begins: "de nationella riktlinjerna", "Socialstyrelsens riktlinjer"."""
    before = _BEFORE | _PUBLISHER if kind == "Guideline" else _BEFORE
    while start > 0 and words[start - 1] & before:
        start -= 1
    return start


def _by_title(
    kind: str, head: int, words: Sequence[frozenset[str]], is_draft: bool, known: Descriptions
) -> Iterator[Spoken]:
    """The page or chapter whose title has most of the words after the head, or the compound that the head ends."""
    first = head + 1
    while first < len(words) and words[first] & (known.between - {"vård", "stöd"}):
        first += 1
    best: dict[tuple[int, float], list[str]] = {}
    for one in known.titled:
        if one.kind != kind or one.is_draft != (is_draft and kind == "Page"):
            continue
        end, said = _run(first, words, one)
        if not said and kind == "Page":
            said = _first_part(words[head], one)
            end = head + 1
        if said:
            best.setdefault((end, len(said) / len(one.title | said)), []).append(one.iri)
    if best:
        end, share = max(best)
        iris = best[end, share]
        if len(iris) == 1 or (kind == "Chapter" and share == 1):
            yield Spoken(tuple(iris), kind, head, end)


def _run(first: int, words: Sequence[frozenset[str]], one: Titled) -> tuple[int, frozenset[str]]:
    """How far the words from `first` are all of a title, and which of its words they are."""
    said: set[str] = set()
    end = last = first
    while end < len(words):
        found = words[end] & (one.title | one.also)
        if found:
            said |= found & one.title or found
            last = end + 1
        elif not words[end] & _FILLERS:
            break
        end += 1
    return last, frozenset(said - _FILLERS)


def _first_part(forms: frozenset[str], one: Titled) -> frozenset[str]:
    """Of "dbt-sidan" what stands before the hyphen, where the title has it."""
    return frozenset(form.partition("-")[0] for form in forms if "-" in form) & (one.title | one.also)


def _by_number(words: Sequence[frozenset[str]], known: Descriptions) -> Iterator[Spoken]:
    """A criterion by its number: "kriterium 3", "kriterium nummer 3", "det tredje kriteriet"."""
    ordinals = ("första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde")
    for place, forms in enumerate(words):
        if not forms & {"kriterium", "kriteriet"}:
            continue
        after = place + 1
        while after < len(words) and words[after] & {"nummer", "nr"}:
            after += 1
        number = next((form for form in words[after] if form in known.criteria), None) if after < len(words) else None
        if number is not None:
            yield Spoken((known.criteria[number],), "Criterion", place, after + 1)
        elif place and (said := [index for index, word in enumerate(ordinals) if word in words[place - 1]]):
            yield Spoken((known.criteria[str(said[0] + 1)],), "Criterion", place - 1, place + 1)
