"""Abbreviations that a text explains itself: "kognitiv beteendeterapi (KBT)", "KBT (kognitiv beteendeterapi)".

The rule of Schwartz and Hearst (2003, https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf): each letter
of the short form stands, in order, in the long form, and the first one begins it. It finds letters inside Swedish
compounds too ("beteendeterapi").
"""

import re
from collections.abc import Iterator

from ontology.model import Abbreviation

_SHORT = r"[A-ZÅÄÖ][A-Za-zÅÄÖåäö]*(?:[-–/]?[A-ZÅÄÖ0-9][A-Za-zÅÄÖåäö0-9]*)*"
_AFTER = re.compile(rf"\s?\(({_SHORT})\)|, ({_SHORT})(?=[,.;)]|$| -)", re.MULTILINE)
_BEFORE = re.compile(rf"\b({_SHORT})(?: \(| [-–] )([a-zåäöA-ZÅÄÖ][^()\n.;]{{4,80}}?)(?:\)|(?=[.;\n]|$))", re.MULTILINE)
_LONGEST = 10
_WORD = re.compile(r"[\w-]+")


def find_abbreviations(text: str) -> tuple[Abbreviation, ...]:
    """The short forms that a text defines, in order, each once."""
    found = sorted([*_after_long(text), *_before_long(text)], key=lambda one: one.start)
    return tuple({one.short: one for one in reversed(found)}[short] for short in dict.fromkeys(o.short for o in found))


def _after_long(text: str) -> Iterator[Abbreviation]:
    for match in _AFTER.finditer(text):
        short = match[1] or match[2]
        if not _is_short_form(short):
            continue
        line = text.rfind("\n", 0, match.start()) + 1
        words = list(_WORD.finditer(text, line, match.start()))[-min(len(short) + 5, 2 * len(short)) :]
        for word in reversed(words):
            long = text[word.start() : match.start()].strip()
            if "(" in long or ")" in long:
                break
            if len(long) > len(short) and _explains(long, short):
                yield Abbreviation(short, long, word.start(), match.end())
                break


def _before_long(text: str) -> Iterator[Abbreviation]:
    for match in _BEFORE.finditer(text):
        if _is_short_form(match[1]) and _explains(match[2], match[1]):
            yield Abbreviation(match[1], match[2].strip(), match.start(), match.end())


def _is_short_form(short: str) -> bool:
    return 2 <= len(short) <= _LONGEST and sum(letter.isupper() for letter in short) >= 2


def _explains(long: str, short: str) -> bool:
    """Whether the letters of the short form stand in the long one in order, from its beginning to its last word."""
    letters = [letter.lower() for letter in short if letter.isalnum()]
    text = long.lower()
    if not text or not letters or text[0] != letters[0] or short.lower() in text.split():
        return False
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return " " not in text[at:].strip()
