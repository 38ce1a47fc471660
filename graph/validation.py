"""Triples against the shipped SHACL shapes → violations, each with shape, focus node and message.

https://www.w3.org/TR/shacl/ ; the engine is pyshacl over rdflib.
"""

from dataclasses import dataclass

import pyshacl
import rdflib
from rdflib.namespace import RDF, SH


@dataclass(frozen=True, slots=True)
class Violation:
    """One result of a validation report."""

    shape: str
    focus: str
    message: str


class Validator:
    """The shapes, parsed once. Knows nothing of stores: it is given triples."""

    def __init__(self, shapes: bytes) -> None:
        self._shapes = rdflib.Graph().parse(data=shapes, format="turtle")

    def violations(self, ntriples: bytes, language: str = "sv") -> tuple[Violation, ...]:
        """Check N-Triples text; an empty tuple means that it conforms."""
        data = rdflib.Graph().parse(data=ntriples, format="nt")
        conforms, report, _ = pyshacl.validate(data, shacl_graph=self._shapes, inplace=True)
        if conforms or not isinstance(report, rdflib.Graph):
            return ()
        return tuple(
            Violation(
                shape=str(report.value(result, SH.sourceShape)),
                focus=str(report.value(result, SH.focusNode)),
                message=_message(report, result, language),
            )
            for result in sorted(report.subjects(RDF.type, SH.ValidationResult), key=lambda node: _key(report, node))
        )


def _message(report: rdflib.Graph, result: rdflib.term.Node, language: str) -> str:
    messages = [term for term in report.objects(result, SH.resultMessage) if isinstance(term, rdflib.Literal)]
    preferred = [str(term) for term in messages if term.language == language]
    return (preferred or [str(term) for term in messages] or ["?"])[0]


def _key(report: rdflib.Graph, result: rdflib.term.Node) -> tuple[str, str]:
    return str(report.value(result, SH.focusNode)), str(report.value(result, SH.sourceShape))
