"""Words as people type them: misspelt ones, right ones that are left alone, compounds and their parts.

The lists in tests/data/pairs were written by somebody who had not read the code.
"""

import csv
from pathlib import Path

import pytest

from api import wiring
from api.settings import Settings, read_settings
from graph import release
from graph.store import open_working
from ingest import run
from ingest.sources import discover
from search.engine import Engine
from search.types import Question
from tests.search.conftest import keep_vectors
from tests.search.understanding import Understanding

PAIRS = Path(__file__).parents[1] / "data" / "pairs"


def rows(name: str) -> list[dict[str, str]]:
    with (PAIRS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def pairs_of(name: str, part: str | None = None) -> list[tuple[str, str]]:
    return [(row["written"], row["right"]) for row in rows(name) if part in (None, row.get("part"))]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("misspellings.tsv", "dev"),
        pytest.param("misspellings.tsv", "test", marks=pytest.mark.slow),
        pytest.param("misspellings-2.tsv", None, marks=pytest.mark.slow),
    ],
)
def test_the_first_suggestion_for_a_misspelt_word_is_the_one_that_was_meant(
    name: str, part: str | None, understanding: Understanding
) -> None:
    pairs = pairs_of(name, part)
    assert len(pairs) >= 100
    found = {written: understanding.read(written).did_you_mean for written, _ in pairs}
    wrong = [(written, right, found[written]) for written, right in pairs if (found[written] or "").lower() != right]
    assert len(wrong) <= 0.05 * len(pairs), wrong


@pytest.mark.parametrize("name", ["right-words.txt", pytest.param("right-words-2.txt", marks=pytest.mark.slow)])
def test_no_right_word_gets_a_suggestion(name: str, understanding: Understanding) -> None:
    lines = (PAIRS / name).read_text(encoding="utf-8").split("\n")
    words = [line for line in lines if line and not line.startswith("#")]
    assert len(words) >= 200
    assert {word: found for word in words if (found := understanding.read(word).did_you_mean)} == {}


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Engine:
    """An engine over the sentences of the pairs, each a document, with the bundled model."""
    folder = tmp_path_factory.mktemp("compounds")
    for number, row in enumerate(rows("compounds.tsv")):
        (folder / f"mening-{number}.txt").write_text(row["sentence"] + "\n", encoding="utf-8")
    settings: Settings = read_settings({"VIPGRAF_DATA": str(folder / "data"), "VIPGRAF_MODELS": str(models)})
    keep_vectors(settings)
    with open_working(settings.graph) as store:
        workshop = wiring.make_workshop(store, settings, print)
        discovery = discover([str(folder)], None)
        run.ingest(store, discovery, workshop, jobs=2, prune=False, advance=lambda _done, _total: None)
        wiring.publish(store, settings, print, lambda _done, _total: None)
    return wiring.open_engine(release.current(settings.data), settings, print)


@pytest.mark.slow
def test_a_word_finds_the_compounds_that_it_is_part_of_and_the_other_way_round(sentences: Engine) -> None:
    pairs = rows("compounds.tsv")
    assert len(pairs) >= 100
    missed = []
    for number, row in enumerate(pairs):
        hits = sentences.search(Question(row["query"], limit=10)).hits
        if f"mening-{number}" not in [hit.document.identifier for hit in hits]:
            missed.append((row["query"], row["word"]))
    assert len(missed) <= 0.02 * len(pairs), missed
