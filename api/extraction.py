"""What was found in a document → the JSON of `vipgraf extract`.

Offsets are code points into `document.text`, half open; `source` is the same span in the decoded file, where the file
is text, and null elsewhere.
"""

from dataclasses import asdict
from typing import Any

from graph.vocabulary import Vocabulary
from ingest.reading.alignment import to_source
from ontology.model import Description, Document, ExtractedClaim, Extraction, Mention, Recommendation, Reference


def extraction_out(extraction: Extraction, vocabulary: Vocabulary) -> dict[str, Any]:
    """One JSON object; `vocabulary` is the one that the document was read with."""
    document = extraction.document
    mentions = [_mention(mention, document, vocabulary) for mention in extraction.mentions]
    references = [_reference(reference, document) for reference in extraction.references]
    return {
        "document": _document(document, extraction.description),
        "recommendations": [_recommendation(one, document, vocabulary) for one in extraction.recommendations],
        "mentions": sorted([*mentions, *references], key=lambda mention: (mention["start"], mention["end"])),
        "claims": [_claim(claim, document, vocabulary) for claim in extraction.claims],
        "abbreviations": [asdict(abbreviation) for abbreviation in extraction.abbreviations],
    }


def _document(document: Document, description: Description) -> dict[str, Any]:
    issued = next((stated.date for stated in description.dates if stated.kind == "issued"), None)
    return {
        "identifier": document.identifier,
        "title": document.title,
        "language": document.language,
        "media_type": document.media_type,
        "date": document.metadata.date or issued,
        "dates": [{"kind": stated.kind, "date": stated.date, "words": stated.words} for stated in description.dates],
        "version": description.version or None,
        "status": description.status or None,
        "programme": description.programme or None,
        "facets": {facet.name: [value.text for value in facet.values] for facet in description.facets},
        "text": document.text,
        "sections": [
            {
                "heading_path": list(section.heading_path),
                "role": section.role or None,
                "text": document.text[section.start : section.end].strip(),
            }
            for section in document.sections
        ],
    }


def _recommendation(found: Recommendation, document: Document, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "text": found.text,
        **_place(found.start, found.end, document),
        "direction": found.direction,
        "strength": found.strength or None,
        "priority": found.priority,
        "conditions": [_concept(iri, vocabulary) for iri in found.conditions],
        "interventions": [_concept(iri, vocabulary) for iri in found.interventions],
        "population": [_concept(iri, vocabulary) for iri in found.populations],
        "setting": [_concept(iri, vocabulary) for iri in found.settings],
        "profession": [_concept(iri, vocabulary) for iri in found.professions],
        "severity": [_concept(iri, vocabulary) for iri in found.severities],
        "sources": list(found.sources),
        "exception": found.exception or None,
        "heading_path": list(document.sections[found.section].heading_path),
        "rule": found.rule,
    }


def _mention(mention: Mention, document: Document, vocabulary: Vocabulary) -> dict[str, Any]:
    concept = vocabulary.concepts[mention.concept_iri]
    return {
        "surface": mention.surface,
        **_place(mention.start, mention.end, document),
        "type": concept.kind,
        **_concept(mention.concept_iri, vocabulary),
        "negated": mention.negated,
    }


def _reference(reference: Reference, document: Document) -> dict[str, Any]:
    return {
        "surface": reference.surface,
        **_place(reference.start, reference.end, document),
        "type": reference.kind,
        "iri": reference.iri or None,
        "code": None,
        "label": reference.surface,
        "negated": False,
    }


def _claim(claim: ExtractedClaim, document: Document, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "subject": claim.subject,
        "subject_label": _label(claim.subject, vocabulary),
        "predicate": claim.predicate,
        "object": claim.object,
        "object_label": claim.object if claim.is_literal else _label(claim.object, vocabulary),
        "valid_from": claim.valid_from or None,
        "valid_to": claim.valid_to or None,
        "negated": claim.negated,
        "hosting_kind": claim.hosting_kind or None,
        "text": claim.text,
        **_place(claim.start, claim.end, document),
        "rule": claim.rule,
    }


def _concept(iri: str, vocabulary: Vocabulary) -> dict[str, Any]:
    concept = vocabulary.concepts.get(iri) or vocabulary.fields[iri]
    return {"iri": iri, "code": concept.notations[0] if concept.notations else None, "label": concept.label}


def _label(iri: str, vocabulary: Vocabulary) -> str:
    concept = vocabulary.concepts.get(iri)
    return concept.label if concept else iri


def _place(start: int, end: int, document: Document) -> dict[str, Any]:
    source = to_source(document.source_map, start, end)
    return {"start": start, "end": end, "source": list(source) if source else None}
