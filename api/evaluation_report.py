"""A measurement → one HTML page in Swedish that needs nothing but itself: figures with intervals, plots, misses."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from api import plots
from api.report_page import templates
from api.wording import CHANNELS
from search.comparison import DECIDING_ANSWER
from search.measures import FEW, MEASURES

if TYPE_CHECKING:
    from api.evaluating import Evaluation
    from search.comparison import Comparison, Difference, Turned
    from search.evaluation import QuestionScore
    from search.types import Channel, Hit

NAMES: Final[Mapping[str, str]] = {str(key): name for key, name in CHANNELS.items()} | {"fused": "sammanvägt"}
"""What rankings are called to people."""
PARTS: Final = {
    "analysis": "analys av frågan",
    "lexical": "ord",
    "dense": "betydelse",
    "embedding": "– varav frågans vektor",
    "graph": "begrepp",
    "fusion": "sammanvägning",
    "grounding": "träffarnas text",
    "facets": "facetter",
    "answer": "direkt svar",
    "total": "hela frågan",
}
ANSWERS: Final = {
    "exact": "helt rätt svar",
    "f1": "rätt värden (F1)",
    "unknown_correct": "rätt att inte svara",
}
_DECIDING: Final = "ndcg@10"
_SNIPPET: Final = 260
_FOUND: Final = 3
_MOST: Final = 100
"""Misses, and questions that turned, that the page lists; `--json` has them all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean and its interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{decimal(self.mean)} ({decimal(self.low)}–{decimal(self.high)})"


@dataclass(frozen=True, slots=True)
class Found:
    """A document that was found instead: its title, its passage with the words that brought it, and why it came."""

    identifier: str
    title: str
    text: Markup
    why: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose first documents are all wrong."""

    identifier: str
    query: str
    kind: str
    relevant: tuple[str, ...]
    ranks: str
    """Where each ranking has the first right document."""
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A question whose direct answer is not what it should be."""

    identifier: str
    query: str
    expected: str
    given: str


def render(found: Evaluation) -> str:
    """The page."""
    figures, comparison = found.figures, found.comparison
    manifest = found.release.manifest
    missed = [score for score in found.scores if score.missed]
    page = templates()
    page.filters["decimal"] = decimal
    return page.get_template("evaluation.html").render(
        at=f"{found.ended.astimezone():%Y-%m-%d kl. %H.%M}",
        release=found.release.name,
        documents=manifest.counts.get("Document", 0),
        encoder=manifest.index["encoder"],
        pipeline=manifest.index["pipeline"],
        version=manifest.version,
        files=[path.name for path in found.questions],
        command=command(found),
        questions=figures["questions"],
        measures=MEASURES,
        names=NAMES,
        channels=_table(figures["channels"], figures["intervals"]["channels"]),
        channel_times=figures["channels"],
        channel_plot=_channel_plot(figures) if figures["channels"] else None,
        kinds=_table(figures["by_kind"], figures["intervals"]["by_kind"]),
        kind_channels=figures["channels_by_kind"],
        kind_counts={kind: row["n"] for kind, row in figures["by_kind"].items()},
        kind_plot=_kind_plot(figures) if figures["by_kind"] else None,
        few=FEW,
        sources=_table(figures["by_source"], figures["intervals"]["by_source"]),
        source_counts={source: row["n"] for source, row in figures["by_source"].items()},
        parts_of_set=_table(figures["by_part"], figures["intervals"]["by_part"]),
        part_counts={part: row["n"] for part, row in figures["by_part"].items()},
        answers=figures["answers"],
        answer_names=ANSWERS,
        answer_figures=_answers(figures),
        wrong=wrong_answers(found.scores)[:_MOST],
        latency=figures["latency"],
        parts=PARTS,
        latency_plot=_latency_plot(figures["latency"]) if figures["latency"] else None,
        comparison=comparison,
        against=found.against,
        comparison_plot=None if comparison is None or not comparison.channels else _comparison_plot(comparison),
        verdict=verdict,
        turned_so=_turned,
        most=_MOST,
        misses=[miss(score) for score in missed[:_MOST]],
        missed=len(missed),
        judged=sum(bool(score.channels) for score in found.scores),
    )


def decimal(value: float, digits: int = 2) -> str:
    """A number as Swedish writes it.

    >>> decimal(0.875, 3), decimal(-0.5)
    ('0,875', '−0,50')
    """
    return f"{value:.{digits}f}".replace(".", ",").replace("-", "−")


def command(found: Evaluation) -> str:
    """What makes the same page again."""
    parts = ["vipgraf", "evaluate", *(path.name for path in found.questions)]
    if found.part:
        parts += ["--part", found.part]
    if found.against:
        parts += ["--against", found.against]
    return shlex.join([*parts, "--report", "rapport.html"])


def verdict(one: Difference) -> str:
    """What an interval of a difference says, in Swedish."""
    return "bättre" if one.is_better else "sämre" if one.is_worse else "ingen säker skillnad"


