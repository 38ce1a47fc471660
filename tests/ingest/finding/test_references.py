"""Ages, the guidelines, laws and reports that a text leans on, and bodies that no vocabulary lists."""

import pytest

from ingest.finding.references import reference_rules, without_nested
from ontology.model import Mention, Reference
from tests.ingest.finding.reading import Reader


def referred(read: Reader, text: str) -> list[tuple[str, str]]:
    found = read(text)
    assert all(found.document.text[one.start : one.end] == one.surface for one in found.references)
    return [(one.kind, one.surface) for one in found.references]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Läkemedlet ges från 6 års ålder.", "från 6 års ålder"),
        ("Tecknen visar sig före tolv års ålder.", "före tolv års ålder"),
        ("Gruppen är för skolbarn 11–15 år.", "skolbarn 11–15 år"),
        ("Stödet gäller unga under 18 år.", "under 18 år"),
    ],
)
def test_an_age_is_kept_with_the_words_that_limit_it(read: Reader, text: str, age: str) -> None:
    assert referred(read, text) == [("age", age)]


@pytest.mark.parametrize("text", ["Följ upp efter 2–3 år.", "Kursen tar 10 veckor.", "Boken kom 2018."])
def test_a_time_that_is_nobodys_age_is_no_age(read: Reader, text: str) -> None:
    assert referred(read, text) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Så säger SOU 2021:93 om saken.", "SOU 2021:93"),
        ("Det står i HSLF-FS 2018:54.", "HSLF-FS 2018:54"),
        ("Det följer av hälso- och sjukvårdslagen.", "hälso- och sjukvårdslagen"),
        ("Planen görs enligt 2 kap. 7 § SoL.", "SoL"),
        ("Så säger de nationella riktlinjerna för adhd och autism.", "nationella riktlinjerna för adhd och autism"),
    ],
)
def test_guidelines_laws_and_reports_are_sources(read: Reader, text: str, source: str) -> None:
    assert referred(read, text) == [("evidence-source", source)]


def test_a_word_that_looks_like_a_law_needs_its_capitals(read: Reader) -> None:
    assert referred(read, "Sol och vind gör gott.") == []


def test_references_come_in_order_and_hold_the_mentions_inside_them(read: Reader) -> None:
    text = "Ges från 6 års ålder, enligt SOU 2021:93 och nationella riktlinjer för adhd."
    assert [kind for kind, _ in referred(read, text)] == ["age", "evidence-source", "evidence-source"]
    assert read.named(text) == [("adhd", "condition/F90")]


def test_of_two_readings_that_overlap_the_longer_is_kept(read: Reader) -> None:
    found = read("Enligt nationella riktlinjer för depression gäller det.").references
    assert [one.surface for one in found] == ["nationella riktlinjer för depression"]


@pytest.mark.parametrize("heading", ["Källor", "Referenser"])
def test_what_is_listed_as_a_source_is_one_whole_less_its_date(read: Reader, heading: str) -> None:
    text = f"# Adhd\n\nText.\n\n## {heading}\n\n- Handbok för team, andra delen (2018)\n- Boken om sömn, 2020\n"
    assert referred(read, text) == [
        ("evidence-source", "Handbok för team, andra delen"),
        ("evidence-source", "Boken om sömn, 2020"),
    ]


def test_what_is_listed_elsewhere_is_no_source(read: Reader) -> None:
    assert referred(read, "# Adhd\n\n## Innehåll\n\n- Handbok för team, andra delen (2018)\n") == []


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Frågan avgörs av Transportstyrelsen.", ["Transportstyrelsen"]),
        (
            "Vårdgrannar är Danderyds sjukhus och Karolinska universitetssjukhuset.",
            ["Danderyds sjukhus", "Karolinska universitetssjukhuset"],
        ),
        ("Företrädare för Umeå, Skellefteå och Lycksele kommuner.", ["Umeå", "Skellefteå", "Lycksele kommuner"]),
        ("Stöd ges av Riksförbundet Attention.", ["Riksförbundet Attention"]),
    ],
)
def test_a_body_that_no_vocabulary_lists_is_named(read: Reader, text: str, bodies: list[str]) -> None:
    assert referred(read, text) == [("organisation", body) for body in bodies]


def test_what_stands_in_the_name_of_a_body_is_not_named_again(read: Reader) -> None:
    text = "Granskat av Svenska Föreningen för Barn- och Ungdomspsykiatri."
    assert referred(read, text) == [("organisation", "Svenska Föreningen för Barn- och Ungdomspsykiatri")]
    assert read.named(text) == []


@pytest.mark.parametrize("text", ["Socialstyrelsen beslutar.", "Region Uppsala beslutar.", "Varje kommun beslutar."])
def test_a_body_that_is_linked_is_no_reference(read: Reader, text: str) -> None:
    assert referred(read, text) == []
    assert len(read.named(text)) == 1


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["Aa ", "Aa, ", "a", "a-", "Aa", "Aa och ", "A-a ", "för aa, "])
def test_looking_for_names_takes_time_in_proportion(piece: str) -> None:
    text = "A" + piece * (500_000 // len(piece))
    for rule in reference_rules():
        if rule.kind == "organisation":
            assert sum(1 for _ in rule.pattern.finditer(text)) <= len(text)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_many_names_and_mentions_are_told_apart_in_time_in_proportion() -> None:
    mentions = [Mention("x:1", "b", 10 * at + 2, 10 * at + 3, "label", False) for at in range(100_000)]
    names = [Reference("organisation", "abc", 10 * at, 10 * at + 5) for at in range(100_000)]
    kept, named = without_nested(mentions, names, lambda _: "condition")
    assert (len(kept), len(named)) == (0, 100_000)
