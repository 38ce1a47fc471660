"""Templates × a question → those that fit it, the closest first.

A template fits when every thing that it needs is named, each of its groups of words is there, and nothing in the question
is left that neither it nor the list of plain words explains. The last is what keeps it from answering another question:
of "Hur många patienter har NPO psykisk hälsa?" no template explains the patients.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.asked import Asked, Named
from search.template import Template, Words


@dataclass(frozen=True, slots=True)
class Fit:
    """A template with the things that its slots were given, by variable; `checked` is what a yes-or-no is about."""

    template: Template
    given: Mapping[str, Named]
    checked: Named | None
    rank: tuple[float, int, int]
    """Higher is closer: things named, groups of words, words that they explain."""


def fitting(asked: Asked, templates: Iterable[Template]) -> tuple[Fit, ...]:
    """The templates that fit, closest first; of equally close ones by name."""
    fits = (fit for template in templates if (fit := _fit(asked, template)) is not None)
    return tuple(sorted(fits, key=lambda fit: (*(-part for part in fit.rank), fit.template.name)))


def _fit(asked: Asked, template: Template) -> Fit | None:
    if asked.form not in template.forms or not _is_in_tense(asked, template):
        return None
    assigned = _assign(asked, template)
    if assigned is None:
        return None
    given, checked = assigned
    things = [*given.values(), *([checked] if checked else [])]
    again = {named.iris for named in things}
    taken = {place for named in asked.named if named.iris in again and not named.short for place in named.places}
    taken |= {place for named in things for place in named.places}
    rest = [index for index in range(len(asked.words)) if index not in taken]
    asking: set[int] = set()
    for group in template.words:
        explained = _explained(asked.words, rest, group)
        if not explained:
            return None
        asking |= explained
    if not set(rest) <= asking | asked.plain | _explained(asked.words, rest, template.allow):
        return None
    weight = sum(0.5 if named.short else 1.0 for named in things)
    return Fit(template, given, checked, (weight, len(template.words), len(asking)))


def _is_in_tense(asked: Asked, template: Template) -> bool:
    if asked.told or (asked.as_of is not None and template.knows_time):
        return template.knows_time and template.tense != "past"
    if asked.past:
        return template.tense != "present"
    return template.tense != "past"


def _assign(asked: Asked, template: Template) -> tuple[dict[str, Named], Named | None] | None:
    """The things for the slots, those that must be given first; None when one of these is not named."""
    given: dict[str, Named] = {}
    free = sorted(asked.named, key=lambda named: (named.short, named.start))
    for slot in sorted(template.slots, key=lambda slot: slot.optional):
        fits = [named for named in free if named.types & slot.types]
        if slot.optional:
            fits = [named for named in fits if not named.short]
        if not fits:
            if slot.optional:
                continue
            return None
        given[slot.variable] = fits[0]
        free = _clear_of(fits[0], free)
    if asked.form != "yes-no" or not template.check:
        return given, None
    checked = next((named for named in free if named.types & template.check), None)
    return (given, checked) if checked else None


def _clear_of(taken: Named, free: Sequence[Named]) -> list[Named]:
    return [named for named in free if not named.places & taken.places]


def _explained(words: Sequence[frozenset[str]], rest: Sequence[int], group: Words) -> set[int]:
    """The words, of those that are left, that an alternative of the group matches."""
    found: set[int] = set()
    for alternative in group.alternatives:
        length = len(alternative)
        for place in range(len(rest) - length + 1):
            run = rest[place : place + length]
            if all(
                any(pattern.fullmatch(form) for form in words[index])
                for pattern, index in zip(alternative, run, strict=True)
            ):
                found.update(run)
    return found
