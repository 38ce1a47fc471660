"""What a question lets one expect in its answer (a time, a number, yes or no …), and which passages hold such a thing.

"Hur länge …" is answered by a passage with a duration. Words and vectors hardly see that, so it is measured apart and
counts beside the channels. Expected answer types are as old as question answering (Moldovan et al. 2000, The structure
and performance of an open-domain question answering system); what asks and what shows is data: expected_answers.toml.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from search.types import AnalysedQuestion


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One kind of answer: what it is called in Swedish, how it is asked for and how it shows."""

    name: str
    label: str
    asks: re.Pattern[str]
    shows: re.Pattern[str]
    examples: tuple[tuple[str, str], ...]


@cache
def answer_kinds() -> tuple[AnswerKind, ...]:
    """All kinds, in the order in which a question is tried against them."""
    stored = tomllib.loads((files("search") / "expected_answers.toml").read_text(encoding="utf-8"))["kind"]
    return tuple(
        AnswerKind(
            name=kind["name"],
            label=kind["label"],
            asks=re.compile("|".join(kind["asks"])),
            shows=re.compile("|".join(kind["shows"])),
            examples=tuple((question, answer) for question, answer in kind["examples"]),
        )
        for kind in stored
    )


def expected_kind(question: str) -> AnswerKind | None:
    """The kind of answer that a question asks for, if it says so.

    >>> expected_kind("Hur länge pågår behandlingen?").name
    'duration'
    """
    asked = question.lower().strip()
    return next((kind for kind in answer_kinds() if kind.asks.search(asked)), None)


def asks_what_not(question: AnalysedQuestion) -> bool:
    """Whether a question asks what should not be done: a passage that warns of something answers it.

    "Bör man avstå från sjukskrivning?" names what it asks about itself.
    """
    return question.negated and question.type in ("advice", "list")


def shown_kinds(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Which kinds each text shows, (n,): bit i for kind i."""
    found = np.zeros(len(texts), np.uint8)
    for row, text in enumerate(texts):
        lowered = text.lower()
        found[row] = sum(1 << bit for bit, kind in enumerate(answer_kinds()) if kind.shows.search(lowered))
    return found


def showing(kind: AnswerKind | None, shown: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which passages show the kind that is asked for, (n,); none where no kind is."""
    bit = 0 if kind is None else 1 << answer_kinds().index(kind)
    return np.bitwise_and(shown, np.uint8(bit)).astype(np.bool_)
