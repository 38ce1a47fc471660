"""What is understood of a question."""

import pytest

from ontology.errors import QuestionError
from search.dense import question_text
from search.types import QuestionType
from tests.search.understanding import Understanding


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("torgskräck", "”torgskräck” → Agorafobi (synonym)"),
        ("OCD", "”OCD” → Tvångssyndrom (förkortning)"),
        ("ocd", "”ocd” → Tvångssyndrom (förkortning)"),
        ("agorafobi", "”agorafobi” → Agorafobi"),
        ("gått in i väggen", "”gått in i väggen” → Utmattningssyndrom (synonym)"),
        ("skär sig", "”skär sig” → Självskadebeteende (synonym)"),
        ("hets äter", "”hets äter” → Hetsätningsstörning (stavning)"),
        ("alkis", "”alkis” → Alkoholberoende (vardagsord)"),
        ("F32.1", "”F32.1” → Medelsvår depressiv episod (kod)"),
        ("f32.14", "”f32.14” → Medelsvår depressiv episod (kod, under F32.1)"),
        ("DU021", "”DU021” → Dialektisk beteendeterapi (kod)"),
        ("du021", "”du021” → Dialektisk beteendeterapi (kod)"),
        ("vård på vårdcentralen", "”vårdcentralen” → Primärvård (synonym)"),
        ("hur går det i skolan", "”skolan” → Skola"),
        ("elevhälsan", "”elevhälsan” → Elevhälsa"),
        ("fyraåring med autism", "”fyraåring” → Förskolebarn (ålder)"),
        ("65-åring", "”65-åring” → Äldre personer (ålder)"),
        ("16-årig flicka", "”16-årig” → Ungdomar (ålder)"),
        ("barn 7 år", "”7 år” → Skolbarn (ålder)"),
        ("tonåring", "”tonåring” → Ungdomar (synonym)"),
    ],
)
def test_the_way_to_a_concept_tells_how_it_was_found(understanding: Understanding, text: str, way: str) -> None:
    assert (way,) in understanding.ways(text)


def test_concepts_of_an_age_include_all_groups_that_hold_it(understanding: Understanding) -> None:
    assert {way[0].partition("→ ")[2] for way in understanding.ways("18-åring")} == {
        "Unga vuxna (ålder)",
        "Vuxna (ålder)",
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vilka regioner ingår i Norra sjukvårdsregionförbundet?", "list"),
        ("ledamöter i NPO psykisk hälsa", "list"),
        ("Hur många ledamöter har ledningsgruppen", "count"),
        ("antal arbetsgrupper", "count"),
        ("är adhd ärftligt", "boolean"),
        ("bör man avstå från att sjukskriva enbart för adhd", "boolean"),
        ("finns det vårdprogram för adhd", "boolean"),
        ("Vem är värd för NPO psykisk hälsa?", "entity"),
        ("vilken region är värd", "entity"),
        ("när beslutades om vilande värdskap för cancer i Norra", "date"),
        ("sedan när är VGR värd", "date"),
        ("vilket år infördes NAG", "date"),
        ("när ska man remittera till psykiatrin", "advice"),
        ("hur behandlas depression", "advice"),
        ("Vilken behandling rekommenderas vid adhd hos vuxna?", "advice"),
        ("vad ska man inte göra vid adhd", "advice"),
        ("hur länge får man vara ordförande", "open"),
        ("vad är kbt", "open"),
        ("adhd kbt barn", "open"),
        ("kan inte sova", "open"),
        ("how many regions are there", "count"),
    ],
)
def test_question_words_and_word_order_tell_what_is_asked_for(
    understanding: Understanding, text: str, kind: QuestionType
) -> None:
    assert understanding.read(text).type == kind


@pytest.mark.parametrize(
    "text",
    [
        "vad ska man inte göra vid adhd",
        "vilka läkemedel bör undvikas vid bipolär sjukdom",
        "avråds kbt vid psykos",
        "kontraindicerat vid graviditet",
        "nattarbete olämpligt vid bipolär sjukdom",
        "inte rekommenderas vid självskadebeteende",
        "bör man avstå från att sjukskriva",
        "får man inte ge bensodiazepiner",
        "läkemedel som inte ska ges till äldre",
        "arbetsförberedande träning bör inte vara förstaval",
        "what should be avoided in bipolar disorder",
    ],
)
def test_a_question_for_what_not_to_do_is_negated(understanding: Understanding, text: str) -> None:
    assert understanding.read(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "varför inte KBT vid autism",
        "kan inte sova",
        "har patienten inte svarat på SSRI vad göra",
        "om KBT inte hjälper vad gör man då",
        "barn som inte vill gå till skolan",
        "undvikande personlighetssyndrom",
        "patienten undviker ögonkontakt",
        "vad ska man göra vid adhd",
    ],
)
def test_other_negations_do_not_make_a_question_negated(understanding: Understanding, text: str) -> None:
    assert not understanding.read(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "adhd kbt barn",
        "depression screening",
        "compliance vid schizofreni",
        "case management",
        "borderline dbt",
        "vad galler for barn med adhd",
        "parent training för barn med adhd",
        "IPS supported employment",
        "1177",
    ],
)
def test_short_questions_with_loan_words_are_swedish(understanding: Understanding, text: str) -> None:
    assert understanding.read(text).language == "sv"


def test_an_english_question_is_linked_by_english_names_and_asks_for_the_swedish_ones(
    understanding: Understanding,
) -> None:
    read = understanding.read("treatment of bipolar disorder in older people")
    assert read.language == "en"
    assert "Bipolär sjukdom" in read.expansions
    assert ("”bipolar disorder” → Bipolär sjukdom (engelska)",) in understanding.ways(read.text)


def test_what_the_asker_says_of_time_comes_before_what_the_words_say(understanding: Understanding) -> None:
    assert understanding.read("arbetsgrupper 2017").as_of == "2017"
    assert understanding.read("arbetsgrupper 2017", as_of="2019").as_of == "2019"


def test_identity_numbers_are_gone_before_anything_is_read(understanding: Understanding) -> None:
    read = understanding.read("19811228-9874 har shizofreni")
    assert "9874" not in repr(read)
    assert read.did_you_mean == "[personnummer] har schizofreni"
    assert "personnummer" not in question_text(read)
    assert [token.text for token in read.tokens] == ["har", "shizofreni"]


def test_nothing_but_an_identity_number_is_no_question(understanding: Understanding) -> None:
    with pytest.raises(QuestionError, match="Skriv minst ett ord"):
        understanding.read("19811228-9874")


def test_mentions_stand_where_they_say(understanding: Understanding) -> None:
    read = understanding.read("har fyraåring med shizofreni, själv skada eller F32.1")
    assert len(read.mentions) >= 4
    assert all(read.text[mention.start : mention.end] == mention.surface for mention in read.mentions)


@pytest.mark.parametrize("text", ["", " ?! ", "a" * 1001])
def test_an_empty_or_endless_question_is_refused(understanding: Understanding, text: str) -> None:
    with pytest.raises(QuestionError):
        understanding.read(text)
