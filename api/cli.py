"""The command line. Exit status: 0 done; 1 a clear error; 2 usage; 3 done, but some documents or rows were refused.

Rooms are imported inside the commands, so that `--help` costs less than 0.4 s of CPU.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from api import wiring
from api.interruption import Interruption, interruptible
from api.printing import (
    classifications,
    describe,
    print_codes,
    print_extraction,
    print_hits,
    print_json,
    print_report,
    summary,
)
from api.settings import Settings, read_settings
from ontology.errors import QuestionError, VipgrafError

if TYPE_CHECKING:
    from ingest.report import IngestReport
    from ingest.sources import Discovery

T = TypeVar("T")
_REFUSED = 3
_FORMATS = ("json", "csv", "tsv", "xml", "turtle", "ntriples", "jsonld", "trig")
as_json = click.option("--json", "as_json", is_flag=True, help="Skriv ett JSON-dokument på standard ut.")


def main() -> None:
    """Run the command line; every error of ours is one line on standard error and exit status 1."""
    try:
        cli()
    except VipgrafError as error:
        sys.stderr.write(f"vipgraf: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"vipgraf: {error.strerror or error}: {error.filename or 'utskriften'}\n")
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="vipgraf", prog_name="vipgraf")
@click.pass_context
def cli(context: click.Context) -> None:
    """Svensk kunskapsstyrning och vårdens rekommendationer som en graf: ta in, publicera, fråga.

    Inställningar är miljövariabler (VIPGRAF_DATA, VIPGRAF_MODEL …); README beskriver dem.
    """
    context.obj = read_settings(os.environ)


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH|URL]...")
@click.option(
    "--index", type=click.Path(path_type=Path), help="Tabbskild fil med id, file, title, source, icd10, kind, date."
)
@click.option(
    "--urls",
    type=click.Path(path_type=Path),
    help="Textfil med adresser att hämta, en på varje rad; # inleder en kommentar.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=None, help="Antal processer (annars lika många som kärnor)."
)
@click.option("--prune", is_flag=True, help="Ta bort dokument som grafen har men som inte finns bland dem som anges.")
@click.option(
    "--report", "page", type=click.Path(path_type=Path, dir_okay=False), help="Skriv rapporten som en HTML-sida också."
)
@as_json
@click.pass_obj
def ingest(
    settings: Settings,
    paths: tuple[str, ...],
    index: Path | None,
    urls: Path | None,
    jobs: int | None,
    prune: bool,
    page: Path | None,
    as_json: bool,
) -> None:
    """Ta in dokument (filer, mappar och webbadresser) i arbetsgrafen.

    Ctrl-C avbryter utan att något går förlorat; kör samma kommando igen för att fortsätta.
    """
    if not paths and urls is None:
        raise click.UsageError("Ange minst en fil, mapp eller adress, eller --urls.", click.get_current_context())
    with interruptible() as interruption:
        discover = partial(_discover, settings, paths, index, urls)
        report = _take_in(settings, discover, interruption, jobs=jobs, prune=prune, page=page, as_json=as_json)
    if report.interrupted:
        click.echo("Avbrutet. Det som är inläst är sparat; kör samma kommando igen för att läsa in resten.", err=True)
        sys.exit(interruption.status)
    if report.refused:
        sys.exit(_REFUSED)


def _take_in(
    settings: Settings,
    discover: Callable[[], Discovery],
    interruption: Interruption,
    *,
    jobs: int | None,
    prune: bool,
    page: Path | None,
    as_json: bool,
) -> IngestReport:
    """Take in what is discovered, and tell what that gave."""
    from api import report_page
    from api.report_content import names
    from graph.store import open_working
    from ingest import run
    from ingest.refusals import open_refusals

    if page is not None:
        report_page.check_place(page)
    discovery = discover()
    with open_working(settings.graph) as store, open_refusals(settings.data / "cache" / "refusals.sqlite") as memory:
        workshop = wiring.make_workshop(store, settings, wiring.say_to_stderr)
        with _progress("Tar in") as advance, interruption.awaited():
            report = run.ingest(
                store,
                discovery,
                workshop,
                jobs=jobs or os.cpu_count() or 1,
                prune=prune,
                advance=advance,
                limits=wiring.document_limits(settings),
                memory=memory,
                stopped=interruption.has_come,
            )
        name = names(store)
        print_report(report, name, as_json=as_json)
        if page is not None:
            report_page.write_page(page, report_page.render(report, name))
    return report


@cli.command()
@as_json
@click.pass_obj
def publish(settings: Settings, as_json: bool) -> None:
    """Gör en release av arbetsgrafen och låt den tjäna."""
    from graph.store import open_working

    with open_working(settings.graph) as store, _progress("Beräknar vektorer") as advance:
        release, is_new = wiring.publish(store, settings, wiring.say_to_stderr, advance)
    if as_json:
        print_json({"release": release.name, "new": is_new, **describe(release)})
    elif is_new:
        click.echo(f"Releasen {release.name} tjänar nu: {summary(release)}.")
    else:
        click.echo(f"0 ändringar; releasen {release.name} tjänar redan.")


@cli.command()
@click.argument("question")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Antal träffar.")
@click.option("--as-of", metavar="ÅR|DATUM", help="Svara efter dokument daterade senast då (ÅÅÅÅ eller ÅÅÅÅ-MM-DD).")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FILTER=VÄRDE",
    help="Visa bara sådant, till exempel condition=F90, direction=against eller date=2018..2021. Kan anges flera "
    "gånger: för samma filter räcker ett av värdena, olika filter ska alla passa.",
)
@as_json
@click.pass_obj
def search(
    settings: Settings, question: str, limit: int, as_of: str | None, filters: tuple[str, ...], as_json: bool
) -> None:
    """Fråga på svenska."""
    from graph.release import current
    from search.types import Question

    asked = Question(question, limit=limit, as_of=as_of, filters=_read_filters(filters))
    engine = wiring.open_engine(current(settings.data), settings, wiring.say_to_stderr)
    result = engine.search(asked)
    if as_json:
        from api.schemas import search_out

        print_json(search_out(result).model_dump())
    else:
        print_hits(result)


def _read_filters(written: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Filters of a command line: `facet=value`, any number. Raises QuestionError where there is no `=`.

    >>> _read_filters(["condition=F90", "condition=F84", "direction=against"])
    {'condition': ('F90', 'F84'), 'direction': ('against',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for one in written:
        facet, equals, value = one.partition("=")
        if not equals:
            raise QuestionError(f"Filtret {one!r} saknar värde. Skriv FILTER=VÄRDE, till exempel condition=F90.")
        found[facet.strip()] = (*found.get(facet.strip(), ()), value.strip())
    return found


@cli.command()
@click.argument("query", metavar="QUERY|-|@FILE")
@click.option(
    "--format", "format_name", type=click.Choice(_FORMATS), help="Annars JSON för tabeller och Turtle för grafer."
)
@click.pass_obj
def sparql(settings: Settings, query: str, format_name: str | None) -> None:
    """Fråga den release som tjänar i SPARQL."""
    import shutil

    from graph.release import current
    from graph.sparql import SparqlRequest

    if query == "-":
        query = _read_text("-")
    elif query.startswith("@"):
        query = _read_text(query[1:])
    with (
        wiring.open_sparql(current(settings.data), settings) as service,
        service.run(SparqlRequest(query, format=format_name)) as result,
        result.path.open("rb") as stream,
    ):
        shutil.copyfileobj(stream, sys.stdout.buffer)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@as_json
@click.pass_obj
def extract(settings: Settings, path: Path, as_json: bool) -> None:
    """Visa vad som skulle tas in ur ett dokument; ingenting sparas."""
    from api.extraction import extraction_out
    from ingest.pipeline import extract as extract_from
    from ingest.sources import SourceFile, read_blob

    blob = read_blob(SourceFile(path.stem, path))
    tools = wiring.open_toolbox(settings, wiring.say_to_stderr)
    found = extraction_out(extract_from(blob, tools), tools.vocabulary)
    if as_json:
        print_json(found)
    else:
        print_extraction(found)


@cli.command()
@click.argument("questions", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="QUESTIONS.jsonl...")
@click.option("--release", "name", metavar="RELEASE", help="Mät en annan release än den som tjänar.")
@click.option("--part", metavar="NAME", help="Bara frågor vars part är NAME, till exempel dev.")
@click.option(
    "--against", metavar="RELEASE|FILE.json", help="Jämför med en annan release, eller med en fil från --json."
)
@click.option(
    "--report", "page", type=click.Path(path_type=Path, dir_okay=False), help="Skriv mätningen som en HTML-sida också."
)
@as_json
@click.pass_obj
def evaluate(
    settings: Settings,
    questions: tuple[Path, ...],
    name: str | None,
    part: str | None,
    against: str | None,
    page: Path | None,
    as_json: bool,
) -> None:
    """Mät sökningen med bedömda frågor: per kanal, sammanvägt och per sort, med 95 % konfidensintervall."""
    from api import evaluating, report_page
    from api.evaluation_printing import print_evaluation

    if page is not None:
        report_page.check_place(page)
    found = evaluating.evaluate(settings, questions, wiring.say_to_stderr, name=name, part=part, against=against)
    if as_json:
        print_json(evaluating.evaluation_out(found))
    else:
        print_evaluation(found)
    if page is not None:
        from api import evaluation_report

        report_page.write_page(page, evaluation_report.render(found))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Antal serverprocesser.")
def serve(host: str, port: int, workers: int) -> None:
    """Svara över HTTP på den release som tjänar; en ny release tas i bruk utan omstart."""
    import uvicorn

    port = _free_port(host, port)
    address = f"http://{host}:{port}/"
    click.echo(f"Öppna {address} och fråga till exempel: Vilken behandling rekommenderas vid adhd hos vuxna?", err=True)
    # No access log: its lines would hold what people ask.
    try:
        uvicorn.run(
            "api.app:create_app_from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,
            log_level="warning",
        )
    except SystemExit as stopped:  # uvicorn's own status 3 would say that documents were refused
        sys.exit(1 if stopped.code else 0)


@cli.command()
@as_json
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Visa vilken release som tjänar och vad den innehåller."""
    from graph.release import find_current, releases

    release = find_current(settings.data)
    if as_json:
        known: dict[str, object] = {"release": None}
        if release is not None:
            known = {"release": release.name, **describe(release), "classifications": classifications(release)}
        print_json({"data": str(settings.data), "releases": len(releases(settings.data)), **known})
    elif release is None:
        click.echo("Ingen release tjänar ännu. Kör `vipgraf ingest PATH` och sedan `vipgraf publish`.")
    else:
        click.echo(f"Releasen {release.name} tjänar: {summary(release)}.")
        click.echo(f"Byggd {release.manifest.created} med {release.manifest.index['pipeline']}.")
        click.echo(f"Vektorer: {release.manifest.index['encoder']}.")
        for found in classifications(release):
            click.echo(f"{found['name']}: {found['codes']} koder ur {found['file_name']}, inlästa {found['loaded']}.")


