import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.language import BUNDLED, OFFICIAL, Pipeline, Token, open_pipeline, pipeline_identity
from ingest.lexicon import Lexicon
from ontology.errors import ModelUnavailable

PARTS_OF_SPEECH = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()  # noqa: SIM905
)
KNOWN = ("npo", "suicid", "lisdexamfetamin", "missbruk")


def has_official() -> bool:
    try:
        return metadata.version(OFFICIAL).startswith("3.")
    except metadata.PackageNotFoundError:
        return False


@pytest.fixture(scope="module", params=[BUNDLED, OFFICIAL])
def pipeline(request: pytest.FixtureRequest, lexicon: Lexicon) -> Pipeline:
    """Every pipeline that is to pass the contract."""
    if request.param == OFFICIAL and not has_official():
        pytest.skip("the package sv_core_news_sm is not installed")
    return open_pipeline(request.param, lexicon, KNOWN)


def texts(tokens: tuple[Token, ...]) -> list[str]:
    return [token.text for token in tokens]


def sentences(tokens: tuple[Token, ...]) -> list[str]:
    count = tokens[-1].sentence + 1 if tokens else 0
    return [" ".join(token.text for token in tokens if token.sentence == number) for number in range(count)]


ODD = st.text(
    st.one_of(
        st.sampled_from("aåÅs.,:;-‐–—/()\"”'’%²½& \t\n\r\v\x1c\x85\u00a0\u2028\u200b\u00ad\u0301\u200d🙂٣_@+"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)


@given(text=ODD)
@example("http://")
@example("a\u0301b -- b- -b x:s 1:a F32.1- .se a.se. www.x")
@example("t.ex.bl.a.\n\nm.m.")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_every_character_but_white_space_is_in_exactly_one_token(pipeline: Pipeline, text: str) -> None:
    tokens = pipeline.analyse(text)
    covered = [0] * len(text)
    for token in tokens:
        assert token.text == text[token.start : token.end] != ""
        for place in range(token.start, token.end):
            covered[place] += 1
    assert covered == [int(not character.isspace()) for character in text]
    numbers = [token.sentence for token in tokens]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(set(numbers))))


def test_an_empty_text_has_no_tokens(pipeline: Pipeline) -> None:
    assert pipeline.analyse("") == ()
    assert pipeline.analyse(" \n\t ") == ()


def test_many_texts_give_the_same_as_each(pipeline: Pipeline) -> None:
    several = ["Barnpsykiatrin utreder.", "", "Vilka insatser ges vid ångest?", "F32.1"]
    assert list(pipeline.analyse_many(several)) == [pipeline.analyse(text) for text in several]


