"""The competency questions: each returns exactly its expected rows from what ships, and rests on facts that do."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.namespace import RDF, RDFS, SKOS

from graph.publish import shipped_triples
from ontology.iris import Iris

VIP = "https://w3id.org/vipgraf/ontology/"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
QUESTIONS = Path(str(files("ontology"))) / "questions"
QUERIES = sorted(QUESTIONS.glob("*.rq"))
_DESCRIPTIVE = {str(name) for name in (RDF.type, RDFS.comment, SKOS.definition, SKOS.inScheme, SKOS.topConceptOf)}
Fact = tuple[ox.Quad, ...]
Rows = Counter[tuple[str, ...]]


def rows_of(store: ox.Store, path: Path) -> tuple[list[str], Rows]:
    result = store.query(path.read_text(encoding="utf-8"), use_default_graph_as_union=True)
    assert isinstance(result, ox.QuerySolutions)
    header = [variable.value for variable in result.variables]
    return header, Counter(tuple("" if term is None else str(term.value) for term in row) for row in result)


def expected_of(path: Path) -> tuple[list[str], Rows]:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, Counter(map(tuple, rows))


@pytest.fixture(scope="module")
def shipped() -> dict[str, list[ox.Triple]]:
    return shipped_triples(Iris("https://vipgraf.example/"))


@pytest.fixture(scope="module")
def store(shipped: dict[str, list[ox.Triple]]) -> ox.Store:
    store = ox.Store()
    for name, triples in shipped.items():
        graph = ox.NamedNode(f"https://vipgraf.example/id/graph/{name}")
        store.extend(ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)
    return store


@pytest.fixture(scope="module")
def facts(store: ox.Store) -> list[Fact]:
    """All that can be taken away as one fact: a claim with what it says directly, a name, or a property."""
    claims, names = instances(store, VIP + "Claim"), instances(store, SKOSXL + "Label")
    parts = [ox.NamedNode(str(part)) for part in (RDF.subject, RDF.predicate, RDF.object)]
    claim_of = {tuple(value(store, claim, part) for part in parts): claim for claim in claims}
    found: defaultdict[object, list[ox.Quad]] = defaultdict(list)
    for quad in store:
        if quad.graph_name == ox.NamedNode("https://vipgraf.example/id/graph/ontology"):
            continue
        if (claim := claim_of.get((quad.subject, quad.predicate, quad.object))) is not None:
            found[claim].append(quad)
        elif quad.subject in claims | names:
            found[quad.subject].append(quad)
        elif quad.predicate.value not in _DESCRIPTIVE:
            found[quad.subject, quad.predicate].append(quad)
    return [tuple(quads) for quads in found.values()]


def instances(store: ox.Store, kind: str) -> set[object]:
    return {
        quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), ox.NamedNode(kind), None)
    }


def value(store: ox.Store, subject: object, predicate: ox.NamedNode) -> object:
    assert isinstance(subject, ox.NamedNode)
    (quad,) = store.quads_for_pattern(subject, predicate, None, None)
    return quad.object


def needed(lost: Callable[[Collection[ox.Quad]], bool], facts: Sequence[Fact]) -> Fact | None:
    """A fact whose removal alone loses what is sought, found by halving; none when only several together do."""
    if not lost([quad for fact in facts for quad in fact]):
        return None
    if len(facts) == 1:
        return facts[0]
    middle = len(facts) // 2
    return needed(lost, facts[:middle]) or needed(lost, facts[middle:])


def test_there_are_at_least_sixty_questions_each_with_its_rows() -> None:
    assert len(QUERIES) >= 60
    assert {path.stem for path in QUERIES} == {path.stem for path in QUESTIONS.glob("*.csv")}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_begins_with_its_wording_in_swedish(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_returns_exactly_its_rows(path: Path, store: ox.Store) -> None:
    header, expected = expected_of(path)
    assert expected
    assert rows_of(store, path) == (header, expected)


@pytest.mark.slow
@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_every_row_of_a_question_is_lost_when_a_fact_is(path: Path, store: ox.Store, facts: list[Fact]) -> None:
    assert len(facts) > 1000
    _, expected = expected_of(path)
    size = len(store)
    for row in expected:

        def lost(quads: Collection[ox.Quad], row: tuple[str, ...] = row) -> bool:
            for quad in quads:
                store.remove(quad)
            _, found = rows_of(store, path)
            store.extend(quads)
            return found[row] < expected[row]

        assert needed(lost, facts) is not None, row
    assert len(store) == size
