"""Headings → the parts of a page that they open, as the national care programmes lay out theirs.

The pattern, with the names of the parts, is data: `rules/structure.toml`.
"""

import re
from functools import cache

from ingest.rulebook import load_rules

_NUMBERING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+)?(.*?)\s*:?", re.DOTALL)
_LEAD_IN = re.compile(r"([^:\n]{3,40}?)\s*:\s+(?=\S)")


def role_of(heading: str) -> str:
    """The role of a section by its heading; "" when it has none.

    >>> role_of("2. Målgrupp eller situation"), role_of("Behandling")
    ('target-group', '')
    """
    return _roles().get(_bare(heading), "")


def is_role_heading(line: str) -> bool:
    """Whether a line is, to the letter, the heading of such a part, without a colon after it."""
    return line[:1].isupper() and not line.endswith(":") and role_of(line) != ""


def lead_in(text: str) -> tuple[str, int]:
    """The role of the words that a paragraph begins with, and where its text starts; ("", 0) when there are none.

    >>> lead_in("Målgrupp: vuxna med adhd")
    ('target-group', 10)
    """
    found = _LEAD_IN.match(text)
    role = role_of(found[1]) if found else ""
    return (role, found.end()) if found and role else ("", 0)


def is_finished_heading(heading: str) -> bool:
    """Whether a draft has no such heading."""
    return _bare(heading) in load_rules("structure")["finished"]["names"]


def _bare(heading: str) -> str:
    found = _NUMBERING.fullmatch(" ".join(heading.split()))
    return found[1].lower() if found else ""


@cache
def _roles() -> dict[str, str]:
    return {name: rule["role"] for rule in load_rules("structure")["role"] for name in rule["names"]}
