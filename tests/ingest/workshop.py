"""A workshop without language tools for the tests of `ingest.run`: what a text says is what becomes of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from graph.validation import Violation
from ingest.pipeline import Statements, fingerprint, recipe
from ingest.run import Wanted, Workshop
from ingest.sources import read_blob
from ingest.workers import Failure
from ontology import terms as t


@dataclass(frozen=True, slots=True)
class PlainWorkshop(Workshop):
    """Reads "hang", "refuse REASON" and "stumble" as what to do, and takes in all else."""

    def open_reader(self) -> Callable[[Wanted], Statements | Failure]:  # type: ignore[override]  # all that `ingest` asks
        return PlainReader(self)


@dataclass(frozen=True, slots=True)
class PlainReader:
    """What a worker does with one source."""

    workshop: PlainWorkshop

    def __call__(self, wanted: Wanted) -> Statements | Failure:
        blob = read_blob(wanted.source)
        text = blob.content.decode()
        if text == "hang":
            time.sleep(600)
        if text.startswith("refuse "):
            return Failure(text.removeprefix("refuse "), lasting=True)
        if text == "stumble":
            return Failure("Tillfälligt fel.", lasting=False)
        mark = fingerprint(blob.sha256, blob.metadata, recipe(self.workshop.software, self.workshop.vocabulary))
        document = self.workshop.iris.document(blob.identifier)
        lines = [
            f"<{document}> <{t.RDF_TYPE}> <{t.DOCUMENT}> .",
            f'<{document}> <{t.IDENTIFIER}> "{blob.identifier}" .',
            f'<{document}> <{t.FINGERPRINT}> "{mark}" .',
        ]
        return Statements(
            identifier=blob.identifier,
            ntriples="".join(f"{line}\n" for line in lines).encode(),
            counts={"passages": 1, "words": len(text.split())},
            warnings=(Violation("shape:empty", document, "Tom.", text),) if "tom" in text else (),
        )
