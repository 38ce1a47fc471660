"""Example documents: listed, sourced, well formed, and carrying every shipped recommendation in its own strength."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF

from ingest.reading.readers import read_document
from ingest.sources import SourceFile, read_blob, read_index
from ontology.model import Document

VIP = rdflib.Namespace("https://w3id.org/vipgraf/ontology/")
INSTANCES = "https://vipgraf.example/id/"
DOCUMENTS = Path(str(files("ontology"))) / "examples" / "documents"
INDEX = list(csv.DictReader((DOCUMENTS / "index.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"))
PAGES = sorted(DOCUMENTS.glob("*.html"))
PATTERN = (
    "Målgrupp eller situation", "Kunskapsläge", "Kompetenskrav", "Sammanfattning", "Genomförande", "Källor",
)  # fmt: skip
"""The headings of a finished page of a care programme, in order."""
WORDING = {  # regular expressions
    "bor": "bör erbjudas",
    "kan": r"kan erbjudas(?!\s\w*\s?i undantagsfall)",
    "kan-i-undantagsfall": "kan erbjudas endast i undantagsfall",
    "bor-inte": r"bör (?:inte|undvikas)",
    "icke-gora": "icke-göra",
}
CARRIED = {
    "alcohol-e-vid-alkoholproblem": ("exempel-vip-alkohol", ("Alcohol E", "vuxna", "alkoholproblem")),
    "arbetsforberedande-traning-vid-schizofreni": (
        "exempel-vip-ips-schizofreni",
        (
            "Arbetsförberedande träning",
            "schizofreni eller liknande tillstånd",
            "saknar eller har svag anknytning till arbetsmarknaden",
        ),
    ),
    "aterfallsforebyggande-antidepressiva-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("Återfallsförebyggande antidepressiva läkemedel", "barn och ungdomar med depression"),
    ),
    "audit-vid-alkoholproblem": ("exempel-vip-alkohol", ("AUDIT", "vuxna", "alkoholproblem")),
    "basal-kroppskannedom-vid-gad-vuxna": (
        "exempel-vip-generaliserat-angestsyndrom",
        ("Basal kroppskännedom", "tillägg", "vuxna med generaliserat ångestsyndrom"),
    ),
    "bcfpi-foraldraversionen-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("BCFPI", "föräldraversion", "barn och unga", "bör alltså inte användas"),
    ),
    "centralstimulerande-over-ett-ar-vid-adhd": (
        "exempel-vip-adhd-infor-lakemedel",
        ("Centralstimulerande läkemedel vid adhd", "mer än ett år"),
    ),
    "centralstimulerande-upp-till-ett-ar-vid-adhd": (
        "exempel-vip-adhd-infor-lakemedel",
        ("Centralstimulerande läkemedel vid adhd", "upp till ett år"),
    ),
    "dbt-ungdomar-med-drag-av-eips": ("exempel-vip-dbt-utkast", ("DBT-A", "ungdomar med drag av EIPS")),
    "dbt-vid-eips": (
        "exempel-vip-dbt-utkast",
        ("DBT", "minst tolv månader", "vuxna med emotionellt instabilt personlighetssyndrom", "grupp varje vecka"),
    ),
    "deltidssjukskrivning-vid-gad": (
        "exempel-vip-generaliserat-angestsyndrom",
        ("på deltid i upp till fyra veckor", "generaliserat ångestsyndrom", "medelsvårt till svårt"),
    ),
    "ect-vid-svar-depression-ungdomar": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("ECT", "ungdomar med svår depression"),
    ),
    "enbart-datortest-vid-adhd": (
        "exempel-vip-adhd-utredning",
        ("enbart med ett datoriserat uppmärksamhetstest", "barn och ungdomar", "ska inte ställas"),
    ),
    "fluoxetin-vid-depression-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("Fluoxetin", "barn och ungdomar med medelsvår till svår depression"),
    ),
    "icke-centralstimulerande-over-ett-ar-vid-adhd": (
        "exempel-vip-adhd-infor-lakemedel",
        ("Icke-centralstimulerande läkemedel vid adhd", "mer än ett år"),
    ),
    "icke-centralstimulerande-upp-till-ett-ar-vid-adhd": (
        "exempel-vip-adhd-infor-lakemedel",
        ("Icke-centralstimulerande läkemedel vid adhd", "upp till ett år"),
    ),
    "ips-vid-schizofreni": (
        "exempel-vip-ips-schizofreni",
        (
            "Individanpassat stöd till arbete",
            "IPS",
            "schizofreni eller liknande tillstånd",
            "saknar eller har svag anknytning till arbetsmarknaden",
        ),
    ),
    "ipt-vid-depression-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("IPT", "barn och ungdomar med depression"),
    ),
    "kbt-med-erp-vid-tvangssyndrom": (
        "exempel-vip-tvangssyndrom",
        ("KBT med exponering och responsprevention", "vid tvångssyndrom"),
    ),
    "kbt-som-tillagg-till-aterfallsforebyggande-antidepressiva-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("KBT som tillägg till återfallsförebyggande", "barn och ungdomar med depression"),
    ),
    "kbt-vid-depression-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("KBT", "barn och ungdomar med lindrig till medelsvår depression"),
    ),
    "kbt-vid-depression-vuxna": (
        "exempel-vip-depression-vuxna-kbt",
        ("KBT", "vuxna med lindrig till medelsvår depression"),
    ),
    "kbt-vid-gad-barn": ("exempel-vip-angest-barn-kbt", ("KBT", "barn med generaliserat ångestsyndrom")),
    "kbt-vid-gad-vuxna": ("exempel-vip-generaliserat-angestsyndrom", ("KBT", "vuxna med generaliserat ångestsyndrom")),
    "kbt-vid-paniksyndrom-vuxna": ("exempel-vip-panik-och-social-angest", ("KBT", "vuxna med paniksyndrom")),
    "kbt-vid-ptsd-barn": ("exempel-vip-ptsd", ("KBT", "barn med PTSD")),
    "kbt-vid-ptsd-vuxna": ("exempel-vip-ptsd", ("KBT", "vuxna med PTSD")),
    "kbt-vid-selektiv-mutism-barn": ("exempel-vip-angest-barn-kbt", ("KBT", "barn med selektiv mutism")),
    "kbt-vid-separationsangest-barn": ("exempel-vip-angest-barn-kbt", ("KBT", "barn med separationsångest")),
    "kbt-vid-social-fobi": ("exempel-vip-panik-och-social-angest", ("KBT", "vid social ångest")),
    "kbt-vid-specifik-fobi-barn": ("exempel-vip-angest-barn-kbt", ("KBT", "barn med specifik fobi")),
    "lakemedel-vid-gad-vuxna": (
        "exempel-vip-generaliserat-angestsyndrom",
        ("Läkemedel", "vuxna med generaliserat ångestsyndrom"),
    ),
    "langre-sjukskrivning-vid-svart-gad": (
        "exempel-vip-generaliserat-angestsyndrom",
        ("Sjukskrivning längre än fyra veckor", "heltid eller deltid", "vid svårt generaliserat ångestsyndrom"),
    ),
    "psykopedagogisk-behandling-vid-depression-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("Psykopedagogisk behandling", "barn och ungdomar med depression"),
    ),
    "riskhanteringsplan-vid-sjalvskadebeteende": (
        "exempel-vip-riskhanteringsplan",
        ("riskhanteringsplan", "nyligen har skadat sig själv", "impulser"),
    ),
    "sammanhallen-vardkedja-vid-adhd-barn": (
        "exempel-vip-adhd-barn-och-ungdomar",
        ("sammanhållen vårdkedja", "barn och ungdomar med adhd"),
    ),
    "sertralin-eller-escitalopram-vid-depression-barn": (
        "exempel-vip-depression-barn-och-ungdomar",
        ("Sertralin eller escitalopram", "barn och ungdomar med depression"),
    ),
    "sip-vid-sjalvskadebeteende": (
        "exempel-vip-samordnad-individuell-plan",
        ("SIP", "både socialtjänst och hälso- och sjukvård", "samtycker", "Prioritering saknas"),
    ),
    "sjukskrivning-vid-gad": (
        "exempel-vip-generaliserat-angestsyndrom",
        ("Sjukskrivning", "generaliserat ångestsyndrom", "om det går"),
    ),
    "strukturerad-uppfoljning-vid-adhd-barn": (
        "exempel-vip-adhd-barn-och-ungdomar",
        ("Strukturerad uppföljning", "barn och ungdomar med adhd"),
    ),
    "team-vid-adhd-barn": (
        "exempel-vip-adhd-barn-och-ungdomar",
        ("team med minst läkare och psykolog", "barn och ungdomar med adhd"),
    ),
    "utredning-vid-misstankt-adhd": (
        "exempel-vip-adhd-utredning",
        ("Utredning enligt fastställda grundprinciper", "barn och ungdomar vid misstänkt adhd"),
    ),
}
"""Recommendation → the document that carries it, and the words for what and for whom that must stand in one block.
Strength and priority are not repeated here: they are taken from the knowledge, so that the two cannot drift apart."""

_KEY = re.compile(r"\b(?:P\d{3}|S[0-4])\b")
"""A source as the writers of the documents note it, which says nothing to a reader."""
_WITHOUT_AUTHOR = {"292": "Behandling av depression hos barn och ungdomar (docplayer.se)"}
"""Sources whose listed title names a person → what the documents call them."""
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class _Tags(HTMLParser):
    """Counts the elements of a page and lists every tag that is not closed, or closes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.language: str | None = None
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        if tag == "html":
            self.language = dict(attrs).get("lang")
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> at line {self.getpos()[0]}")

    def finish(self) -> "_Tags":
        self.close()
        self.faults += [f"<{tag}> is open at the end" for tag in self._open]
        return self


