"""A direct answer and what it should say → right or not. Pure.

Values are compared as sets of normalised texts, so order, case, "fem" for 5, a final genitive and the form of a date do
not count: what is judged is what was answered, not how it is spelt.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search.types import DirectAnswer

_NUMBERS: Final = """
noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo
"""
_DIGITS: Final = {word: str(number) for number, word in enumerate(_NUMBERS.split())} | {"en": "1"}
_MONTHS: Final = """
januari februari mars april maj juni juli augusti september oktober november december
""".split()  # noqa: SIM905
_DATE: Final = re.compile(rf"\b(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)}) (\d{{4}})\b")
_THOUSANDS: Final = re.compile(r"(?<=\d)\s(?=\d{3}\b)")
_EDGES: Final = " .,;:!?\"'”“’»«()"
_GENITIVE: Final = re.compile(r"(?<=\w\w\w[^\W\ds])s$")
_NAMING: Final = frozenset({"entity", "date"})


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """How one direct answer did. `expected` is how many values it should have; 0 for a question without an answer.

    `exact` is 1 or 0, `f1` 0 to 1; for a question without an answer both are 1 when none was given.
    """

    expected: int
    exact: float
    f1: float
    given: tuple[str, ...]
    """Labels of the values given; the text where there are none; empty where no answer was given."""


def judge_answer(question: str, expected: Sequence[str], answer: DirectAnswer | None) -> AnswerScore:
    """Judge a direct answer against the values that it should have.

    * No answer, or one of type "unknown", is right where nothing is expected, and wrong elsewhere.
    * Otherwise the labels of its values are compared with what is expected, as sets of normalised texts: `exact` when
      they are equal, `f1` from how many they share.
    * An answer without values says what its text says: yes or no is the first word, a number the first one in it.
    * One expected name or date is also right when the only value, or the sentence around it, has it as whole words:
      the value may be "Socialstyrelsen (SoS)", or "SKR" in a sentence that writes it out. A sentence that repeats the
      question proves nothing, so what the question itself says is not looked for in it; numbers and yes or no are not
      either, since a sentence has other numbers and another "ja".
    """
    given = _given(answer)
    if answer is None or not given:
        right = float(not expected)
        return AnswerScore(len(expected), right, right, ())
    if not expected:
        return AnswerScore(0, 0.0, 0.0, given)
    wanted, got = {normalise(text) for text in expected}, {normalise(text) for text in given}
    if wanted == got or (len(expected) == 1 and _says(answer, next(iter(wanted)), normalise(question))):
        return AnswerScore(len(expected), 1.0, 1.0, given)
    return AnswerScore(len(expected), 0.0, round(2 * len(wanted & got) / (len(wanted) + len(got)), 4), given)


def normalise(text: str) -> str:
    """A value as it is compared: case, space, edges, numbers, dates and a final genitive made equal.

    >>> normalise(" Socialstyrelsens. "), normalise("Fem"), normalise("den 1 juli 2024"), normalise("12 500")
    ('socialstyrelsen', '5', '2024-07-01', '12500')
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_EDGES)
    folded = _DATE.sub(_iso, _THOUSANDS.sub("", folded)).removeprefix("den ")
    return _GENITIVE.sub("", _DIGITS.get(folded, folded))


def _given(answer: DirectAnswer | None) -> tuple[str, ...]:
    if answer is None or answer.type == "unknown":
        return ()
    if answer.values:
        return tuple(value.label for value in answer.values)
    if answer.type == "boolean":
        return tuple(answer.text.split()[:1])
    if answer.type == "count":
        words = (normalise(word) for word in _THOUSANDS.sub("", answer.text).split())
        return tuple(word for word in words if word.isdigit())[:1] or (answer.text,)
    return (answer.text,)


def _says(answer: DirectAnswer, wanted: str, question: str) -> bool:
    if answer.type not in _NAMING or len(answer.values) > 1:
        return False
    if any(_has(normalise(value.label), wanted) for value in answer.values):
        return True
    return not _has(question, wanted) and _has(normalise(answer.text), wanted)


def _has(text: str, wanted: str) -> bool:
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}s?(?!\w)", text) is not None


def _iso(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"{year}-{_MONTHS.index(month) + 1:02}" + (f"-{int(day):02}" if day else "")
