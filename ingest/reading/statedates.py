"""Dates as people write them → as sources give them: "22 februari 2019" → "2019-02-22", "mars 2016" → "2016-03"."""

import re
from typing import Final

from ontology.dates import is_date

_MONTHS: Final = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_NAME: Final = (
    r"(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|okt|nov|dec)\b\.?)"
)
DATE: Final = (
    rf"(?<![\w/:.-])(?:\d{{4}}-\d\d-\d\d|\d{{1,2}} {_NAME},? \d{{4}}|{_NAME},? \d{{4}}"
    r"|\d{1,2}/\d{1,2}[ -]\d{4}|\d{4}-\d\d|\d{4})(?![\w/-]|[.:]\d)"
)
"""The pattern of a date: a day, a month or a year."""
_FORMS: Final = (
    re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"),
    re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<name>[a-z]+)\.?,? (?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})[ -](?P<year>\d{4})"),
)


def parse_date(text: str) -> str:
    """A date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; "" when it is none of the calendar, or not of our time.

    >>> parse_date("22 februari 2019"), parse_date("Mars 2016"), parse_date("10/3 2023"), parse_date("30 februari 2019")
    ('2019-02-22', '2016-03', '2023-03-10', '')
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            groups = found.groupdict()
            name = groups.get("name")
            month = _month(name) if name else groups.get("month")
            date = "-".join(part.zfill(2) for part in (groups["year"], month, groups.get("day")) if part)
            return date if is_date(date) and "1900" <= date[:4] < "2100" else ""
    return ""


def _month(name: str) -> str:
    """The number of a month; "0", of which there is none, for any other name."""
    short = name[:3].lower()
    return str(_MONTHS.index(short) + 1 if short in _MONTHS else 0)
