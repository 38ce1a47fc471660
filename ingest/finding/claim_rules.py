"""The rules for claims, which are data (`rules/claims.toml`): patterns over masked text, and what each one states."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.rulebook import load_rules

_MACRO = re.compile(r"\{([A-Z][A-Z_0-9]*)\}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a rule states: a relation between two terms.

    A term is the name of a group, for what its slots name; "group.sort" for its slots of that sort, or else what its
    words name by own names of that family; "group.family>other" for what in another family has the same own name;
    "group^place" for a kind as it is in the place that another group names, if it names any; "/type/key" for a concept;
    "@family" for the body of a family that the document is about. "a|b" is the first of two that means anything. An
    object may be a literal: "=text", in which {group} stands for what the group says, {group!} for the name of the
    concept there, {group*12} for the months of as many years, and {own} for the own name of the subject.
    """

    relation: str
    subject: str
    object: str
    hosting: str = ""
    """The sort of hosting; "said" for the one that the matched words name."""
    ends: bool = False
    """Whether the time given is that at which it ended, rather than began."""
    timeless: bool = False
    """Whether a time in the sentence is not that of this relation."""


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """A way in which a text says something of how care is organised."""

    name: str
    words: tuple[str, ...]
    """One of these, in lower case, stands in every text that the rule fits."""
    patterns: tuple[re.Pattern[str], ...]
    """Ways to say it; each has the groups that the statements name, or some of them."""
    unless: re.Pattern[str] | None
    previous: re.Pattern[str] | None
    """What the sentence, heading or item before it must be."""
    under: re.Pattern[str] | None
    """What the nearest heading above must be."""
    header: re.Pattern[str] | None
    """The header of the table whose rows it reads."""
    item: re.Pattern[str] | None
    """How the items of a list read that follows what it fits."""
    statements: tuple[Statement, ...]
    item_statements: tuple[Statement, ...]
    negated: bool
    despite: bool
    """Whether a word that as a rule denies or imagines does neither here."""
    yes: tuple[tuple[str, ...], ...]
    no: tuple[str, ...]


def claim_rules() -> tuple[ClaimRule, ...]:
    """The rules in the order in which they are written."""
    return _rules()


@cache
def _rules() -> tuple[ClaimRule, ...]:
    data = load_rules("claims")
    written = macros(data["macro"])
    return tuple(_rule(rule, written) for rule in data["rule"])


def _rule(data: Mapping[str, Any], shared: Mapping[str, str]) -> ClaimRule:
    parts = {name: f"(?:{pattern})" for name, pattern in data.get("parts", {}).items()}
    groups = {name: f"(?P<{name.lower()}>{pattern})" for name, pattern in data.get("groups", {}).items()}
    own = {**shared, **parts, **groups}

    def pattern(key: str) -> re.Pattern[str] | None:
        return compiled(data[key], shared) if key in data else None

    return ClaimRule(
        name=data["name"],
        words=tuple(data["words"]),
        patterns=tuple(compiled(one, own) for one in data.get("patterns") or [data["pattern"]]),
        unless=pattern("unless"),
        previous=pattern("previous"),
        under=pattern("under"),
        header=pattern("header"),
        item=pattern("item"),
        statements=tuple(Statement(**one) for one in data.get("states", ())),
        item_statements=tuple(Statement(**one) for one in data.get("item_states", ())),
        negated=data.get("negated", False),
        despite=data.get("despite", False),
        yes=tuple(tuple(example) for example in data["yes"]),
        no=tuple(data["no"]),
    )


def compiled(pattern: str, written: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern with its macros written out; a macro of a rule's own may use those of all."""
    while _MACRO.search(pattern):
        pattern = _MACRO.sub(lambda macro: written[macro[1]], pattern)
    return re.compile(pattern, re.IGNORECASE)


def macros(data: Mapping[str, str]) -> Mapping[str, str]:
    """Macros written out; one may use those before it."""
    written: dict[str, str] = {}
    for name, pattern in data.items():
        written[name] = "(?:" + _MACRO.sub(lambda macro: written[macro[1]], pattern) + ")"
    return written
