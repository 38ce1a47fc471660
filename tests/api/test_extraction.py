"""The JSON of `vipgraf extract`."""

import hashlib
import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from api.extraction import extraction_out
from api.settings import read_settings
from api.wiring import open_toolbox
from ingest.pipeline import Toolbox, extract
from ontology.iris import Iris
from ontology.model import Blob, Metadata

MARKDOWN = """---
date: 2021-03-04
version: 1.2
---
# Depression hos vuxna

Inledning om ångest.

## Behandling

KBT bör erbjudas vuxna med lindrig depression i primärvården, om inte patienten avböjer (prioritet 2).

Psykologen ska inte erbjuda bensodiazepiner till barn under 18 år, enligt SOU 2021:93.

| Åtgärd vid adhd (F90) | Råd |
|---|---|
| Metylfenidat | Prioritet 5 |

## Organisation

Region Stockholm är värd för NPO psykisk hälsa sedan 2018. En samordnad individuell plan (SIP) görs.
"""
PAGE = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Depression hos vuxna</title></head><body>
<nav><a href="/">Autism</a></nav><main><h1>Depression hos vuxna</h1>
<p>Inledning om &aring;ngest.</p><h2>Behandling</h2>
<p>KBT b&ouml;r erbjudas vuxna med lindrig depression i prim&auml;rv&aring;rden, om inte patienten avb&ouml;jer
(prioritet 2).</p>
<p>Psykologen ska inte erbjuda bensodiazepiner till barn under 18 år, enligt SOU 2021:93.</p>
<table><tr><th>Åtgärd vid adhd (F90)</th><th>Råd</th></tr><tr><td>Metylfenidat</td><td>Prioritet 5</td></tr></table>
<h2>Organisation</h2><p>Region Stockholm är värd för NPO psykisk hälsa sedan 2018. En samordnad individuell plan
(SIP) görs.</p></main></body></html>
"""
FILES = pytest.mark.parametrize(("name", "content"), [("sida.md", MARKDOWN), ("sida.html", PAGE)], ids=["md", "html"])
DOCUMENT_KEYS = {"identifier", "title", "language", "date", "sections"}
RECOMMENDATION_KEYS = {
    "text",
    "direction",
    "strength",
    "priority",
    "conditions",
    "interventions",
    "population",
    "heading_path",
}
MENTION_KEYS = {"surface", "start", "end", "type", "iri", "code", "label", "negated"}
CLAIM_KEYS = {"subject", "predicate", "object", "valid_from", "valid_to", "text"}


@pytest.fixture(scope="module")
def toolbox(models: Path, iris: Iris, tmp_path_factory: pytest.TempPathFactory) -> Toolbox:
    """What `vipgraf extract` opens."""
    environment = {
        "VIPGRAF_DATA": str(tmp_path_factory.mktemp("extract")),
        "VIPGRAF_MODELS": str(models),
        "VIPGRAF_MODEL": "hash",
        "VIPGRAF_BASE_IRI": iris.base,
    }
    return open_toolbox(read_settings(environment), print)


def shown(toolbox: Toolbox, content: str, name: str = "sida.md", **metadata: str) -> dict[str, Any]:
    """The JSON for a file, written and read back."""
    raw = content.encode()
    blob = Blob("mapp/sida", name, raw, hashlib.sha256(raw).hexdigest(), Metadata(**metadata))  # type: ignore[arg-type]
    out = extraction_out(extract(blob, toolbox), toolbox.vocabulary)
    found: dict[str, Any] = json.loads(json.dumps(out, ensure_ascii=False))
    assert found == out, "what is not JSON changes on the way"
    return found


def spans(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [*found["recommendations"], *found["mentions"], *found["claims"]]


@FILES
def test_the_keys_that_other_systems_rely_on_are_there(toolbox: Toolbox, name: str, content: str) -> None:
    found = shown(toolbox, content, name)
    assert set(found) == {"document", "recommendations", "mentions", "claims", "abbreviations"}
    assert set(found["document"]) >= DOCUMENT_KEYS
    assert all(set(section) >= {"heading_path", "text"} for section in found["document"]["sections"])
    for part, keys in (("recommendations", RECOMMENDATION_KEYS), ("mentions", MENTION_KEYS), ("claims", CLAIM_KEYS)):
        assert found[part], part
        assert all(set(one) >= keys for one in found[part]), part


@FILES
def test_offsets_point_into_the_text_of_the_document(toolbox: Toolbox, name: str, content: str) -> None:
    found = shown(toolbox, content, name)
    text = found["document"]["text"]
    assert len(spans(found)) > 15
    for one in spans(found):
        assert text[one["start"] : one["end"]] == one.get("surface", one.get("text"))


@FILES
def test_source_points_at_the_same_words_in_the_decoded_file(toolbox: Toolbox, name: str, content: str) -> None:
    found = shown(toolbox, content, name)
    for one in [*found["mentions"], *found["claims"]]:
        start, end = one["source"]
        assert " ".join(unescape(content[start:end]).split()) == one.get("surface", one.get("text"))
    first = found["recommendations"][0]
    quoted = unescape(content[slice(*first["source"])])
    assert quoted.startswith("KBT bör")
    assert quoted.endswith("(prioritet 2).")


@FILES
def test_recommendations_say_all_that_was_found(toolbox: Toolbox, name: str, content: str) -> None:
    yes, no, row = shown(toolbox, content, name)["recommendations"]
    assert (yes["direction"], yes["strength"], yes["priority"]) == ("for", "bör", 2)
    assert yes["exception"].startswith("om inte patienten avböjer")
    assert [one["code"] for one in yes["conditions"]] == ["F32.0"]
    assert [one["label"].lower() for one in yes["setting"]] == ["primärvård"]
    assert [one["label"].lower() for one in yes["severity"]] == ["lindrig"]
    assert [one["label"].lower() for one in yes["population"]] == ["vuxna"]
    assert yes["heading_path"] == ["Behandling"]
    assert (no["direction"], no["priority"], no["exception"]) == ("against", None, None)
    assert no["sources"] == ["SOU 2021:93"]
    assert [one["label"].lower() for one in no["profession"]] == ["psykolog"]
    assert [one["label"].lower() for one in no["interventions"]] == ["bensodiazepiner"]
    assert (row["direction"], row["strength"], row["priority"]) == ("for", "kan", 5)
    assert [one["code"] for one in row["conditions"]] == ["F90"]


def test_references_stand_among_the_mentions_in_order(toolbox: Toolbox) -> None:
    mentions = shown(toolbox, MARKDOWN)["mentions"]
    places = [(one["start"], one["end"]) for one in mentions]
    assert places == sorted(places)
    sources = [one for one in mentions if one["type"] == "evidence-source"]
    assert [(one["surface"], one["iri"], one["code"], one["negated"]) for one in sources] == [
        ("SOU 2021:93", None, None, False)
    ]
    assert [one["surface"] for one in mentions if one["type"] == "age"] == ["under 18 år"]
    assert {"condition", "intervention", "organisation", "setting", "profession", "age-group"} <= {
        one["type"] for one in mentions
    }


def test_a_mention_says_its_concept_by_iri_code_and_label(toolbox: Toolbox) -> None:
    (code,) = [one for one in shown(toolbox, MARKDOWN)["mentions"] if one["surface"] == "F90"]
    assert code["iri"] == toolbox.iris.base + "id/condition/F90"
    assert (code["code"], code["type"], code["label"]) == (
        "F90",
        "condition",
        toolbox.vocabulary.concepts[code["iri"]].label,
    )


def test_what_the_text_negates_is_marked(toolbox: Toolbox) -> None:
    negated = {one["surface"]: one["negated"] for one in shown(toolbox, MARKDOWN)["mentions"]}
    assert negated["bensodiazepiner"] is True
    assert negated["KBT"] is False


def test_a_claim_names_both_ends_and_since_when(toolbox: Toolbox) -> None:
    (claim,) = shown(toolbox, MARKDOWN)["claims"]
    assert {claim["subject_label"], claim["object_label"]} == {"Region Stockholm", "NPO psykisk hälsa"}
    assert (claim["valid_from"], claim["valid_to"], claim["negated"]) == ("2018", None, False)
    assert claim["text"] == "Region Stockholm är värd för NPO psykisk hälsa sedan 2018."


def test_the_document_says_what_it_is(toolbox: Toolbox) -> None:
    document = shown(toolbox, MARKDOWN)["document"]
    assert (document["identifier"], document["title"], document["language"]) == (
        "mapp/sida",
        "Depression hos vuxna",
        "sv",
    )
    assert (document["media_type"], document["version"], document["date"]) == ("text/markdown", "1.2", "2021-03-04")
    assert [section["heading_path"] for section in document["sections"]] == [[], ["Behandling"], ["Organisation"]]
    assert document["sections"][0]["text"].endswith("Inledning om ångest.")


def test_the_date_of_the_index_comes_before_that_of_the_page(toolbox: Toolbox) -> None:
    assert shown(toolbox, MARKDOWN, date="2022")["document"]["date"] == "2022"


def test_what_a_document_does_not_say_is_null_or_empty(toolbox: Toolbox) -> None:
    found = shown(toolbox, "Solen sken.", "sida.txt")
    document = found["document"]
    assert [document[name] for name in ("date", "version", "status", "programme")] == [None] * 4
    assert (document["facets"], document["dates"]) == ({}, [])
    assert [found[part] for part in ("recommendations", "mentions", "claims", "abbreviations")] == [[]] * 4


def test_abbreviations_that_the_text_explains_are_listed(toolbox: Toolbox) -> None:
    found = shown(toolbox, MARKDOWN)
    (one,) = found["abbreviations"]
    assert (one["short"], one["long"]) == ("SIP", "samordnad individuell plan")
    assert found["document"]["text"][one["start"] : one["end"]] == "samordnad individuell plan (SIP)"
