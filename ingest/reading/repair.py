"""The raw text of a block → the text that its author meant: one line, NFC, with broken words joined and slips mended.

Characters are mended by code, Swedish by the rules in `rules/repair.toml`; whether the halves of "nor-malbefolkningen"
make a word, a dictionary says (`ingest.reading.spelling`). Every change keeps track of where the characters came from.
Nothing is changed that could have been meant: what is in doubt stays as it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ingest.reading.alignment import Edit, edited, through, whole
from ingest.reading.spelling import Spelling
from ingest.rulebook import load_rules
from ontology.model import SourceRun
from ontology.privacy import MARK, redact

_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_INVISIBLE = f"{_CONTROL}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe"
_CHARACTERS = re.compile(f"[{_INVISIBLE}]+|[\u2010\u2011]|[\ufb00-\ufb06]")
"""What is no character of a text, hyphens that look like "-", and ligatures such as "ﬁ"."""
_SPACES = re.compile(r"\A\s+|\s+\Z|\s{2,}|[^\S ]")
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"\S[\u0300-\u036f]*")
"""A character with the accents that follow it."""
# U+FFFE and U+0002 are how PDFium gives a hyphen at the end of a line.
_LINE_END = re.compile(
    "(?<![^\\W_])(?P<first>(?>[^\\W_]+))(?P<out>(?P<hyphen>[-\u2010\u00ad\ufffe\x02])[ \t]*[\r\n]\\s*)"
    "(?=(?P<second>[^\\W_]+))"
)
_INSIDE = re.compile(r"(?<![\w-])(?P<first>[^\W\d_]{2,60})(?P<out>-)(?=(?P<second>[^\W\d_]{2,60})(?![\w-]))")
_ADDRESS = re.compile(r"://|www\.|@|[/=?]\S*[/=?]|\.(?:se|nu|com|org|net|eu)/")
_ADDRESS_CHARACTERS = 200
"""How far to each side of a place an address is looked for."""
_LONGEST_NUMBER = 20
"""Characters; no identity number is written with more."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text in good order, and where its characters stand in the raw one."""

    text: str
    origins: tuple[SourceRun, ...]


@dataclass(frozen=True, slots=True)
class RepairRule:
    """A pattern whose `group` gives way to `replacement`, where one of the characters in `needs` is there."""

    needs: str
    pattern: re.Pattern[str]
    group: str | int
    replacement: str


@dataclass(frozen=True, slots=True)
class _Hyphens:
    conjunctions: frozenset[str]
    kept: frozenset[str]


def repair(raw: str, spelling: Spelling) -> Repaired:
    """Mend a block; personal identity numbers are redacted last, so that none hides behind odd characters."""
    steps: tuple[Callable[[str], Iterable[Edit]], ...] = (
        lambda text: _broken_lines(text, spelling),
        _characters,
        _compositions,
        _spaces,
        lambda text: _broken_words(text, spelling),
        *(rule_edits(rule) for rule in repair_rules()),
        _identity_numbers,
    )
    text, origins = raw, whole(len(raw))
    for step in steps:
        if edits := list(step(text)):
            text, runs = edited(text, edits)
            origins = through(runs, origins)
    return Repaired(text, origins)


@cache
def repair_rules() -> tuple[RepairRule, ...]:
    """The rules that are data, in the order they are taken."""

    def compiled(rule: dict[str, str]) -> RepairRule:
        pattern = re.compile(rule["pattern"])
        return RepairRule(rule["needs"], pattern, "out" if "out" in pattern.groupindex else 0, rule["replacement"])

    return tuple(map(compiled, load_rules("repair")["rule"]))


def rule_edits(rule: RepairRule) -> Callable[[str], Iterator[Edit]]:
    """What one rule would change in a text whose white space is in order."""

    def edits(text: str) -> Iterator[Edit]:
        if not any(character in text for character in rule.needs):
            return
        for match in rule.pattern.finditer(text):
            if not _in_address(text, match.start()):
                yield Edit(*match.span(rule.group), rule.replacement)

    return edits


def _broken_lines(text: str, spelling: Spelling) -> Iterator[Edit]:
    """Hyphens at the end of a line: of the word, or of the line alone."""
    if "\n" not in text and "\r" not in text:
        return
    for match in _LINE_END.finditer(text):
        if match["hyphen"] == "\u00ad":
            replacement = ""
        elif match["second"].lower() in _hyphens().conjunctions:
            replacement = "- "
        else:
            replacement = "" if _breaks_line(match["first"], match["second"], spelling) else "-"
        yield Edit(*match.span("out"), replacement)


