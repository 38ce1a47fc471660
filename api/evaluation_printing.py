"""A measurement → tables on a terminal: channels, kinds, answers, times, the comparison, and then the misses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from api.evaluating import Evaluation
    from search.comparison import Comparison, Difference

_FIGURES: Final = ("hit@1", "hit@5", "mrr@10", "ndcg@10", "recall@100", "p50_ms", "p95_ms")
_MOST_TURNED: Final = 10


def print_evaluation(found: Evaluation) -> None:
    """Figures with 95 % intervals under the deciding measure, then what was missed."""
    figures = found.figures
    click.echo(f"{figures['questions']} frågor, releasen {found.release.name}")
    if figures["channels"]:
        click.echo(f"{'':<10}" + "".join(f"{name:>12}" for name in _FIGURES) + f"{'95 % ndcg@10':>18}")
    for channel, row in figures["channels"].items():
        interval = figures["intervals"]["channels"][channel]["ndcg@10"]
        click.echo(f"{channel:<10}" + "".join(f"{row[name]:>12.4g}" for name in _FIGURES) + f"{_span(interval):>18}")
    for title, key in (("Efter sort", "by_kind"), ("Efter källa", "by_source"), ("Efter del", "by_part")):
        _print_group(title, figures[key], figures["intervals"].get(key, {}))
    _print_answers(figures["answers"], figures["intervals"]["answers"])
    if figures["latency"]:
        click.echo("\nTid per del, p50 / p95 ms")
    for part, times in figures["latency"].items():
        click.echo(f"  {part:<16} {times['p50_ms']:>8.1f} / {times['p95_ms']:.1f}")
    if found.comparison is not None:
        _print_comparison(found.comparison, found.against)
    for miss in figures["misses"]:
        click.echo(f"\nMiss {miss['id']}: {miss['query']}")
        click.echo(f"  rätt: {', '.join(miss['relevant'])}\n  fick: {', '.join(miss['got'])}")


def _print_group(title: str, group: Mapping[str, Any], intervals: Mapping[str, Any]) -> None:
    if group:
        click.echo(f"\n{title}")
    width = max((len(name) for name in group), default=0)
    for name, row in group.items():
        click.echo(
            f"  {name:<{width}} n={row['n']:<4} hit@5={row['hit@5']:.3f} ndcg@10={row['ndcg@10']:.3f} "
            f"{_span(intervals[name]['ndcg@10'])}"
        )


def _print_answers(answers: Mapping[str, Any], intervals: Mapping[str, Any]) -> None:
    if not answers:
        return
    click.echo(f"\nDirekta svar: {answers['n']} frågor, varav {answers['n_unknown']} utan svar")
    for name in ("exact", "f1", "unknown_correct"):
        if answers[name] is not None:
            click.echo(f"  {name:<16} {answers[name]:.3f} {_span(intervals[name])}")


def _print_comparison(found: Comparison, against: str) -> None:
    from search.comparison import DECIDING_ANSWER

    click.echo(f"\nJämfört med {against}: {found.questions} frågor, {found.left_out} lämnade utanför")
    for channel, by_measure in found.channels.items():
        click.echo(f"  {channel:<10} ndcg@10 {_change(by_measure['ndcg@10'])}")
    for name, difference in found.answers.items():
        click.echo(f"  {'svar':<10} {name} {_change(difference)}")
    for title, turned in (("Bättre", found.won), ("Sämre", found.lost)):
        click.echo(f"  {title}: {len(turned)}")
        for one in turned[:_MOST_TURNED]:
            how = f"plats {one.rank_before or '–'} → {one.rank_after or '–'}"
            if one.measure == DECIDING_ANSWER:
                how = f"svar {one.before:.2f} → {one.after:.2f}"
            click.echo(f"    {one.identifier}: {one.query} ({how})")


def _change(one: Difference) -> str:
    said = "bättre" if one.is_better else "sämre" if one.is_worse else "ingen säker skillnad"
    return f"{one.before:.3f} → {one.after:.3f} ({one.change:+.3f}, {_span(one.interval)}: {said})"


def _span(interval: tuple[float, float] | list[float]) -> str:
    return f"[{interval[0]:.3f}, {interval[1]:.3f}]"
