"""What of a passage is marked, what it advises, and the way to it."""

import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.language import Pipeline
from ontology.model import Direction, Mention
from search.advice import choose
from search.engine import Engine
from search.facts import Advice, Facts, Named
from search.highlighting import DENIALS, Sought, highlight, seek, sought_forms
from search.types import (
    AnalysedQuestion,
    Correction,
    DocumentReference,
    Highlight,
    Question,
    RecommendationReference,
)
from search.wordforms import WordForm, load_word_forms, write_word_forms


@pytest.fixture(scope="module")
def pipeline(engine: Engine) -> Pipeline:
    return engine._pipeline


def marks(
    engine: Engine, question: AnalysedQuestion | str, text: str, names: tuple[Named, ...] = ()
) -> list[tuple[str, str, str]]:
    """What is marked in a text, as (written, word of the question, how)."""
    analysed = engine.analyse(Question(question)) if isinstance(question, str) else question
    sought = seek(analysed, engine._pipeline, engine.vocabulary)
    found = highlight(sought, text, forms_in(engine._pipeline, sought, text), names)
    return [(text[mark.start : mark.end], mark.term, mark.match) for mark in found]


def forms_in(pipeline: Pipeline, sought: Sought, text: str) -> list[WordForm]:
    wanted = sought_forms(sought)
    return [
        WordForm(token.start, token.end, form, place > 0)
        for token in pipeline.words(text)
        if token.is_word
        for place, form in enumerate((token.lemma, *token.parts))
        if form in wanted
    ]


def concept(engine: Engine, label: str) -> str:
    return next(found.iri for found in engine.vocabulary.concepts.values() if found.label.lower() == label)


def test_an_inflected_word_is_marked_as_the_same_word(engine: Engine) -> None:
    assert marks(engine, "behandlingen", "Flera behandlingar finns.") == [("behandlingar", "behandlingen", "word")]


def test_a_compound_is_marked_for_its_part_and_a_part_for_its_compound(engine: Engine) -> None:
    assert ("alkoholmissbruk", "missbruk", "part") in marks(engine, "missbruk", "Ett alkoholmissbruk.")
    assert ("missbruk", "alkoholmissbruk", "part") in marks(engine, "alkoholmissbruk", "Ett missbruk.")


def test_another_name_of_what_is_asked_for_is_marked_with_the_word_that_was_used(engine: Engine) -> None:
    assert ("tvångssyndrom", "OCD", "synonym") in marks(engine, "OCD", "Vid tvångssyndrom.")


def test_a_place_that_names_what_is_asked_for_is_marked_whatever_it_is_called(engine: Engine) -> None:
    names = (Named(concept(engine, "tvångssyndrom"), 4, 17),)
    assert marks(engine, "OCD", "Vid tvångstankar.", names) == [("tvångstankar.", "OCD", "synonym")]


def test_what_is_narrower_is_marked_as_such(engine: Engine) -> None:
    names = (Named(concept(engine, "paniksyndrom"), 4, 16),)
    assert marks(engine, "ångestsyndrom", "Vid paniksyndrom.", names) == [("paniksyndrom", "ångestsyndrom", "narrower")]


def test_a_name_of_many_words_is_one_mark(engine: Engine) -> None:
    names = (Named(concept(engine, "generaliserat ångestsyndrom"), 4, 31),)
    text = "Vid generaliserat ångestsyndrom."
    assert marks(engine, "generaliserat ångestsyndrom", text, names) == [
        ("generaliserat ångestsyndrom", "generaliserat ångestsyndrom", "word")
    ]


def test_a_misspelled_word_is_marked_where_what_was_meant_stands(engine: Engine) -> None:
    analysed = engine.analyse(Question("depresion hos vuxna"))
    corrected = replace(analysed, corrections=(Correction(0, 9, "depresion", "depression", used=True),))
    assert ("depression", "depresion", "spelling") in marks(engine, corrected, "En depression.")


