"""Swedish personal identity numbers → a mark. Applied to every question and every text before anything else sees it.

Source of the form: folkbokföringslagen (1991:481) § 18; coordination numbers have 60 added to the day.
"""

import re

MARK = "[personnummer]"
# Hyphens, minus and dashes of all kinds are seen between date and number, and after 100 years of age a plus.
_CANDIDATE = re.compile(
    r"(?<!\d)((?:18|19|20)?)(\d{2})([-./]?)(\d{2})\3(\d{2})(\s?[-+/.\u2010-\u2014\u2212]?\s?)(\d{2}\s?\d{2})(?![-./]?\d)"
)


def redact(text: str) -> str:
    """Replace personal identity and coordination numbers.

    Ten digits without a mark between date and number are taken for one only when the check digit fits, since phone
    numbers look the same.

    >>> redact("Patienten 19811228-9874 har ångest")
    'Patienten [personnummer] har ångest'
    >>> redact("ring 0701234567")
    'ring 0701234567'
    """
    return _CANDIDATE.sub(lambda match: MARK if _is_identity_number(match) else match.group(), text)


def _is_identity_number(match: re.Match[str]) -> bool:
    century, year, mark, month, day, separator, last = match.groups()
    is_date = 1 <= int(month) <= 12 and (1 <= int(day) <= 31 or 61 <= int(day) <= 91)
    if not is_date:
        return False
    if mark:  # "1981-12-18-9876", but no range of dates
        return separator == mark and last.isdigit()
    is_apart = bool(separator.strip()) and (separator.strip() not in "/." or separator == separator.strip())
    is_usual = last.isdigit() and (bool(century) or is_apart)
    return is_usual or _luhn(year + month + day + "".join(last.split()))


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(digits))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
