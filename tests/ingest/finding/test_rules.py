"""Each rule that is data is tested on the examples that stand beside it."""

import pytest

from ingest.finding.recommendation_rules import Rule, recommendation_rules
from ingest.finding.references import ReferenceRule, reference_rules


def fits(rule: Rule, text: str) -> bool:
    return bool(rule.pattern.search(text)) and not (rule.unless and rule.unless.search(text))


RECOMMENDING = recommendation_rules()
REFERRING = reference_rules()


def test_there_are_rules_for_every_direction() -> None:
    assert {rule.direction for rule in RECOMMENDING} == {"for", "against", "neutral"}
    assert {rule.kind for rule in REFERRING} == {"age", "evidence-source", "organisation"}


def test_names_of_rules_are_unique() -> None:
    names = [rule.name for rule in RECOMMENDING]
    assert len(set(names)) == len(names) > 20


@pytest.mark.parametrize("rule", [rule for rule in RECOMMENDING if not rule.needs], ids=lambda rule: rule.name)
def test_a_rule_finds_its_examples_and_leaves_the_others(rule: Rule) -> None:
    assert rule.yes, "a rule without an example cannot fail"
    assert rule.no, "a rule without a counterexample cannot be too wide"
    assert [text for text in rule.yes if not fits(rule, text)] == []
    assert [text for text in rule.no if fits(rule, text)] == []


@pytest.mark.parametrize("rule", REFERRING, ids=lambda rule: f"{rule.kind} {rule.yes[0]}")
def test_a_reference_rule_finds_its_examples_and_leaves_the_others(rule: ReferenceRule) -> None:
    assert rule.yes
    assert rule.no
    assert [text for text in rule.yes if not rule.pattern.search(text)] == []
    assert [text for text in rule.no if rule.pattern.search(text)] == []
