"""Names that count only in company."""

import pytest

from ingest.finding.barenames import bare_names
from tests.ingest.finding.reading import Reader, key


def bodies(read: Reader, text: str) -> list[tuple[str, str]]:
    return [(surface, name) for surface, name in read.named(text) if name.startswith("body/")]


def test_what_a_region_hosts_is_a_body(read: Reader) -> None:
    assert bodies(read, "Region Stockholm är värd för akut vård och tandvård.") == [
        ("Region Stockholm", "body/region-stockholm"),
        ("akut vård", "body/npo-akut-vard"),
        ("tandvård", "body/npo-tandvard"),
    ]


def test_a_region_may_host_one_only(read: Reader) -> None:
    assert ("psykisk hälsa", "body/npo-psykisk-halsa") in bodies(
        read, "Regionen har värdskap för psykisk hälsa, från 2018."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Nationella programområden: akut vård, tandvård och psykisk hälsa.",
        "Några sjukvårdsregioner: Norra, Mellansverige, Stockholm-Gotland.",
    ],
)
def test_where_bodies_of_a_kind_are_announced_a_list_names_them(read: Reader, text: str) -> None:
    assert len(bodies(read, text)) == 3


@pytest.mark.parametrize(
    "text",
    ["Akut vård, tandvård och psykisk hälsa kostar pengar.", "Norra, södra och västra sidan av huset målades."],
)
def test_without_such_company_they_name_no_body(read: Reader, text: str) -> None:
    assert bodies(read, text) == []


def test_company_in_another_sentence_does_not_count(read: Reader) -> None:
    assert bodies(read, "Det finns nationella programområden. Akut vård, tandvård och annat kostar.") == []


def test_a_name_within_a_phrase_is_no_item_of_a_list(read: Reader) -> None:
    assert bodies(read, "Programområden arbetar för god tandvård åt alla och bra akut vård för barn.") == []
    assert bodies(read, "Programområden: tandvård åt alla, psykisk hälsa hos unga.") == []


def test_in_a_list_of_bodies_a_name_is_the_body_and_not_the_condition(read: Reader) -> None:
    text = "Nationella programområden: hjärt- och kärlsjukdomar, tandvård."
    assert [name for _, name in read.named(text)] == [
        "body-kind/npo",
        "body/npo-hjart-och-karlsjukdomar",
        "body/npo-tandvard",
    ]


def test_a_full_name_is_found_once(read: Reader) -> None:
    text = "Region Stockholm är värd för NPO akut vård och NPO tandvård."
    assert [surface for surface, _ in bodies(read, text)] == ["Region Stockholm", "NPO akut vård", "NPO tandvård"]


def test_bare_names_follow_from_the_vocabulary(read: Reader) -> None:
    names = bare_names(read.toolbox.vocabulary)
    assert key(names.by_words["psykisk", "hälsa"]) == "body/npo-psykisk-halsa"
    assert key(names.by_words[("mellansverige",)]) == "body/sjukvardsregion-mellansverige"
    assert names.longest == max(map(len, names.by_words)) > 2
    kinds = {read.toolbox.vocabulary.kind_of(iri) for iri in names.by_words.values()}
    assert kinds == {"organisation"}
