import math
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.compounds import CompoundSplitter
from ingest.lexicon import Entry, Lexicon

JUDGED = Path(__file__).parents[3] / "shared" / "evaluation" / "compounds_dev.txt"


@dataclass(frozen=True)
class Table:
    """A lexicon of a few words."""

    entries: dict[str, Entry]

    def entry(self, form: str) -> Entry | None:
        return self.entries.get(form)


SMALL = Table(
    {
        "kunskap": Entry("kunskap", "kunskap", 4.5, 9.0, 7.0),
        "kunskaps": Entry("kunskap", "kunskap", 2.9, 7.0, math.inf),
        "styrning": Entry("styrning", "styrning", 3.5, 9.0, 8.0),
        "styrningen": Entry("styrning", "styrningen", 3.5, math.inf, 8.0),
        "tak": Entry("tak", "tak", 4.5, 7.0, 7.0),
        "fall": Entry("fall", "fall", 4.5, 5.0, 5.0),
        "lucka": Entry("lucka", "lucka", 3.5, 5.0, 5.0),
    }
)


@pytest.fixture(scope="module")
def splitter(lexicon: Lexicon) -> CompoundSplitter:
    return CompoundSplitter(lexicon)


def test_the_parts_keep_their_linking_letters_and_lose_them_in_their_base_forms() -> None:
    splitter = CompoundSplitter(SMALL)
    assert splitter.split("Kunskapsstyrningen") == ("kunskaps", "styrningen")
    assert splitter.parts("Kunskapsstyrningen") == ("kunskap", "styrning")


def test_a_part_that_stands_only_first_does_not_stand_last() -> None:
    assert CompoundSplitter(SMALL).split("styrningkunskaps") == ("styrningkunskaps",)


def test_of_three_like_letters_one_is_not_written() -> None:
    assert CompoundSplitter(SMALL).split("fallucka") == ("fall", "lucka")


def test_short_parts_must_be_better_than_long_ones() -> None:
    assert CompoundSplitter(SMALL).split("takfall") == ("takfall",)


def test_known_words_are_parts_that_the_lexicon_lacks() -> None:
    assert CompoundSplitter(SMALL).split("dysforistyrning") == ("dysforistyrning",)
    splitter = CompoundSplitter(SMALL, known=["Dysfori"])
    assert splitter.parts("dysforistyrning") == ("dysfori", "styrning")
    assert splitter.parts("kunskapsdysfori") == ("kunskap", "dysfori")
    assert splitter.parts("dysfori") == ("dysfori",)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("alkoholmissbruk", "alkohol missbruk"),
        ("anhörigstöd", "anhörig stöd"),
        ("arbetsgrupperna", "arbete grupp"),
        ("barnpsykiatrin", "barn psykiatri"),
        ("behandlingsrekommendationer", "behandling rekommendation"),
        ("beslutsstöd", "beslut stöd"),
        ("brukarrevision", "brukare revision"),
        ("distriktssköterska", "distrikt sköterska"),
        ("familjeterapeut", "familj terapeut"),
        ("föräldrautbildning", "förälder utbildning"),
        ("hjärtsjukdom", "hjärta sjukdom"),
        ("hälsoekonomi", "hälsa ekonomi"),
        ("kunskapsstyrning", "kunskap styrning"),
        ("kunskapsstyrningssystemet", "kunskap styrning system"),
        ("kvalitetsindikatorer", "kvalitet indikator"),
        ("läkarbesöket", "läkare besök"),
        ("missbruksvården", "missbruk vård"),
        ("neuropsykiatriska", "neuro psykiatrisk"),
        ("patientnämnden", "patient nämnd"),
        ("personlighetsstörningar", "personlighet störning"),
        ("programområden", "program område"),
        ("rättspsykiatri", "rätt psykiatri"),
        ("självmordsförsöken", "självmord försök"),
        ("självskadebeteende", "själv skada beteende"),
        ("sjukvårdsregion", "sjukvård region"),
        ("skolbarn", "skola barn"),
        ("smärtmottagning", "smärta mottagning"),
        ("stressrelaterad", "stress relatera"),
        ("tvångstankar", "tvång tanke"),
        ("utmattningssyndrom", "utmattning syndrom"),
        ("våldsutsatthet", "våld utsatthet"),
        ("vårdprogram", "vård program"),
        ("ångestsyndromen", "ångest syndrom"),
        ("äldrepsykiatri", "äldre psykiatri"),
        ("ätstörningar", "äta störning"),
    ],
)
def test_a_compound_has_the_parts_that_readers_expect(splitter: CompoundSplitter, word: str, parts: str) -> None:
    assert splitter.parts(word) == tuple(parts.split())


