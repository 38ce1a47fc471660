"""The vocabulary and what rests on it: labels in two languages, scales with a direction, criteria, pages, advice."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SH, SKOS

from ingest.rulebook import load_rules

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
ID = "https://vipgraf.example/id/"
VOCABULARY = sorted((Path(str(files("ontology"))) / "vocab").glob("*.ttl"))
RPO = rdflib.URIRef(ID + "body-kind/rpo")
LINKED = (VIP.Condition, VIP.Intervention, VIP.Setting, VIP.Profession, VIP.TargetGroup, VIP.AgeGroup)
Parse = Callable[[Iterable[Path]], rdflib.Graph]


@pytest.fixture(scope="module")
def vocabulary(parse: Parse) -> rdflib.Graph:
    return parse(VOCABULARY)


def key(node: rdflib.term.Node | None) -> str:
    return str(node).removeprefix(ID)


def keys(nodes: Iterable[rdflib.term.Node | None]) -> set[str]:
    return {key(node) for node in nodes}


def languages(graph: rdflib.Graph, subject: rdflib.term.Node, predicate: rdflib.URIRef) -> list[str]:
    texts = (text for text in graph.objects(subject, predicate) if isinstance(text, rdflib.Literal))
    return sorted(str(text.language) for text in texts)


def swedish_labels(graph: rdflib.Graph, concept: rdflib.term.Node) -> set[str]:
    """Every name that a concept is found by."""
    names = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
    texts = (text for name in names for text in graph.objects(concept, name) if isinstance(text, rdflib.Literal))
    return {str(text) for text in texts if text.language == "sv"}


def plain(title: str) -> str:
    """A title as a name is written: without what stands in brackets, in lower case."""
    return re.sub(r"\s*[\[(][^\])]*[\])]", "", title).casefold().strip()


def levels(graph: rdflib.Graph, scheme: str) -> dict[str, int]:
    """The keys of a scale's levels, each with its rank."""
    found = graph.subjects(SKOS.inScheme, rdflib.URIRef(f"{ID}scheme/{scheme}"))
    return {key(level).removeprefix("scale-level/"): int(str(graph.value(level, VIP.rank))) for level in found}


def test_every_concept_and_scheme_has_one_label_in_swedish_and_one_in_english(vocabulary: rdflib.Graph) -> None:
    described = set(vocabulary.subjects(RDF.type))
    assert len(described) > 300
    assert [key(node) for node in described if languages(vocabulary, node, SKOS.prefLabel) != ["en", "sv"]] == []


def test_every_concept_belongs_to_one_scheme_of_the_vocabulary(vocabulary: rdflib.Graph) -> None:
    schemes = set(vocabulary.objects(None, SKOS.inScheme))
    assert len(schemes) > 20
    assert {key(scheme) for scheme in schemes if (scheme, SKOS.prefLabel, None) not in vocabulary} == set()
    concepts = set(vocabulary.subjects(RDF.type)) - schemes
    assert [key(node) for node in concepts if len(list(vocabulary.objects(node, SKOS.inScheme))) != 1] == []


def test_no_concept_is_broader_than_itself(vocabulary: rdflib.Graph) -> None:
    narrower = set(vocabulary.subjects(SKOS.broader))
    assert len(narrower) > 100
    for concept in narrower:
        above = {
            found
            for parent in vocabulary.objects(concept, SKOS.broader)
            for found in vocabulary.transitive_objects(parent, SKOS.broader)
        }
        assert concept not in above, key(concept)


def test_a_concept_and_the_one_above_it_are_of_one_scheme(vocabulary: rdflib.Graph) -> None:
    pairs = list(vocabulary.subject_objects(SKOS.broader))
    assert len(pairs) > 100
    schemes = [(vocabulary.value(low, SKOS.inScheme), vocabulary.value(high, SKOS.inScheme)) for low, high in pairs]
    assert [pair for pair in schemes if pair[0] != pair[1]] == []


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("conflict-kinds", {"change-over-time", "contradiction", "difference-of-scope", "difference-of-wording"}),
        ("obligations", {"ska", "bor", "kan"}),
        ("start-bases", {"stated", "attested"}),
        ("scale-directions", {"lowest-strongest", "highest-strongest", "words"}),
        ("severities", {"lindrig", "medelsvar", "svar"}),
        ("function-levels", {"latta-problem", "mattliga-problem", "stora-problem"}),
        ("service-categories", {"halso-och-sjukvard", "socialtjanst"}),
        ("programme-states", {"published", "draft", "consultation", "in-preparation", "withdrawn"}),
        ("degrees-of-governance", {"stodjande", "vagledande"}),
        (
            "strengths",
            {
                "ska",
                "bor",
                "kan",
                "kan-i-undantagsfall",
                "bor-inte",
                "ska-inte",
                "icke-gora",
                "fou",
                "prioritering-saknas",
            },
        ),
    ],
)
def test_a_small_scheme_holds_exactly_its_concepts(vocabulary: rdflib.Graph, scheme: str, expected: set[str]) -> None:
    concepts = vocabulary.subjects(SKOS.inScheme, rdflib.URIRef(f"{ID}scheme/{scheme}"))
    assert {key(concept).partition("/")[2] for concept in concepts} == expected