@cli.command()
@as_json
@click.pass_obj
def releases(settings: Settings, as_json: bool) -> None:
    """Lista releaserna, nyast först; den som tjänar är markerad."""
    from graph import release

    serving = release.current_name(settings.data)
    found = list(reversed(release.releases(settings.data)))
    if as_json:
        print_json([{"release": one.name, "current": one.name == serving, **describe(one)} for one in found])
        return
    for one in found:
        click.echo(f"{'*' if one.name == serving else ' '} {one.name}  {summary(one)}")


@cli.command()
@click.argument("name", metavar="[RELEASE]", required=False)
@click.pass_obj
def rollback(settings: Settings, name: str | None) -> None:
    """Låt en tidigare release tjäna (annars den närmast före)."""
    from graph import release

    target = release.open_named(settings.data, name) if name else release.previous(settings.data)
    release.check_files(target)
    release.activate(settings.data, target.name)
    click.echo(f"Releasen {target.name} tjänar nu: {summary(target)}.")


@cli.command()
@click.argument("name", metavar="[RELEASE]", required=False)
@click.pass_obj
def verify(settings: Settings, name: str | None) -> None:
    """Kontrollera varje fil i en release mot dess manifest (annars i den som tjänar)."""
    from graph import release
    from search.index import load_index

    target = release.open_named(settings.data, name) if name else release.current(settings.data)
    release.check_files(target)
    load_index(target.index_path)
    click.echo(
        f"Releasen {target.name} är hel: {len(target.manifest.files)} filer, {target.manifest.quads} påståenden."
    )


