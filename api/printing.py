"""Results of commands → what a terminal shows, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from api import report_content as content
from ontology.errors import BrokenRelease

if TYPE_CHECKING:
    from graph.classification import Links
    from graph.codelist import CodeList
    from graph.release import Release
    from ingest.report import IngestReport
    from search.types import DirectAnswer, SearchResult

_BAR_WIDTH = 30


def print_report(report: IngestReport, name: Callable[[str], str], *, as_json: bool) -> None:
    """What a run of ingest did and found; refusals go to standard error. `name` gives the name of a concept by IRI."""
    if as_json:
        print_json(_report(report))
    else:
        click.echo(content.changes(report))
        _print_found(report, name)
        _print_warnings(report)
    for found in report.refused:
        click.echo(f"Avvisat {found.identifier}: {found.reason}", err=True)


def print_extraction(found: Mapping[str, Any]) -> None:
    """What a document, in the form of `api.extraction`, names, recommends and claims, with places."""
    document = found["document"]
    click.echo(f"{document['title']} ({len(document['sections'])} avsnitt)")
    for mention in found["mentions"]:
        negated = " (nekad)" if mention["negated"] else ""
        code = f" [{mention['code']}]" if mention["code"] else ""
        named = f"{mention['surface']} → {mention['label']}{code}{negated}"
        click.echo(f"  {mention['start']:>6}  {mention['type']:<15}  {named}")
    click.echo(f"\nRekommendationer: {len(found['recommendations'])}")
    for advice in found["recommendations"]:
        about = ", ".join(concept["label"] for concept in (*advice["interventions"], *advice["conditions"]))
        said = f"{content.DIRECTIONS[advice['direction']]}, {advice['strength'] or 'utan styrka'}"
        click.echo(f"  {advice['start']:>6}  {said:<24}  {advice['text']}" + (f" [{about}]" if about else ""))
    click.echo(f"\nPåståenden: {len(found['claims'])}")
    for claim in found["claims"]:
        relation = claim["predicate"].rpartition("/")[2]
        denied = " (nekat)" if claim["negated"] else ""
        said = f"{claim['subject_label']} – {relation} – {claim['object_label']}{denied}"
        click.echo(f"  {claim['start']:>6}  {said}")


def _print_found(report: IngestReport, name: Callable[[str], str]) -> None:
    """What was found, as aligned columns; with bars where a person looks on."""
    totals, charts = content.totals(report), content.charts(report, name)
    if not totals:
        return
    speed = f"{report.passages_per_second:.0f} stycken/s"
    click.echo(f"\nHittat i {report.read} dokument på {content.seconds(report.seconds)} ({speed})")
    labels = [label for label, _ in totals] + [bar.label for chart in charts for bar in chart.bars]
    width = max(map(len, labels))
    counts = max(len(content.number(count)) for _, count in totals)
    for label, count in totals:
        click.echo(f"  {label:<{width}}  {content.number(count):>{counts}}")
    for chart in charts:
        click.echo(f"\n{chart.title}")
        for bar in chart.bars:
            drawn = f"  {'█' * max(1, round(bar.share * _BAR_WIDTH))}" if sys.stdout.isatty() else ""
            click.echo(f"  {bar.label:<{width}}  {content.number(bar.count):>{counts}}{drawn}")


def _print_warnings(report: IngestReport) -> None:
    if not report.warnings:
        return
    click.echo("\nAtt se över (dokumenten är inlästa)")
    for told in report.warnings:
        click.echo(f"  {content.number(told.count):>6}  {told.message}")
        examples = "; ".join(f"{one.document}: {one.words}" if one.words else one.document for one in told.examples)
        click.echo(f"          Till exempel {examples}")


def _report(report: IngestReport) -> dict[str, object]:
    remembered = frozenset(report.remembered)
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "unchanged": len(report.unchanged),
        "removed": list(report.removed),
        "refused": [
            {"identifier": found.identifier, "reason": found.reason, "tried": found.identifier not in remembered}
            for found in report.refused
        ],
        "changes": report.changes,
        "passages": report.passages,
        "mentions": report.mentions,
        "words": report.words,
        "counts": dict(sorted(report.counts.items())),
        "warnings": [asdict(told) for told in report.warnings],
        "interrupted": report.interrupted,
        "ended": report.ended.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 2),
        "passages_per_second": round(report.passages_per_second, 1),
    }


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
    from api.wording import CHANNELS, advice

    if result.did_you_mean:
        click.echo(f"Menade du: {result.did_you_mean}?\n")
    if result.answer:
        _print_answer(result.answer)
    if not result.hits:
        click.echo("Inget hittades. Pröva andra ord.")
    for hit in result.hits:
        place = " › ".join([hit.document.title, *hit.heading_path])
        click.secho(f"{hit.rank}. {place}", bold=True)
        click.echo(f"   {hit.text}".replace("\n", "\n   "))
        if hit.recommendation:
            click.secho(f"   {advice(hit.recommendation)}: ”{hit.recommendation.text}”", bold=True)
        why = ", ".join(f"{CHANNELS[channel]} plats {said.rank}" for channel, said in hit.contributions.items())
        why += f"; omsorterad från plats {hit.reranked.rank}" if hit.reranked else ""
        dated = f", {hit.document.date}" if hit.document.date else ""
        click.secho(f"   {hit.document.identifier}{dated} · {hit.document.source or 'ingen källa angiven'}", dim=True)
        if hit.also:
            click.secho(f"   Samma text också: {', '.join(copy.document.title for copy in hit.also)}", dim=True)
        click.secho(f"   {hit.iri}\n   Varför: {why}\n", dim=True)


def _print_answer(answer: DirectAnswer) -> None:
    click.secho(answer.text, bold=True)
    for note in answer.notes:
        click.echo(f"   {note}")
    for source in answer.sources:
        click.secho(f"   Källa: {source.title} · {source.iri}", dim=True)
        if source.quote:
            click.secho(f"   ”{source.quote}”", dim=True)
    click.echo()


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
