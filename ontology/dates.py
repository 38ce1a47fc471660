"""Years, months and days as text, the precision that sources give: "2018", "2018-09", "2018-09-21"."""

import re
from datetime import date

_FORM = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


def is_date(text: str) -> bool:
    """Whether a text is a year, month or day of the calendar.

    >>> is_date("2018-09"), is_date("2018-13"), is_date("2018-9")
    (True, False, False)
    """
    if not _FORM.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
