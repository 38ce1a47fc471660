"""What a text advises and advises against, for whom, how strongly and on what ground."""

import pytest

from tests.ingest.finding.reading import Reader, keys

DEPRESSION = "# Depression\n\n"


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("KBT ska erbjudas vuxna med depression.", "ska"),
        ("Läkare måste följa upp behandlingen av depression.", "ska"),
        ("KBT bör erbjudas vuxna med depression.", "bör"),
        ("Erbjud KBT vid depression.", "bör"),
        ("Vid depression rekommenderas KBT.", "bör"),
        ("Vid svår depression remittera patienten till psykiatrin.", "bör"),
        ("KBT kan erbjudas vid depression.", "kan"),
        ("KBT kan erbjudas i undantagsfall vid depression.", "kan i undantagsfall"),
        ("KBT vid depression har prioritet 1.", "bör"),
        ("KBT vid depression har prioritet 3.", "bör"),
        ("KBT vid depression har prioritet 4.", "kan"),
        ("KBT vid depression har prioritet 7.", "kan"),
        ("KBT vid depression har prioritet 8.", "kan i undantagsfall"),
        ("KBT vid depression har prioritet 10.", "kan i undantagsfall"),
    ],
)
def test_advice_for_is_as_strong_as_its_words_or_else_its_priority(read: Reader, text: str, strength: str) -> None:
    found = read.only(text)
    assert (found.direction, found.strength) == ("for", strength)
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("Bensodiazepiner ska inte ges vid depression.", "ska inte"),
        ("Bensodiazepiner ska ej ges vid depression.", "ska inte"),
        ("Man ska inte ge bensodiazepiner vid depression.", "ska inte"),
        ("Avvakta med bensodiazepiner vid depression.", "bör inte"),
        ("Varken bensodiazepiner eller opioider bör ges vid depression.", "bör inte"),
        ("Man bör vara restriktiv med bensodiazepiner vid depression.", "bör inte"),
        ("Det är angeläget att depression hos unga inte behandlas med bensodiazepiner.", "bör inte"),
        ("Bensodiazepiner får aldrig ges vid depression.", "ska inte"),
        ("Bensodiazepiner ges aldrig till barn med depression.", "ska inte"),
        ("Diagnosen depression kan inte användas som grund för sjukskrivning.", "ska inte"),
        ("Bensodiazepiner ska så långt det går undvikas vid depression.", "ska inte"),
        ("Inga bensodiazepiner bör ges vid depression.", "ska inte"),
        ("Bensodiazepiner bör alltså inte ges vid depression.", "bör inte"),
        ("Bensodiazepiner bör ej användas vid depression.", "bör inte"),
        ("KBT rekommenderas inte vid depression.", "bör inte"),
        ("Läkemedel bör undvikas vid lindrig depression.", "bör inte"),
        ("Undvik bensodiazepiner vid depression.", "bör inte"),
        ("Undvika bensodiazepiner vid depression", "bör inte"),
        ("Sjukskrivning vid depression: undvik om möjligt.", "bör inte"),
        ("Bensodiazepiner avråds vid depression.", "bör inte"),
        ("Avstå från bensodiazepiner vid depression.", "bör inte"),
        ("Ställ inte diagnosen depression på ett enda test.", "bör inte"),
        ("Ge aldrig bensodiazepiner vid depression.", "bör inte"),
        ("Erbjud ej bensodiazepiner vid depression.", "bör inte"),
        ("Bensodiazepiner är kontraindicerade vid depression.", "bör inte"),
        ("Läkemedel är inte aktuellt vid lindrig depression.", "bör inte"),
        ("Det är olämpligt att ge bensodiazepiner vid depression.", "bör inte"),
        ("KBT vid depression blev icke-göra.", "icke-göra"),
    ],
)
def test_no_word_that_advises_against_is_lost(read: Reader, text: str, strength: str) -> None:
    found = read.only(text)
    assert (found.direction, found.strength) == ("against", strength)


@pytest.mark.parametrize(
    "text",
    [
        "Utredning av depression får inte fördröjas.",
        "Vänta inte med att erbjuda KBT vid depression.",
        "Tveka inte att erbjuda KBT vid depression.",
        "Undvik inte samtal om depression.",
        "KBT ska inte undanhållas den som har depression.",
        "Det är viktigt att inte dröja med KBT vid depression.",
    ],
)
def test_to_be_told_not_to_hold_back_is_to_be_told_to_give(read: Reader, text: str) -> None:
    found = read.only(text)
    assert found.direction == "for"
    assert keys(found.conditions) == ["condition/F32"]