def tags(page: str) -> _Tags:
    parser = _Tags()
    parser.feed(page)
    return parser.finish()


def key(node: rdflib.term.Node | None) -> str:
    return str(node).rpartition("/")[2]


def carries(block: str, words: Iterable[str], strength: str, priority: str) -> bool:
    """Whether a block says it all: the words, the wording of the strength, and the priority or none at all."""
    says_priority = re.findall(r"prioritet (\d+)", block) == ([priority] if priority else [])
    return all(word in block for word in words) and bool(re.search(strength, block)) and says_priority


def grade(content: rdflib.Graph, recommendation: str) -> tuple[str, str]:
    """How the knowledge grades a recommendation: wording of the strength and priority, each empty when it has none."""
    node = rdflib.URIRef(f"{INSTANCES}recommendation/{recommendation}")
    strength, priority = (content.value(node, predicate) for predicate in (VIP.strength, VIP.priority))
    return "" if strength is None else WORDING[key(strength)], "" if priority is None else str(priority)


def blocks(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def sources_of(document: Document) -> list[str]:
    """The titles under the last heading of a document."""
    said = blocks(document)
    return said[said.index("Källor") + 1 :]


@pytest.fixture(scope="module")
def sources() -> dict[str, SourceFile]:
    return {source.identifier: source for source in read_index(DOCUMENTS / "index.tsv").values()}


@pytest.fixture(scope="module")
def documents(sources: dict[str, SourceFile]) -> dict[str, Document]:
    """Every example document as the product reads it."""
    return {identifier: read_document(read_blob(source)) for identifier, source in sources.items()}


def test_the_index_lists_every_example_document_once() -> None:
    listed = [row["file"] for row in INDEX]
    assert len(listed) == len(set(listed)) == 37
    assert set(listed) == {path.name for path in DOCUMENTS.iterdir()} - {"index.tsv"}


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_there_are_many_documents_of_each_format(suffix: str) -> None:
    assert len([row for row in INDEX if row["file"].endswith(suffix)]) >= 10


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["id"])
def test_an_example_document_says_what_it_is_and_where_its_facts_are_from(row: dict[str, str]) -> None:
    text = (DOCUMENTS / row["file"]).read_text(encoding="utf-8")
    assert row["title"] in text
    assert "Exempeltext, inte för klinisk användning" in text
    assert row["source"] == "Egen exempeltext, se sidans källor"


