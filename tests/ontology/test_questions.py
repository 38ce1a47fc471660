"""The competency questions: each returns exactly its expected rows from what ships."""

import csv
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

QUESTIONS = Path(str(files("ontology"))) / "questions"
QUERIES = sorted(QUESTIONS.glob("*.rq"))


@pytest.fixture(scope="module")
def store(materialised: rdflib.Graph) -> ox.Store:
    store = ox.Store()
    store.bulk_load(materialised.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


def test_there_are_at_least_ten_questions_each_with_its_rows() -> None:
    assert len(QUERIES) >= 10
    assert {path.stem for path in QUERIES} == {path.stem for path in QUESTIONS.glob("*.csv")}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_begins_with_its_wording_in_swedish(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_returns_exactly_its_rows(path: Path, store: ox.Store) -> None:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    result = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(result, ox.QuerySolutions)
    assert [variable.value for variable in result.variables] == header
    found = [["" if term is None else str(term.value) for term in row] for row in result]
    assert expected
    assert sorted(found) == sorted(expected)