@pytest.mark.parametrize(
    "text",
    [
        "Behandlaren ska ha utbildning i KBT vid depression.",
        "När bör man söka vård för depression?",
        "Många med depression har fått höra att de ska skärpa sig.",
        "Mötet beslutade att vården av depression ska ses över.",
    ],
)
def test_what_is_asked_told_demanded_or_planned_is_no_advice(read: Reader, text: str) -> None:
    assert read.advice(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Läkemedel bör inte bara ges utan också följas upp.",
        "Glöm inte att fråga om sömnen vid depression.",
        "Den som inte blir bättre av depressionen ska erbjudas KBT.",
        "Vid depression utan psykos bör KBT erbjudas.",
    ],
)
def test_a_negation_of_something_else_does_not_turn_the_advice(read: Reader, text: str) -> None:
    assert read.only(DEPRESSION + text).direction == "for"


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("Metoden bör endast ges inom forskning vid depression.", "FoU"),
        ("Insatsen saknar prioritering i riktlinjerna vid depression.", "prioritering saknas"),
    ],
)
def test_what_is_neither_advised_nor_advised_against_is_neutral(read: Reader, text: str, strength: str) -> None:
    found = read.only(text)
    assert (found.direction, found.strength) == ("neutral", strength)


@pytest.mark.parametrize(
    "text",
    [
        "Depression kan leda till sömnsvårigheter.",
        "Behandling kan lindra symtomen.",
        "Depression kan uppträda i alla åldrar.",
        "Patienten kan känna oro.",
        "Bensodiazepiner behöver inte ges.",
        "Det finns tillstånd där KBT rekommenderas.",
        "De insatser som bör erbjudas beskrivs i kapitlet om depression.",
        "Här står vilka insatser som ska ges vid depression.",
        "Frågan är hur KBT ska ges.",
        "Bör motsvarar prioritet 1–3.",
        "Läs mer om KBT på sidan.",
    ],
)
def test_what_only_describes_advises_nothing(read: Reader, text: str) -> None:
    assert read.advice(DEPRESSION + text) == ()


def test_advice_about_people_told_of_in_a_relative_clause_is_advice(read: Reader) -> None:
    assert read.only("Personer som har depression bör erbjudas KBT.").strength == "bör"


@pytest.mark.parametrize(
    "text",
    [
        "RPO ska stödja införandet av programmet.",
        "NPO psykisk hälsa bör följa arbetet.",
        "Regionala programområden ska stödja vården vid depression.",
        "Varje nationell arbetsgrupp ska ha en ordförande.",
        "Riktlinjerna bör spridas till alla vårdenheter.",
    ],
)
def test_what_bodies_and_documents_are_to_do_is_no_advice_on_care(read: Reader, text: str) -> None:
    assert read.advice(text) == ()
    assert read.advice(DEPRESSION + text) == ()


def test_a_guideline_that_recommends_gives_advice_and_is_its_source(read: Reader) -> None:
    found = read.only("Riktlinjerna rekommenderar KBT till vuxna med depression.")
    assert (found.direction, found.sources) == ("for", ("Riktlinjerna",))


def test_each_priority_of_a_sentence_has_its_own_intervention(read: Reader) -> None:
    found = read.advice("# Ångestsyndrom\n\nKBT har prioritet 3; läkemedel har prioritet 4.")
    assert [(one.text, one.priority, one.strength) for one in found] == [
        ("KBT har prioritet 3", 3, "bör"),
        ("läkemedel har prioritet 4", 4, "kan"),
    ]
    assert [keys(one.interventions) for one in found] == [
        ["intervention/kognitiv-beteendeterapi"],
        ["intervention/lakemedelsbehandling"],
    ]
    assert {iri for one in found for iri in keys(one.conditions)} == {"condition/angestsyndrom"}


def test_what_a_later_part_of_a_sentence_leaves_out_the_part_before_it_says(read: Reader) -> None:
    first, second = read.advice("# Ångestsyndrom\n\nKBT vid paniksyndrom har prioritet 1; läkemedel har prioritet 4.")
    assert keys(first.conditions) == keys(second.conditions) == ["condition/F41.0"]