def test_an_example_document_ends_in_the_titles_of_its_sources(documents: dict[str, Document], shared: Path) -> None:
    with (shared / "documents" / "index.tsv").open(encoding="utf-8") as lines:
        titles = {row["id"]: row["title"] for row in csv.DictReader(lines, delimiter="\t")} | _WITHOUT_AUTHOR
    named = {identifier: sources_of(document) for identifier, document in documents.items()}
    assert len({title for listed in named.values() for title in listed}) > 50
    for identifier, listed in named.items():
        assert listed, identifier
        assert len(listed) == len(set(listed)), identifier
        assert set(listed) <= set(titles.values()), identifier


def test_no_reader_is_shown_the_key_of_a_source(documents: dict[str, Document]) -> None:
    shown = {path.name: path.read_text(encoding="utf-8") for path in DOCUMENTS.iterdir()}
    assert len(shown) == len(documents) + 1
    assert {name: _KEY.findall(text) for name, text in shown.items() if _KEY.search(text)} == {}
    assert _KEY.findall("Källa: S0, P205.") == ["S0", "P205"]


def test_an_example_document_is_a_page_and_neither_a_note_nor_a_book(documents: dict[str, Document]) -> None:
    lengths = {identifier: len(document.text.split()) for identifier, document in documents.items()}
    assert len(lengths) > 20
    assert {identifier: length for identifier, length in lengths.items() if not 230 <= length <= 700} == {}