def test_parts_of_speech_are_universal(pipeline: Pipeline) -> None:
    tokens = pipeline.analyse("Läkaren behandlar patienten med ett nytt läkemedel, och hon blir bättre.")
    assert {token.pos for token in tokens} <= PARTS_OF_SPEECH
    found = {token.text: token.pos for token in tokens}
    assert (found["Läkaren"], found["behandlar"], found["nytt"], found["med"], found[","]) == (
        "NOUN",
        "VERB",
        "ADJ",
        "ADP",
        "PUNCT",
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("barn- och ungdomspsykiatrin", "barn-|och|ungdomspsykiatrin"),
        ("vård- och insatsprogram", "vård-|och|insatsprogram"),
        ("patient/brukare", "patient|/|brukare"),
        ("NPO:s e-hälsa", "NPO:s|e-hälsa"),
        ("F32.1, F43.8A (F10-F19).", "F32.1|,|F43.8A|(|F10-F19|)|."),
        ("2016-2018 och 3,5 %", "2016-2018|och|3,5|%"),
        ("18-åringar", "18-åringar"),
        ("kunskapsstyrning².", "kunskapsstyrning|²|."),
        ("Läs på https://vardochinsats.se/adhd.", "Läs|på|https://vardochinsats.se/adhd|."),
        ("(se 1177.se)", "(|se|1177.se|)"),
        ("namn@region.se", "namn@region.se"),
        ("t.ex. bl.a. dvs. s.k. ca. m.m.", "t.ex.|bl.a.|dvs.|s.k.|ca.|m.m."),
        ("”Ja!” sa hon … då", "”|Ja|!|”|sa|hon|…|då"),
        ("ADHD–autism – båda", "ADHD|–|autism|–|båda"),
        ("Alzheimer’s", "Alzheimer’s"),
    ],
)
def test_a_text_is_cut_as_readers_expect(pipeline: Pipeline, text: str, tokens: str) -> None:
    assert texts(pipeline.analyse(text)) == tokens.split("|")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erbjud stöd. Följ upp!  Hur? Så.", ["Erbjud stöd .", "Följ upp !", "Hur ?", "Så ."]),
        ("Ge t.ex. KBT, dvs. Samtal, s.k. terapi i ca. 10 veckor. Sluta.", 2),
        ("Råd, stöd m.m. Regionen betalar.", 2),
        ("Råd, stöd m.m. som regionen betalar.", 1),
        ("Rubrik\nEn mening\r\nEn till", 3),
        ("1. Inledning och mål", 1),
        ("År 2024. Sedan 2025.", 2),
        ("Värdet är 3.5 och kl. 10.30 den 3 maj.", 1),
        ("Hon sa: ”Nej.” Han gick (hem.) Slut", 3),
        ("Det är så... eller", 1),
        ("Prioritet A. Vi rekommenderar", 2),
    ],
)
def test_sentences_end_where_readers_expect(pipeline: Pipeline, text: str, expected: list[str] | int) -> None:
    found = sentences(pipeline.analyse(text))
    assert (found if isinstance(expected, list) else len(found)) == expected


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("Barnpsykiatrins", "barnpsykiatri"),
        ("patienterna", "patient"),
        ("Socialstyrelsens", "socialstyrelsen"),
        ("VGR:s", "vgr"),
        ("NPO:s", "npo"),
        ("SBUs", "sbu"),
        ("BUP", "bup"),
        ("ADHD-utredningens", "adhd-utredning"),
        ("barn-", "barn"),
        ("hälso-", "hälsa"),
        ("barnpsykiatri-", "barnpsykiatri"),
        ("självskadebeteenden", "självskadebeteende"),
        ("hälsodataregisterfrågorna", "hälsodataregisterfråga"),
        ("Metylfenidats", "metylfenidat"),
        ("lisdexamfetaminet", "lisdexamfetamin"),
        ("suicider", "suicid"),
        ("suicids", "suicid"),
        ("F43.8A", "f43.8a"),
        ("18-åringar", "18-åring"),
        ("2016-2018", "2016-2018"),
        ("1:a", "1:a"),
        ("psyki\u00adatrin", "psykiatri"),
        ("a\u030angest", "ångest"),
        ("e‑hälsan", "e-hälsa"),
        ("Vipgraf", "vipgraf"),
    ],
)
def test_a_word_has_the_lemma_that_readers_expect(pipeline: Pipeline, word: str, lemma: str) -> None:
    (token,) = pipeline.analyse(word)
    assert token.lemma == lemma


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("alkoholmissbruket", "alkohol missbruk"),
        ("Kunskapsstyrningens", "kunskap styrning"),
        ("e-hälsa", "e hälsa"),
        ("F10-F19", "f10 f19"),
        ("2016-2018", "2016 2018"),
        ("barn-", ""),
        ("patient", ""),
        ("3,5", ""),
        ("-", ""),
    ],
)
def test_a_compound_has_parts_and_other_words_have_none(pipeline: Pipeline, word: str, parts: str) -> None:
    (token,) = pipeline.analyse(word)
    assert token.parts == tuple(parts.split())


def test_a_word_has_the_same_lemma_in_every_context(pipeline: Pipeline) -> None:
    contexts = ["{}", "Vad är {}?", "Att {} är svårt.", "Den {} patienten", "DET {} SOM", "{} {} {}"]
    for word in ("missbruk", "led", "bara", "anden", "får", "drog", "rätt", "planerade"):
        tokens = [token for context in contexts for token in pipeline.analyse(context.replace("{}", word))]
        assert len({token.lemma for token in tokens if token.text == word}) == 1


