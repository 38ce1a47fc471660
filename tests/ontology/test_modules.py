"""The modules: every term is described in two languages, belongs to one module, and is used."""

from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from ontology import terms

VIP = "https://w3id.org/vipgraf/ontology/"
MODULE = VIP + "module/"
ONTOLOGY = Path(str(files("ontology")))
VERSIONS = sorted((ONTOLOGY / "versions").glob("*/*.ttl"))
TURTLE = sorted(set(ONTOLOGY.rglob("*.ttl")) - set(VERSIONS))
MODULES = sorted((ONTOLOGY / "modules").glob("*.ttl"))
USES = [path for path in TURTLE if path.parent.name not in {"modules", "alignments"}]
Parse = Callable[[Iterable[Path]], rdflib.Graph]


def vip_names(graph: rdflib.Graph) -> set[str]:
    found = {str(node) for triple in graph for node in triple if isinstance(node, rdflib.URIRef)}
    return {name for name in found if name.startswith(VIP) and not name.startswith(MODULE)}


def defined(modules: rdflib.Graph) -> set[str]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {str(term) for kind in kinds for term in modules.subjects(RDF.type, kind)}


def deprecated(modules: rdflib.Graph) -> set[str]:
    return {str(term) for term in modules.subjects(OWL.deprecated, rdflib.Literal(True))}


def written_in(names_by_file: dict[Path, set[str]]) -> set[str]:
    """The names in what is written and right: neither shapes nor invalid examples."""
    right = (names for path, names in names_by_file.items() if path.parent.name not in {"shapes", "invalid"})
    return set[str]().union(*right)


def python_names() -> set[str]:
    values = (value for value in vars(terms).values() if isinstance(value, str))
    return {value for value in values if value.startswith(VIP) and value != VIP}


@pytest.fixture(scope="module")
def names_by_file(parse: Parse) -> dict[Path, set[str]]:
    """The names of our terms in each file that uses them."""
    return {path: vip_names(parse([path])) for path in USES}


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_turtle_file_parses_and_has_no_blank_node(path: Path, parse: Parse) -> None:
    graph = parse([path])
    assert len(graph) > 0
    # SHACL writes inverse and alternative paths with blank nodes, and no other way.
    assert path.stem == "warnings" or not [
        node for triple in graph for node in triple if isinstance(node, rdflib.BNode)
    ]


def test_there_are_turtle_files_in_every_folder() -> None:
    folders = {path.parent.name for path in TURTLE}
    assert folders >= {"modules", "vocab", "knowledge", "shapes", "valid", "invalid"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_names_its_version_its_titles_and_its_licence(path: Path, parse: Parse) -> None:
    graph = parse([path])
    module = rdflib.URIRef(MODULE + path.stem)
    version = str(graph.value(module, OWL.versionInfo))
    assert str(graph.value(module, OWL.versionIRI)) == f"{module}/{version}"
    assert {title.language for title in graph.objects(module, DCTERMS.title) if isinstance(title, rdflib.Literal)} == {
        "sv",
        "en",
    }
    assert str(graph.value(module, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_defines_its_own_terms_only(path: Path, parse: Parse) -> None:
    graph = parse([path])
    owners = {str(owner) for owner in graph.objects(None, RDFS.isDefinedBy)}
    assert owners == {MODULE + path.stem}


def test_a_term_has_label_and_definition_in_two_languages_an_example_and_one_module(modules: rdflib.Graph) -> None:
    names = sorted(defined(modules))
    assert len(names) > 50
    incomplete = []
    for name in names:
        term = rdflib.URIRef(name)
        labels = [label.language for label in modules.objects(term, RDFS.label) if isinstance(label, rdflib.Literal)]
        texts = [text.language for text in modules.objects(term, SKOS.definition) if isinstance(text, rdflib.Literal)]
        examples = list(modules.objects(term, SKOS.example))
        owners = list(modules.objects(term, RDFS.isDefinedBy))
        if sorted(map(str, labels)) != ["en", "sv"] or sorted(map(str, texts)) != ["en", "sv"]:
            incomplete.append(name)
        if not examples or len(owners) != 1:
            incomplete.append(name)
    assert incomplete == []


def test_no_two_terms_have_the_same_definition(modules: rdflib.Graph) -> None:
    texts = [str(text) for text in modules.objects(None, SKOS.definition)]
    assert len(texts) == len(set(texts)) > 100


def test_every_name_in_python_is_a_term(modules: rdflib.Graph) -> None:
    names = python_names()
    assert len(names) > 30
    assert names - defined(modules) == set()


def test_every_name_in_content_is_a_term(modules: rdflib.Graph, names_by_file: dict[Path, set[str]]) -> None:
    names = set[str]().union(*names_by_file.values())
    assert len(names) > 50
    assert names - defined(modules) == set()
    assert written_in(names_by_file) & deprecated(modules) == set()


def test_every_name_inside_the_modules_is_a_term(modules: rdflib.Graph) -> None:
    assert vip_names(modules) - defined(modules) == set()


def test_every_term_is_used_by_content_or_python_or_a_term_that_is(
    modules: rdflib.Graph, names_by_file: dict[Path, set[str]]
) -> None:
    used = written_in(names_by_file) | python_names()
    carried = {
        str(value)
        for name in used
        for relation in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)
        for value in modules.objects(rdflib.URIRef(name), relation)
    }
    assert defined(modules) - used - carried - deprecated(modules) == set()


def test_a_deprecated_term_says_what_replaces_it_and_why(modules: rdflib.Graph) -> None:
    names = deprecated(modules)
    assert len(names) > 2
    for name in names:
        term = rdflib.URIRef(name)
        replacements = {str(other) for other in modules.objects(term, DCTERMS.isReplacedBy)}
        assert replacements
        assert replacements <= defined(modules) - names
        assert len(list(modules.objects(term, SKOS.changeNote))) == 2


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_names_its_prior_version_which_is_kept(path: Path, parse: Parse) -> None:
    graph = parse([path])
    module = rdflib.URIRef(MODULE + path.stem)
    prior = str(graph.value(module, OWL.priorVersion)).rpartition("/")[2]
    kept = parse([ONTOLOGY / "versions" / prior / path.name])
    assert str(kept.value(module, OWL.versionInfo)) == prior
    assert defined(kept)
    notes = [note for note in graph.objects(module, SKOS.changeNote) if isinstance(note, rdflib.Literal)]
    assert {note.language for note in notes} == {"sv", "en"}


def test_no_term_is_lost_and_one_that_has_moved_is_named_in_the_notes_of_both_modules(
    modules: rdflib.Graph, parse: Parse
) -> None:
    kept = parse(VERSIONS)
    assert len(defined(kept)) > 50
    assert defined(kept) - defined(modules) == set()
    moved = {
        (str(term).removeprefix(VIP), owner, modules.value(term, RDFS.isDefinedBy))
        for term, owner in kept.subject_objects(RDFS.isDefinedBy)
        if owner != modules.value(term, RDFS.isDefinedBy)
    }
    assert moved
    for name, *owners in moved:
        for owner in owners:
            assert owner is not None
            notes = [str(note) for note in modules.objects(owner, SKOS.changeNote)]
            assert len([note for note in notes if name in note]) == 2, (name, owner)
