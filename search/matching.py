"""Templates × a question → those that fit it, the closest first.

A template fits when every thing that it needs is named, each of its groups of words is there, and nothing in the
question is left that neither it nor the list of plain words explains. The last is what keeps it from answering another
question: of "Hur många patienter har NPO psykisk hälsa?" no template explains the patients.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from search.asked import Asked
from search.named import Named
from search.template import Slot, Template, Words

Shelves: TypeAlias = Mapping[str, Sequence[Template]]
"""Templates by a word that a question must have for them, so that most of them need not be looked at."""

_NARROWING = 0.25
"""What a severity weighs beside the thing that it narrows: "svår depression" has a name of its own."""


_PRONOUNS = frozenset(["den", "det", "de", "dem"])


@dataclass(frozen=True, slots=True)
class Fit:
    """A template with the things that its slots were given, by variable; `checked` is what a yes-or-no is about."""

    template: Template
    given: Mapping[str, Named]
    checked: Named | None
    rank: tuple[float, int, int, int]
    """Higher is closer: things named, groups of words, words that they explain, words that name things."""


def shelve(templates: Iterable[Template]) -> Shelves:
    """Templates under each word of the smallest of their groups of which one must be said; under "" without any."""
    shelves: defaultdict[str, list[Template]] = defaultdict(list)
    for template in templates:
        needed = [group.single for group in template.words if not group.runs]
        for word in min(needed, key=len, default=[""]):
            shelves[word].append(template)
    return shelves


def fitting(asked: Asked, shelves: Shelves) -> tuple[Fit, ...]:
    """The templates that fit, closest first; of equally close ones by name."""
    said = frozenset[str]().union(*asked.words, *asked.parts, asked.heads)
    near = {template.name: template for word in ("", *said) for template in shelves.get(word, ())}
    likely = (template for template in near.values() if _is_likely(asked, said, template))
    fits = (fit for template in likely if (fit := _fit(asked, template)) is not None)
    return tuple(sorted(fits, key=lambda fit: (*(-part for part in fit.rank), fit.template.name)))


def _is_likely(asked: Asked, said: frozenset[str], template: Template) -> bool:
    """Whether the question has something of all that the template needs; most have not, which this is quick to see."""
    return (
        asked.form in template.forms
        and all(
            not group.single.isdisjoint(said) or any(said.issuperset(run) for run in group.runs)
            for group in template.words
        )
        and all(slot.optional or any(_is_of(one, slot.types) for one in asked.named) for slot in template.slots)
    )


def _fit(asked: Asked, template: Template) -> Fit | None:
    if not _is_in_tense(asked, template):
        return None
    if asked.defines and not template.slots:
        return None  # a list of all that there is does not say what one is
    everywhere = range(len(asked.words))
    heads = frozenset(place for named in asked.named if named.compound for place in named.places)
    if _explained(asked, everywhere, template.never, heads=heads) or not all(
        group.runs or _explained(asked, everywhere, group, template.known, heads) for group in template.words
    ):  # runs are looked for later, between the things that are named
        return None
    if not _can_explain(asked, template):
        return None
    return next((fit for given in _assignments(asked, template) if (fit := _explain(asked, template, *given))), None)


def _can_explain(asked: Asked, template: Template) -> bool:
    """Whether every word could be explained, were all that is named given to the slots."""
    left = set(range(len(asked.words))) - asked.plain
    left -= {place for one in asked.named if not one.compound for place in one.places}
    return all(
        asked.heads[place] in template.every or not template.every.isdisjoint(asked.words[place] | asked.parts[place])
        for place in left
    )


def _explain(asked: Asked, template: Template, given: Mapping[str, Named], checked: Named | None) -> Fit | None:
    """The fit of a template with these things, when the words that are left are what it expects."""
    things = [*given.values(), *([checked] if checked else [])]
    again = {named.iris for named in things}
    taken = {
        place
        for named in asked.named
        if named.iris in again and not (named.short or named.described)
        for place in named.places
    }
    taken |= {place for named in things for place in named.places}
    heads = frozenset(place for named in things if named.compound for place in named.places)
    taken -= heads  # the rest of the word is to be explained
    rest = [index for index in range(len(asked.words)) if index not in taken]
    if 0 in taken:  # "SKS – vad står det för?": the pronoun stands for the thing, and does not count either
        rest = [index for index in rest if index not in asked.plain or asked.words[index].isdisjoint(_PRONOUNS)]
    asking: set[int] = set()
    for group in template.words:
        explained = _explained(asked, rest, group, template.known, heads)
        if not explained:
            return None
        asking |= explained
    allowed = _explained(asked, rest, template.allow, heads=heads)
    if not set(rest) <= asking | asked.plain | allowed:
        return None
    weight = sum(_weight(named) for named in things)
    return Fit(template, given, checked, (weight, len(template.words), len(asking), len(taken)))


def _weight(named: Named) -> float:
    if named.short or named.described:
        return 0.5
    return _NARROWING if "severity" in named.types else 1.0


def _is_in_tense(asked: Asked, template: Template) -> bool:
    if asked.told or (asked.as_of is not None and template.knows_time):
        return template.knows_time and template.tense != "past"
    if asked.past:
        return template.tense != "present"
    return template.tense != "past"


def _assignments(asked: Asked, template: Template) -> Iterator[tuple[dict[str, Named], Named | None]]:
    """Every way to give the slots things that the question names, named in full first; optional ones last."""
    named = sorted(asked.named, key=lambda one: (one.short, one.described, one.start))
    slots = sorted(template.slots, key=lambda slot: slot.optional)
    for given, free in _filled(slots, named):
        if template.needs and template.needs.isdisjoint(given):
            continue
        if asked.form != "yes-no" or not template.check:
            yield given, None
        else:
            yield from ((given, one) for one in free if _is_of(one, template.check))


def _filled(slots: Sequence[Slot], named: Sequence[Named]) -> Iterator[tuple[dict[str, Named], Sequence[Named]]]:
    if not slots:
        yield {}, named
        return
    first, *others = slots
    for one in named:
        if _is_of(one, first.types) and not (first.optional and one.short):
            free = [other for other in named if not other.places & one.places]
            yield from (({first.variable: one, **given}, left) for given, left in _filled(others, free))
    if first.optional:
        yield from _filled(others, named)


def _is_of(named: Named, types: frozenset[frozenset[str]]) -> bool:
    return any(wanted <= named.types for wanted in types)


def _explained(
    asked: Asked,
    rest: Sequence[int],
    group: Words,
    known: frozenset[str] = frozenset(),
    heads: frozenset[int] = frozenset(),
) -> set[int]:
    """The words, of those that are left, that an alternative of the group is.

    A compound counts by one of its parts when the others are known words too: "värdregion" by "värd" and "region". Of
    the words at `heads` the first part names a thing, and only the last one is looked at.
    """
    found = {index for index in rest if asked.words[index] & group.single}
    found |= {index for index in heads.intersection(rest) if asked.heads[index] in group.single}
    if known:
        found |= {index for index in rest if asked.parts[index] & group.single and asked.parts[index] <= known}
    for run in group.runs:
        for place in range(len(rest) - len(run) + 1):
            indices = rest[place : place + len(run)]
            if all(word in asked.words[index] for word, index in zip(run, indices, strict=True)):
                found.update(indices)
    return found
