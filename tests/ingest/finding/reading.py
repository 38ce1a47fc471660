"""Short texts taken through all steps of `ingest.pipeline`, for the tests of what is found in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from graph.vocabulary import Vocabulary
from ingest.finding.mentions import Labels
from ingest.language import Pipeline
from ingest.lexicon import Lexicon
from ingest.pipeline import Toolbox, extract, make_toolbox
from ingest.reading.spelling import LexiconSpelling
from ontology import files
from ontology.iris import Iris
from ontology.model import Blob, Extraction, Metadata, Recommendation


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a text written in a test as if it were a file."""

    toolbox: Toolbox

    def __call__(self, text: str, *, codes: tuple[str, ...] = (), name: str = "sida.md") -> Extraction:
        found = extract(blob(text, codes=codes, name=name), self.toolbox)
        assert found.document.text, "a text in which nothing can be found proves nothing"
        return found

    def advice(self, text: str, *, codes: tuple[str, ...] = ()) -> tuple[Recommendation, ...]:
        """The recommendations in a text."""
        return self(text, codes=codes).recommendations

    def only(self, text: str, *, codes: tuple[str, ...] = ()) -> Recommendation:
        """The recommendation in a text that gives one."""
        (found,) = self.advice(text, codes=codes)
        return found

    def named(self, text: str) -> list[tuple[str, str]]:
        """What a text names, in order: words and key."""
        return [(mention.surface, key(mention.concept_iri)) for mention in self(text).mentions]


def blob(text: str, *, codes: tuple[str, ...] = (), name: str = "sida.md") -> Blob:
    content = text.encode()
    return Blob("sida", name, content, hashlib.sha256(content).hexdigest(), Metadata(codes=codes))


def key(iri: str) -> str:
    """The IRI of a concept less the base of the deployment: "condition/F32"."""
    return iri.rpartition("/id/")[2]


def keys(iris: Iterable[str]) -> list[str]:
    return [key(iri) for iri in iris]


def toolbox_of(pipeline: Pipeline, labels: Labels, lexicon: Lexicon, vocabulary: Vocabulary, iris: Iris) -> Toolbox:
    """The steps as a worker has them."""
    return make_toolbox(
        pipeline=pipeline,
        spelling=LexiconSpelling(lexicon, vocabulary.single_words()),
        vocabulary=vocabulary,
        labels=labels,
        shapes=files.shapes("text", "provenance", "warnings"),
        iris=iris,
        software=("vipgraf test", pipeline.identity),
    )