@pytest.mark.parametrize(
    "question", ["vad ska man göra vid adhd", "hur är det för de som har adhd?", "vilken är den som kan ges"]
)
def test_function_words_are_never_marked(engine: Engine, question: str) -> None:
    text = "Vad ska man göra? Hur är det för de som har den, vid vilken det kan vara så?"
    assert marks(engine, question, text) == []


DISCLAIMER = "Exempeltext, inte för klinisk användning. Läkemedel vid adhd ges inte som enda insats."


@pytest.mark.parametrize("question", ["läkemedel vid adhd inte", "läkemedel utan adhd"])
def test_a_denial_is_not_marked_when_it_was_not_asked_for(engine: Engine, question: str) -> None:
    analysed = replace(engine.analyse(Question(question)), negated=False)
    assert not {written.lower() for written, _, _ in marks(engine, analysed, DISCLAIMER)} & DENIALS


def test_a_denial_that_was_asked_for_is_marked_beside_what_was_asked_and_not_in_a_disclaimer(engine: Engine) -> None:
    analysed = replace(engine.analyse(Question("läkemedel ska inte ges vid adhd")), negated=True)
    sought = seek(analysed, engine._pipeline, engine.vocabulary)
    found = highlight(sought, DISCLAIMER, forms_in(engine._pipeline, sought, DISCLAIMER), ())
    denials = [mark for mark in found if mark.match == "negation"]
    assert [mark.start for mark in denials] == [DISCLAIMER.rindex("inte")]


WORDS = st.sampled_from(
    [
        "adhd",
        "Adhd:n",
        "läkemedlen",
        "alkoholmissbruk",
        "missbruk",
        "inte",
        "och",
        "vuxna",
        "ångest-",
        "KBT",
        "F90.0",
        "é",
    ]
)
MARKS = st.sampled_from([" ", ". ", "\n", ", ", "–", " (", "  "])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(WORDS, min_size=1, max_size=5),
    st.lists(st.tuples(WORDS, MARKS), max_size=12),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5),
    st.booleans(),
)
def test_marks_are_places_of_words_in_order_without_overlap(
    engine: Engine, asked: list[str], said: list[tuple[str, str]], places: list[tuple[int, int]], negated: bool
) -> None:
    question = engine.analyse(Question(" ".join(asked)))
    question = replace(question, negated=negated)
    text = "".join(word + mark for word, mark in said)
    named = question.mentions[0].concept_iri if question.mentions else ""
    names = [Named(named, start, start + length) for start, length in places if start + length <= len(text)]
    sought = seek(question, engine._pipeline, engine.vocabulary)
    words = forms_in(engine._pipeline, sought, text)
    found = highlight(sought, text, words, names)
    ends = [0, *(mark.end for mark in found)]
    assert all(before <= mark.start < mark.end <= len(text) for before, mark in zip(ends, found, strict=False))
    allowed = {(word.start, word.end) for word in words} | {(name.start, name.end) for name in names}
    assert {(mark.start, mark.end) for mark in found} <= allowed
    assert all(mark.term in question.text or mark.match in {"synonym", "negation"} for mark in found)


def test_every_mark_of_a_hit_is_a_word_or_name_of_its_text(engine: Engine) -> None:
    for question in ("läkemedel vid adhd hos vuxna", "missbruk", "OCD", "självskada ungdomar", "vad ska inte göras?"):
        for hit in engine.search(Question(question, limit=20)).hits:
            tokens = engine._pipeline.words(hit.text)
            starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
            assert all(mark.start in starts and mark.end in ends for mark in hit.highlights), hit.iri
            assert unicodedata.normalize("NFC", hit.text) == hit.text


