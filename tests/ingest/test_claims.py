"""Each rule for claims is tested on the examples that stand beside it; then what no single rule decides."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from graph.vocabulary import Vocabulary
from ingest.finding.ambiguity import settled, with_short_forms
from ingest.finding.barenames import bare_names, with_bare_names
from ingest.finding.claim_bodies import bodies_of, named_in
from ingest.finding.claim_rules import ClaimRule, claim_rules
from ingest.finding.claims import find_claims
from ingest.finding.mentions import Labels, find_mentions
from ingest.finding.units import units
from ingest.language import Pipeline
from ingest.reading.readers import read_document
from ontology import terms as t
from ontology.model import Blob, ExtractedClaim

Read = Callable[[str], tuple[ExtractedClaim, ...]]
RULES = claim_rules()


@pytest.fixture(scope="session")
def read(tools: tuple[Pipeline, Labels], vocabulary: Vocabulary) -> Read:
    """Claims of a text in Markdown: its title, and its blocks after ¶."""
    pipeline, labels = tools
    bare = bare_names(vocabulary)

    def claims(text: str) -> tuple[ExtractedClaim, ...]:
        markdown = "# " + "\n\n".join(text.split(" ¶ "))
        document = read_document(Blob("exempel", "exempel.md", markdown.encode(), "0" * 64))
        tokens = pipeline.analyse(document.text)
        known = with_short_forms(labels, find_mentions(document.text, tokens, labels), vocabulary.concepts)
        named = with_bare_names(document.text, tokens, find_mentions(document.text, tokens, known), bare)
        mentions = settled(document.text, named, vocabulary.concepts)
        return find_claims(document, tuple(units(document, tokens)), mentions, vocabulary)

    return claims


def told(claim: ExtractedClaim) -> str:
    """A claim in one line: "body/sks steers body/system 2018"; a literal as it is."""
    parts = [claim.subject, claim.predicate, claim.object]
    short = [re.sub(r"^.*/id/", "", part) for part in parts]
    relation = re.split(r"[/#]", short[1])[-1].replace("subOrganizationOf", "partOf")
    line = " ".join(filter(None, [short[0], relation, short[2], claim.valid_from]))
    return f"not {line}" if claim.negated else line


def test_there_is_a_rule_for_each_relation_that_texts_speak_of() -> None:
    stated = {one.relation for rule in RULES for one in (*rule.statements, *rule.item_statements)}
    assert {"hosts", "supportsProcessOf", "coOptedIn", "appoints", "partOf", "mirrors", "covers", "develops"} <= stated
    assert {"inHealthcareRegion", "inRegion", "numberOfMembers", "hasCompositionRule", "concerns", "steers"} <= stated


def test_each_relation_of_a_rule_is_one_of_the_ontology() -> None:
    modules = "".join(file.read_text(encoding="utf-8") for file in (files("ontology") / "modules").iterdir())
    stated = {one.relation for rule in RULES for one in (*rule.statements, *rule.item_statements)} - {"altLabel"}
    assert len(stated) > 25
    assert [
        relation for relation in sorted(stated) if not re.search(rf"^vip:{relation} a owl:", modules, re.MULTILINE)
    ] == []


def test_names_of_rules_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) > 40


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_states_what_its_examples_say_and_no_more(rule: ClaimRule, read: Read) -> None:
    assert rule.yes, "a rule without an example cannot fail"
    for text, *expected in rule.yes:
        found = read(text)
        assert expected, f"the example states nothing: {text}"
        assert set(expected) <= {told(claim) for claim in found}, text
        assert {told(claim) for claim in found if claim.rule == rule.name} <= set(expected), text
        assert any(claim.rule == rule.name for claim in found), text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_leaves_its_counterexamples(rule: ClaimRule, read: Read) -> None:
    assert rule.no, "a rule without a counterexample cannot be too wide"
    for text in rule.no:
        assert [told(claim) for claim in read(text) if claim.rule == rule.name] == [], text


def test_a_claim_keeps_the_sentence_that_says_it(read: Read) -> None:
    (claim,) = read("Värdskap ¶ Det är så. Region Skåne är värd för NPO tandvård sedan 2018. Så är det.")
    assert claim.text == "Region Skåne är värd för NPO tandvård sedan 2018."
    assert (claim.valid_from, claim.valid_to, claim.hosting_kind) == ("2018", "", "active")
    assert claim.rule == "är värd"


@pytest.mark.parametrize(
    ("sentence", "began", "ended"),
    [
        ("Sedan den 1 januari 2020 har Region Skåne värdskapet för NPO tandvård.", "2020-01-01", ""),
        ("Från och med maj 2020 är Region Skåne värd för NPO tandvård.", "2020-05", ""),
        ("Region Skåne var värd för NPO tandvård till och med 2020.", "", "2020"),
        ("Fram till 2020 var Region Skåne värd för NPO tandvård.", "", "2020"),
        ("Vid denna tid var Region Skåne värd för NPO tandvård.", "", ""),
    ],
)
def test_the_time_of_a_claim_is_the_one_that_its_sentence_gives(
    sentence: str, began: str, ended: str, read: Read
) -> None:
    (claim,) = read(f"Läget (6 december 2023) ¶ {sentence}")
    assert (claim.valid_from, claim.valid_to) == (began, ended)


def test_a_takeover_ends_the_old_hosting_when_the_text_says_when(read: Read) -> None:
    old, new = sorted(
        read("Skifte ¶ Västra Götalandsregionen tog 2021 över värdskapet för NPO psykisk hälsa från SKR."),
        key=lambda claim: claim.valid_from,
    )
    assert (old.subject.rpartition("/")[2], old.valid_from, old.valid_to) == ("skr", "", "2021")
    assert (new.subject.rpartition("/")[2], new.valid_from, new.valid_to) == ("region-vastra-gotaland", "2021", "")


@pytest.mark.parametrize(
    "sentence",
    [
        "Region Skåne är inte värd för NPO tandvård.",
        "Om Region Skåne är värd för NPO tandvård behövs pengar.",
        "Rapporten föreslår att Region Skåne är värd för NPO tandvård.",
        "Är Region Skåne värd för NPO tandvård?",
        "Region Skåne skulle vilja bli värd för NPO tandvård.",
    ],
)
def test_what_is_denied_imagined_or_asked_is_not_claimed(sentence: str, read: Read) -> None:
    assert read(f"Värdskap ¶ {sentence}") == ()


def test_a_heading_alone_claims_nothing(read: Read) -> None:
    assert read("Värdskap ¶ ## Region Skåne är värd för NPO tandvård ¶ Här står annat.") == ()


def test_a_stand_in_means_the_body_that_the_title_names(read: Read) -> None:
    found = read("NPO tandvård ¶ Programområdet utser nationella arbetsgrupper. SKR är adjungerad.")
    assert [told(claim) for claim in found] == [
        "body/npo-tandvard appoints body-kind/nag",
        "body/skr coOptedIn body/npo-tandvard",
    ]


def test_a_stand_in_means_nothing_when_it_could_mean_two(read: Read) -> None:
    assert read("Två områden ¶ NPO tandvård och NPO levnadsvanor. ¶ SKR är kvar som adjungerad.") == ()


def test_a_kind_in_general_stays_a_kind(read: Read) -> None:
    (claim,) = read("Områden ¶ NPO utser nationella arbetsgrupper.")
    assert told(claim) == "body-kind/npo appoints body-kind/nag"
    assert claim.predicate == t.VIP + "appoints"


def test_named_bodies_are_parts_as_organisations_are(read: Read) -> None:
    (claim,) = read("Delar ¶ NPO tandvård är en del av nationellt system för kunskapsstyrning.")
    assert claim.predicate == t.ORG + "subOrganizationOf"


def test_each_item_of_a_list_makes_its_claims_with_the_item_as_its_text(read: Read) -> None:
    found = read(
        "Värdskap ¶ Södra sjukvårdsregionen är värd för två programområden: ¶ - Tandvård\n- Levnadsvanor\n- Annat"
    )
    assert [(told(claim), claim.text) for claim in found] == [
        (
            "body/sjukvardsregion-sodra numberOfHostedProgrammeAreas 2",
            "Södra sjukvårdsregionen är värd för två programområden:",
        ),
        ("body/sjukvardsregion-sodra hosts body/npo-tandvard", "Tandvård"),
        ("body/sjukvardsregion-sodra hosts body/npo-levnadsvanor", "Levnadsvanor"),
    ]


def test_a_list_ends_with_its_items(read: Read) -> None:
    text = (
        "Värdskap ¶ Södra sjukvårdsregionen är värd för ett programområde: ¶ - Tandvård ¶ Mellanspel. ¶ - Levnadsvanor"
    )
    assert [told(claim) for claim in read(text)] == ["body/sjukvardsregion-sodra hosts body/npo-tandvard"]


def test_an_object_that_cannot_be_linked_makes_no_claim(read: Read) -> None:
    assert read("Värdskap ¶ Region Skåne är värd för trädgårdsskötsel.") == ()


def test_what_a_row_says_is_read_only_under_a_header_that_says_what_it_means(read: Read) -> None:
    row = "| Tandvård | Södra | aktivt | 2018 |"
    rule = "|---|---|---|---|"
    known = read(f"Tabell över NPO ¶ | Programområde | Värd | Slag | Tid |\n{rule}\n{row}")
    assert [told(claim) for claim in known] == ["body/sjukvardsregion-sodra hosts body/npo-tandvard"]
    assert read(f"Tabell över NPO ¶ | Område | Läge | Form | Tid |\n{rule}\n{row}") == ()


def test_the_same_thing_is_claimed_once_for_each_sentence_that_says_it(read: Read) -> None:
    sentence = "Region Skåne är värd för NPO tandvård."
    found = read(f"Värdskap ¶ {sentence} {sentence}")
    assert len(found) == len({claim.start for claim in found}) == 2


def test_a_text_without_bodies_claims_nothing(read: Read) -> None:
    assert read("Depression ¶ KBT bör erbjudas vid depression.") == ()


def test_a_list_of_own_names_is_read_only_when_each_is_known(vocabulary: Vocabulary) -> None:
    bodies = bodies_of(vocabulary)
    keys = [
        iri.rpartition("/")[2]
        for iri in named_in("Akut vård, Öron-, näs- och halssjukdomar samt Tandvård", bodies, "npo")
    ]
    assert keys == ["npo-akut-vard", "npo-oron-nas-och-halssjukdomar", "npo-tandvard"]
    assert named_in("Akut vård och trädgårdsskötsel", bodies, "npo") == ()


def test_a_time_within_a_sentence_does_not_hide_what_it_says(read: Read) -> None:
    (claim,) = read("Värdskap ¶ Region Skåne har sedan den 1 januari 2021 det aktiva värdskapet för NPO tandvård.")
    assert told(claim) == "body/region-skane hosts body/npo-tandvard 2021-01-01"


def test_words_after_what_is_left_out_are_given_as_the_text_has_them(read: Read) -> None:
    (claim,) = read("Projekt ¶ Region Skåne driver numera ett projekt om resurscentrum.")
    assert claim.object == "ett projekt om resurscentrum"


def test_a_list_of_regions_after_a_colon_is_read_with_their_number(read: Read) -> None:
    found = read("Indelning ¶ Sjukvårdsregion Mellansverige består av två regioner: Dalarna och Gävleborg.")
    assert {told(claim) for claim in found} == {
        "body/region-dalarna inHealthcareRegion body/sjukvardsregion-mellansverige",
        "body/region-gavleborg inHealthcareRegion body/sjukvardsregion-mellansverige",
        "body/sjukvardsregion-mellansverige numberOfMembers 2",
    }


def test_a_heading_says_who_appoints_only_until_the_next_heading(read: Read) -> None:
    sentence = "Regionala arbetsgrupper sätts ihop vid behov."
    assert [told(claim) for claim in read(f"Nivåer ¶ ## RPO ¶ Text. ¶ {sentence}")] == [
        "body-kind/rpo appoints body-kind/rag"
    ]
    assert read(f"Nivåer ¶ ## RPO ¶ Text. ¶ ## Arbetssätt ¶ {sentence}") == ()


def test_what_holds_of_a_kind_in_one_place_is_not_claimed_of_the_kind_everywhere(read: Read) -> None:
    text = "Grupper ¶ RPO består av två ledamöter från varje region i {}."
    (seats, covers) = read(text.format("Sjukvårdsregion Mellansverige"))
    assert told(seats) == "body-kind/rpo-mellansverige hasCompositionRule 2 ledamöter per region"
    assert told(covers) == "body-kind/rpo-mellansverige covers body/sjukvardsregion-mellansverige"
    assert read(text.format("Norra sjukvårdsregionen")) == ()


@pytest.mark.parametrize(
    ("words", "seats"),
    [("en", "1"), ("två", "2"), ("12", "12"), ("en eller två", "1–2"), ("en till två", "1–2"), ("1–2", "1–2")],
)
def test_numbers_of_seats_are_given_in_digits(words: str, seats: str, read: Read) -> None:
    (claim,) = read(f"Grupper ¶ I varje NPO ingår {words} ledamöter från varje sjukvårdsregion.")
    assert claim.object == f"{seats} ledamöter per sjukvårdsregion"


@pytest.mark.parametrize(
    "sentence",
    [
        "NPO tandvård, med Region Skåne som värd, möts i maj.",
        "NPO tandvård, vars värd är Region Skåne, möts i maj.",
        "NPO tandvård, där Region Skåne är värd, möts i maj.",
        "NPO tandvård, för vilket Region Skåne har värdskapet, möts i maj.",
        "Region Skåne, som också är värd för NPO tandvård, möts i maj.",
        "Region Skåne, värd för NPO tandvård, möts i maj.",
        "Det är Region Skåne som är värd för NPO tandvård.",
        "Värd för NPO tandvård är Region Skåne.",
        "NPO tandvårds värd är Region Skåne.",
        "Programområdet för tandvård har Region Skåne som värd.",
        "Region Skåne deltar i arbetet och är värd för NPO tandvård.",
    ],
)
def test_a_thing_is_read_in_whatever_order_a_sentence_says_it(sentence: str, read: Read) -> None:
    assert {told(claim) for claim in read(f"Läget ¶ {sentence}")} == {"body/region-skane hosts body/npo-tandvard"}


def test_what_two_do_each_for_their_own_is_paired(read: Read) -> None:
    pairs = {"body/region-skane hosts body/npo-tandvard", "body/region-halland hosts body/npo-akut-vard"}
    for sentence in (
        "Region Skåne är värd för NPO tandvård och Region Halland för NPO akut vård.",
        "Värdar för NPO tandvård och NPO akut vård är Region Skåne respektive Region Halland.",
    ):
        assert {told(claim) for claim in read(f"Läget ¶ {sentence}")} == pairs, sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Från 2027 planeras Region Skåne ta över värdskapet för NPO tandvård.",
        "Skulle Region Skåne bli värd för NPO tandvård behövs pengar.",
        "Det är oklart om Region Skåne är värd för NPO tandvård.",
        "Enligt förslaget ska Region Skåne vara värd för NPO tandvård.",
        "SKS har inte tagit ställning till om Region Skåne är värd för NPO tandvård.",
    ],
)
def test_what_is_planned_proposed_or_supposed_is_not_claimed(sentence: str, read: Read) -> None:
    assert read(f"Läget ¶ {sentence}") == ()


@pytest.mark.parametrize(
    ("words", "number"),
    [("48", "48"), ("fyrtioåtta", "48"), ("tjugo", "20"), ("hundra", "100"), ("tvåhundranio", "209")],
)
def test_numbers_in_words_are_given_in_digits(words: str, number: str, read: Read) -> None:
    (claim,) = read(f"Läget ¶ VIP adhd innehåller {words} rekommendationer.")
    assert told(claim) == f"programme/adhd numberOfRecommendations {number}"


@pytest.mark.parametrize(
    ("time", "months"), [("nio månader", "9"), ("två år", "24"), ("ett och ett halvt år", "18"), ("ett halvår", "6")]
)
def test_a_working_period_is_given_in_months(time: str, months: str, read: Read) -> None:
    (claim,) = read(f"Läget ¶ Arbetet i NAG adhd pågår i {time}.")
    assert told(claim) == f"body/nag-adhd workingPeriodMonths {months}"
