"""What a question about recommendations narrows: a limit of time, a sort of intervention, a place by its adjective."""

import pytest

from tests.search.understanding import Ask


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Vilken prioritet har centralstimulerande läkemedel i upp till ett år vid adhd?", {"3"}),
        ("Vilken prioritet har centralstimulerande läkemedel i mer än ett år vid adhd?", {"4"}),
        ("Vilken prioritet har centralstimulerande läkemedel vid adhd?", {"3", "4"}),
        ("Vilka läkemedel rekommenderas för barn med depression?", {"Fluoxetin", "Escitalopram", "Sertralin"}),
        ("Vad är koden för ångestsyndromet GAD?", {"F41.1"}),
        (
            "Vilka halländska kommuner hör till Södra sjukvårdsregionen?",
            {"Halmstads kommun", "Hylte kommun", "Laholms kommun"},
        ),
    ],
)
def test_a_question_is_answered_as_narrowly_as_it_asks(text: str, values: set[str], ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert {value.label for value in answer.values} == values


@pytest.mark.parametrize(
    "text",
    [
        "Vilka läkemedel rekommenderas vid paniksyndrom?",  # something is recommended there, but no drug
        "Vilka kriterier gäller bara RPO?",
        "Hur många kronor fick de sex resurscentra 2018?",
        "Vem är F32?",
        "Vilka riktlinjer har SBU gett ut?",
    ],
)
def test_what_is_near_a_template_but_not_in_the_graph_is_not_answered(text: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is None or answer.type == "unknown"
