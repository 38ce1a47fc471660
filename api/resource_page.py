"""What the page of a resource shows: what is said of it, what claims say of it as of a time, and what points at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from api.linking import local_path
from graph import queries
from graph.claims import Period, Told, claims_about
from graph.store import Term
from ontology import terms as t

_MOST_ROWS = 200
_HEADINGS = {"yes": "Gäller", "perhaps": "Kan gälla", "no": "Gäller inte"}
_BOOLEAN = ox.NamedNode(t.XSD + "boolean")
_YES_NO = {"true": "ja", "false": "nej"}
_CLAIM_PARTS = frozenset((t.RDF + "subject", t.RDF + "object"))


@dataclass(frozen=True, slots=True)
class Value:
    """One value on a resource's page: a text, and where it leads."""

    text: str
    path: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim on a resource's page."""

    path: str
    subject: Value
    predicate: str
    object: Value
    negated: bool
    kind: str
    time: str
    sources: tuple[Value, ...]
    confidence: str
    remark: str
    conflicts: tuple[Value, ...]


class ResourcePage:
    """The pages of one store as of a time (a year, month or day), with links that stay on this host."""

    def __init__(self, store: ox.Store, base_iri: str, as_of: str) -> None:
        self._store = store
        self._base_iri = base_iri
        self._as_of = as_of
        self._names: dict[ox.NamedNode, str] = {}

    def context(self, iri: str, quads: Sequence[ox.Quad]) -> dict[str, object]:
        """What the template of the page of one resource is given; `quads` are what is said of it."""
        told = claims_about(self._store, iri, self._as_of)
        # Either way round, since the other way of a symmetric relation is stated too.
        claimed = {(one.predicate, frozenset({str(one.subject), str(one.object)})) for one in told}
        subject = ox.NamedNode(iri)
        own = [quad for quad in quads if quad.subject == subject][:_MOST_ROWS]
        rows = [
            (one.predicate, one.object)
            for one in own
            if (one.predicate, frozenset({str(subject), str(one.object)})) not in claimed
        ]
        pointing = [
            (row["predicate"], row["subject"])
            for row in queries.select(self._store, "links-to", object=subject)
            if queries.string(row, "predicate") not in _CLAIM_PARTS
            and (row["predicate"], frozenset({str(row["subject"]), str(subject)})) not in claimed
        ]
        graphs = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)})
        return {
            "iri": iri,
            "name": self._name(subject),
            "rows": self._table(rows),
            "claims": self._claims(iri, told),
            "as_of": self._as_of,
            "incoming": self._table(pointing),
            "graphs": [Value(graph, local_path(graph, self._base_iri)) for graph in graphs],
            "statements": len(quads),
        }

    def _table(self, pairs: Iterable[tuple[Term, Term]]) -> list[tuple[Value, list[Value]]]:
        found: dict[Value, list[Value]] = {}
        for predicate, value in pairs:
            found.setdefault(self._property(predicate), []).append(self._value(value))
        return [(named, sorted(values, key=_foreign)) for named, values in found.items()]

    def _claims(self, iri: str, told: Iterable[Told]) -> dict[str, list[ClaimRow]]:
        """The claims under the headings of whether they hold, one relation at a time, in the order of the rule."""
        found: dict[str, dict[tuple[str, bool], list[ClaimRow]]] = {}
        for one in told:
            relation = (one.predicate.value, one.subject.value == iri)
            found.setdefault(_HEADINGS[one.holds], {}).setdefault(relation, []).append(self._row(one))
        return {heading: [row for rows in relations.values() for row in rows] for heading, relations in found.items()}

    def _row(self, told: Told) -> ClaimRow:
        return ClaimRow(
            path=local_path(told.claim, self._base_iri),
            subject=self._value(told.subject),
            predicate=self._name(told.predicate),
            object=self._value(told.object),
            negated=told.negated,
            kind=self._name(ox.NamedNode(told.kind)) if told.kind else "",
            time=period(told.period),
            sources=tuple(self._value(ox.NamedNode(source)) for source in told.sources),
            confidence=told.confidence,
            remark=told.remark,
            conflicts=tuple(self._value(ox.NamedNode(conflict)) for conflict in told.conflicts),
        )

    def _name(self, resource: ox.NamedNode) -> str:
        """The name of a resource, looked up once: claims about one thing share subject, predicates and sources."""
        if resource not in self._names:
            self._names[resource] = label(self._store, resource)
        return self._names[resource]

    def _property(self, term: Term) -> Value:
        """A property's name, which leads to its description only where that is on this host."""
        named = self._value(term)
        return named if named.path.startswith("/") else Value(named.text)

    def _value(self, term: Term) -> Value:
        if isinstance(term, ox.NamedNode):
            return Value(self._name(term), local_path(term.value, self._base_iri))
        if isinstance(term, ox.Literal):
            text = _YES_NO.get(term.value, term.value) if term.datatype == _BOOLEAN else term.value
            return Value(text, language=term.language or "")
        return Value(str(term))


def _foreign(value: Value) -> bool:
    """Whether a value is in another language than the page."""
    return value.language not in {"", "sv"}


def label(store: ox.Store, resource: ox.NamedNode) -> str:
    """The best Swedish name of a resource, else the end of its IRI."""
    row = next(queries.select(store, "label", resource=resource), None)
    if row is None:
        return resource.value.rstrip("/").rpartition("/")[2].rpartition("#")[2]
    text = queries.string(row, "label")
    return text if len(text) <= 80 else f"{text[:79]}…"


def period(of: Period) -> str:
    """The time of a claim in words.

    >>> period(Period(first="2017", last="2021")), period(Period(first="2021-05-04", attested=True))
    ('2017 till 2021', 'belagt 2021-05-04')
    >>> period(Period(after="2020-05-26", first="2023-09", attested=True)), period(Period())
    ('började efter 2020-05-26, belagt 2023-09', 'okänd början')
    >>> period(Period(first="2018", last="2018"))
    '2018'
    """
    parts = []
    if of.after:
        parts.append(f"började efter {of.after}")
    if of.first:
        parts.append(f"belagt {of.first}" if of.attested else f"från {of.first}")
    if not parts:
        parts.append("okänd början")
    if of.last and of.first == of.last:
        parts[-1] = of.first
    elif of.last and of.first and not of.attested:
        parts[-1] = f"{of.first} till {of.last}"
    elif of.last:
        parts.append(f"till {of.last}")
    if of.before:
        parts.append(f"upphörde före {of.before}")
    return ", ".join(parts)