def test_priorities_are_read_as_bare_numbers_where_the_sentence_speaks_of_priorities(read: Reader) -> None:
    text = "# Ångestsyndrom\n\nRiktlinjerna anger prioritet för KBT 2, läkemedel 4 och psykodynamisk terapi 8."
    assert [(one.priority, one.strength) for one in read.advice(text)] == [
        (2, "bör"),
        (4, "kan"),
        (8, "kan i undantagsfall"),
    ]


def test_a_bracket_with_the_priority_belongs_to_what_stands_before_it(read: Reader) -> None:
    text = (
        "KBT bör erbjudas vuxna (prioritet 2), läkemedel kan ges (prioritet 4) "
        "och bensodiazepiner bör undvikas (prioritet 10)."
    )
    found = read.advice(DEPRESSION + text)
    assert [(one.text.rpartition("(")[2], one.direction, one.priority) for one in found] == [
        ("prioritet 2)", "for", 2),
        ("prioritet 4)", "for", 4),
        ("prioritet 10)", "against", 10),
    ]


@pytest.mark.parametrize("text", ["Åtgärder med prioritet 1–3 bör erbjudas.", "KBT (prioritet 12) bör erbjudas."])
def test_a_range_or_a_number_beyond_the_scale_is_no_priority(read: Reader, text: str) -> None:
    assert read.only(DEPRESSION + text).priority is None


def test_each_item_of_a_list_is_advice_of_its_own(read: Reader) -> None:
    found = read.advice(
        "# Ångestsyndrom\n\n- KBT: prioritet 3\n- Läkemedel: prioritet 7\n- Bensodiazepiner: icke-göra\n"
    )
    assert [(one.direction, one.priority, one.strength) for one in found] == [
        ("for", 3, "bör"),
        ("for", 7, "kan"),
        ("against", None, "icke-göra"),
    ]


def test_the_rows_of_a_table_are_advice_and_its_head_gives_them_their_condition(read: Reader) -> None:
    found = read.advice(
        "# Insatser\n\n| Åtgärd vid depression | Råd |\n|---|---|\n| KBT | Prioritet 2 |\n| Läkemedel | Prioritet 5 |\n"
        "| Bensodiazepiner | Ska inte ges |\n"
    )
    assert [(one.direction, one.priority) for one in found] == [("for", 2), ("for", 5), ("against", None)]
    assert [keys(one.conditions) for one in found] == [["condition/F32"]] * 3


def test_the_head_of_a_table_is_no_advice_itself(read: Reader) -> None:
    text = "| KBT bör erbjudas | Råd |\n|---|---|\n| Psykoedukation | Prioritet 2 |\n"
    assert read.only(DEPRESSION + text).text == "Psykoedukation | Prioritet 2"


def test_what_stands_in_brackets_after_a_sentence_belongs_to_it(read: Reader) -> None:
    lines = [
        "Lindrig episod kan klaras utan åtgärd. [rekommenderad sjukskrivning: Ingen sjukskrivning]",
        "Medelsvår episod ger nedsatt funktion. [rekommenderad sjukskrivning: Upp till 4 veckor]",
    ]
    found = read.advice(DEPRESSION + "\n\n".join(lines))
    assert [one.text for one in found] == lines
    assert [one.direction for one in found] == ["against", "for"]
    assert [keys(one.severities) for one in found] == [["severity/lindrig"], ["severity/medelsvar"]]


def test_a_list_goes_on_with_what_its_lead_in_recommends(read: Reader) -> None:
    found = read.advice(DEPRESSION + "Möjliga insatser:\n\n- Psykoedukation\n- KBT\n- Promenader i skogen\n")
    assert [(one.text, one.direction, one.strength) for one in found] == [
        ("Psykoedukation", "for", "kan"),
        ("KBT", "for", "kan"),
    ]


def test_a_list_goes_on_with_what_its_lead_in_advises_against(read: Reader) -> None:
    found = read.advice(DEPRESSION + "Vid depression rekommenderas inte:\n\n- bensodiazepiner\n- sjukskrivning\n")
    assert [(one.text, one.direction) for one in found] == [
        ("bensodiazepiner", "against"),
        ("sjukskrivning", "against"),
    ]


def test_an_item_with_advice_of_its_own_is_not_overruled_by_the_lead_in(read: Reader) -> None:
    found = read.advice(DEPRESSION + "Möjliga insatser:\n\n- KBT\n- Undvik bensodiazepiner\n")
    assert [(one.text, one.direction) for one in found] == [("KBT", "for"), ("Undvik bensodiazepiner", "against")]


