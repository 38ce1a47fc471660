"""The report of a run → what people are shown of it, in Swedish: charts, a matrix, names; for terminal and page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from ontology import terms as t

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ingest.report import IngestReport, Pair
    from ontology.model import Direction

Name = Callable[[str], str]
"""The Swedish name of a resource by its IRI."""
Tone = Literal["plain", "for", "against", "neutral", "mixed"]

_MOST_BARS = 12
_MOST_ROWS = 8
_MOST_COLUMNS = 6
_TOTALS: Final = {
    "sections": "avsnitt",
    "passages": "stycken",
    "words": "ord",
    "mentions": "omnämnanden",
    "recommendations": "rekommendationer",
    "claims": "uppgifter",
    "abbreviations": "förklarade förkortningar",
}
_KINDS: Final = {
    "condition": "tillstånd",
    "intervention": "insatser",
    "organisation": "organisationer",
    "body-kind": "slag av organ",
    "programme": "program",
    "knowledge-service": "kunskapstjänster",
    "target-group": "målgrupper",
    "age-group": "åldersgrupper",
    "setting": "verksamheter",
    "profession": "yrken",
    "age": "åldrar",
    "evidence-source": "riktlinjer, lagar och rapporter",
}
DIRECTIONS: Final[Mapping[str, str]] = {"for": "för", "against": "emot", "neutral": "varken för eller emot"}
_STRENGTHS: Final[Mapping[str, Tone]] = {
    "ska": "for",
    "bör": "for",
    "kan": "for",
    "kan i undantagsfall": "for",
    "bör inte": "against",
    "ska inte": "against",
    "icke-göra": "against",
}
_BORROWED: Final = {"altLabel": "kallas också", "subOrganizationOf": "är en del av"}
"""Relations that other vocabularies define, whose Swedish names are not in the graph."""
_MEDIA: Final = {
    "text/html": "webbsidor (HTML)",
    "application/xhtml+xml": "webbsidor (XHTML)",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (DOCX)",
    "text/markdown": "Markdown",
    "text/plain": "ren text",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart; `share` is of the largest in it, 0 to 1."""

    label: str
    count: int
    share: float
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart: what it counts, and its rows, largest first."""

    title: str
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a condition meets an intervention: how many recommendations for and against; `level` 1 to 3 is how many."""

    text: str
    tone: Tone
    level: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The most frequent conditions (columns) by the most frequent interventions (rows)."""

    conditions: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    shown: int
    total: int
    """Recommendations that join a condition and an intervention: those in the matrix, and all."""


def names(store: ox.Store) -> Name:
    """The names of the resources of a store; of what it does not know, the end of the IRI."""
    import pyoxigraph

    from api.resource_page import label

    return lambda iri: label(store, pyoxigraph.NamedNode(iri))


def totals(report: IngestReport) -> tuple[tuple[str, int], ...]:
    """How much was found, by sort; sorts without any are left out."""
    return tuple((label, count) for key, label in _TOTALS.items() if (count := report.counts.get(key, 0)))


def charts(report: IngestReport, name: Name) -> tuple[Chart, ...]:
    """What was found, as bar charts; those without rows are left out."""
    negated = report.counts.get("mentions:negated", 0)
    mentions = {kind: count for kind, count in report.group("mentions").items() if kind != "negated"}
    title = f"Omnämnanden, varav {number(negated)} nekade" if negated else "Omnämnanden"
    found = (
        Chart(title, "Begrepp", _bars(_KINDS, mentions)),
        Chart("Rekommendationer efter riktning", "Riktning", _directions(report.group("recommendations"))),
        Chart("Rekommendationer efter styrka", "Styrka", _strengths(report.group("strength"))),
        Chart("Uppgifter om organisationen", "Samband", _claims(report.group("claims"), name)),
        Chart("Andra hänvisningar i texten", "Slag", _bars(_KINDS, report.group("references"))),
        Chart("Dokument efter format", "Format", _bars(_MEDIA, report.group("media"))),
    )
    return tuple(chart for chart in found if chart.bars)


def matrix(report: IngestReport, name: Name) -> Matrix | None:
    """Which interventions are recommended, or advised against, for which conditions; None when none are."""
    pairs = report.pairs()
    if not pairs:
        return None
    conditions = _most((pair.condition, pair.count) for pair in pairs)[:_MOST_COLUMNS]
    within = [pair for pair in pairs if pair.condition in conditions]
    interventions = _most((pair.intervention, pair.count) for pair in within)[:_MOST_ROWS]
    met: defaultdict[tuple[str, str], dict[Direction, int]] = defaultdict(dict)
    for pair in within:
        met[pair.condition, pair.intervention][pair.direction] = pair.count
    return Matrix(
        conditions=tuple(name(condition) for condition in conditions),
        rows=tuple(
            (name(one), tuple(_cell(met.get((condition, one))) for condition in conditions)) for one in interventions
        ),
        shown=_sum(pair for pair in within if pair.intervention in interventions),
        total=_sum(pairs),
    )


def number(count: int) -> str:
    """A number with thin gaps, as Swedish writes it.

    >>> number(12345)
    '12\\u202f345'
    """
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def seconds(value: float) -> str:
    """A time in seconds, with a decimal comma where it is short.

    >>> seconds(3.26), seconds(126.2)
    ('3,3 s', '2 min 6 s')
    """
    if value < 60:
        return f"{value:.1f} s".replace(".", ",")
    return f"{round(value) // 60} min {round(value) % 60} s"


def changes(report: IngestReport) -> str:
    """What a run did to the graph, in one line."""
    return (
        f"{report.changes} ändringar: {len(report.added)} nya, {len(report.changed)} ändrade, "
        f"{len(report.removed)} borttagna; {len(report.unchanged)} oförändrade, {len(report.refused)} avvisade."
    )


def _bars(labels: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """The largest first; those beyond the most that a chart shows are one row."""
    shown = [(labels.get(key, key), count) for key, count in counts.items()]
    if rest := shown[_MOST_BARS:]:
        shown[_MOST_BARS:] = [(f"övriga {len(rest)} slag", sum(count for _, count in rest))]
    largest = max((count for _, count in shown), default=0)
    return tuple(Bar(label, count, count / largest) for label, count in shown)


def _directions(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    largest = max(counts.values(), default=0)
    tones: Mapping[str, Tone] = {"for": "for", "against": "against"}
    known = [(key, label, counts[key]) for key, label in DIRECTIONS.items() if key in counts]
    return tuple(Bar(label, count, count / largest, tones.get(key, "neutral")) for key, label, count in known)


def _strengths(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """In the order of the scale, the strongest for first and the strongest against last, then the others."""
    largest = max(counts.values(), default=0)
    keys = [*(key for key in _STRENGTHS if key in counts), *(key for key in counts if key not in _STRENGTHS)]
    return tuple(
        Bar(key or "ingen angiven", counts[key], counts[key] / largest, _STRENGTHS.get(key, "neutral")) for key in keys
    )


def _claims(counts: Mapping[str, int], name: Name) -> tuple[Bar, ...]:
    return _bars({key: _BORROWED.get(key) or name(t.VIP + key) for key in counts}, counts)


def _cell(met: Mapping[Direction, int] | None) -> Cell | None:
    if not met:
        return None
    text = ", ".join(f"{met[key]} {word}" for key, word in _SHORT.items() if key in met)
    tone: Tone = next(iter(met)) if len(met) == 1 else "mixed"
    total = sum(met.values())
    return Cell(text, tone, 1 if total == 1 else 2 if total < 5 else 3)


_SHORT: Final[Mapping[Direction, str]] = {"for": "för", "against": "emot", "neutral": "öppet"}


def _most(counts: Iterable[tuple[str, int]]) -> list[str]:
    found: defaultdict[str, int] = defaultdict(int)
    for key, count in counts:
        found[key] += count
    return sorted(found, key=lambda key: (-found[key], key))


def _sum(pairs: Iterable[Pair]) -> int:
    return sum(pair.count for pair in pairs)
