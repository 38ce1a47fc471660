"""Domain types → triples of a document's own named graph. Pure: same values, same triples, same order."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph as ox

from ontology import terms as t
from ontology.iris import Iris, digest
from ontology.model import (
    Activity,
    Blob,
    Block,
    Document,
    DocumentStatus,
    ExtractedClaim,
    Extraction,
    Mention,
    Passage,
    Recommendation,
    Section,
)

_XSD_BOOLEAN = ox.NamedNode(t.XSD + "boolean")
_XSD_INTEGER = ox.NamedNode(t.XSD + "integer")
_XSD_DATETIME = ox.NamedNode(t.XSD + "dateTime")
_XSD_ANY_URI = ox.NamedNode(t.XSD + "anyURI")
_STATES: dict[DocumentStatus, str] = {
    "draft": "draft",
    "consultation": "consultation",
    "in-force": "published",
    "repealed": "withdrawn",
}
_DATES = {"issued": t.ISSUED, "modified": t.MODIFIED, "checked": t.LAST_REVIEWED}
_FACETS = {
    "condition": t.CONCERNS,
    "intervention": t.INTERVENTION_OF,
    "age-group": t.POPULATION,
    "target-group": t.POPULATION,
    "setting": t.GIVEN_IN,
    "profession": t.PERFORMED_BY,
    "service-category": t.SERVICE_CATEGORY,
    "phase": t.PHASE,
    "severity": t.SEVERITY,
    "function-level": t.FUNCTION_LEVEL,
    "programme": t.IN_PROGRAMME,
}
"""What a kind of concept is to a document or a recommendation that is about it."""

_PLAIN = str.maketrans("åäö", "aao")

Say = Callable[[str, ox.NamedNode | ox.Literal], ox.Triple]
SourceOf = Callable[[int, int], tuple[int, int] | None]


def document_triples(
    extraction: Extraction,
    activity: Activity,
    blob: Blob,
    iris: Iris,
    concept_of_code: Callable[[str], str | None],
    source_of: SourceOf,
) -> tuple[ox.Triple, ...]:
    """All that is stated from one document.

    `concept_of_code` gives the concept IRI of a diagnosis code, if any; `source_of` the span of the source that a span
    of the text comes from, if any.
    """
    places = _Places(extraction, source_of, iris)
    return tuple(
        dict.fromkeys(
            [
                *_document(extraction, blob, activity, iris, concept_of_code),
                *_description(extraction, iris),
                *_activity(extraction, activity, iris),
                *_sections(extraction, places, iris),
                *_passages(extraction, places, iris),
                *_mentions(extraction, places, iris),
                *_recommendations(extraction, places, iris),
                *_claims(extraction, places, iris),
            ]
        )
    )


class _Places:
    """Where a span of the text stands: in a passage or, in a heading, in the section; and in the source."""

    def __init__(self, extraction: Extraction, source_of: SourceOf, iris: Iris) -> None:
        self.source_of = source_of
        self.sections = _section_iris(extraction, iris)
        self.passages = _passage_iris(extraction, iris)
        self._passages = extraction.passages
        self._sections = extraction.document.sections

    def of(self, start: int) -> tuple[str, ox.NamedNode]:
        """The property and the value that place what begins at this offset."""
        at = bisect_right(self._passages, start, key=_start) - 1
        if at >= 0 and start < self._passages[at].end:
            return t.IN_PASSAGE, ox.NamedNode(self.passages[at])
        return t.IN_SECTION, ox.NamedNode(self.sections[bisect_right(self._sections, start, key=_start) - 1])


def _document(
    extraction: Extraction,
    blob: Blob,
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
    yield say(t.SHA256, ox.Literal(blob.sha256))
    yield say(t.FINGERPRINT, ox.Literal(activity.fingerprint))
    yield say(t.PROV + "wasGeneratedBy", ox.NamedNode(_activity_iri(extraction, activity, iris)))
    if blob.fetched:
        yield say(t.RETRIEVED_FROM, ox.Literal(blob.fetched.url, datatype=_XSD_ANY_URI))
        yield say(t.RETRIEVED_AT, ox.Literal(blob.fetched.fetched_at.isoformat(), datatype=_XSD_DATETIME))
    if metadata.source:
        yield say(t.DC_SOURCE, ox.Literal(metadata.source))
    if metadata.kind:
        yield say(t.DOCUMENT_KIND, ox.Literal(metadata.kind))
    for code in metadata.codes:
        yield say(t.DIAGNOSIS_CODE, ox.Literal(code))
        if concept := concept_of_code(code):
            yield say(t.SUBJECT, ox.NamedNode(concept))
    for subject in extraction.subjects:
        yield say(t.SUBJECT, ox.NamedNode(subject))


def _description(extraction: Extraction, iris: Iris) -> Iterator[ox.Triple]:
    """What the document says of itself."""
    document, metadata, description = extraction.document, extraction.document.metadata, extraction.description
    say = _sayer(iris.document(document.identifier))
    dates = {stated.kind: stated.date for stated in reversed(description.dates)}
    if metadata.date:
        dates["issued"] = metadata.date
    yield from (say(_DATES[kind], _date(date)) for kind, date in sorted(dates.items()) if kind in _DATES)
    if description.version:
        yield say(t.VERSION, ox.Literal(description.version))
    if description.status:
        yield say(t.PROGRAMME_STATE, ox.NamedNode(iris.of("programme-state", _STATES[description.status])))
    for kind, iri in extraction.facets:
        yield say(_FACETS[kind], ox.NamedNode(iri))
    if extraction.coordinated is not None:
        yield say(t.COORDINATED, _boolean(extraction.coordinated))


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


def _sections(extraction: Extraction, places: _Places, iris: Iris) -> Iterator[ox.Triple]:
    document = extraction.document
    for section, iri in zip(document.sections, places.sections, strict=True):
        say = _sayer(iri)
        yield say(t.RDF_TYPE, ox.NamedNode(t.SECTION))
        yield say(t.IN_DOCUMENT, ox.NamedNode(iris.document(document.identifier)))
        yield say(t.LEVEL, _integer(section.level))
        yield say(t.POSITION, _integer(section.position))
        if section.heading_path:
            yield say(t.HEADING, ox.Literal(section.heading_path[-1], language=document.language))
        if section.parent is not None:
            yield say(t.PARENT_SECTION, ox.NamedNode(places.sections[section.parent]))
        if section.role:
            yield say(t.SECTION_ROLE, ox.NamedNode(iris.of("section-role", section.role)))


def _passages(extraction: Extraction, places: _Places, iris: Iris) -> Iterator[ox.Triple]:
    document = extraction.document
    for passage, iri in zip(extraction.passages, places.passages, strict=True):
        say = _sayer(iri)
        yield say(t.RDF_TYPE, ox.NamedNode(t.PASSAGE))
        yield say(t.IN_DOCUMENT, ox.NamedNode(iris.document(document.identifier)))
        yield say(t.IN_SECTION, ox.NamedNode(places.sections[passage.section]))
        yield say(t.POSITION, _integer(passage.position))
        yield from _span(say, places, passage.start, passage.end)
        yield say(t.TEXT, ox.Literal(passage.text, language=document.language))
        if page := _page(document, passage.start):
            yield say(t.PAGE_NUMBER, _integer(page))
        roles = {span.role for span in extraction.description.roles if passage.start <= span.start < passage.end}
        for role in sorted(roles):
            yield say(t.SECTION_ROLE, ox.NamedNode(iris.of("section-role", role)))
        for mention in mentions_within(passage, extraction.mentions):
            yield say(t.MENTIONS, ox.NamedNode(mention.concept_iri))


def _mentions(extraction: Extraction, places: _Places, iris: Iris) -> Iterator[ox.Triple]:
    for mention in extraction.mentions:
        say = _sayer(iris.mention(extraction.document, mention))
        yield say(t.RDF_TYPE, ox.NamedNode(t.MENTION))
        yield say(*places.of(mention.start))
        yield say(t.REFERS_TO, ox.NamedNode(mention.concept_iri))
        yield say(t.SURFACE, ox.Literal(mention.surface))
        yield say(t.START, _integer(mention.start))
        yield say(t.END, _integer(mention.end))
        yield say(t.MATCHED_BY, ox.Literal(mention.matched_by))
        yield say(t.NEGATED, _boolean(mention.negated))


def _recommendations(extraction: Extraction, places: _Places, iris: Iris) -> Iterator[ox.Triple]:
    document = extraction.document
    seen: Counter[str] = Counter()
    for found in extraction.recommendations:
        seen[found.text] += 1
        say = _sayer(iris.recommendation(document, found, seen[found.text]))
        yield say(t.RDF_TYPE, ox.NamedNode(t.RECOMMENDATION))
        yield from _read(say, found, document, places, iris)
        yield say(t.DIRECTION, ox.NamedNode(iris.of("direction", found.direction)))
        if found.strength:
            yield say(t.STRENGTH, ox.NamedNode(iris.of("strength", _key(found.strength))))
        if found.priority is not None:
            yield say(t.PRIORITY, _integer(found.priority))
        if found.exception:
            yield say(t.EXCEPTION, ox.Literal(found.exception, language=document.language))
        for predicate, concepts in _about(found):
            yield from (say(predicate, ox.NamedNode(concept)) for concept in concepts)


def _about(found: Recommendation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        (t.CONCERNS, found.conditions),
        (t.INTERVENTION_OF, found.interventions),
        (t.POPULATION, found.populations),
        (t.GIVEN_IN, found.settings),
        (t.PERFORMED_BY, found.professions),
        (t.SEVERITY, found.severities),
    )


def _claims(extraction: Extraction, places: _Places, iris: Iris) -> Iterator[ox.Triple]:
    document = extraction.document
    for claim in extraction.claims:
        say = _sayer(iris.claim(document, claim))
        yield say(t.RDF_TYPE, ox.NamedNode(t.CLAIM))
        yield from _read(say, claim, document, places, iris)
        yield say(t.RDF_SUBJECT, ox.NamedNode(claim.subject))
        yield say(t.RDF_PREDICATE, ox.NamedNode(claim.predicate))
        yield say(t.RDF_OBJECT, _object(claim))
        if claim.valid_from:
            yield say(t.VALID_FROM, _date(claim.valid_from))
            yield say(t.START_BASIS, ox.NamedNode(iris.of("start-basis", "stated")))
        if claim.valid_to:
            yield say(t.VALID_TO, _date(claim.valid_to))
        if claim.hosting_kind:
            yield say(t.HOSTING_KIND, ox.NamedNode(iris.of("hosting-kind", claim.hosting_kind)))
        if claim.negated:
            yield say(t.NEGATED, _boolean(claim.negated))


def _read(
    say: Say, found: Recommendation | ExtractedClaim, document: Document, places: _Places, iris: Iris
) -> Iterator[ox.Triple]:
    """What is said of all that is read from a text: its words, its place, its source and the rule that found it."""
    source = ox.NamedNode(iris.document(document.identifier))
    yield say(t.RDFS + "label", ox.Literal(found.text, language=document.language))
    yield say(t.QUOTE, ox.Literal(found.text, language=document.language))
    yield say(t.IN_DOCUMENT, source)
    yield say(t.DC_SOURCE, source)
    yield say(*places.of(found.start))
    yield from _span(say, places, found.start, found.end)
    yield say(t.MATCHED_BY, ox.Literal(found.rule))
    yield say(t.CONFIDENCE, ox.Literal("M"))


def _span(say: Say, places: _Places, start: int, end: int) -> Iterator[ox.Triple]:
    yield say(t.START, _integer(start))
    yield say(t.END, _integer(end))
    if source := places.source_of(start, end):
        yield say(t.SOURCE_START, _integer(source[0]))
        yield say(t.SOURCE_END, _integer(source[1]))


def _page(document: Document, start: int) -> int:
    """The page on which the block at this offset begins; 0 where there are no pages."""
    return document.blocks[max(bisect_right(document.blocks, start, key=_start) - 1, 0)].page


def mentions_within(passage: Passage, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """The mentions that lie in a passage, of mentions in order; those in headings lie in none."""
    first = bisect_left(mentions, passage.start, key=_start)
    found = mentions[first : bisect_left(mentions, passage.end, key=_start)]
    return [mention for mention in found if mention.end <= passage.end]


def _start(part: Mention | Passage | Section | Block) -> int:
    return part.start


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


def _sayer(subject_iri: str) -> Say:
    subject = ox.NamedNode(subject_iri)
    return lambda predicate, value: ox.Triple(subject, ox.NamedNode(predicate), value)


def _object(claim: ExtractedClaim) -> ox.NamedNode | ox.Literal:
    if not claim.is_literal:
        return ox.NamedNode(claim.object)
    if claim.object.isdecimal():
        return _integer(int(claim.object))
    if claim.object in {"true", "false"}:
        return _boolean(claim.object == "true")
    return ox.Literal(claim.object, language="sv")


def _key(notation: str) -> str:
    """The key of a strength by its notation: "bör inte" → bor-inte."""
    return notation.lower().translate(_PLAIN).replace(" ", "-")


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=_XSD_INTEGER)


def _boolean(value: bool) -> ox.Literal:
    return ox.Literal(str(value).lower(), datatype=_XSD_BOOLEAN)


def _date(date: str) -> ox.Literal:
    kind = {4: "gYear", 7: "gYearMonth"}.get(len(date), "date")
    return ox.Literal(date, datatype=ox.NamedNode(t.XSD + kind))