def test_a_paragraph_between_ends_what_a_lead_in_says_of_a_list(read: Reader) -> None:
    text = "Vid depression rekommenderas:\n\n- KBT\n\nAndra vägar finns.\n\n- psykoedukation\n"
    assert [one.text for one in read.advice(DEPRESSION + text)] == ["KBT"]


def test_what_is_listed_after_a_colon_is_a_recommendation_each(read: Reader) -> None:
    found = read.advice(DEPRESSION + "Möjliga insatser: psykoedukation, KBT och läkemedel.")
    assert [one.text for one in found] == ["psykoedukation", "KBT", "läkemedel"]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("KBT bör erbjudas vuxna, men bensodiazepiner får inte ges till barn.", ["age-group/barn"]),
        ("KBT bör erbjudas vuxna; bensodiazepiner ska inte ges till barn.", ["age-group/barn"]),
    ],
)
def test_two_pieces_of_advice_in_a_sentence_are_two(read: Reader, text: str, second: list[str]) -> None:
    yes, no = read.advice(DEPRESSION + text)
    assert (yes.direction, keys(yes.interventions)) == ("for", ["intervention/kognitiv-beteendeterapi"])
    assert (no.direction, keys(no.interventions)) == ("against", ["intervention/bensodiazepiner"])
    assert (keys(yes.populations), keys(no.populations)) == (["age-group/vuxna"], second)


def test_a_turn_to_what_is_no_advice_splits_nothing(read: Reader) -> None:
    text = "KBT bör erbjudas, men vinsten kommer långsamt."
    assert read.only(DEPRESSION + text).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Ångestsyndrom\n\n## Depression\n\nErbjud KBT vid autism.", ["condition/autism"]),
        ("# Ångestsyndrom\n\n## Depression\n\n### Barn\n\nErbjud KBT.", ["condition/F32"]),
        ("# Råd om depression\n\n## Behandling\n\n### Första hand\n\nErbjud KBT.", ["condition/F32"]),
        ("# VIP Självskadebeteende\n\nErbjud samtal om stress i vården.", ["condition/sjalvskadebeteende"]),
        ("# Råd\n\nErbjud KBT.", ["condition/F41.1", "condition/F42"]),
        ("# Adhd\n\nErbjud KBT.", ["condition/F90"]),
    ],
    ids=["sentence", "nearest heading", "title", "programme of the title", "index", "title before index"],
)
def test_the_condition_is_the_one_named_nearest(read: Reader, text: str, expected: list[str]) -> None:
    assert keys(read.only(text, codes=("F41.1", "F42")).conditions) == expected


def test_where_no_condition_is_named_none_is_made_up(read: Reader) -> None:
    assert read.only("# Råd\n\nErbjud KBT.").conditions == ()


def test_a_condition_said_to_be_absent_is_not_what_the_advice_is_about(read: Reader) -> None:
    assert keys(read.only("Vid adhd utan autism bör läkemedel övervägas.").conditions) == ["condition/F90"]
    assert read.only("# Råd\n\nHos vuxna utan depression bör läkemedel övervägas.").conditions == ()


@pytest.mark.parametrize(
    ("text", "exception"),
    [
        ("KBT bör erbjudas, om inte patienten avböjer.", "om inte patienten avböjer"),
        ("KBT bör erbjudas utom vid psykos.", "utom vid psykos"),
        ("KBT bör ges alla med undantag för personer med autism.", "med undantag för personer med autism"),
        ("Läkemedel kan ges endast om KBT inte hjälper.", "endast om KBT inte hjälper"),
        ("Läkemedel kan ges bara när KBT har prövats.", "bara när KBT har prövats"),
        (
            "Läkemedel ska ges under förutsättning att patienten samtycker.",
            "under förutsättning att patienten samtycker",
        ),
        ("Läkemedel ska ges förutsatt att provsvaren är normala.", "förutsatt att provsvaren är normala"),
    ],
)
def test_what_limits_advice_is_its_exception_and_not_its_subject(read: Reader, text: str, exception: str) -> None:
    found = read.only(DEPRESSION + text)
    assert (found.direction, found.exception) == ("for", exception)
    assert keys(found.conditions) == ["condition/F32"]
    assert len(found.interventions) == 1


def test_advice_without_a_limit_has_no_exception(read: Reader) -> None:
    assert read.only(DEPRESSION + "KBT bör erbjudas.").exception == ""


