"""One document, all steps: from bytes to valid statements."""

import hashlib
from dataclasses import replace

import pyoxigraph as ox
import pytest

from graph.vocabulary import Vocabulary
from ingest.finding.mentions import Labels
from ingest.language import Pipeline
from ingest.lexicon import Lexicon
from ingest.pipeline import Toolbox, extract, fingerprint, process, recipe
from ingest.reading.alignment import to_source
from ontology import terms as t
from ontology.errors import DocumentRefused
from ontology.iris import Iris
from ontology.model import Blob, Extraction, Metadata
from tests.ingest.finding.reading import blob, key, keys, toolbox_of

TEXT = """# Depression hos vuxna

Inledning om ångest och oro.

## Behandling

KBT bör erbjudas vuxna från 18 års ålder (prioritet 2). Bensodiazepiner ska inte ges.

- Följ upp behandlingen

## Organisation

Region Stockholm är värd för NPO psykisk hälsa. En samordnad individuell plan (SIP) görs.
"""
PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Depression hos vuxna</title></head>
<body><nav><a href="/">Autism</a></nav><main><h1>Depression hos vuxna</h1>
<p>Inledning om &aring;ngest och <em>oro</em>.</p>
<h2>Behandling</h2>
<p>KBT b&ouml;r erbjudas <strong>vuxna</strong> fr&aring;n 18 &aring;rs &aring;lder (prioritet&nbsp;2).
Bensodiazepiner ska inte ges.</p><ul><li>F&ouml;lj upp behandlingen</li></ul>
<h2>Organisation</h2>
<p>Region Stockholm är värd för NPO psykisk hälsa. En samordnad individuell plan (SIP) görs.</p></main></body></html>
"""


@pytest.fixture(scope="module")
def toolbox(tools: tuple[Pipeline, Labels], lexicon: Lexicon, vocabulary: Vocabulary, iris: Iris) -> Toolbox:
    return toolbox_of(*tools, lexicon, vocabulary, iris)


@pytest.fixture(scope="module")
def found(toolbox: Toolbox) -> Extraction:
    return extract(blob(TEXT), toolbox)


def test_every_step_leaves_what_it_found(found: Extraction) -> None:
    assert [section.heading_path for section in found.document.sections] == [(), ("Behandling",), ("Organisation",)]
    assert [one.direction for one in found.recommendations] == ["for", "against", "for"]
    assert [reference.surface for reference in found.references] == ["från 18 års ålder"]
    assert [one.short for one in found.abbreviations] == ["SIP"]
    assert [claim.text for claim in found.claims] == ["Region Stockholm är värd för NPO psykisk hälsa."]
    assert {mention.surface for mention in found.mentions} >= {"KBT", "Bensodiazepiner", "NPO psykisk hälsa", "SIP"}
    assert found.passages


def test_a_document_is_about_what_its_title_names_of_care(found: Extraction) -> None:
    assert keys(found.subjects) == ["condition/F32"]


def test_everything_found_stands_where_it_says(found: Extraction) -> None:
    text = found.document.text
    quoted = [(one.start, one.end, one.surface) for one in found.mentions]
    quoted += [(one.start, one.end, one.surface) for one in found.references]
    quoted += [(one.start, one.end, one.text) for one in found.recommendations]
    quoted += [(one.start, one.end, one.text) for one in found.claims]
    assert len(quoted) > 12
    assert [(start, words) for start, end, words in quoted if text[start:end] != words] == []
    assert all(one.short in text[one.start : one.end] for one in found.abbreviations)


def test_mentions_stand_in_order_and_none_stands_twice(found: Extraction) -> None:
    places = [(mention.start, mention.end, mention.concept_iri) for mention in found.mentions]
    assert len(set(places)) == len(places) > 8
    assert [place[:2] for place in places] == sorted(place[:2] for place in places)


def test_the_same_page_in_html_and_markdown_says_the_same(found: Extraction, toolbox: Toolbox) -> None:
    page = extract(blob(PAGE, name="sida.html"), toolbox)
    assert page.document.media_type != found.document.media_type
    assert [(m.surface, m.concept_iri, m.negated) for m in page.mentions] == [
        (m.surface, m.concept_iri, m.negated) for m in found.mentions
    ]
    assert [replace(one, start=0, end=0) for one in page.recommendations] == [
        replace(one, start=0, end=0) for one in found.recommendations
    ]
    assert [one.surface for one in page.references] == [one.surface for one in found.references]
    assert [claim.text for claim in page.claims] == [claim.text for claim in found.claims]


@pytest.mark.parametrize(("text", "name"), [(TEXT, "sida.md"), (PAGE, "sida.html")])
def test_everything_found_has_a_place_in_the_source(toolbox: Toolbox, text: str, name: str) -> None:
    found = extract(blob(text, name=name), toolbox)
    spans = [(one.start, one.end) for one in found.mentions]
    spans += [(one.start, one.end) for one in found.references]
    spans += [(one.start, one.end) for one in found.recommendations]
    spans += [(one.start, one.end) for one in found.claims]
    assert len(spans) > 12
    assert [span for span in spans if to_source(found.document.source_map, *span) is None] == []


def test_statements_name_the_document_and_quote_its_advice(toolbox: Toolbox) -> None:
    statements = process(blob(TEXT), toolbox)
    store = ox.Store()
    store.load(statements.ntriples, format=ox.RdfFormat.N_TRIPLES)
    said = [quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(t.QUOTE), None)]
    quotes = {quote.value for quote in said if isinstance(quote, ox.Literal)}
    assert "Bensodiazepiner ska inte ges." in quotes
    assert "Region Stockholm är värd för NPO psykisk hälsa." in quotes
    assert statements.identifier == "sida"
    assert statements.counts["recommendations"] == 3
    assert statements.counts["claims"] == 1


def test_the_same_bytes_give_the_same_finds(toolbox: Toolbox, found: Extraction) -> None:
    assert extract(blob(TEXT), toolbox) == found


def test_what_cannot_be_read_is_refused_with_its_reason(toolbox: Toolbox) -> None:
    content = b"\xff\xff\xff"
    with pytest.raises(DocumentRefused, match="UTF-8"):
        process(Blob("sida", "sida.txt", content, hashlib.sha256(content).hexdigest()), toolbox)


def test_codes_of_the_index_are_the_condition_of_advice_that_names_none(toolbox: Toolbox) -> None:
    (advice,) = extract(blob("# Råd\n\nErbjud KBT.", codes=("F42",)), toolbox).recommendations
    assert keys(advice.conditions) == ["condition/F42"]


def test_a_fingerprint_changes_with_each_thing_that_decides(vocabulary: Vocabulary) -> None:
    smaller = Vocabulary(dict(list(vocabulary.concepts.items())[1:]), vocabulary.fields, vocabulary.concerns)
    fewer = replace(vocabulary, concerns={})
    recipes = [recipe(("a",), vocabulary), recipe(("b",), vocabulary), recipe(("a",), smaller), recipe(("a",), fewer)]
    marks = [fingerprint("digest", Metadata(), each) for each in recipes]
    marks += [fingerprint("other", Metadata(), recipes[0]), fingerprint("digest", Metadata(title="Råd"), recipes[0])]
    assert len(set(marks)) == 6
    assert fingerprint("digest", Metadata(), recipe(("a",), vocabulary)) == marks[0]


def test_a_short_form_explained_in_the_text_means_what_it_says_there(toolbox: Toolbox) -> None:
    text = "# Råd\n\nDialektisk beteendeterapi (DIBT) ges länge. DIBT hjälper."
    named = [(one.surface, key(one.concept_iri)) for one in extract(blob(text), toolbox).mentions]
    assert named.count(("DIBT", "intervention/dialektisk-beteendeterapi")) == 2
    assert "DIBT" not in {one.surface for one in extract(blob("# Råd\n\nDIBT hjälper."), toolbox).mentions}
