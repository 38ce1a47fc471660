"""Domain types → triples of a document's own named graph. Pure: same values, same triples, same order."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph as ox

from ontology import terms as t
from ontology.iris import Iris, digest
from ontology.model import Activity, Extraction, Mention, Passage, Section

_XSD_BOOLEAN = ox.NamedNode(t.XSD + "boolean")
_XSD_INTEGER = ox.NamedNode(t.XSD + "integer")
_XSD_DATETIME = ox.NamedNode(t.XSD + "dateTime")


def document_triples(
    extraction: Extraction,
    activity: Activity,
    sha256: str,
    iris: Iris,
    concept_of_code: Callable[[str], str | None],
) -> tuple[ox.Triple, ...]:
    """All that is stated from one document. `concept_of_code` gives the concept IRI of a diagnosis code, if any."""
    return tuple(
        dict.fromkeys(
            [
                *_document(extraction, sha256, activity, iris, concept_of_code),
                *_activity(extraction, activity, iris),
                *_sections(extraction, iris),
                *_passages(extraction, iris),
            ]
        )
    )


def _document(
    extraction: Extraction,
    sha256: str,
    activity: Activity,
    iris: Iris,
    concept_of_code: Callable[[str], str | None],
) -> Iterator[ox.Triple]:
    document, metadata = extraction.document, extraction.document.metadata
    say = _sayer(iris.document(document.identifier))
    yield say(t.RDF_TYPE, ox.NamedNode(t.DOCUMENT))
    yield say(t.IDENTIFIER, ox.Literal(document.identifier))
    yield say(t.TITLE, ox.Literal(document.title, language=document.language))
    yield say(t.LANGUAGE, ox.Literal(document.language))
    yield say(t.MEDIA_TYPE, ox.Literal(document.media_type))
    yield say(t.SHA256, ox.Literal(sha256))
    yield say(t.FINGERPRINT, ox.Literal(activity.fingerprint))
    yield say(t.PROV + "wasGeneratedBy", ox.NamedNode(_activity_iri(extraction, activity, iris)))
    if metadata.source:
        yield say(t.DC_SOURCE, ox.Literal(metadata.source))
    if metadata.date:
        yield say(t.ISSUED, ox.Literal(metadata.date, datatype=ox.NamedNode(t.XSD + _date_type(metadata.date))))
    if metadata.kind:
        yield say(t.DOCUMENT_KIND, ox.Literal(metadata.kind))
    for code in metadata.codes:
        yield say(t.DIAGNOSIS_CODE, ox.Literal(code))
        if concept := concept_of_code(code):
            yield say(t.SUBJECT, ox.NamedNode(concept))
    for subject in extraction.subjects:
        yield say(t.SUBJECT, ox.NamedNode(subject))


def _activity(extraction: Extraction, activity: Activity, iris: Iris) -> Iterator[ox.Triple]:
    say = _sayer(_activity_iri(extraction, activity, iris))
    yield say(t.RDF_TYPE, ox.NamedNode(t.INGESTION))
    yield say(t.PROV + "startedAtTime", ox.Literal(activity.started_at.isoformat(), datatype=_XSD_DATETIME))
    yield say(t.PROV + "endedAtTime", ox.Literal(activity.ended_at.isoformat(), datatype=_XSD_DATETIME))
    for software in activity.software:
        agent = ox.NamedNode(iris.of("agent", software.replace(" ", "-")))
        yield say(t.PROV + "wasAssociatedWith", agent)
        yield ox.Triple(agent, ox.NamedNode(t.RDF_TYPE), ox.NamedNode(t.PROV + "SoftwareAgent"))
        yield ox.Triple(agent, ox.NamedNode(t.RDFS + "label"), ox.Literal(software))


def _sections(extraction: Extraction, iris: Iris) -> Iterator[ox.Triple]:
    document = extraction.document
    section_iris = _section_iris(extraction, iris)
    for section, iri in zip(document.sections, section_iris, strict=True):
        say = _sayer(iri)
        yield say(t.RDF_TYPE, ox.NamedNode(t.SECTION))
        yield say(t.IN_DOCUMENT, ox.NamedNode(iris.document(document.identifier)))
        yield say(t.LEVEL, _integer(section.level))
        yield say(t.POSITION, _integer(section.position))
        if section.heading_path:
            yield say(t.HEADING, ox.Literal(section.heading_path[-1], language=document.language))
        if section.parent is not None:
            yield say(t.PARENT_SECTION, ox.NamedNode(section_iris[section.parent]))


def _passages(extraction: Extraction, iris: Iris) -> Iterator[ox.Triple]:
    document = extraction.document
    section_iris = _section_iris(extraction, iris)
    passage_iris = _passage_iris(extraction, iris)
    for passage, iri in zip(extraction.passages, passage_iris, strict=True):
        say = _sayer(iri)
        yield say(t.RDF_TYPE, ox.NamedNode(t.PASSAGE))
        yield say(t.IN_DOCUMENT, ox.NamedNode(iris.document(document.identifier)))
        yield say(t.IN_SECTION, ox.NamedNode(section_iris[passage.section]))
        yield say(t.POSITION, _integer(passage.position))
        yield say(t.START, _integer(passage.start))
        yield say(t.END, _integer(passage.end))
        yield say(t.TEXT, ox.Literal(passage.text, language=document.language))
        for mention in mentions_within(passage, extraction.mentions):
            yield say(t.MENTIONS, ox.NamedNode(mention.concept_iri))
            tell = _sayer(iris.mention(document, mention))
            yield tell(t.RDF_TYPE, ox.NamedNode(t.MENTION))
            yield tell(t.IN_PASSAGE, ox.NamedNode(iri))
            yield tell(t.REFERS_TO, ox.NamedNode(mention.concept_iri))
            yield tell(t.SURFACE, ox.Literal(mention.surface))
            yield tell(t.START, _integer(mention.start))
            yield tell(t.END, _integer(mention.end))
            yield tell(t.MATCHED_BY, ox.Literal(mention.matched_by))
            yield tell(t.NEGATED, ox.Literal(str(mention.negated).lower(), datatype=_XSD_BOOLEAN))


def mentions_within(passage: Passage, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """The mentions that lie in a passage, of mentions in order; those in headings lie in none."""
    first = bisect_left(mentions, passage.start, key=_start)
    found = mentions[first : bisect_left(mentions, passage.end, key=_start)]
    return [mention for mention in found if mention.end <= passage.end]


def _start(mention: Mention) -> int:
    return mention.start


def _section_iris(extraction: Extraction, iris: Iris) -> list[str]:
    seen: Counter[tuple[str, ...]] = Counter()

    def mint(section: Section) -> str:
        seen[section.heading_path] += 1
        return iris.section(extraction.document, section, seen[section.heading_path])

    return [mint(section) for section in extraction.document.sections]


def _passage_iris(extraction: Extraction, iris: Iris) -> list[str]:
    seen: Counter[str] = Counter()

    def mint(passage: Passage) -> str:
        seen[passage.text] += 1
        return iris.passage(extraction.document, passage, seen[passage.text])

    return [mint(passage) for passage in extraction.passages]


def _activity_iri(extraction: Extraction, activity: Activity, iris: Iris) -> str:
    key = digest(extraction.document.identifier, activity.fingerprint, activity.started_at.isoformat())
    return iris.of("activity", key)


def _sayer(subject_iri: str) -> Callable[[str, ox.NamedNode | ox.Literal], ox.Triple]:
    subject = ox.NamedNode(subject_iri)
    return lambda predicate, value: ox.Triple(subject, ox.NamedNode(predicate), value)


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=_XSD_INTEGER)


def _date_type(date: str) -> str:
    return {4: "gYear", 7: "gYearMonth"}.get(len(date), "date")