def test_advice_may_be_limited_to_several_severities(read: Reader) -> None:
    found = read.only("Lindrig till medelsvår depression bör behandlas med KBT.")
    assert keys(found.severities) == ["severity/lindrig", "severity/medelsvar"]
    assert read.only("Depression bör behandlas med KBT.").severities == ()


def test_who_is_to_do_it_and_where_are_kept(read: Reader) -> None:
    found = read.only(DEPRESSION + "Psykologen bör erbjuda KBT i skolan.")
    assert (keys(found.professions), keys(found.settings)) == (["profession/psykolog"], ["setting/skola"])
    assert keys(read.only(DEPRESSION + "Erbjud KBT i primärvården.").settings) == ["setting/primarvard"]


def test_for_whom_the_sentence_says_or_else_the_heading(read: Reader) -> None:
    assert keys(read.only("# Depression hos barn\n\nErbjud vuxna KBT.").populations) == ["age-group/vuxna"]
    assert keys(read.only("# Depression hos barn\n\nErbjud KBT.").populations) == ["age-group/barn"]


def test_sources_are_those_that_the_sentence_leans_on(read: Reader) -> None:
    text = "Enligt nationella riktlinjer för vård vid depression bör KBT erbjudas. Hjälp finns, se SOU 2021:93."
    (found,) = read.advice(DEPRESSION + text)
    assert found.sources == ("nationella riktlinjer för vård vid depression",)


def test_a_short_heading_that_begins_with_a_verb_names_a_section(read: Reader) -> None:
    assert read.advice(DEPRESSION + "## Förebygga återfall\n\nDet finns flera sätt.") == ()


def test_every_recommendation_quotes_its_place_in_the_text(read: Reader) -> None:
    found = read(
        "# Depression\n\n## Vuxna\n\nErbjud KBT. KBT har prioritet 2; läkemedel har prioritet 5.\n\n"
        "- Undvik bensodiazepiner\n\n| Insats | Råd |\n|---|---|\n| Psykoedukation | Bör erbjudas |\n"
    )
    assert len(found.recommendations) == 5
    for one in found.recommendations:
        assert found.document.text[one.start : one.end] == one.text
        section = found.document.sections[one.section]
        assert section.start <= one.start < one.end <= section.end
        assert section.heading_path == ("Vuxna",)


@pytest.mark.parametrize(
    "text",
    [
        "Det är viktigt att inte ge bensodiazepiner.",
        "Tänk på att inte ge bensodiazepiner.",
        "Det rekommenderas att inte använda bensodiazepiner.",
        "Patienten ska under inga omständigheter ges bensodiazepiner.",
        "Det finns ingen anledning att ge bensodiazepiner.",
    ],
)
def test_a_denial_after_what_advises_turns_it(read: Reader, text: str) -> None:
    assert read.only(DEPRESSION + text).direction == "against"


@pytest.mark.parametrize(
    "text",
    [
        "KBT bör ges såvida inte patienten avböjer.",
        "KBT ska ges såvida inte patienten avböjer.",
        "Erbjud inte bara KBT utan även stöd.",
        "Det är viktigt att inte tappa kontakten med patienten.",
    ],
)
def test_a_denial_of_something_else_leaves_it(read: Reader, text: str) -> None:
    assert read.only(DEPRESSION + text).direction == "for"


def test_an_indirect_question_is_no_advice(read: Reader) -> None:
    assert read.advice(DEPRESSION + "Det är oklart om KBT bör erbjudas.") == ()


def test_an_exception_that_begins_the_sentence_ends_where_the_advice_begins(read: Reader) -> None:
    found = read.only(DEPRESSION + "Om patienten inte vill ha läkemedel bör KBT erbjudas.")
    assert found.exception == "Om patienten inte vill ha läkemedel"
    assert keys(found.interventions) == keys(read.only(DEPRESSION + "KBT bör erbjudas.").interventions)


def test_a_bare_number_under_the_head_for_priority_is_one(read: Reader) -> None:
    rows = "| Åtgärd | Prioritet | Antal |\n|---|---|---|\n| KBT | 2 | 3 |\n| Läkemedel | 5 | 4 |\n"
    assert [one.priority for one in read.advice(DEPRESSION + rows)] == [2, 5]
    assert read.advice(DEPRESSION + rows.replace("Prioritet", "Antal")) == ()


def test_a_finer_code_from_the_index_gives_the_condition_above_it(read: Reader) -> None:
    assert keys(read.only("# Råd\n\nErbjud samtal till patienten.", codes=("F900Z",)).conditions) == ["condition/F90.0"]