def miss(score: QuestionScore) -> Miss:
    """What was found instead of the right documents, and where those ended."""
    judged = score.judged
    ranks = ", ".join(
        f"{NAMES[channel]} {f'plats {ranked.rank}' if ranked.rank else 'inte alls'}"
        for channel, ranked in score.channels.items()
    )
    found = tuple(_found(hit) for hit in score.hits[:_FOUND])
    return Miss(judged.identifier, judged.query, judged.kind, judged.relevant, ranks, found)


def wrong_answers(scores: Sequence[QuestionScore]) -> list[WrongAnswer]:
    """The questions whose direct answer is not exactly right."""
    return [
        WrongAnswer(
            score.judged.identifier,
            score.judged.query,
            ", ".join(score.judged.answer or ()) or "inget svar",
            ", ".join(score.answer.given) or "inget svar",
        )
        for score in scores
        if score.answer is not None and not score.answer.exact
    ]


def _found(hit: Hit) -> Found:
    document = hit.document
    why = "; ".join(
        f"{CHANNELS[channel]} plats {said.rank}{_reasons(channel, said.reasons, hit)}"
        for channel, said in hit.contributions.items()
    )
    return Found(document.identifier, document.title, _snippet(hit), why)


def _reasons(channel: Channel, reasons: Sequence[str], hit: Hit) -> str:
    if channel == "lexical":
        reasons = list(dict.fromkeys(mark.term for mark in hit.highlights))
    return f" ({', '.join(reasons)})" if reasons else ""


def _snippet(hit: Hit) -> Markup:
    """The first of a passage, with the words that brought it marked."""
    pieces, place = [], 0
    for mark in sorted(hit.highlights, key=lambda mark: mark.start):
        if place <= mark.start and mark.end <= _SNIPPET:
            pieces += [
                escape(hit.text[place : mark.start]),
                Markup("<mark>{}</mark>").format(hit.text[mark.start : mark.end]),
            ]
            place = mark.end
    rest = hit.text[place:_SNIPPET]
    return Markup("").join([*pieces, escape(rest + ("…" if len(hit.text) > _SNIPPET else ""))])


def _table(rows: Mapping[str, Any], intervals: Mapping[str, Any]) -> dict[str, dict[str, Figure]]:
    return {
        name: {measure: Figure(row[measure], *intervals[name][measure]) for measure in MEASURES}
        for name, row in rows.items()
    }


def _answers(figures: Mapping[str, Any]) -> dict[str, Figure]:
    answers, intervals = figures["answers"], figures["intervals"]["answers"]
    return {name: Figure(answers[name], *intervals[name]) for name in ANSWERS if name in intervals}


def _channel_plot(figures: Mapping[str, Any]) -> Markup:
    table = _table(figures["channels"], figures["intervals"]["channels"])
    rows = [
        _row(NAMES[channel], row[_DECIDING], "accent" if channel == "fused" else "plain")
        for channel, row in table.items()
    ]
    return plots.bars("nDCG@10 för varje kanal", "Strecken är 95 % konfidensintervall.", rows, maximum=1)


def _kind_plot(figures: Mapping[str, Any]) -> Markup:
    table = _table(figures["by_kind"], figures["intervals"]["by_kind"])
    rows = [_row(f"{kind} ({figures['by_kind'][kind]['n']})", row[_DECIDING], "accent") for kind, row in table.items()]
    return plots.bars(
        "nDCG@10 sammanvägt, efter slag av fråga", "Strecken är 95 % konfidensintervall.", rows, maximum=1
    )


def _latency_plot(latency: Mapping[str, Mapping[str, float]]) -> Markup:
    rows = [
        plots.Row(
            PARTS[part],
            times["p50_ms"],
            times["p50_ms"],
            times["p95_ms"],
            f"{decimal(times['p50_ms'], 1)} / {decimal(times['p95_ms'], 1)} ms",
            "accent" if part == "total" else "plain",
        )
        for part, times in latency.items()
    ]
    most = max(row.high for row in rows)
    return plots.bars(
        "Svarstid för varje del", "Stapeln är medianen (p50), strecket går till p95.", rows, maximum=most, unit=" ms"
    )


def _comparison_plot(comparison: Comparison) -> Markup:
    rows = [
        plots.Row(
            NAMES[channel],
            one.change,
            *one.interval,
            f"{'+' if one.change > 0 else ''}{decimal(one.change, 3)}",
            "for" if one.is_better else "against" if one.is_worse else "neutral",
        )
        for channel, by_measure in comparison.channels.items()
        for one in (by_measure[_DECIDING],)
    ]
    return plots.differences(
        "Skillnad i nDCG@10 för varje kanal",
        "Till höger om noll är bättre än förut. Strecken är 95 % konfidensintervall för skillnaden.",
        rows,
    )


def _row(label: str, figure: Figure, tone: str) -> plots.Row:
    return plots.Row(label, figure.mean, figure.low, figure.high, str(figure), tone)


def _turned(one: Turned) -> str:
    """How a question changed."""
    if one.measure == DECIDING_ANSWER:
        return f"svarets värden {decimal(one.before)} → {decimal(one.after)}"
    ranks = f"plats {one.rank_before or '–'} → {one.rank_after or '–'}"
    return f"{ranks}, nDCG@10 {decimal(one.before)} → {decimal(one.after)}"