SIMPLE_WORDS = """
    aktiviteter alternativ befolkningen behandlingar beskrivning diabetes dokumentation föreningarna information
    insjuknande kompetens konsekvenser kriterierna kurator legitimerad möjligheter myndigheter organisationer patienten
    personalen prioritering professionell psykiatriska rekommendationerna schizofreni sjukdomarna situationen
    strukturerad tillgänglighet undersökningen universitet uppföljning utvecklingen verksamheten återkommande ärenden
    """.split()  # noqa: SIM905


@pytest.mark.parametrize("word", SIMPLE_WORDS)
def test_what_is_no_compound_to_a_reader_is_not_split(splitter: CompoundSplitter, word: str) -> None:
    assert splitter.split(word) == (word,)


def test_the_name_of_an_authority_is_not_split_into_nonsense(splitter: CompoundSplitter) -> None:
    assert splitter.split("socialstyrelsen") in {("socialstyrelsen",), ("social", "styrelsen")}


@pytest.mark.parametrize(
    ("word", "split", "parts"),
    [
        ("barn-", "barn", "barn"),
        ("hälso-", "hälso", "hälsa"),
        ("depressions-", "depressions", "depression"),
        ("e-hälsa", "e hälsa", "e hälsa"),
        ("KBT-behandlingar", "kbt behandlingar", "kbt behandling"),
        ("-", "", ""),
        ("", "", ""),
    ],
)
def test_a_hyphen_is_a_boundary(splitter: CompoundSplitter, word: str, split: str, parts: str) -> None:
    assert splitter.split(word) == tuple(split.split())
    assert splitter.parts(word) == tuple(parts.split())


@given(word=st.text(max_size=30))
def test_any_text_can_be_asked(word: str) -> None:
    splitter = CompoundSplitter(SMALL)
    assert len(splitter.split(word)) == len(splitter.parts(word))
    assert "-" not in "".join(splitter.split(word))


@dataclass(frozen=True)
class Judged:
    word: str
    required: frozenset[int]
    allowed: frozenset[int]


def read_judged(line: str) -> Judged:
    """ "alkohol|miss·bruk" → the word, where it must be cut, where it may be."""
    places: dict[str, set[int]] = {"|": set(), "·": set()}
    for mark in re.finditer(r"[|·]", line):
        places[mark[0]].add(len(re.sub(r"[|·]", "", line[: mark.start()])))
    required = frozenset(places["|"])
    return Judged(re.sub(r"[|·]", "", line), required, required | places["·"])


def boundaries(parts: tuple[str, ...]) -> frozenset[int]:
    return frozenset(sum(len(part) for part in parts[:i]) for i in range(1, len(parts)))


def test_boundaries_are_counted_in_letters() -> None:
    assert read_judged("miss·bruks|vård") == Judged("missbruksvård", frozenset({9}), frozenset({4, 9}))
    assert boundaries(("missbruks", "vård")) == {9}


@pytest.mark.skipif(not JUDGED.exists(), reason="shared/evaluation/compounds_dev.txt is not here")
def test_the_judged_words_are_split_as_judged(splitter: CompoundSplitter) -> None:
    lines = [line for line in JUDGED.read_text("utf-8").split("\n") if line and not line.startswith("#")]
    assert len(lines) > 100
    exact = oversplit = 0
    for judged in map(read_judged, lines):
        found = boundaries(splitter.split(judged.word))
        exact += judged.required <= found <= judged.allowed
        oversplit += not judged.allowed and bool(found)
    assert exact / len(lines) >= 0.96
    assert oversplit <= 3
