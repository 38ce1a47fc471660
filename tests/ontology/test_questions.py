"""The competency questions: each returns exactly its expected rows from the shipped graphs of a release, and each row
rests on a fact. What documents are read to say is asked for apart, since it depends on the documents.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.namespace import RDF, RDFS, SKOS

from api.settings import Settings
from graph.classification import ICD_10_SE, load_classification
from graph.codelist import CodeList
from graph.publish import shipped_triples
from graph.release import current
from graph.store import open_release
from ontology.iris import Iris

VIP = "https://w3id.org/vipgraf/ontology/"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
QUESTIONS = Path(str(files("ontology"))) / "questions"
QUERIES = sorted(QUESTIONS.glob("*.rq"))
_DESCRIPTIVE = {str(name) for name in (RDFS.comment, RDFS.label, SKOS.prefLabel, SKOS.definition)}
_LIKELY = 30
Quads = Collection[ox.Quad]
Rows = Counter[tuple[str, ...]]


def rows_of(store: ox.Store, path: Path) -> tuple[list[str], Rows]:
    shipped: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
        graph for graph in store.named_graphs() if "/graph/document/" not in str(graph)
    ]
    result = store.query(path.read_text(encoding="utf-8"), default_graph=shipped)
    assert isinstance(result, ox.QuerySolutions)
    header = [variable.value for variable in result.variables]
    return header, Counter(tuple("" if term is None else str(term.value) for term in row) for row in result)


def expected_of(path: Path) -> tuple[list[str], Rows]:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, Counter(map(tuple, rows))


@pytest.fixture(scope="module")
def released(deployment: Settings) -> ox.Store:
    return open_release(current(deployment.data).graph_path)


def test_there_are_at_least_sixty_questions_each_with_its_rows() -> None:
    assert len(QUERIES) >= 60
    assert {path.stem for path in QUERIES} == {path.stem for path in QUESTIONS.glob("*.csv")}


def test_a_question_begins_with_its_wording_in_swedish() -> None:
    firsts = {path.stem: path.read_text(encoding="utf-8").splitlines()[0] for path in QUERIES}
    assert {name: first for name, first in firsts.items() if not re.fullmatch(r"# .*\?", first)} == {}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_returns_exactly_its_rows_from_a_release(path: Path, released: ox.Store) -> None:
    header, expected = expected_of(path)
    assert expected
    assert rows_of(released, path) == (header, expected)


@dataclass(frozen=True)
class Facts:
    """What can be taken away as one fact: a claim with what it says directly, a name with a period, or a property of
    something; labels and definitions are none. `by_word` finds the facts in which a text occurs, or the name of a node.
    """

    store: ox.Store
    all: list[Quads]
    by_word: dict[str, list[int]]

    def likely(self, row: Sequence[str]) -> Iterator[Quads]:
        """The facts that say most of a row."""
        found = Counter(number for text in row for number in self.by_word.get(text, ()))
        return (self.all[number] for number, _ in found.most_common(_LIKELY))


@pytest.fixture(scope="module")
def facts() -> Facts:
    store = ox.Store()
    for name, triples in shipped_triples(Iris("https://vipgraf.example/")).items():
        graph = ox.NamedNode(f"https://vipgraf.example/id/graph/{name}")
        store.extend(ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)
    claims, names = instances(store, VIP + "Claim"), instances(store, SKOSXL + "Label")
    parts = [ox.NamedNode(str(part)) for part in (RDF.subject, RDF.predicate, RDF.object)]
    claim_of = {tuple(value(store, claim, part) for part in parts): claim for claim in claims}
    texts: defaultdict[object, set[str]] = defaultdict(set)
    found: defaultdict[object, list[ox.Quad]] = defaultdict(list)
    for quad in store:
        if isinstance(quad.object, ox.Literal):
            texts[quad.subject].add(quad.object.value)
        if quad.graph_name == ox.NamedNode("https://vipgraf.example/id/graph/ontology"):
            continue
        if (claim := claim_of.get((quad.subject, quad.predicate, quad.object))) is not None:
            found[claim].append(quad)
        elif quad.subject in claims | names:
            found[quad.subject].append(quad)
        elif quad.predicate.value not in _DESCRIPTIVE:
            found[quad.subject, quad.predicate].append(quad)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for number, quads in enumerate(found.values()):
        nodes = {node for quad in quads for node in (quad.subject, quad.object)}
        for text in {text for node in nodes for text in (texts[node] or {str(getattr(node, "value", ""))})}:
            by_word[text].append(number)
    return Facts(store, list(found.values()), by_word)


def instances(store: ox.Store, kind: str) -> set[object]:
    found = store.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), ox.NamedNode(kind), None)
    return {quad.subject for quad in found}


def value(store: ox.Store, subject: object, predicate: ox.NamedNode) -> object:
    assert isinstance(subject, ox.NamedNode)
    (quad,) = store.quads_for_pattern(subject, predicate, None, None)
    return quad.object


def needed(lost: Callable[[Quads], bool], facts: Sequence[Quads]) -> Quads | None:
    """A fact whose removal alone loses what is sought, found by halving; none when only several together do."""
    if not lost([quad for fact in facts for quad in fact]):
        return None
    if len(facts) == 1:
        return facts[0]
    middle = len(facts) // 2
    return needed(lost, facts[:middle]) or needed(lost, facts[middle:])


@pytest.mark.slow
@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_every_row_of_a_question_is_lost_when_a_fact_is(path: Path, facts: Facts) -> None:
    assert len(facts.all) > 1000
    store, size = facts.store, len(facts.store)
    _, expected = expected_of(path)
    for row in expected:

        def lost(quads: Quads, row: tuple[str, ...] = row) -> bool:
            for quad in quads:
                store.remove(quad)
            _, found = rows_of(store, path)
            store.extend(quads)
            return found[row] < expected[row]

        assert any(map(lost, facts.likely(row))) or needed(lost, facts.all), row
    assert len(store) == size


@pytest.mark.slow
def test_the_questions_are_answered_alike_with_the_official_codes_loaded(facts: Facts) -> None:
    conditions = instances(facts.store, VIP + "Condition")
    notations = facts.store.quads_for_pattern(None, ox.NamedNode(str(SKOS.notation)), None, None)
    codes = {str(quad.object).strip('"') for quad in notations if quad.subject in conditions}
    store = ox.Store()
    store.extend(facts.store)
    titles = {code: f"Kod {code}" for code in codes}
    listed = CodeList("lista.tsv", "0" * 64, titles, ())
    assert load_classification(
        store, ICD_10_SE, listed, Iris("https://vipgraf.example/"), datetime(2026, 1, 2, tzinfo=UTC)
    )
    assert len(store) > len(facts.store) + 2 * len(codes) > len(facts.store) + 100
    assert [path.stem for path in QUERIES if rows_of(store, path) != rows_of(facts.store, path)] == []
