"""Every IRI of the ontology answers, as page and as data."""

import re
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.published import Published, read_published
from api.settings import read_settings
from graph.publish import publish_shipped
from ontology.iris import Iris
from ontology.reference import Term
from ontology.terms import RDFS, SHAPES, SKOS, VIP

BASE = "https://data.example/"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TURTLE = {"Accept": "text/turtle"}
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
}
PUBLISHED = read_published(BASE)
DOCUMENTS = sorted(PUBLISHED.documents)
MODULES = [module.name for module in PUBLISHED.reference.modules]
PAGES = ["/ontology/", "/ontology/policy", *(f"/ontology/{path}" for path in DOCUMENTS if "module/" in path)]
NO_TERMS = {"module", "alignment", "term", "picture", "policy"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole application, before anything has been published: the ontology ships with it."""
    data = tmp_path_factory.mktemp("empty")
    return create_app(read_settings({"VIPGRAF_DATA": str(data), "VIPGRAF_BASE_IRI": BASE}))


@pytest.fixture(scope="module")
def bare(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def published() -> Published:
    return PUBLISHED


def triples(client: TestClient, path: str, media_type: str = "text/turtle") -> set[str]:
    answer = client.get(path, headers={"Accept": media_type}, follow_redirects=True)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"].startswith(media_type)
    base = f"http://testserver{path}"
    return {str(quad.triple) for quad in ox.parse(answer.content, format=FORMATS[media_type], base_iri=base)}


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="term" id="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return found[0]


@pytest.mark.slow
def test_every_term_leads_to_its_place_on_the_page_of_its_module(bare: TestClient, published: Published) -> None:
    pages = {name: bare.get(f"/ontology/module/{name}", headers=HTML).text for name in MODULES}
    terms = published.reference.terms.values()
    assert len(terms) > 100
    for term in terms:
        see = bare.get(f"/ontology/{term.name}", headers=HTML)
        assert see.status_code == 303
        assert see.headers["location"] == f"/ontology/module/{term.module}#{term.name}"
        told = section(pages[term.module], term.name)
        assert told.count("<h3") == 1
        for language in ("sv", "en"):
            assert escaped(term.label(language)) in told
            assert f'lang="{language}">{escaped(term.definition(language))}</p>' in told
        assert term.iri in told
        assert ("Utgången term" in told) == term.deprecated


def escaped(text: str) -> str:
    assert text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")


@pytest.mark.slow
def test_every_term_leads_to_its_description_as_data(bare: TestClient, published: Published) -> None:
    for term in published.reference.terms.values():
        see = bare.get(f"/ontology/{term.name}", headers=TURTLE)
        assert see.status_code == 303
        assert see.headers["location"] == f"/ontology/term/{term.name}"
        assert "accept" in see.headers["vary"].lower()
        said = list(ox.parse(bare.get(see.headers["location"], headers=TURTLE).content, format=ox.RdfFormat.TURTLE))
        assert {quad.subject.value for quad in said if isinstance(quad.subject, ox.NamedNode)} == {term.iri}
        assert languages(said, RDFS + "label") == languages(said, SKOS + "definition") == {"sv", "en"}
        assert [quad for quad in said if quad.predicate.value == RDFS + "isDefinedBy"]


def languages(quads: list[ox.Quad], predicate: str) -> set[str]:
    found = (quad.object for quad in quads if quad.predicate.value == predicate)
    return {text.language or "" for text in found if isinstance(text, ox.Literal)}


@pytest.mark.parametrize("path", [f"/ontology/{document}" for document in DOCUMENTS] + ["/ontology/", "/shapes/"])
def test_a_document_is_the_same_graph_in_every_format(bare: TestClient, path: str) -> None:
    graphs = [triples(bare, path, media_type) for media_type in FORMATS]
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)


def test_there_are_modules_versions_and_alignments() -> None:
    assert len(MODULES) == 5
    for name in MODULES:
        assert f"module/{name}" in DOCUMENTS
        assert len(PUBLISHED.versions(name)) > 1
    assert [document for document in DOCUMENTS if document.startswith("alignment/")]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_as_turtle_is_its_own_file_at_its_iri_and_at_its_version(bare: TestClient, name: str) -> None:
    source = (Path(str(files("ontology"))) / "modules" / f"{name}.ttl").read_bytes()
    module = PUBLISHED.reference.module(name)
    assert module
    assert bare.get(f"/ontology/module/{name}", headers=TURTLE).content == source
    assert bare.get(f"/ontology/module/{name}/{module.version}", headers=TURTLE).content == source


@pytest.mark.parametrize("name", MODULES)
def test_the_page_of_a_module_shows_pictures_that_are_there(bare: TestClient, name: str) -> None:
    page = bare.get(f"/ontology/module/{name}", headers=HTML).text
    shown = re.findall(r'<img src="([^"]+)"[^>]*alt="([^"]+)"', page)
    assert shown
    for path, alternative in shown:
        answer = bare.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert alternative.startswith("Bild")


@pytest.mark.slow
def test_every_link_on_a_page_to_this_host_leads_somewhere(bare: TestClient) -> None:
    pages = {path: bare.get(path, headers=HTML).text for path in PAGES}
    links = {
        (path, link)
        for path, page in pages.items()
        for link in re.findall(r'href="([^"]+)"', page)
        if link.startswith(("/", "#")) and link.partition("?")[0] not in {"/", "/sparql"}
    }
    assert len(links) > 500
    anchors = {path: set(re.findall(r' id="([^"]+)"', page)) for path, page in pages.items()}
    for path, link in sorted(links):
        target, _, anchor = link.partition("#")
        target = target or path
        if target not in anchors:
            answer = bare.get(target, headers=HTML, follow_redirects=True)
            assert answer.status_code == 200, link
            anchors[target] = set(re.findall(r' id="([^"]+)"', answer.text))
        assert not anchor or anchor in anchors[target], link


@pytest.mark.parametrize(
    "path", ["/ontology/", "/ontology/policy", "/ontology/module/core", "/ontology/module/core/0.1.0"]
)
def test_a_page_tells_its_languages_and_has_one_of_each_id(bare: TestClient, path: str) -> None:
    page = bare.get(path, headers=HTML).text
    assert '<html lang="sv">' in page
    assert 'lang="en"' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 0
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert not re.search(r'<(?:script|img|link)[^>]+(?:src|href)="https?:', page)


def test_an_earlier_version_says_that_it_has_been_replaced(bare: TestClient) -> None:
    page = bare.get("/ontology/module/core/0.1.0", headers=HTML).text
    assert "som har ersatts" in page
    assert 'href="/ontology/module/core"' in page
    assert "som har ersatts" not in bare.get("/ontology/module/core", headers=HTML).text


def test_the_description_of_a_term_sends_a_browser_to_its_page(bare: TestClient) -> None:
    answer = bare.get("/ontology/term/Claim", headers=HTML)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/ontology/module/core#Claim"


def test_relative_iris_of_an_alignment_are_those_of_the_deployment(bare: TestClient) -> None:
    said = " ".join(triples(bare, "/ontology/alignment/icd-10"))
    assert f"<{BASE}id/condition/" in said
    assert "testserver" not in said


@pytest.mark.slow
def test_every_shape_answers_with_what_it_consists_of(bare: TestClient) -> None:
    quads = list(ox.parse(PUBLISHED.shapes, format=ox.RdfFormat.TURTLE))
    names = {quad.subject.value.removeprefix(SHAPES) for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    assert len(names) > 20
    for name in names:
        assert any(line.startswith(f"<{SHAPES}{name}> ") for line in triples(bare, f"/shapes/{name}"))
    claim = triples(bare, "/shapes/Claim")
    assert any(f"<{SHAPES}Claim-source> <http://www.w3.org/ns/shacl#path>" in line for line in claim)


def test_headers_name_the_iri_and_the_other_formats(bare: TestClient) -> None:
    headers = bare.get("/ontology/module/core", headers=TURTLE).headers
    assert f'<{VIP}module/core>; rel="canonical"' in headers["link"]
    assert 'rel="alternate"; type="application/ld+json"' in headers["link"]
    assert "accept" in headers["vary"].lower()


@pytest.mark.parametrize("path", ["/ontology/", "/ontology/module/care", "/ontology/term/Claim", "/shapes/Claim"])
@pytest.mark.parametrize("accept", ["text/html, */*;q=0.1", "application/rdf+xml", "text/turtle"])
def test_what_a_client_has_is_not_sent_again(bare: TestClient, path: str, accept: str) -> None:
    first = bare.get(path, headers={"Accept": accept}, follow_redirects=True)
    assert first.status_code == 200
    again = {"Accept": accept, "If-None-Match": first.headers["etag"]}
    assert bare.get(path, headers=again, follow_redirects=True).status_code == 304
    other = {"Accept": "application/n-triples", "If-None-Match": first.headers["etag"]}
    assert bare.get(path, headers=other).status_code == 200


@pytest.mark.parametrize(
    "path", ["/ontology/", "/ontology/Claim", "/ontology/module/core", "/ontology/term/Claim", "/shapes/"]
)
def test_head_answers_as_get_less_the_body(bare: TestClient, path: str) -> None:
    get, head = bare.get(path, headers=TURTLE), bare.head(path, headers=TURTLE)
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("location", "link", "etag", "content-type"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize(
    "path",
    [
        "/ontology/Nope",
        "/ontology/module",
        "/ontology/module/nope",
        "/ontology/module/core/9.9.9",
        "/ontology/alignment/nope",
        "/ontology/term/Nope",
        "/ontology/picture/nope.svg",
        "/ontology/%3E",
        "/shapes/Nope",
    ],
)
@pytest.mark.parametrize("headers", [HTML, TURTLE], ids=["html", "turtle"])
def test_what_is_unknown_is_a_problem_404(bare: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = bare.get(path, headers=headers)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "finns inte" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/ontology/", "/ontology/Claim", "/ontology/module/core", "/shapes/Claim"])
def test_a_format_that_does_not_exist_is_refused(bare: TestClient, path: str) -> None:
    assert bare.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_no_term_is_named_as_an_address_beside_the_terms(published: Published) -> None:
    names = {term.name for term in published.reference.terms.values()}
    assert names
    assert names & NO_TERMS == set()


def test_the_redirect_at_w3id_sends_every_iri_to_its_path(bare: TestClient, published: Published) -> None:
    rules = (Path(str(files("ontology"))) / "w3id" / ".htaccess").read_text(encoding="utf-8")
    patterns = re.findall(r"^RewriteRule (\S+) https://[^/]+(\S+) ", rules, re.MULTILINE)
    assert len(patterns) == 3
    some: list[Term] = list(published.reference.terms.values())[:5]
    iris = [term.iri for term in some] + [VIP, SHAPES, SHAPES + "Claim", *(VIP + document for document in DOCUMENTS)]
    for iri in iris:
        asked = iri.removeprefix("https://w3id.org/vipgraf/")
        path = next(
            re.sub(pattern, to.replace("$1", r"\1"), asked) for pattern, to in patterns if re.search(pattern, asked)
        )
        assert path == f"/{asked}"
        assert bare.get(path, headers=TURTLE).status_code in {200, 303}


def test_the_page_and_the_readme_show_one_question_that_the_shipped_facts_answer(bare: TestClient) -> None:
    (shown,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", bare.get("/ontology/", headers=HTML).text, re.DOTALL)
    readme = (Path(str(files("ontology"))) / "README.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```sparql\n(.*?)\n```", readme, re.DOTALL)
    assert "<" not in shown
    assert unescape(shown) == written
    store = ox.Store()
    publish_shipped(store, Iris(BASE))
    solutions = store.query(written, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    hosts = {row["host"].value for row in solutions}
    assert "Uppdrag Psykisk Hälsa" in hosts
    assert "Västra Götalandsregionen" not in hosts


@pytest.mark.parametrize(("name", "leads"), [("Claim", True), ("validTo", True), ("Conflict", False)])
def test_a_term_that_questions_are_asked_with_leads_to_how_to_ask(bare: TestClient, name: str, leads: bool) -> None:
    assert 'id="fragor"' in bare.get("/ontology/", headers=HTML).text
    told = section(bare.get("/ontology/module/core", headers=HTML).text, name)
    assert ('href="/ontology/#fragor"' in told) is leads
