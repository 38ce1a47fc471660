"""The alignments: optional files that name our own terms and point only at vocabularies that we mean."""

import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

VIP = "https://w3id.org/vipgraf/ontology/"
ALIGNMENT = VIP + "alignment/"
ID = "https://vipgraf.example/id/"
ALIGNMENTS = sorted((Path(str(files("ontology"))) / "alignments").glob("*.ttl"))
NAMESPACES = (
    "https://schema.org/",
    "http://hl7.org/fhir/",
    "http://www.w3.org/ns/prov#",
    "http://purl.org/pav/",
    "http://www.w3.org/ns/dcat#",
    "http://www.w3.org/ns/oa#",
    "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "http://www.w3.org/2005/11/its/rdf#",
    "http://spdx.org/rdf/terms#",
    "http://www.w3.org/ns/org#",
    "http://www.w3.org/2008/05/skos-xl#",
    "http://www.w3.org/2006/time#",
    "http://www.cidoc-crm.org/cidoc-crm/",
    "http://id.who.int/icd/release/10/2019/",
    "http://snomed.info/sct",
    "urn:oid:",
)
_RELATIONS = (
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.seeAlso,
    OWL.equivalentClass,
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)
Parse = Callable[[Iterable[Path]], rdflib.Graph]


@pytest.fixture(scope="module")
def aligned(parse: Parse) -> dict[str, rdflib.Graph]:
    return {path.stem: parse([path]) for path in ALIGNMENTS}


def mappings(graph: rdflib.Graph) -> list[tuple[rdflib.term.Node, rdflib.URIRef, rdflib.term.Node]]:
    return [(ours, relation, theirs) for relation in _RELATIONS for ours, theirs in graph.subject_objects(relation)]


def test_there_is_an_alignment_with_each_vocabulary_that_the_product_promises() -> None:
    promised = {"schema-org", "fhir", "prov", "dcat", "org", "skos-xl", "owl-time", "icd-10", "snomed-ct"}
    promised |= {"web-annotation", "nif"}
    assert {path.stem for path in ALIGNMENTS} == promised


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_is_an_ontology_with_version_titles_target_and_licence(path: Path, parse: Parse) -> None:
    graph = parse([path])
    (name,) = graph.subjects(RDF.type, OWL.Ontology)
    assert str(name) == ALIGNMENT + path.stem
    assert str(graph.value(name, OWL.versionIRI)) == f"{name}/{graph.value(name, OWL.versionInfo)}"
    for predicate in (DCTERMS.title, DCTERMS.description):
        texts = [text for text in graph.objects(name, predicate) if isinstance(text, rdflib.Literal)]
        assert sorted(str(text.language) for text in texts) == ["en", "sv"]
    assert list(graph.objects(name, DCTERMS.references))
    assert str(graph.value(name, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_what_is_aligned_is_ours_and_exists(
    path: Path, aligned: dict[str, rdflib.Graph], modules: rdflib.Graph, content: rdflib.Graph
) -> None:
    found = {str(ours) for ours, _, _ in mappings(aligned[path.stem])}
    ours = {name for name in found if not name.startswith("urn:oid:")}
    assert ours
    known = {str(node) for node in (*modules.subjects(RDFS.isDefinedBy), *content.subjects(RDF.type))}
    assert ours - known == set()


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_what_it_is_aligned_with_is_a_name_in_a_known_vocabulary(path: Path, aligned: dict[str, rdflib.Graph]) -> None:
    targets = {str(theirs) for _, _, theirs in mappings(aligned[path.stem])}
    assert targets
    assert {target for target in targets if not target.startswith(NAMESPACES)} == set()


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_has_no_blank_node_and_every_resource_in_it_is_used(
    path: Path, aligned: dict[str, rdflib.Graph]
) -> None:
    graph = aligned[path.stem]
    assert len(graph) > 5
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]


def test_no_module_imports_an_alignment(modules: rdflib.Graph) -> None:
    imported = {str(name) for name in modules.objects(None, OWL.imports)}
    assert len(imported) > 1
    assert {name for name in imported if name.startswith(ALIGNMENT)} == set()


def test_every_condition_with_a_code_is_aligned_by_that_code_and_no_other(
    aligned: dict[str, rdflib.Graph], content: rdflib.Graph
) -> None:
    graph = aligned["icd-10"]
    coded = {
        (condition, str(code))
        for condition in content.subjects(RDF.type, rdflib.URIRef(VIP + "Condition"))
        for code in content.objects(condition, SKOS.notation)
    }
    assert len(coded) > 50
    typed = {(condition, str(code)) for condition, code in graph.subject_objects(SKOS.notation)}
    assert typed == coded
    for condition, code in coded:
        national = not re.fullmatch(r"[A-Z]\d\d(\.\d)?", code)
        relation = SKOS.broadMatch if national else SKOS.closeMatch
        (target,) = graph.objects(condition, relation)
        assert str(target).rpartition("/")[2] == (code[:5] if national else code)


def test_the_alignment_with_snomed_ct_names_no_code(aligned: dict[str, rdflib.Graph]) -> None:
    targets = {str(theirs) for _, _, theirs in mappings(aligned["snomed-ct"])}
    assert targets == {"http://snomed.info/sct"}
