"""Things that a question names by what they are: "svår", "lindrig till medelsvår", "kan-råd", "teamet"."""

import re
from collections.abc import Iterator, Sequence

from search.fieldnames import find_fields
from search.named import Named
from search.names import Names

_GRADE = re.compile(r"(bör|kan|ska)-\w+")
"""A word for a measure by the strength of its recommendation: "kan-åtgärd"."""
_BETWEEN = frozenset(["till", "och", "eller"])
"""Words between two severities ("lindrig till medelsvår")."""
_DEFINITE = ("en", "et", "an", "n")
"""How a noun ends that speaks of what is known."""
_MODAL = frozenset(["bör", "kan", "ska"])
_QUOTING = frozenset(
    ["styrka", "styrkan", "nivån", "ordet", "ett", "med", "än", "betyder", "motsvarar", "innebär", "mot", "eller"]
)
"""Words before a modal verb that is quoted: "styrkan bör"."""


def graded(words: Sequence[frozenset[str]], mentioned: Sequence[Named], names: Names) -> Iterator[Named]:
    """What the words (of each its forms) name so, beside what is mentioned by name."""
    fields = [
        Named(
            iris,
            frozenset({names.fields.kinds[iris[0]], "name", *_how_full(words[start:end], iris[0], names)}),
            start,
            end,
        )
        for iris, start, end in find_fields(words, names.fields)
        if not _is_verb(words, start, end)
    ]
    severities = [one for one in fields if "severity" in one.types]
    yield from fields
    yield from _ranges(words, severities)
    yield from _without_severity(words, mentioned, severities, names)
    yield from _by_grade(words, names)
    yield from _by_head(words, mentioned, names)


def _how_full(words: Sequence[frozenset[str]], iri: str, names: Names) -> Iterator[str]:
    """Whether it is named in full, by a label of several words: "bör erbjudas", where "bör" alone is but a verb."""
    label = names.fields.labels[iri].lower().split()
    if len(label) == len(words) > 1 and all(own in said for own, said in zip(label, words, strict=True)):
        yield "label"


def _is_verb(words: Sequence[frozenset[str]], start: int, end: int) -> bool:
    """Whether "kan" and the like is just a verb; what has it quoted ends in it or says so before."""
    if end != start + 1 or not words[start] & _MODAL or end == len(words):
        return False
    return not start or not words[start - 1] & _QUOTING


def _ranges(words: Sequence[frozenset[str]], severities: Sequence[Named]) -> Iterator[Named]:
    """Two severities with a word between them are any of the two: "lindrig till medelsvår"."""
    for first in severities:
        for last in severities:
            if last.start == first.end + 1 and words[first.end] & _BETWEEN:
                yield Named((*first.iris, *last.iris), first.types, first.start, last.end)


def _without_severity(
    words: Sequence[frozenset[str]], mentioned: Sequence[Named], severities: Sequence[Named], names: Names
) -> Iterator[Named]:
    """ "Svår depression" is a condition, but "hur svår depression" asks of depression."""
    ends = {one.end for one in severities}
    for one in mentioned:
        last = one.end - 1
        if last == one.start + 1 and last in ends:
            for iris in {names.single[form] for form in words[last] if form in names.single}:
                yield Named(iris, names.types[iris[0]] | {"name"}, last, one.end)


def _by_grade(words: Sequence[frozenset[str]], names: Names) -> Iterator[Named]:
    for index, forms in enumerate(words):
        for grade in {found[1] for form in forms if (found := _GRADE.fullmatch(form))}:
            for iris, _, _ in find_fields([frozenset({grade})], names.fields):
                yield Named(iris, frozenset({"strength", "hyphened"}), index, index + 1, compound=True)


def _by_head(words: Sequence[frozenset[str]], mentioned: Sequence[Named], names: Names) -> Iterator[Named]:
    """ "Teamet", "utredningen": the one intervention that there is advice on, by the last word of its name."""
    taken = {place for one in mentioned for place in one.places}
    for index, forms in enumerate(words):
        for iri in {names.heads[form] for form in forms if form in names.heads}:
            if index not in taken and any(form.endswith(_DEFINITE) for form in forms - set(names.heads)):
                yield Named((iri,), frozenset({"intervention", "name"}), index, index + 1)
