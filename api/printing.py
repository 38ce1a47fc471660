"""Results of commands → what a terminal shows, or one JSON document."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ontology.errors import BrokenRelease

if TYPE_CHECKING:
    from graph.classification import Links
    from graph.codelist import CodeList
    from graph.release import Release
    from ingest.run import IngestReport
    from search.types import SearchResult


def print_report(report: IngestReport, seconds: float, *, as_json: bool) -> None:
    """What an ingest run did; refusals go to standard error."""
    speed = report.passages / seconds if seconds else 0.0
    if as_json:
        print_json(
            {
                "added": list(report.added),
                "changed": list(report.changed),
                "unchanged": len(report.unchanged),
                "removed": list(report.removed),
                "refused": [{"identifier": found.identifier, "reason": found.reason} for found in report.refused],
                "changes": len(report.added) + len(report.changed) + len(report.removed),
                "passages": report.passages,
                "mentions": report.mentions,
                "words": report.words,
                "seconds": round(seconds, 2),
                "passages_per_second": round(speed, 1),
            }
        )
    else:
        changes = len(report.added) + len(report.changed) + len(report.removed)
        click.echo(
            f"{changes} ändringar: {len(report.added)} nya, {len(report.changed)} ändrade, "
            f"{len(report.removed)} borttagna; {len(report.unchanged)} oförändrade, {len(report.refused)} avvisade."
        )
        if report.passages:
            click.echo(
                f"{report.passages} stycken med {report.mentions} omnämnanden på {seconds:.1f} s "
                f"({speed:.0f} stycken/s)."
            )
    for found in report.refused:
        click.echo(f"Avvisat {found.identifier}: {found.reason}", err=True)


def print_codes(name: str, codes: CodeList, links: Links, *, is_new: bool, as_json: bool) -> None:
    """What the loading of a classification did; refusals and a warning go to standard error."""
    if as_json:
        print_json(
            {
                "classification": name,
                "new": is_new,
                "codes": len(codes.titles),
                "linked": len(links.linked),
                "missing": [{"iri": iri, "code": code} for iri, code in links.missing],
                "refused": [{"line": row.line, "content": row.content, "reason": row.reason} for row in codes.refused],
            }
        )
    else:
        done = f"{len(codes.titles)} koder lästes in som {name}" if is_new else f"0 ändringar; {name} är redan inläst"
        click.echo(
            f"{done}. {len(links.linked)} tillstånd är länkade till sina koder; {len(codes.refused)} rader avvisades."
        )
        if is_new:
            click.echo("Kör `vipgraf publish` för att det ska tjäna.")
    for row in codes.refused:
        click.echo(f"Avvisad rad {row.line}: {row.reason}. Raden är: {row.content}", err=True)
    if links.missing:
        listed = ", ".join(code for _, code in links.missing)
        click.echo(
            f"Varning: {len(links.missing)} tillstånd står utan länk, eftersom filen saknar deras koder: {listed}. "
            "Kontrollera att den har hela klassifikationen.",
            err=True,
        )


def print_hits(result: SearchResult) -> None:
    """Hits as a person reads them in a terminal."""
    from api.schemas import CHANNEL_NAMES

    if not result.hits:
        click.echo("Inget hittades. Pröva andra ord.")
    for hit in result.hits:
        place = " › ".join([hit.document.title, *hit.heading_path])
        click.secho(f"{hit.rank}. {place}", bold=True)
        click.echo(f"   {hit.text}".replace("\n", "\n   "))
        why = ", ".join(f"{CHANNEL_NAMES[channel]} plats {said.rank}" for channel, said in hit.contributions.items())
        dated = f", {hit.document.date}" if hit.document.date else ""
        click.secho(f"   {hit.document.identifier}{dated} · {hit.document.source or 'ingen källa angiven'}", dim=True)
        click.secho(f"   {hit.iri}\n   Varför: {why}\n", dim=True)


def print_figures(figures: dict[str, Any]) -> None:
    """Figures of an evaluation as tables, then the misses."""
    names = ("hit@1", "hit@5", "mrr@10", "ndcg@10", "recall@100", "p50_ms", "p95_ms")
    click.echo(f"{figures['questions']} frågor")
    click.echo(f"{'':<10}" + "".join(f"{name:>12}" for name in names))
    for channel, row in figures["channels"].items():
        click.echo(f"{channel:<10}" + "".join(f"{row[name]:>12.4g}" for name in names))
    for title, group in (("Efter sort", figures["by_kind"]), ("Efter källa", figures["by_source"])):
        if group:
            click.echo(f"\n{title}")
        for name, row in group.items():
            click.echo(f"  {name:<16} n={row['n']:<4} hit@5={row['hit@5']:.3f} ndcg@10={row['ndcg@10']:.3f}")
    for miss in figures["misses"]:
        click.echo(f"\nMiss {miss['id']}: {miss['query']}")
        click.echo(f"  rätt: {', '.join(miss['relevant'])}\n  fick: {', '.join(miss['got'])}")


def describe(release: Release) -> dict[str, Any]:
    """What `--json` tells of a release."""
    manifest = release.manifest
    return {
        "created": manifest.created,
        "version": manifest.version,
        "base_iri": manifest.base_iri,
        "quads": manifest.quads,
        "counts": manifest.counts,
        "index": manifest.index,
    }


def summary(release: Release) -> str:
    """What a release holds, in a few words."""
    counts = release.manifest.counts
    return (
        f"{counts.get('Document', 0)} dokument, {counts.get('Passage', 0)} stycken, "
        f"{counts.get('Mention', 0)} omnämnanden, {release.manifest.quads} påståenden"
    )


def classifications(release: Release) -> list[dict[str, Any]]:
    """The classifications that a release holds; none where its graph is damaged, which is for `verify` to tell."""
    from graph.classification import loaded_classifications
    from graph.store import open_release

    with suppress(BrokenRelease):
        return [asdict(found) for found in loaded_classifications(open_release(release.graph_path))]
    return []


def print_json(content: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))
