"""What was found in a document → the JSON of `vipgraf extract`."""

from typing import Any

from graph.vocabulary import Vocabulary
from ontology.model import Extraction, Mention


def extraction_out(extraction: Extraction, vocabulary: Vocabulary) -> dict[str, Any]:
    """Offsets are code points into `document.text`. Recommendations and claims are not read from text yet."""
    document = extraction.document
    return {
        "document": {
            "identifier": document.identifier,
            "title": document.title,
            "language": document.language,
            "date": document.metadata.date or None,
            "text": document.text,
            "sections": [
                {"heading_path": list(section.heading_path), "text": document.text[section.start : section.end].strip()}
                for section in document.sections
            ],
        },
        "recommendations": [],
        "mentions": [_mention(mention, vocabulary) for mention in extraction.mentions],
        "claims": [],
    }


def _mention(mention: Mention, vocabulary: Vocabulary) -> dict[str, Any]:
    concept = vocabulary.concepts[mention.concept_iri]
    return {
        "surface": mention.surface,
        "start": mention.start,
        "end": mention.end,
        "type": concept.kind,
        "iri": concept.iri,
        "code": concept.notations[0] if concept.notations else None,
        "label": concept.label,
        "negated": mention.negated,
    }
