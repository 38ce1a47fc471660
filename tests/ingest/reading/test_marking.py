import pytest

from ingest.reading import markdowntext, plaintext
from ingest.reading.assembly import RawBlock, RawDocument, assemble
from ingest.reading.marking import find_marking
from ingest.rulebook import load_rules
from ontology.model import Document, Metadata

WANTED = {"age-group": ["Barn", "Unga vuxna"], "setting": ["Primärvård", "Psykiatrisk specialistvård öppen/sluten"]}
SETTINGS = "Primärvård, Psykiatrisk specialistvård öppen/sluten"
LAYOUTS = {
    "definition list": f"Åldersgrupp\n: Barn\n: Unga vuxna\n\nVerksamhet\n: {SETTINGS}",
    "table": f"| Fält | Värde |\n|---|---|\n| Åldersgrupp | Barn, Unga vuxna |\n| Verksamhet | {SETTINGS} |",
    "table with fields as columns": f"| Åldersgrupp | Verksamhet |\n|---|---|\n| Barn; Unga vuxna | {SETTINGS} |",
    "list": f"- Åldersgrupp: Barn, Unga vuxna\n- Annat: x\n- Verksamhet: {SETTINGS}",
    "list of lists": f"- Åldersgrupp\n  - Barn\n  - Unga vuxna\n- Verksamhet\n  - {SETTINGS}\n- Övrigt\n  - x",
    "lines": f"Åldersgrupp: Barn, Unga vuxna\n\nVerksamhet: {SETTINGS}.\n\nDet här är fri text, med komma.",
    "headings": f"### Åldersgrupp\n\nBarn, Unga vuxna\n\n### Verksamhet\n\n- {SETTINGS}\n\n### Annat\n\nx, y",
}


def markdown(text: str) -> Document:
    return assemble("a", "text/markdown", markdowntext.read(text), Metadata())


def values(document: Document) -> dict[str, list[str]]:
    facets = find_marking(document)
    for facet in facets:
        assert all(document.text[value.start : value.end] == value.text for value in facet.values)
    return {facet.name: [value.text for value in facet.values] for facet in facets}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_marking_gives_the_same_fields_however_it_is_laid_out(layout: str) -> None:
    document = markdown(f"# Sida\n\n## Märkning\n\n{LAYOUTS[layout]}\n\n## Syfte\n\nÅldersgrupp: ingen, alls\n")
    assert values(document) == WANTED


def test_every_field_is_known_by_its_label() -> None:
    labels = [field["names"][0] for field in load_rules("structure")["field"]]
    assert len(labels) == 12
    document = markdown(
        "# Sida\n\n## Märkning\n\n" + "\n".join(f"- {label.capitalize()}: ett, två" for label in labels)
    )
    assert values(document) == {field["name"]: ["ett", "två"] for field in load_rules("structure")["field"]}


def test_values_in_brackets_stay_together() -> None:
    document = markdown("# S\n\n## Märkning\n\nFas/stadie: Akut, Remission (fullständig, partiell)\n")
    assert values(document) == {"phase": ["Akut", "Remission (fullständig, partiell)"]}


def test_a_table_of_possible_values_states_none() -> None:
    table = "| Fält | Möjliga värden |\n|---|---|\n| Svårighetsgrad | Lindrig, Svår |"
    assert values(markdown(f"# S\n\n## Märkning\n\nKVÅ-kod: DU021\n\n{table}\n")) == {"procedure-code": ["DU021"]}


def test_lines_in_a_row_make_a_marking_without_a_heading_and_a_lone_one_does_not() -> None:
    lines = ["Åldersgrupp: Barn", "Verksamhet: Primärvård", "KVÅ-kod: DU021"]

    def plain(text: str) -> Document:
        return assemble("a", "text/plain", plaintext.read(text), Metadata())

    assert list(values(plain("Sida\n\n" + "\n".join(lines)))) == ["age-group", "setting", "procedure-code"]
    assert values(plain("Sida\n\n" + "\n".join(lines[:2]) + "\n\nText som följer.")) == {}


def test_a_page_without_a_marking_has_no_fields() -> None:
    assert values(assemble("a", "text/plain", RawDocument([RawBlock("paragraph", "Text.")]), Metadata())) == {}
