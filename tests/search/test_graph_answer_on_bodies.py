"""Questions close to what is known of bodies, which the knowledge does not answer: nothing must be claimed."""

import pytest

from tests.search.understanding import Ask, claimed, near_misses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vad ingår i SKR?", "Till SKR hör"),
        ("Vad ingår NPO i?", "Nationellt programområde hör till Nationellt system"),
        ("Vem tillsätter RAG?", "tillsätts av regionalt programområde"),
        ("Vad tillsätter RPO?", "tillsätter regional arbetsgrupp"),
        ("Måste kommunerna ge medarbetare förutsättningar att delta?", "Nej"),
        ("Stämmer det att SKR är värd för NPO psykisk hälsa i dag?", "Nej"),
        ("Hur många sitter i styrgruppen SKS?", "7 ledamöter"),
        ("Kan du räkna upp kommunerna i Region Halland?", "Laholms kommun"),
        ("Vem delar ut de gemensamma pengarna?", "Styrgruppen för kunskapsstyrning i samverkan"),
        ("Vem är värd för tandvårdsområdet?", "Södra sjukvårdsregionen"),
        ("Vilket RPO psykisk hälsa täcker Skåne?", "verkar RPO psykisk hälsa Södra."),
        ("Vad får SKS bestämma?", "mandat att besluta om värdskap"),
        ("Vad har Beredningsgruppen mandat för?", "mandat att besluta i frågor"),
        ("Vad heter gamla SKL nu?", "Namnet är SKR"),
    ],
)
def test_who_does_what_and_other_words_for_it_are_understood(text: str, expected: str, ask: Ask) -> None:
    answer = ask(text)
    assert answer is not None
    assert expected in answer.text


def test_another_relation_thing_time_or_person_is_not_answered(ask: Ask) -> None:
    assert claimed(near_misses("bodies"), ask) == []
