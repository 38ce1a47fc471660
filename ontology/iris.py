"""Identifiers → IRIs and back. Every IRI of data is `{base}id/{type}/{key}`; the base is the deployment's own.

Keys follow DIGG's profile for persistent identifiers: no query, no fragment, no port, no version. Keys of parts of a
document are digests of what they hold, so that an unchanged passage keeps its IRI when its neighbours change.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from ontology.model import Document, ExtractedClaim, Mention, Passage, Recommendation, Section


@dataclass(frozen=True, slots=True)
class Iris:
    """Mints the IRIs of one deployment.

    >>> Iris("https://vipgraf.example/").of("condition", "F32")
    'https://vipgraf.example/id/condition/F32'
    """

    base: str

    def of(self, kind: str, key: str) -> str:
        """IRI of a resource by type and key; anything outside RFC 3986's unreserved characters is percent-encoded."""
        return f"{self.base}id/{quote(kind, safe='-._~')}/{quote(key, safe='/-._~')}"

    def document(self, identifier: str) -> str:
        """IRI of a document by its identifier."""
        return self.of("document", identifier)

    def document_graph(self, identifier: str) -> str:
        """IRI of the named graph that holds all statements taken from one document."""
        return self.of("graph", f"document/{identifier}")

    def graph(self, name: str) -> str:
        """IRI of a named graph of shipped content: ontology, vocabulary, knowledge."""
        return self.of("graph", name)

    def section(self, document: Document, section: Section, occurrence: int) -> str:
        """IRI of a section: its heading path decides, and its occurrence where the path recurs."""
        return self.of("section", f"{document.identifier}/{digest(*section.heading_path, str(occurrence))}")

    def passage(self, document: Document, passage: Passage, occurrence: int) -> str:
        """IRI of a passage: its text decides, and its occurrence where the text recurs."""
        return self.of("passage", f"{document.identifier}/{digest(passage.text, str(occurrence))}")

    def mention(self, document: Document, mention: Mention) -> str:
        """IRI of a mention: place and concept decide."""
        key = digest(str(mention.start), str(mention.end), mention.concept_iri)
        return self.of("mention", f"{document.identifier}/{key}")

    def recommendation(self, document: Document, recommendation: Recommendation, occurrence: int) -> str:
        """IRI of a recommendation read from a text: its words decide, and its occurrence where they recur."""
        return self.of("recommendation", f"{document.identifier}/{digest(recommendation.text, str(occurrence))}")

    def claim(self, document: Document, claim: ExtractedClaim) -> str:
        """IRI of a claim read from a text: what it says and the words that say it decide."""
        key = digest(claim.subject, claim.predicate, claim.object, claim.valid_from, claim.text)
        return self.of("claim", f"{document.identifier}/{key}")


def digest(*parts: str) -> str:
    """16 hex digits of SHA-256 over the parts, each closed by a NUL, so that ("ab",) and ("a", "b") differ."""
    return hashlib.sha256("".join(part + "\0" for part in parts).encode()).hexdigest()[:16]