def test_the_words_of_passages_are_found_again_as_they_were_written(
    pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("words")
    texts = ["Ett alkoholmissbruk.", "", "Missbruk? Missbruket!"]
    write_word_forms(folder, [pipeline.words(text) for text in texts])
    forms = load_word_forms(folder)
    asked = forms.number(["missbruk", "finns-inte"])
    assert list(asked.values()) == ["missbruk"]
    assert forms.find(0, asked) == [WordForm(4, 19, "missbruk", is_part=True)]
    assert forms.find(1, asked) == []
    assert [(word.start, word.end) for word in forms.find(2, asked)] == [(0, 8), (10, 20)]


def test_words_that_do_not_fit_their_starts_are_refused(
    pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("words")
    write_word_forms(folder, [pipeline.words("Ett ord.")])
    np.save(folder / "words-starts.npy", np.array([0, 7]))
    with pytest.raises(ValueError, match="fit"):
        load_word_forms(folder)


SOUGHT = Sought({}, {"i": ("kbt", "synonym"), "c": ("gad", "synonym")}, {"i": "i", "c": "c"}, {"i": frozenset(["kbt"]), "c": frozenset(["gad"])}, negated=False)  # fmt: skip # noqa: E501


def advice(direction: Direction, start: int, *about: str, in_heading: bool = False) -> Advice:
    reference = RecommendationReference(f"{direction}-{start}", direction, "", None)
    return Advice(reference, start, start + 10, in_heading, frozenset(about))


def facts(*advised: Advice) -> Facts:
    return Facts("p", "t" * 100, DocumentReference("", "", "", "", ""), (), advised, frozenset(), frozenset())


def chosen(sought: Sought, *advised: Advice, highlights: tuple[Highlight, ...] = (), only: tuple[str, ...] = ()) -> str:
    found = choose(facts(*advised), sought, highlights, only)
    return found.reference.iri if found else ""


def test_a_passage_without_recommendations_shows_none() -> None:
    assert chosen(SOUGHT) == ""


def test_the_recommendation_about_what_is_asked_is_shown() -> None:
    assert chosen(SOUGHT, advice("against", 0, "c"), advice("for", 20, "i", "c")) == "for-20"


def test_of_recommendations_that_fit_alike_the_one_against_is_shown() -> None:
    assert chosen(SOUGHT, advice("for", 0, "i", "c"), advice("against", 20, "i", "c")) == "against-20"
    assert chosen(SOUGHT, advice("for", 0), advice("neutral", 20)) == "neutral-20"
    assert chosen(SOUGHT, advice("for", 0, "i"), advice("against", 0, "i", in_heading=True)) == "against-0"


def test_a_word_that_only_says_that_advice_is_asked_for_makes_none_fit_better() -> None:
    said = (Highlight(2, 9, "rekommenderas"), Highlight(30, 32, "kbt", "synonym"))
    assert chosen(SOUGHT, advice("for", 0, "i"), advice("against", 25, "i"), highlights=said) == "against-25"


def test_a_question_about_what_not_to_do_gets_the_recommendation_against() -> None:
    assert chosen(replace(SOUGHT, negated=True), advice("for", 0, "i", "c"), advice("against", 20)) == "against-20"


def test_a_filter_on_the_direction_decides_what_is_shown() -> None:
    assert chosen(SOUGHT, advice("for", 0), advice("against", 20, "i"), only=("for",)) == "for-0"


def test_the_way_to_a_hit_leads_from_the_word_to_the_passage(engine: Engine) -> None:
    hits = engine.search(Question("läkemedel vid adhd", limit=10)).hits
    ways = [reason for hit in hits if "graph" in hit.contributions for reason in hit.contributions["graph"].reasons]
    assert any(way.startswith("”adhd” → Adhd → ") and "nämns i stycket" in way for way in ways)
    assert any("dokumentet handlar om det" in way for way in ways)


def test_a_question_keeps_the_places_of_what_it_names(engine: Engine) -> None:
    (mention,) = engine.analyse(Question("vad är adhd")).mentions
    assert isinstance(mention, Mention)
    assert (mention.start, mention.end) == (7, 11)
