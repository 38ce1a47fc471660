"""Swedish wording: lists, times, numbers, and sentences with places to fill.

A sentence has `{name}` for what is filled in, `{är/var}` for now or then, and `{värd|värdar}` for one or many.
`{time}` is " år 2018" where a time was asked for, else nothing.
"""

import re
from collections.abc import Mapping, Sequence

from ontology.dates import is_date

MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_PLACE = re.compile(r"\{([^{}]*)\}")


def listing(items: Sequence[str]) -> str:
    """Items as a Swedish list.

    >>> listing(["A", "B", "C"]), listing(["A och B", "C"]), listing([])
    ('A, B och C', 'A och B samt C', '')
    """
    if len(items) < 2:
        return "".join(items)
    joint = "samt" if any(" och " in item or "," in item for item in items) else "och"
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def date_words(time: str) -> str:
    """A year, month or day in words.

    >>> date_words("2018"), date_words("2022-10"), date_words("2021-06-04")
    ('2018', 'oktober 2022', '4 juni 2021')
    """
    year, *rest = time.split("-")
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])


def when(time: str) -> str:
    """A year, month or day as a phrase that tells when.

    >>> when("2018"), when("2022-10"), when("2021-06-04")
    ('år 2018', 'i oktober 2022', 'den 4 juni 2021')
    """
    preposition = {4: "år", 7: "i"}.get(len(time), "den")
    return f"{preposition} {date_words(time)}"


def number(value: str) -> str:
    """A number with a space between thousands, as Swedish has it; other text as it is.

    >>> number("45000000"), number("12")
    ('45\\xa0000\\xa0000', '12')
    """
    return f"{int(value):,}".replace(",", "\N{NO-BREAK SPACE}") if value.isdecimal() and len(value) > 4 else value


def said(value: str) -> str:
    """A literal as a sentence says it: a time in words, a large number with spaces."""
    return date_words(value) if is_date(value) and len(value) > 4 else number(value)


def fill(sentence: str, values: Mapping[str, str], *, many: bool, past: bool) -> str:
    """A sentence with its places filled.

    >>> fill("{name} {är/var} {värd|värdar}{time}.", {"name": "SKR", "time": ""}, many=False, past=True)
    'SKR var värd.'

    Raises KeyError when a place has no value.
    """

    def place(found: re.Match[str]) -> str:
        inside = found[1]
        if "|" in inside:
            one, other = inside.split("|")
            return fill_tense(other if many else one)
        return fill_tense(inside) if "/" in inside else values[inside]

    def fill_tense(words: str) -> str:
        if "/" not in words:
            return words
        now, then = words.split("/")
        return then if past else now

    return _PLACE.sub(place, sentence)


_ABOUT = {
    "intervention": "om",
    "condition": "vid",
    "severity": "av svårighetsgraden",
    "age": "för",
    "group": "för",
    "duration": "i",
    "programme": "i",
}


def about(given: Mapping[str, str]) -> str:
    """What a piece of advice is about, after "råd": of the things that a template was given, by the name of the slot.

    >>> about({"intervention": "KBT", "age": "vuxna", "number": "3"}), about({})
    (' om KBT för vuxna', '')
    """
    return "".join(f" {preposition} {given[slot]}" for slot, preposition in _ABOUT.items() if given.get(slot))


def capital(text: str) -> str:
    """A text that begins with a capital letter.

    >>> capital("år 2018")
    'År 2018'
    """
    return text[:1].upper() + text[1:]
