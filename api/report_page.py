"""The report of a run → one HTML page that needs nothing but itself: no script, and nothing to fetch."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import report_content as content
from api.report_content import Name
from ontology.errors import InputError

if TYPE_CHECKING:
    from ingest.report import IngestReport

_MOST_ROWS = 500
"""Refused documents that the page lists; a browser is slow to show more, and `--json` has them all."""


def check_place(path: Path) -> None:
    """Raise InputError when the page has nowhere to lie: better before a run of hours than after it."""
    if not path.parent.is_dir():
        raise InputError(f"Mappen {path.parent} finns inte. Skapa den, eller ange en annan fil med --report.")


def write_page(path: Path, page: str) -> None:
    """Write the page. Raises InputError when that cannot be done."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"Rapporten går inte att skriva till {path}: {error.strerror}. Ange en annan fil med --report."
        ) from error


def templates() -> Environment:
    """The templates of pages that need nothing but themselves."""
    environment = Environment(
        loader=FileSystemLoader(str(files("api") / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = content.number
    return environment


def render(report: IngestReport, name: Name) -> str:
    """The page; `name` gives the Swedish name of a concept by IRI."""
    return (
        templates()
        .get_template("report.html")
        .render(
            report=report,
            at=f"{report.ended.astimezone():%Y-%m-%d kl. %H.%M}",
            changes=content.changes(report),
            duration=content.seconds(report.seconds),
            totals=content.totals(report),
            charts=content.charts(report, name),
            matrix=content.matrix(report, name),
            refused=report.refused[:_MOST_ROWS],
            more_refused=len(report.refused[_MOST_ROWS:]),
        )
    )