@pytest.mark.parametrize("shape", ["Section-sectionRole", "Passage-sectionRole"])
def test_every_role_that_the_rules_give_a_section_is_in_its_scheme_and_no_shape_takes_others(
    shape: str, vocabulary: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    roles = {rule["role"] for rule in load_rules("structure")["role"]}
    assert len(roles) == 10
    concepts = list(vocabulary.subjects(SKOS.inScheme, rdflib.URIRef(ID + "scheme/section-roles")))
    assert keys(concepts) == {f"section-role/{role}" for role in roles}
    pattern = str(shapes.value(rdflib.URIRef(f"https://w3id.org/vipgraf/shapes/{shape}"), SH.pattern))
    assert [concept for concept in concepts if not re.search(pattern, str(concept))] == []
    assert pattern.count("|") == len(concepts) - 1


@pytest.mark.parametrize(
    ("scheme", "direction", "count"),
    [
        ("socialstyrelsen-priority", "lowest-strongest", 12),
        ("grade", "words", 4),
        ("grade-older", "highest-strongest", 4),
        ("evidensgrad", "lowest-strongest", 4),
    ],
)
def test_a_scale_says_which_way_it_runs_and_ranks_its_levels_without_gaps(
    vocabulary: rdflib.Graph, scheme: str, direction: str, count: int
) -> None:
    stated = vocabulary.value(rdflib.URIRef(f"{ID}scheme/{scheme}"), VIP.scaleDirection)
    assert key(stated) == f"scale-direction/{direction}"
    assert sorted(levels(vocabulary, scheme).values()) == list(range(1, count + 1))


def test_the_same_number_stands_at_opposite_ends_of_the_two_old_scales(vocabulary: rdflib.Graph) -> None:
    assert levels(vocabulary, "grade-older")["grade-older-4"] == levels(vocabulary, "evidensgrad")["evidensgrad-1"] == 1
    assert levels(vocabulary, "grade-older")["grade-older-1"] == levels(vocabulary, "evidensgrad")["evidensgrad-4"] == 4


def test_the_bands_of_the_priority_scale_follow_the_words(vocabulary: rdflib.Graph) -> None:
    bands = {
        rank: key(vocabulary.value(rdflib.URIRef(f"{ID}scale-level/{level}"), VIP.correspondsToStrength))
        for level, rank in levels(vocabulary, "socialstyrelsen-priority").items()
    }
    words = ["bor"] * 3 + ["kan"] * 4 + ["kan-i-undantagsfall"] * 3 + ["icke-gora", "fou"]
    assert bands == {rank: f"strength/{word}" for rank, word in enumerate(words, 1)}


def test_the_direction_of_advice_agrees_with_its_strength(content: rdflib.Graph) -> None:
    strengths = list(content.subject_objects(VIP.strength))
    assert len(strengths) > 30
    for recommendation, strength in strengths:
        negative = key(strength) in {"strength/bor-inte", "strength/ska-inte", "strength/icke-gora"}
        assert (key(content.value(recommendation, VIP.direction)) == "direction/against") is negative, recommendation


def test_every_setting_is_in_a_service_category_but_those_outside_health_care_and_social_services(
    vocabulary: rdflib.Graph,
) -> None:
    settings = set(vocabulary.subjects(RDF.type, VIP.Setting))
    assert len(settings) >= 50
    loose = {setting for setting in settings if (setting, VIP.serviceCategory, None) not in vocabulary}
    assert keys(loose) == {
        f"setting/{name}" for name in ("skola", "elevhalsa", "forskola", "hogskola", "kriminalvard", "jourtelefon")
    }


def test_a_name_leads_to_one_concept_of_its_kind(vocabulary: rdflib.Graph) -> None:
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for concept, kind in vocabulary.subject_objects(RDF.type):
        for text in swedish_labels(vocabulary, concept) if kind in LINKED else ():
            named[str(kind), text.casefold()].add(key(concept))
    assert len(named) > 4500
    assert {name: found for name, found in named.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "word",
    [
        "sjukdom",
        "besvär",
        "tillstånd",
        "stress",
        "oro",
        "kris",
        "terapi",
        "exponering",
        "praktik",
        "äldre",
        "män",
        "man",
        "akt",
        "far",
        "lag",
        "mi",
        "pe",
        "stöd",
        "samtal",
        "behandling",
        "utredning",
        "kontaktperson",
        "partner",
    ],
)
def test_an_ordinary_word_with_other_meanings_is_no_name(vocabulary: rdflib.Graph, word: str) -> None:
    concepts = {concept for kind in LINKED for concept in vocabulary.subjects(RDF.type, kind)}
    assert len(concepts) > 900
    assert [key(concept) for concept in concepts if word in swedish_labels(vocabulary, concept)] == []


def test_every_code_of_a_condition_is_in_the_classification_and_its_title_a_name_of_it(
    vocabulary: rdflib.Graph, shared: Path
) -> None:
    with (shared / "data" / "icd10se_F_X60-X84.tsv").open(encoding="utf-8", newline="") as rows:
        titles = {row["code"]: row["title_sv"].strip() for row in csv.DictReader(rows, delimiter="\t")}
    coded = [
        (concept, str(code))
        for concept, code in vocabulary.subject_objects(SKOS.notation)
        if (concept, RDF.type, VIP.Condition) in vocabulary
    ]
    assert len(coded) > 250
    assert [code for _, code in coded if code.replace(".", "") not in titles] == []
    unnamed = [
        code
        for concept, code in coded
        if plain(titles[code.replace(".", "")]) not in {plain(text) for text in swedish_labels(vocabulary, concept)}
    ]
    assert unnamed == []


def test_every_code_of_an_intervention_is_in_the_lists_of_the_classification(
    vocabulary: rdflib.Graph, shared: Path
) -> None:
    lists = [shared / "data" / f"kva_psykiatri_{kind}_vard.csv" for kind in ("oppen", "sluten")]
    known = {code for one in lists for code in re.findall(r"\b[A-Z]{2}\d{3}(?= - )", one.read_text(encoding="utf-8"))}
    codes = {
        str(code)
        for concept, code in vocabulary.subject_objects(SKOS.notation)
        if (concept, RDF.type, VIP.Intervention) in vocabulary
    }
    assert len(codes) > 40
    assert codes - known == set()


@pytest.mark.parametrize(
    ("word", "concept"),
    [
        ("missbruk", "condition/skadligt-bruk-och-beroende"),
        ("självmord", "condition/suicid"),
        ("utbränd", "condition/F43.8A"),
        ("manodepressiv", "condition/F31"),
        ("OCD", "condition/F42"),
        ("EIPS", "condition/F60.3"),
        ("borderline", "condition/F60.3"),
        ("NPF", "condition/neuropsykiatriska-funktionsnedsattningar"),
        ("social ångest", "condition/F40.1"),
        ("SIP", "intervention/samordnad-individuell-plan"),
        ("LARO", "intervention/laro"),
        ("FaR", "intervention/fysisk-aktivitet-pa-recept"),
        ("BUP", "setting/barn-och-ungdomspsykiatri"),
        ("anhörig", "target-group/narstaende"),
        ("klient", "target-group/brukare"),
        ("hypomanisk episod", "condition/F30.0"),
        ("bipolär typ 2", "condition/bipolar-typ-2"),
        ("demens", "condition/kognitiv-sjukdom"),
        ("uppförandestörning", "condition/F91"),
        ("läs- och skrivsvårigheter", "condition/F81.0"),
        ("sängvätning", "condition/F98.0"),
        ("kronisk smärta", "condition/kronisk-smarta"),
        ("TF-KBT", "intervention/traumafokuserad-kbt"),
        ("ACT", "intervention/acceptance-and-commitment-therapy"),
        ("CRAFT", "intervention/craft"),
        ("rTMS", "intervention/rtms"),
        ("housing first", "intervention/bostad-forst"),
        ("sömnmedel", "intervention/somnmedel"),
        ("BVC", "setting/barnhalsovard"),
        ("HVB", "setting/hvb"),
        ("distriktsläkare", "profession/allmanlakare"),
        ("hbtq-personer", "target-group/hbtqi-personer"),
    ],
)
def test_a_synonym_or_abbreviation_leads_to_its_concept(vocabulary: rdflib.Graph, word: str, concept: str) -> None:
    assert keys(vocabulary.subjects(SKOS.altLabel, rdflib.Literal(word, lang="sv"))) == {concept}


def test_autism_lies_between_the_broad_category_and_its_diagnoses(vocabulary: rdflib.Graph) -> None:
    autism = rdflib.URIRef(ID + "condition/autism")
    assert keys(vocabulary.objects(autism, SKOS.broader)) == {"condition/F84"}
    diagnoses = keys(vocabulary.subjects(SKOS.broader, autism))
    assert diagnoses == {"condition/F84.0", "condition/F84.1", "condition/F84.5"}


def test_every_criterion_has_a_minimum_requirement_and_every_requirement_a_criterion_or_a_claim(
    content: rdflib.Graph,
) -> None:
    minimum, other = (list(content.subject_objects(name)) for name in (VIP.hasMinimumRequirement, VIP.requires))
    assert len({criterion for criterion, _ in minimum}) == 7
    of_criteria = {one for _, one in minimum + other}
    of_bodies = {content.value(claim, RDF.object) for claim in content.subjects(RDF.predicate, VIP.requires)}
    assert len(of_bodies) == 2
    assert of_criteria.isdisjoint(of_bodies)
    assert of_criteria | of_bodies == set(content.subjects(RDF.type, VIP.Requirement))
    counts = {
        str(content.value(one, VIP.order)): len(list(content.objects(one, VIP.hasMinimumRequirement)))
        for one in content.subjects(RDF.type, VIP.Criterion)
    }
    assert counts == {"1": 1, "2": 2, "3": 2, "4": 1, "5": 2, "6": 1, "7": 1}


def test_the_overlap_with_the_regional_programme_areas_stands_where_the_document_has_its_sign(
    content: rdflib.Graph,
) -> None:
    starred = set(content.subjects(VIP.matchesMandateOf, RPO))
    criteria = {
        str(content.value(one, SKOS.notation)) for one in starred & set(content.subjects(RDF.type, VIP.Criterion))
    }
    assert criteria == {"3", "4", "5", "6", "7"}
    assert {one for one in keys(starred) if one.startswith("requirement/")} == {
        "requirement/framja-kvalitetsregister",
        "requirement/gemensamma-intressen-och-utmaningar",
        "requirement/behovsinventering",
        "requirement/bidra-till-behovsanalys",
        "requirement/former-for-innovation",
        "requirement/utveckla-och-sprida-kunskap",
        "requirement/paketera-goda-exempel",
        "requirement/kommunicera-kunskapsstod",
        "requirement/anpassa-kunskapsunderlag",
    }


def test_three_regions_sign_the_criteria_which_are_anchored_in_38_municipalities(content: rdflib.Graph) -> None:
    signing = content.subjects(RDF.predicate, VIP.signs)
    assert keys(content.value(claim, RDF.subject) for claim in signing) == {
        "body/region-jonkopings-lan",
        "body/region-kalmar-lan",
        "body/region-ostergotland",
    }
    anchored = keys(content.value(claim, RDF.object) for claim in content.subjects(RDF.predicate, VIP.anchoredIn))
    assert len(anchored) == 38
    assert {one.startswith("body/kommun-") for one in anchored} == {True}


def test_every_page_lies_in_a_chapter_of_a_programme_and_has_a_state_and_an_address(content: rdflib.Graph) -> None:
    pages = list(content.subjects(RDF.type, VIP.Page))
    assert len(pages) == 13
    stated = {content.value(claim, RDF.subject) for claim in content.subjects(RDF.predicate, VIP.programmeState)}
    for page in pages:
        chapter = content.value(page, DCTERMS.isPartOf)
        assert (chapter, DCTERMS.hasPart, page) in content
        programme = content.value(chapter, DCTERMS.isPartOf)
        assert (programme, DCTERMS.hasPart, chapter) in content
        assert (programme, RDF.type, VIP.CareProgramme) in content
        assert str(content.value(page, rdflib.URIRef("https://schema.org/url"))).startswith("https://")
        assert page in stated, page


def test_a_recommendation_on_a_page_is_in_the_programme_of_that_page(content: rdflib.Graph) -> None:
    pages = set(content.subjects(RDF.type, VIP.Page))
    pairs = [(one, page) for one, page in content.subject_objects(DCTERMS.isPartOf) if page in pages]
    assert len(pairs) > 25
    for recommendation, page in pairs:
        programme = content.value(content.value(page, DCTERMS.isPartOf), DCTERMS.isPartOf)
        assert (recommendation, VIP.inProgramme, programme) in content, recommendation
