from pathlib import Path
from typing import Any

import pytest

from ingest.reading import htmltext, markdowntext, plaintext
from ingest.reading.assembly import assemble
from ingest.reading.structure import describe, structure_rules
from ingest.rulebook import load_rules
from ontology.model import Description, Document, Metadata

EXAMPLES = Path(__file__).parents[3] / "ontology" / "examples" / "documents"
RULES = [
    pytest.param(data, rule, id=f"{name} {number}")
    for name in ("date", "version", "status", "programme")
    for number, (data, rule) in enumerate(
        zip(load_rules("structure")[name], structure_rules(name), strict=True), start=1
    )
]


def markdown(text: str, metadata: Metadata | None = None, identifier: str = "a") -> Document:
    return assemble(identifier, "text/markdown", markdowntext.read(text), metadata or Metadata())


def dates(description: Description) -> list[tuple[str, str]]:
    return [(date.kind, date.date) for date in description.dates]


@pytest.mark.parametrize(("data", "rule"), RULES)
def test_each_rule_fits_its_own_examples_and_not_the_others(data: dict[str, Any], rule: Any) -> None:
    assert data["yes"]
    assert data["no"]
    assert [text for text in data["yes"] if not rule.pattern.search(text)] == []
    assert [text for text in data["no"] if rule.pattern.search(text)] == []


def test_front_matter_is_believed_first() -> None:
    front = "---\ntitle: 'Adhd hos vuxna'\ndate: 2023-03-10\nupdated: 4 maj 2024\nversion: 1.2\nstatus: Gäller\n---\n"
    document = markdown(front + "\n## Syfte\n\nVersion 3.\n")
    said = describe(document)
    assert document.title == "Adhd hos vuxna"
    assert dates(said) == [("issued", "2023-03-10"), ("modified", "2024-05-04")]
    assert (said.version, said.status) == ("1.2", "in-force")


def test_a_date_in_the_text_has_its_place_and_one_in_the_furniture_has_none() -> None:
    version, checked_by = (
        "Version daterad 24 juni 2021. Fem grupper finns.",
        "Senast kontrollerad 22 februari 2019 av NN",
    )
    text = f"Sida\n\n{version}\n\nMer text här.\n\n{checked_by}\n"
    document = assemble("a", "text/plain", plaintext.read(text), Metadata())
    assert "kontrollerad" not in document.text
    said = describe(document)
    assert dates(said) == [("issued", "2021-06-24"), ("checked", "2019-02-22")]
    issued, checked = said.dates
    assert document.text[issued.start : issued.end] == "Version daterad 24 juni 2021"
    assert (checked.words, checked.start, checked.end) == ("kontrollerad 22 februari 2019", None, None)


def test_a_year_is_not_told_beside_a_day_of_it() -> None:
    said = describe(markdown("# DBT (UTKAST 2019)\n\nUtkast, skapat 10 april 2019 och uppdaterat 23 maj 2019.\n"))
    assert sorted(dates(said)) == [("issued", "2019-04-10"), ("modified", "2019-05-23")]
    assert said.status == "draft"


def test_dates_below_the_first_heading_are_of_the_subject() -> None:
    text = "Riktlinjen, publicerad den 1 januari 2018, finns i version 2."
    assert describe(markdown(f"# Riktlinje\n\n## Historik\n\n{text}\n")) == Description()
    assert describe(markdown(f"# Riktlinje\n\n{text}\n")) != Description()


def test_the_status_is_that_of_the_title_before_that_of_the_address() -> None:
    draft = Metadata(source="https://vardochinsats.se/sjaelvskadebeteende/behandling-och-stoed/dbt-utkast/?x=1")
    assert describe(markdown("# DBT\n\nText.\n", draft)).status == "draft"
    assert describe(markdown("# DBT\n\n## Kompetenskrav\n\n-\n", draft)).status == ""  # the address outlived the draft
    assert describe(markdown("# DBT (remissversion 2025)\n\nText.\n", draft)).status == "consultation"
    assert describe(markdown("# DBT\n\nStatus: upphävd\n", draft)).status == "repealed"
    assert describe(markdown("# DBT\n\nText.\n", identifier="vip-dbt-utkast")).status == "draft"


def test_the_programme_is_named_by_the_page_then_by_the_address_then_by_the_title() -> None:
    address = Metadata(source="https://www.vardochinsats.se/sjaelvskadebeteende/nivaa-och-process/vaardnivaaer/")
    page = "# VIP adhd: Vårdnivåer\n\n"
    assert describe(markdown(page + "Gå till huvudsidan: Missbruk (testperiod)\n", address)).programme == "Missbruk"
    assert describe(markdown(page + "Text.\n", address)).programme == "Självskadebeteende"
    assert describe(markdown(page + "Text.\n")).programme == "adhd"
    assert describe(markdown("# Vårdnivåer\n\nText.\n")).programme == ""


def test_lead_ins_have_the_role_of_a_section() -> None:
    document = markdown("# Adhd\n\nMålgrupp: vuxna med adhd.\n\n- Kompetenskrav: läkare\n- Obs: inget\n")
    said = describe(document)
    assert [(span.role, document.text[span.start : span.end]) for span in said.roles] == [
        ("target-group", "vuxna med adhd."),
        ("competence", "läkare"),
    ]


def test_the_parts_of_a_page_are_roles_and_their_sub_sections_share_them() -> None:
    document = markdown(
        "# A\n\n## 1. Målgrupp eller situation\n\nX.\n\n## Genomförande\n\n### Vuxna\n\nY.\n\n## Annat\n\nZ.\n"
    )
    assert [section.role for section in document.sections] == ["", "target-group", "procedure", "procedure", ""]


def test_the_example_of_a_draft_is_understood() -> None:
    page = htmltext.read((EXAMPLES / "vip-dbt-utkast.html").read_text(encoding="utf-8"))
    said = describe(assemble("vip-dbt-utkast", "text/html", page, Metadata()))
    assert said.status == "draft"
    assert ("issued", "2019-04-10") in dates(said)
    assert ("modified", "2019-05-23") in dates(said)
    assert {facet.name: [value.text for value in facet.values] for facet in said.facets} == {
        "created": ["10 april 2019"],
        "updated": ["23 maj 2019"],
        "procedure-code": ["DU021"],
        "age-group": ["Barn", "Ungdom", "Unga vuxna", "Vuxna"],
    }


def test_a_document_that_says_nothing_of_itself_has_an_empty_description() -> None:
    assert describe(markdown("# Adhd\n\nText om adhd från 2019.\n")) == Description()
