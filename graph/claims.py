"""What claims say of a resource as of a time, in the order in which an answer shows them.

Claims that conflict stay side by side, each with its sources. The rule that picks the first is written out, and kept,
in `queries/claims.rq`.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

import pyoxigraph as ox

from graph import queries
from graph.queries import Row, string
from graph.store import Term

Holds = Literal["yes", "perhaps", "no"]


@dataclass(frozen=True, slots=True)
class Period:
    """When a claim holds: times as a year, month or day, empty where nothing is known.

    `first` is the earliest time known to hold; only attested where the source does not say that it began then.
    `after` is a time at which it did not hold yet. `last` is the last time known to have held, of what has ended;
    `before` a time at which it had ended.
    """

    first: str = ""
    attested: bool = False
    after: str = ""
    last: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A claim as it stands in the graph, and whether it holds at the time asked for."""

    claim: str
    subject: ox.NamedNode
    predicate: ox.NamedNode
    object: Term
    holds: Holds
    period: Period
    negated: bool
    kind: str
    confidence: str
    remark: str
    sources: tuple[str, ...]
    conflicts: tuple[str, ...]


def claims_about(store: ox.Store, iri: str, as_of: str) -> tuple[Told, ...]:
    """The claims with this resource as subject or object, best first; `as_of` is a year, month or day.

    Of a conflict, the claims that it involves.
    """
    rows = queries.select(store, "claims", about=ox.NamedNode(iri), asOf=ox.Literal(as_of))
    return tuple(_told(list(found)) for _, found in groupby(rows, key=lambda row: string(row, "claim")))


def _told(rows: list[Row]) -> Told:
    row = rows[0]
    return Told(
        claim=string(row, "claim"),
        subject=cast("ox.NamedNode", row["subject"]),
        predicate=cast("ox.NamedNode", row["predicate"]),
        object=row["object"],
        holds=cast("Holds", string(row, "holds")),
        period=Period(
            first=string(row, "from"),
            attested=string(row, "attested") == "true",
            after=string(row, "after"),
            last=string(row, "to"),
            before=string(row, "before"),
        ),
        negated=string(row, "negated") == "true",
        kind=string(row, "kind"),
        confidence=string(row, "confidence"),
        remark=string(row, "remark"),
        sources=tuple(dict.fromkeys(string(row, "source") for row in rows)),
        conflicts=tuple(dict.fromkeys(string(row, "conflict") for row in rows if row["conflict"] is not None)),
    )