def test_words_have_a_letter_or_a_digit(pipeline: Pipeline) -> None:
    found = {token.text: token.is_word for token in pipeline.analyse("F32.1 och 3 % – ² … • NPO:s")}
    assert found == {
        "F32.1": True,
        "och": True,
        "3": True,
        "%": False,
        "–": False,
        "²": False,
        "…": False,
        "•": False,
        "NPO:s": True,
    }


def test_words_are_the_same_without_parts_of_speech(pipeline: Pipeline) -> None:
    text = "Barnpsykiatrin utreder. Vilka insatser ges, t.ex. vid F32.1?"
    assert pipeline.words(text) == tuple(replace(token, pos="") for token in pipeline.analyse(text))


def test_its_identity_is_known_without_loading_it(pipeline: Pipeline, lexicon: Lexicon) -> None:
    assert pipeline.identity in {pipeline_identity(name, lexicon, KNOWN) for name in (BUNDLED, "auto")}


def test_its_identity_changes_with_lexicon_and_vocabulary(pipeline: Pipeline, lexicon: Lexicon) -> None:
    assert lexicon.identity in pipeline.identity
    assert open_pipeline(BUNDLED, lexicon).identity != open_pipeline(BUNDLED, lexicon, ["suicid"]).identity
    assert open_pipeline(BUNDLED, lexicon, ["a", "b"]).identity == open_pipeline(BUNDLED, lexicon, ["b", "A"]).identity


def test_auto_takes_what_is_there(lexicon: Lexicon) -> None:
    expected = OFFICIAL if has_official() else BUNDLED
    assert open_pipeline("auto", lexicon).identity.startswith(expected)


def test_a_placeholder_of_strangers_is_not_the_official_package(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "999.9.9")
    assert open_pipeline("auto", lexicon).identity.startswith(BUNDLED)


def test_a_folder_can_be_named(lexicon: Lexicon, tmp_path: Path) -> None:
    place = Path(__file__).parents[2] / "ingest" / "pipelines" / BUNDLED
    folder = shutil.copytree(place, tmp_path / "modell", ignore=shutil.ignore_patterns("parser", "*.md"))
    with pytest.raises(ModelUnavailable):
        open_pipeline(str(tmp_path), lexicon)
    assert [token.lemma for token in open_pipeline(str(folder), lexicon).analyse("Hunden")] == ["hund"]


def test_a_pipeline_that_is_not_there_is_named_in_swedish(lexicon: Lexicon) -> None:
    with pytest.raises(ModelUnavailable, match=r"Språkmodellen ”xx_finns_inte” kan inte läsas in.*VIPGRAF_PIPELINE"):
        open_pipeline("xx_finns_inte", lexicon)


@pytest.mark.slow
def test_opening_the_bundled_pipeline_imports_no_torch_and_leaves_it_importable(lexicon: Lexicon) -> None:
    code = f"""
import sys
from pathlib import Path
from ingest.language import open_pipeline
from ingest.lexicon import ensure_lexicon

assert "spacy" not in sys.modules
pipeline = open_pipeline({BUNDLED!r}, ensure_lexicon(Path({str(lexicon.path.parent)!r}), print))
print(len(pipeline.analyse("Det var en gång")), sorted({{"simplemma", "wordfreq", "torch"}} & set(sys.modules)))
assert not [finder for finder in sys.meta_path if type(finder).__module__ == "ingest.language"]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "4 []\n"


@pytest.mark.timeout(60)
def test_what_is_too_long_for_a_word_is_left_as_it_stands(pipeline: Pipeline) -> None:
    (token,) = pipeline.words("Sjukvårds" * 1_000)
    assert (token.lemma, token.parts) == ("sjukvårds" * 1_000, ())


@pytest.mark.timeout(60)
def test_signs_without_spaces_take_time_in_proportion(pipeline: Pipeline) -> None:
    assert len(pipeline.words("+-" * 10_000)) == 20_000


def test_addresses_of_mail_are_one_token(pipeline: Pipeline) -> None:
    assert texts(pipeline.words("Skriv (till anna.b+c@region.se).")) == [
        "Skriv",
        "(",
        "till",
        "anna.b+c@region.se",
        ")",
        ".",
    ]
