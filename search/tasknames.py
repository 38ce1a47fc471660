"""Tasks, mandates, requirements and decisions × the words of a question → those that it speaks of.

A task has no name that people use; its label is a clause ("att verka för gemensamma begrepp, termer, kodverk och
standarder") and questions say the same with the verb inflected and perhaps not to its end. So a task is named by a run
of words that are all its own, the verb among them, and that are no small part of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph import queries
from ontology import terms as t

_INFINITIVE = ("a", "stå", "få", "gå", "ge", "se")
_LEAST = 0.4
"""The part of a task's own words that must be there …"""
_LEAST_OF_TWO = 0.6
"""… and where they are only two: "leda kunskapsstyrningen" says less than to lead it within an area of one's own."""
_STEM = 4
"""Words are the same by a common beginning of at least this length …"""
_ENDING = 3
"""… where neither has more than this left."""
_SHORT = 3
"""A whole word of this length may be the beginning of the other ("gap", "gapen")."""


_CLASSES = {"Task": "task", "Mandate": "mandate", "Requirement": "requirement", "Decision": "decision"}
"""Classes whose things are named so, and the kind that slots know each by."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task or the like by its words, lower case: those that mean something, and its first verb, where it has one."""

    iri: str
    kind: str
    words: tuple[str, ...]
    verb: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """The things of one kind that words `start` to `end` (half open) speak of; several where each is as full."""

    iris: tuple[str, ...]
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks, and their distinct words by their beginnings, since most questions speak of none."""

    tasks: tuple[Task, ...]
    words: Mapping[str, tuple[str, ...]]


def read_tasks(store: ox.Store, plain: frozenset[str]) -> Tasks:
    """The tasks that people have written down; words that are plain in a question say nothing of a task either."""
    found = [task for name, kind in _CLASSES.items() for task in _of_class(store, name, kind, plain)]
    return index_tasks(sorted(found, key=lambda task: (task.kind, task.iri)))


def index_tasks(found: Sequence[Task]) -> Tasks:
    """Tasks with their words by their beginnings."""
    words: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for task in found:
        for word in task.words:
            words[word[:_SHORT]][word] = None
    return Tasks(tuple(found), {start: tuple(some) for start, some in words.items()})


def _of_class(store: ox.Store, name: str, kind: str, plain: frozenset[str]) -> Iterator[Task]:
    for quad in store.quads_for_pattern(None, ox.NamedNode(t.RDF_TYPE), ox.NamedNode(t.VIP + name), None):
        if isinstance(quad.subject, ox.NamedNode):
            for row in queries.select(store, "label", resource=quad.subject):
                label = re.sub(
                    r"^(att|beslutet (att|om)|.*rekommendation om) ", "", queries.string(row, "label").lower()
                )
                words = re.findall(r"[\w-]+", label)
                own = tuple(word for word in words if word not in plain)
                has_verb = own[:1] == tuple(words[:1]) and words[0].endswith(_INFINITIVE) and words[0] != "låta"
                yield Task(quad.subject.value, kind, own, words[0] if has_verb and kind != "decision" else "")


def spoken_tasks(words: Sequence[frozenset[str]], plain: frozenset[int], tasks: Tasks) -> Iterator[Spoken]:
    """What tasks the words (of each its forms) speak of; of each kind the fullest match only."""
    places = _places(words, plain, tasks)
    by_kind: dict[str, dict[tuple[float, int, int], list[str]]] = {}
    for task in tasks.tasks:
        if (found := _span(len(words), plain, task, places)) is not None:
            by_kind.setdefault(task.kind, {}).setdefault(found, []).append(task.iri)
    for kind, by_share in by_kind.items():
        share, start, end = max(by_share)
        yield Spoken(tuple(by_share[share, start, end]), kind, start, end)


def _places(words: Sequence[frozenset[str]], plain: frozenset[int], tasks: Tasks) -> dict[str, set[int]]:
    """Where each word of some task stands in the question."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for index, forms in enumerate(words):
        if index not in plain:
            for form in forms:
                for own in tasks.words.get(form[:_SHORT], ()):
                    if _alike(form, own):
                        places[own].add(index)
    return dict(places)


def _span(
    count: int, plain: frozenset[int], task: Task, places: Mapping[str, set[int]]
) -> tuple[float, int, int] | None:
    """The share of the task's words and where they stand."""
    mine = {own: places[own] for own in task.words if own in places}
    if len(mine) < 2 or (task.verb and task.verb not in mine):
        return None
    found = []
    for run in _runs(count, plain, frozenset[int]().union(*mine.values())):
        said = [own for own in task.words if own in mine and mine[own] & set(run)]
        share = len(said) / len(task.words) if len(said) > 1 else 0.0
        if (not task.verb or task.verb in said) and share >= (_LEAST_OF_TWO if len(said) == 2 else _LEAST):
            found.append((share, run[0], run[-1] + 1))
    return max(found, default=None)


def _runs(count: int, plain: frozenset[int], own: frozenset[int]) -> list[list[int]]:
    """Runs of words that are the task's own; plain ones between them do not count."""
    runs: list[list[int]] = [[]]
    for index in range(count):
        if index in plain:
            continue
        if index in own:
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _alike(one: str, other: str) -> bool:
    """Whether two words are forms of one, as far as their beginnings tell.

    >>> _alike("kriterierna", "kriterier"), _alike("tar", "ta"), _alike("resurscentrum", "resurscentra")
    (True, False, True)
    """
    if one == other:
        return True
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if same == min(len(one), len(other)) >= _SHORT:
        return max(len(one), len(other)) - same <= _ENDING
    return same >= _STEM and len(one) - same <= _ENDING and len(other) - same <= _ENDING
