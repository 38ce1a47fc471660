"""The words of a question → the time that it is about: "hur många arbetsgrupper fanns 2017" → 2017.

For direct answers alone: what held in 2017 is told by later documents too, so a time that is read here never keeps
passages away, as one that the asker gives does.

What is decided where words leave a choice: "före" and "innan" a year is the year before, "efter" one the year after,
before a month or day the one before; of "mellan A och B" and "A–B" it is B, since what held at the end is asked for
more often than what held at the beginning. A time that is given by an event ("innan VGR tog över") is left to those
who know the event.
"""

import re
from datetime import date, timedelta
from typing import Final

_NAMES: Final = (
    "januari jan january",
    "februari feb february",
    "mars march",
    "april apr",
    "maj may",
    "juni jun june",
    "juli jul july",
    "augusti aug august",
    "september sep sept",
    "oktober okt oct october",
    "november nov",
    "december dec",
)
_MONTHS: Final = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_WORDS: Final = ["ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]
_NUMBERS: Final = {name: number for number, name in enumerate(_WORDS, start=1)}
_MONTH: Final = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_YEAR: Final = r"(?P<year>(?:19[5-9]|20[0-4])\d)"
_AMOUNTS: Final = (
    r"(?!\s*(?:kr\b|kronor|miljon|milj|tusen|patient|person|barn|vuxna|deltagar|%|procent|mg\b|gånger|st\b))"
)
_NO_WORD_BEFORE: Final = r"(?:(?<![\w.,:/-])|(?<=\b(?:19|20)\d\d-)(?<![-/]\d{4}-))"
_NO_WORD_AFTER: Final = r"(?![\w/:]|[.,-]\d)"
_DATE: Final = (
    rf"{_NO_WORD_BEFORE}(?:"
    rf"(?P<iso>(?:19[5-9]|20[0-4])\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)"
    rf"|(?P<day>[12]\d|3[01]|0?[1-9])(?:\s?:?e)?\s+{_MONTH}\s+{_YEAR}"
    rf"|{_MONTH.replace('month', 'month2')}\s+(?:år\s+)?{_YEAR.replace('year', 'year2')}"
    rf"|{_YEAR.replace('year', 'year3')}(?!-?talet){_AMOUNTS}"
    rf"){_NO_WORD_AFTER}"
)
_POINT: Final = re.compile(_DATE, re.IGNORECASE)
_BEFORE: Final = re.compile(r"\b(?:innan|före|fram till|tidigare än|before)\s+(?:år\s+|den\s+)?$", re.IGNORECASE)
_AFTER: Final = re.compile(r"\b(?:efter|senare än|after)\s+(?:år\s+|den\s+)?$", re.IGNORECASE)
_AGO: Final = re.compile(
    rf"\bför\s+(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?P<unit>år|månad|månader)\s+se(?:d[ae]n|n)\b",
    re.IGNORECASE,
)
_LAST_YEAR: Final = re.compile(r"\b(?:förra året|i fjol|ifjol|föregående år|last year)\b", re.IGNORECASE)
_THIS_YEAR: Final = re.compile(r"\b(?:i år|detta år|innevarande år|this year)\b", re.IGNORECASE)
_LAST_MONTH: Final = re.compile(r"\bförra månaden\b", re.IGNORECASE)
_NOW: Final = re.compile(
    r"\b(?:idag|i dag|nu|just nu|för närvarande|nuvarande|numera|i dagsläget|today|now|currently|current)\b",
    re.IGNORECASE,
)
_YESTERDAY: Final = re.compile(r"\b(?:igår|i går)\b", re.IGNORECASE)
_NOT_NOW: Final = re.compile(r"\b(?:från och med nu|fr\.o\.m\. nu|från nu)\b", re.IGNORECASE)


def as_of(text: str, today: date) -> str | None:
    """The year, month or day that a question is about; None when its words give none.

    >>> as_of("vilka regioner var värdar före 2021?", date(2026, 11, 22))
    '2020'
    >>> as_of("vem var ordförande i januari 2021", date(2026, 11, 22))
    '2021-01'
    """
    points = [found for match in _POINT.finditer(text) if (found := _point(match, text)) is not None]
    if points:
        return points[-1]
    return _relative(text, today)


def _point(match: re.Match[str], text: str) -> str | None:
    """The time that a match names, moved by the word before it."""
    try:
        named = _named(match)
    except ValueError:
        return None  # 31 februari
    before = text[: match.start()]
    if _BEFORE.search(before):
        return _moved(named, -1)
    return _moved(named, 1) if _AFTER.search(before) else named


def _named(match: re.Match[str]) -> str:
    if iso := match["iso"]:
        return date.fromisoformat(iso).isoformat() if len(iso) == len("2021-01-01") else iso
    if match["day"]:
        return date(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"])).isoformat()
    if match["month2"]:
        return f"{match['year2']}-{_MONTHS[match['month2'].lower()]:02}"
    return match["year3"]


def _moved(when: str, step: int) -> str:
    """The year, month or day before (-1) or after (1)."""
    if len(when) == len("2021"):
        return str(int(when) + step)
    if len(when) == len("2021-01"):
        months = int(when[:4]) * 12 + int(when[5:]) - 1 + step
        return f"{months // 12}-{months % 12 + 1:02}"
    return (date.fromisoformat(when) + timedelta(days=step)).isoformat()


def _relative(text: str, today: date) -> str | None:
    if found := _AGO.search(text):
        number = int(found["number"]) if found["number"].isdecimal() else _NUMBERS[found["number"].lower()]
        return str(today.year - number) if found["unit"].lower() == "år" else _months_before(today, number)
    if _NOT_NOW.search(text):
        return None
    meant = (
        (_LAST_YEAR, str(today.year - 1)),
        (_THIS_YEAR, str(today.year)),
        (_LAST_MONTH, _months_before(today, 1)),
        (_YESTERDAY, (today - timedelta(days=1)).isoformat()),
        (_NOW, today.isoformat()),
    )
    return next((when for pattern, when in meant if pattern.search(text)), None)


def _months_before(today: date, number: int) -> str:
    months = today.year * 12 + today.month - 1 - number
    return f"{months // 12}-{months % 12 + 1:02}"