@cli.group()
def vocabulary() -> None:
    """Läs in klassifikationer som inte följer med."""


@vocabulary.command()
@click.argument("name", metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@as_json
@click.pass_obj
def load(settings: Settings, name: str, file: Path, as_json: bool) -> None:
    """Läs in en klassifikation ur en fil som du har; en som är inläst förut byts ut.

    NAME är icd-10-se. FILE är Socialstyrelsens lista med koder, text i UTF-8 med en kod på varje rad:
    KOD<tabb>TITEL. Rader som inte går att använda räknas upp med skäl, och de andra läses in.
    """
    from datetime import UTC, datetime

    from graph.classification import CLASSIFICATIONS, find_links, load_classification
    from graph.codelist import read_codelist
    from graph.publish import publish_shipped
    from graph.store import open_working
    from ontology.iris import Iris

    known = {classification.key: classification for classification in CLASSIFICATIONS}
    if name not in known:
        wrong = f"{name!r} är ingen klassifikation som går att läsa in. Välj någon av: {', '.join(known)}."
        raise click.UsageError(wrong, click.get_current_context())
    codes, iris = read_codelist(file), Iris(settings.base_iri)
    with open_working(settings.graph) as store:
        publish_shipped(store, iris)
        is_new = load_classification(store, known[name], codes, iris, datetime.now(UTC))
        links = find_links(store, known[name], iris)
    print_codes(known[name].swedish, codes, links, is_new=is_new, as_json=as_json)
    if codes.refused:
        sys.exit(_REFUSED)


def _discover(settings: Settings, paths: tuple[str, ...], index: Path | None, urls: Path | None) -> Discovery:
    """What the paths hold, and what has been fetched from the addresses among them and in the list."""
    from ingest.fetching.address import is_address
    from ingest.sources import discover, join

    found = discover([path for path in paths if not is_address(path)], index)
    given = [path for path in paths if is_address(path)]
    if not given and urls is None:
        return found
    from ingest.fetching import fetch

    given.extend(fetch.read_addresses(urls) if urls is not None else ())
    with _progress("Hämtar") as advance:
        return join(found, fetch.gather(_counted(fetch.fetch(given, wiring.open_fetcher(settings)), advance)))


def _counted(items: Iterable[T], advance: Callable[[int, int | None], None]) -> Iterator[T]:
    """The same items; `advance` is told how many have come."""
    for number, item in enumerate(items, start=1):
        advance(number, None)
        yield item


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises InputError when it cannot be had."""
    import socket

    from ontology.errors import InputError

    try:
        with socket.create_server((host, port)) as probe:
            bound: int = probe.getsockname()[1]
    except OSError as error:
        raise InputError(f"Det går inte att svara på {host}:{port}: {error.strerror}. Ange en annan --port.") from error
    return bound


@contextmanager
def _progress(task: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on standard error when that is a terminal; otherwise nothing."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task(task, total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _read_text(name: str) -> str:
    """The text of a file; `-` is standard input."""
    from ontology.errors import InputError

    try:
        with click.open_file(name, encoding="utf-8") as stream:
            return str(stream.read())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{'Standard in' if name == '-' else name} går inte att läsa: {error}") from error


if __name__ == "__main__":
    main()
