"""Lines that belong to a page and not to its text: opinions asked for, logging in, sharing, cookies, page numbers.

The patterns are data: `rules/furniture.txt` for lines, the same for every format, and `rules/furniture-elements.txt`
for the elements of HTML.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

_DATE = (
    r"(?:den )?(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/. -]\d{2,4}"
    r"|(?:\d{1,2} )?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zåäö]*\.?,? \d{4}"
    r"|\d{4})(?:,? (?:kl\.? ?)?\d{1,2}[:.]\d\d)?"
)
_LONGEST = 400
"""Characters; what is longer is text."""
_LONGEST_NAME = 80


def is_furniture_line(text: str) -> bool:
    """Whether a line or a block is furniture of the page.

    >>> is_furniture_line("Hjälpte informationen på sidan dig?"), is_furniture_line("Hjälpte behandlingen?")
    (True, False)
    """
    return _matches(text, _patterns()[0]) or is_note(text)


def is_note(text: str) -> bool:
    """Whether it is the kind of furniture that says when the page was published, changed or checked.

    >>> is_note("Senast kontrollerad 22 februari 2019"), is_note("Riktlinjen uppdaterades 2019.")
    (True, False)
    """
    return _matches(text, _patterns()[1])


def is_furniture_element(names: Iterable[str]) -> bool:
    """Whether an element of a page is furniture by one of its classes or its id.

    >>> is_furniture_element(["row", "cookie-banner"]), is_furniture_element(["content", "has-cookies-accepted"])
    (True, False)
    """
    pattern = _element_pattern()
    return any(len(name) <= _LONGEST_NAME and pattern.fullmatch(name.lower().replace("_", "-")) for name in names)


def _matches(text: str, pattern: "re.Pattern[str]") -> bool:
    return len(text) <= 2 * _LONGEST and bool(pattern.fullmatch(" ".join(text.split())))


@cache
def _patterns() -> "tuple[re.Pattern[str], re.Pattern[str]]":
    patterns = _rules("furniture.txt")
    notes = [line.removeprefix("@").strip() for line in patterns if line.startswith("@")]
    others = [line for line in patterns if not line.startswith("@")]
    return _either(others), _either(notes)


@cache
def _element_pattern() -> "re.Pattern[str]":
    return _either(_rules("furniture-elements.txt"))


def _rules(name: str) -> list[str]:
    lines = (resources.files("ingest") / "rules" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _either(patterns: list[str]) -> "re.Pattern[str]":
    joined = "|".join(f"(?:{pattern.replace('{date}', _DATE)})" for pattern in patterns)
    return re.compile(joined, re.IGNORECASE)
