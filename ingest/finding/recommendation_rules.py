"""How a text recommends, and the words that show it: `rules/recommendations.toml`, `rules/advice.toml`."""

import re
from dataclasses import dataclass
from functools import cache

from ingest.rulebook import load_rules
from ontology.model import Direction


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a text recommends or advises against."""

    name: str
    direction: Direction
    strength: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: str
    is_of_care: bool
    """Whether it speaks of care whatever else is in the sentence: "icke-göra"."""
    first: bool
    """Whether it decides, though it speaks for, before what else speaks for: "bör …, endast i undantagsfall"."""
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Words that show who is told to do what; what each list is for, its file says."""

    verbs: frozenset[str]
    imperatives: frozenset[str]
    before: frozenset[str]
    organisers: re.Pattern[str]
    care: re.Pattern[str]
    relatives: frozenset[str]
    denials: frozenset[str]
    about_the_page: frozenset[str]
    with_people: frozenset[str]
    offered: frozenset[str]
    withhold: frozenset[str]
    describing: re.Pattern[str]
    conjunctions: frozenset[str]
    conditions: frozenset[str]


@cache
def advice_words() -> Advice:
    """The words of `rules/advice.toml`."""
    data = load_rules("advice")
    return Advice(
        verbs=frozenset(data["verbs"]),
        imperatives=frozenset(data["imperatives"]),
        before=frozenset(data["before"]),
        organisers=re.compile(r"\b(?:" + "|".join(data["organisers"]) + r")\b", re.IGNORECASE),
        care=re.compile(r"(?:" + "|".join(data["care"]) + ")", re.IGNORECASE),
        relatives=frozenset(data["relatives"]),
        denials=frozenset(data["denials"]),
        about_the_page=frozenset(data["about_the_page"]),
        with_people=frozenset(data["with_people"]),
        offered=frozenset(data["offered"]),
        withhold=frozenset(data["withhold"]),
        describing=re.compile("|".join(data["describing"]), re.IGNORECASE),
        conjunctions=frozenset(data["conjunctions"]),
        conditions=frozenset(data["conditions"]),
    )


@cache
def recommendation_rules() -> tuple[Rule, ...]:
    """The rules in the order in which they are tried."""
    return tuple(
        Rule(
            name=rule["name"],
            direction=rule["direction"],
            strength=rule["strength"],
            pattern=re.compile(_filled(rule["pattern"]), re.IGNORECASE),
            unless=re.compile(_filled(rule["unless"]), re.IGNORECASE) if "unless" in rule else None,
            needs=rule.get("needs", ""),
            is_of_care=rule.get("care", False),
            first=rule.get("first", False),
            yes=tuple(rule["yes"]),
            no=tuple(rule["no"]),
        )
        for rule in load_rules("recommendations")["rule"]
    )


def _filled(pattern: str) -> str:
    """A pattern with the words that it names: {IMPERATIVE}, {VERB}, {OFFERED} and {WITHHOLD}."""
    advice = advice_words()
    named = {
        "IMPERATIVE": advice.imperatives,
        "VERB": advice.verbs,
        "OFFERED": advice.offered,
        "WITHHOLD": advice.withhold,
    }
    for name, words in named.items():
        pattern = pattern.replace(f"{{{name}}}", "(?:" + "|".join(sorted(words)) + ")")
    return pattern