def test_finished_programme_pages_follow_the_pattern(documents: dict[str, Document]) -> None:
    pages = {name: read for name, read in documents.items() if name.startswith("exempel-vip-") and "utkast" not in name}
    assert len(pages) >= 15
    for identifier, document in pages.items():
        headings = [section.heading_path[0] for section in document.sections if len(section.heading_path) == 1]
        assert tuple(headings) == PATTERN, identifier


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_an_html_document_is_well_formed_and_swedish(path: Path) -> None:
    page = tags(path.read_text(encoding="utf-8"))
    assert page.faults == []
    assert page.language == "sv"
    assert page.seen["h1"] == page.seen["title"] == page.seen["body"] == 1


def test_a_page_that_is_not_well_formed_is_noticed() -> None:
    assert tags("<ul><li>Ett</ul>").faults == ["</ul> at line 1", "<ul> is open at the end"]
    assert tags("<p>Ett</p></div>").faults == ["</div> at line 1"]


def test_every_image_has_a_text_instead() -> None:
    images = [image for path in PAGES for image in tags(path.read_text(encoding="utf-8")).images]
    assert images
    assert [image for image in images if not image.get("alt")] == []


def test_furniture_of_a_page_is_not_read(documents: dict[str, Document]) -> None:
    furniture = ("kakor", "Hoppa till innehållet", "Hade du nytta", "Var sidan till hjälp", "som följer med vipgraf")
    around = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert [text for text in furniture if text not in around] == []
    for identifier, document in documents.items():
        assert [text for text in furniture if text in document.text] == [], identifier


def test_every_recommendation_is_carried_by_a_document(content: rdflib.Graph) -> None:
    shipped = {key(recommendation) for recommendation in content.subjects(RDF.type, VIP.Recommendation)}
    assert len(shipped) >= 25
    assert set(CARRIED) == shipped


@pytest.mark.parametrize("recommendation", sorted(CARRIED))
def test_a_document_words_the_recommendation_as_the_knowledge_has_it(
    recommendation: str, content: rdflib.Graph, documents: dict[str, Document]
) -> None:
    identifier, words = CARRIED[recommendation]
    strength, priority = grade(content, recommendation)
    assert [block for block in blocks(documents[identifier]) if carries(block, words, strength, priority)]


@pytest.mark.parametrize("recommendation", sorted(CARRIED))
def test_no_document_words_a_recommendation_more_weakly_or_strongly(
    recommendation: str, content: rdflib.Graph, documents: dict[str, Document]
) -> None:
    _, words = CARRIED[recommendation]
    strength, priority = grade(content, recommendation)
    others = [(strength, str(number)) for number in range(1, 11) if str(number) != priority]
    others += [(wording, priority) for wording in WORDING.values() if strength and wording != strength]
    assert len(others) >= 10
    said = [
        block for document in documents.values() for block in blocks(document) if all(word in block for word in words)
    ]
    assert said
    assert [(block, other) for block in said for other in others if carries(block, words, *other)] == []


@pytest.mark.parametrize("recommendation", sorted(CARRIED))
def test_the_document_of_a_recommendation_names_its_sources(
    recommendation: str, content: rdflib.Graph, documents: dict[str, Document]
) -> None:
    node = rdflib.URIRef(f"{INSTANCES}recommendation/{recommendation}")
    titles = {str(content.value(source, DCTERMS.title)) for source in content.objects(node, DCTERMS.source)}
    assert titles
    assert titles <= set(sources_of(documents[CARRIED[recommendation][0]]))


@pytest.mark.parametrize(
    "block",
    [
        "AUDIT kan erbjudas vuxna (prioritet 1).",
        "AUDIT bör erbjudas vuxna (prioritet 2).",
        "AUDIT bör erbjudas vuxna.",
        "AUDIT bör erbjudas barn (prioritet 1).",
    ],
)
def test_a_block_that_says_something_else_does_not_carry_the_recommendation(block: str) -> None:
    assert carries("AUDIT bör erbjudas vuxna (prioritet 1).", ("AUDIT", "vuxna"), "bör erbjudas", "1")
    assert not carries(block, ("AUDIT", "vuxna"), "bör erbjudas", "1")