def _breaks_line(first: str, second: str, spelling: Spelling) -> bool:
    """Whether a hyphen at the end of a line is of no word: always so between the halves of an unknown one."""
    if not _could_be_halves(first, second) or first.lower() in _hyphens().kept or len(first) == 1:
        return False
    before, after = first.lower(), second.lower()
    return spelling.explains(before + after) or not (spelling.explains(before) and spelling.explains(after))


def _broken_words(text: str, spelling: Spelling) -> Iterator[Edit]:
    """Hyphens inside words, left from lines that were once broken there."""
    if "-" not in text:
        return
    for match in _INSIDE.finditer(text):
        first, second = match["first"].lower(), match["second"]
        if second in _hyphens().conjunctions and first not in _hyphens().conjunctions:
            if text[match.end("second") :].startswith(" ") and not _in_address(text, match.start()):
                yield Edit(match.end("out"), match.end("out"), " ")
        elif _is_broken_word(match["first"], second, spelling) and not _in_address(text, match.start()):
            yield Edit(*match.span("out"), "")


def _is_broken_word(first: str, second: str, spelling: Spelling) -> bool:
    """Whether the word is listed without its hyphen, or a compound only without it: "be-teendeförändrande"."""
    if not _could_be_halves(first, second) or first.lower() in _hyphens().kept:
        return False
    before, after = first.lower(), second.lower()
    if spelling.lists(before + after):
        return True
    return spelling.explains(before + after) and not (spelling.explains(before) and spelling.explains(after))


def _could_be_halves(first: str, second: str) -> bool:
    """No digits, and no capital but the first: neither "KBT-behandling" nor "Stockholm-Gotland"."""
    return (first + second).isalpha() and second.islower() and (first.islower() or first[1:].islower())


def _characters(text: str) -> Iterator[Edit]:
    for match in () if text.isascii() and text.isprintable() else _CHARACTERS.finditer(text):
        found = match[0]
        if found in "\u2010\u2011":
            yield Edit(*match.span(), "-")
        else:
            yield Edit(*match.span(), unicodedata.normalize("NFKC", found) if "\ufb00" <= found[0] <= "\ufb06" else "")


def _compositions(text: str) -> Iterator[Edit]:
    """What NFC changes: letter by letter where that is all, as in "a¨", else word by word."""
    if unicodedata.is_normalized("NFC", text):
        return
    for match in _WORD.finditer(text):
        word = unicodedata.normalize("NFC", match[0])
        if word == match[0]:
            continue
        letters = [(letter, unicodedata.normalize("NFC", letter[0])) for letter in _LETTER.finditer(match[0])]
        if "".join(after for _, after in letters) != word:
            yield Edit(*match.span(), word)
            continue
        for letter, after in letters:
            if after != letter[0]:
                yield Edit(match.start() + letter.start(), match.start() + letter.end(), after)


def _spaces(text: str) -> Iterator[Edit]:
    for match in () if text == " ".join(text.split()) else _SPACES.finditer(text):
        is_edge = match.start() == 0 or match.end() == len(text)
        yield Edit(*match.span(), "" if is_edge else " ")


def _identity_numbers(text: str) -> Iterator[Edit]:
    """What `redact` takes out. It is asked for the new text, and then how long a number it took in each place."""
    redacted = redact(text)
    if redacted == text:
        return
    place = there = 0
    while (mark := redacted.find(MARK, there)) >= 0:
        place += mark - there
        length = len(MARK) if text.startswith(MARK, place) else _length_of_number(text, place)
        if not text.startswith(MARK, place):
            yield Edit(place, place + length, MARK)
        place, there = place + length, mark + len(MARK)


def _length_of_number(text: str, start: int) -> int:
    ends = range(start + _LONGEST_NUMBER, start, -1)
    return next(end - start for end in ends if not text[end : end + 1].isdecimal() and redact(text[start:end]) == MARK)


def _in_address(text: str, place: int) -> bool:
    """Whether a place lies in a web or mail address, where nothing is a slip."""
    if text[place : place + 1] == " ":
        return False
    start = text.rfind(" ", max(place - _ADDRESS_CHARACTERS, 0), place) + 1
    end = text.find(" ", place, place + _ADDRESS_CHARACTERS)
    bounds = max(start, place - _ADDRESS_CHARACTERS), end if end >= 0 else place + _ADDRESS_CHARACTERS
    return _ADDRESS.search(text, *bounds) is not None


@cache
def _hyphens() -> _Hyphens:
    data = load_rules("repair")["hyphens"]
    return _Hyphens(frozenset(data["conjunctions"]), frozenset(data["kept"]))
