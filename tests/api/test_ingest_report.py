"""The report of a run: in the terminal, as JSON and as a page; and a run that is interrupted."""

import json
import os
import random
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner, Result

from api import printing, report_content, report_page
from api.cli import cli
from api.interruption import interruptible
from api.settings import Settings
from ingest.report import Example, IngestReport, ShapeWarnings
from ingest.sources import Refusal
from ontology.errors import InputError

NAMES = {
    "c/adhd": "Adhd",
    "c/gad": "Generaliserat ångestsyndrom",
    "i/kbt": "KBT",
    "i/bensodiazepiner": "Bensodiazepiner",
}
COUNTS = {
    "passages": 20,
    "words": 12_345,
    "mentions": 30,
    "mentions:condition": 20,
    "mentions:body-kind": 10,
    "mentions:negated": 3,
    "recommendations": 6,
    "recommendations:for": 4,
    "recommendations:against": 2,
    "strength:bör inte": 2,
    "strength:ska": 1,
    "strength:": 3,
    "claims:hosts": 1,
    "media:application/pdf": 2,
    "pairs:for:c/adhd|i/kbt": 4,
    "pairs:for:c/gad|i/kbt": 1,
    "pairs:against:c/gad|i/kbt": 1,
    "pairs:against:c/gad|i/bensodiazepiner": 1,
}
WARNING = ShapeWarnings("s", "Rubriken har ingenting under sig.", 7, 2, (Example("a", "<b>Mål & medel</b>"),))
SEED = 20261122
KILLS = 6


def name(iri: str) -> str:
    return NAMES.get(iri, iri.rpartition("/")[2])


def report(counts: dict[str, int] | None = None, *, interrupted: bool = False) -> IngestReport:
    return IngestReport(
        added=("a",),
        changed=("b",),
        unchanged=("c", "d"),
        removed=(),
        refused=(Refusal("x", "Filen är <script>tom</script>."), Refusal("y", "Prövades inte igen.")),
        remembered=("y",),
        counts=COUNTS if counts is None else counts,
        warnings=(WARNING,),
        seconds=4.0,
        ended=datetime(2026, 1, 2, 12, tzinfo=UTC),
        interrupted=interrupted,
    )


def page(of: IngestReport) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(report_page.render(of, name))


def table(of: lxml.html.HtmlElement, caption: str) -> list[list[str]]:
    (found,) = [one for one in of.iter("table") if caption in one.findtext("caption", "")]
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found.iter("tr")]


def luminance(colour: str) -> float:
    if len(colour) == 4:
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_page_shows_what_was_found_as_charts_with_their_figures() -> None:
    shown = page(report())
    assert table(shown, "Omnämnanden, varav 3 nekade")[1:] == [["tillstånd", "20", ""], ["slag av organ", "10", ""]]
    assert table(shown, "efter riktning")[1:] == [["för", "4", ""], ["emot", "2", ""]]
    strengths = [row[0] for row in table(shown, "efter styrka")[1:]]
    assert strengths == ["ska", "bör inte", "ingen angiven"]
    assert table(shown, "efter format")[1:] == [["PDF", "2", ""]]
    assert "12\u202f345" in shown.text_content()


def test_every_bar_is_drawn_to_scale_and_hidden_from_those_who_hear_its_figure() -> None:
    bars = list(page(report()).iter("rect"))
    assert [bar.get("width") for bar in bars[:2]] == ["100.0", "50.0"]
    assert all(bar.getparent().get("aria-hidden") == "true" for bar in bars)
    assert {"plain", "for", "against", "neutral"} == {bar.get("class") for bar in bars}


def test_the_matrix_says_in_words_and_by_colour_what_is_for_and_what_is_against() -> None:
    shown = page(report())
    assert table(shown, "efter insats och tillstånd") == [
        ["Insats", "Adhd", "Generaliserat ångestsyndrom"],
        ["KBT", "4 för", "1 för, 1 emot"],
        ["Bensodiazepiner", "–", "1 emot"],
    ]
    classes = {cell.text_content(): cell.get("class") for cell in shown.xpath("//table[@class='matrix']//td")}
    assert classes == {"4 för": "for-2", "1 för, 1 emot": "mixed-2", "–": None, "1 emot": "against-1"}


def test_the_matrix_has_the_most_frequent_and_says_how_much_that_is() -> None:
    many = {f"pairs:for:c/{row}|i/{row}": row + 1 for row in range(20)}
    found = report_content.matrix(report(many), name)
    assert found is not None
    assert found.conditions == ("19", "18", "17", "16", "15", "14")
    assert len(found.rows) == 6
    assert (found.shown, found.total) == (sum(range(15, 21)), sum(range(1, 21)))
    assert report_content.matrix(report({}), name) is None


def test_a_chart_with_many_rows_shows_the_largest_and_the_sum_of_the_others() -> None:
    (chart,) = report_content.charts(report({f"claims:r{number:02}": 30 - number for number in range(20)}), name)
    assert [bar.label for bar in chart.bars[:2]] == ["r00", "r01"]
    assert len(chart.bars) == 13
    assert chart.bars[-1] == report_content.Bar("övriga 8 slag", sum(range(11, 19)), 1.0)
    assert chart.bars[0].share == 30 / sum(range(11, 19))


def test_the_page_lists_refused_documents_and_warnings_and_shows_markup_as_text() -> None:
    shown = page(report())
    assert table(shown, "2 avvisade, med skäl")[1:] == [
        ["x", "Filen är <script>tom</script>."],
        ["y", "Prövades inte igen."],
    ]
    told = ["Rubriken har ingenting under sig.a: <b>Mål & medel</b>", "7", "2"]
    assert table(shown, "Varningar efter slag")[1:] == [told]


def test_the_page_needs_nothing_but_itself() -> None:
    text = report_page.render(report(), name)
    shown = lxml.html.document_fromstring(text)
    for tag in ("script", "link", "img", "iframe", "object", "a"):
        assert not list(shown.iter(tag)), tag
    assert not re.search(r"url\(|@import|https?:|\bsrc=|\bon\w+=", text)


def test_the_page_can_be_read_by_a_screen_reader() -> None:
    shown = page(report())
    assert shown.get("lang") == "sv"
    assert shown.findtext(".//title", "").startswith("Rapport från inläsningen")
    headings = [heading.tag for heading in shown.iter("h1", "h2", "h3")]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    tables = list(shown.iter("table"))
    assert len(tables) >= 6
    for one in tables:
        assert one.findtext("caption")
        assert all(head.get("scope") in {"col", "row"} for head in one.iter("th"))
    identifiers = [one.get("id") for one in shown.xpath("//*[@id]")]
    assert len(identifiers) == len(set(identifiers))
    assert {one.get("aria-labelledby") for one in shown.xpath("//*[@aria-labelledby]")} <= set(identifiers)


def test_text_and_bars_have_contrast_enough_in_light_and_in_dark() -> None:
    text = report_page.render(report(), name)
    light, dark = (
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root {(.*?)}", text, re.DOTALL)
    )
    assert set(dark) == set(light)
    checked = 0
    for scheme in (light, dark):
        for ink in ("ink", "soft"):
            for paper in ("paper", "tint"):
                assert contrast(scheme[ink], scheme[paper]) >= 4.5
        for tone in ("plain", "for", "against", "neutral"):
            assert contrast(scheme[tone], scheme["paper"]) >= 3, tone
        for cell in (colour for key, colour in scheme.items() if re.search(r"-[123]$", key)):
            assert contrast(scheme["ink"], cell) >= 4.5, cell
            checked += 1
    assert checked == 18


def test_a_run_that_read_nothing_says_so() -> None:
    text = page(report({})).text_content()
    assert "Inga dokument lästes in" in text
    assert "Vad som rekommenderas" not in text


def test_a_run_that_was_interrupted_says_how_to_go_on() -> None:
    assert "Kör samma kommando igen" in page(report(interrupted=True)).text_content()
    assert "Kör samma kommando igen" not in page(report()).text_content()


def test_a_page_with_nowhere_to_lie_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Skapa den"):
        report_page.check_place(tmp_path / "none" / "report.html")
    with pytest.raises(InputError, match="--report"):
        report_page.write_page(tmp_path, "text")


def test_the_terminal_shows_aligned_figures_and_the_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_report(report(), name, as_json=False)
    output, refusals = capsys.readouterr()
    lines = output.splitlines()
    assert lines[0] == "2 ändringar: 1 nya, 1 ändrade, 0 borttagna; 2 oförändrade, 2 avvisade."
    figures = [line for line in lines if re.match(r"  \S.*\d$", line)]
    assert len(figures) > 10
    assert len({len(line) for line in figures}) == 1
    assert "█" not in output
    assert "       7  Rubriken har ingenting under sig.\n          Till exempel a: <b>Mål & medel</b>\n" in output
    assert refusals == "Avvisat x: Filen är <script>tom</script>.\nAvvisat y: Prövades inte igen.\n"


def test_bars_are_drawn_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    printing.print_report(report(), name, as_json=False)
    bars = [line.count("█") for line in capsys.readouterr().out.splitlines() if "█" in line]
    assert bars[:2] == [30, 15]


def test_as_json_everything_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_report(report(interrupted=True), name, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == COUNTS
    assert found["refused"][1] == {"identifier": "y", "reason": "Prövades inte igen.", "tried": False}
    assert found["warnings"][0]["examples"] == [{"document": "a", "words": "<b>Mål & medel</b>"}]
    assert (found["interrupted"], found["unchanged"], found["passages_per_second"]) == (True, 2, 5.0)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_left_to_those_who_await_it_and_the_second_ends_the_process(
    number: signal.Signals, status: int
) -> None:
    before = signal.getsignal(number)
    with interruptible() as interruption:
        with interruption.awaited():
            signal.raise_signal(number)
            assert interruption.has_come()
            with pytest.raises(SystemExit) as ended:
                signal.raise_signal(number)
        assert (ended.value.code, interruption.status) == (status, status)
    assert signal.getsignal(number) is before


def test_a_signal_that_nobody_awaits_ends_the_process_at_once() -> None:
    with interruptible(), pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGINT)
    assert ended.value.code == 130


@pytest.fixture
def environment(deployment: Settings, tmp_path: Path) -> dict[str, str]:
    return {"VIPGRAF_DATA": str(tmp_path / "data"), "VIPGRAF_MODELS": str(deployment.models), "VIPGRAF_MODEL": "hash"}


def invoke(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env=environment)


def write(folder: Path, number: int) -> None:
    folder.mkdir(exist_ok=True)
    for document in range(number):
        text = f"Adhd hos vuxna {document}\n\nBehandling\n\nKBT bör erbjudas vuxna med adhd, omgång {document}.\n"
        (folder / f"d{document:03}.txt").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_run_can_write_its_page_and_its_json_in_one(environment: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path / "docs", 3)
    (tmp_path / "docs" / "bad.txt").write_bytes(b"\xff\xff\xff")
    target = tmp_path / "report.html"
    result = invoke(environment, "ingest", str(tmp_path / "docs"), "--jobs", "1", "--json", "--report", str(target))
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert len(found["added"]) == 3
    assert found["counts"]["mentions"] > 0
    assert found["refused"][0]["tried"] is True
    shown = lxml.html.document_fromstring(target.read_text(encoding="utf-8"))
    assert table(shown, "1 avvisade, med skäl")[1][0] == "bad"
    again = json.loads(invoke(environment, "ingest", str(tmp_path / "docs"), "--jobs", "1", "--json").stdout)
    assert (again["unchanged"], again["changes"]) == (3, 0)
    assert again["refused"][0]["tried"] is False


def written(graph: Path) -> int:
    """Bytes that the storage engine has logged since it was opened."""
    try:
        return max((path.stat().st_size for path in graph.glob("*.log")), default=0)
    except FileNotFoundError:  # one has just been put away
        return 0


@pytest.mark.slow
def test_interrupted_at_any_moment_a_run_loses_nothing_and_the_next_one_goes_on(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    write(folder, 1)
    assert invoke(environment, "ingest", str(folder), "--jobs", "1").exit_code == 0
    write(folder, 120)
    command = [sys.executable, "-m", "api.cli", "ingest", str(folder), "--jobs", "2", "--json"]
    moments = random.Random(SEED)
    done = {"d000"}
    stopped = 0
    for number in (signal.SIGINT, signal.SIGTERM) * (KILLS // 2):
        amount = moments.uniform(1, 50_000)
        before = written(tmp_path / "data" / "graph")
        with subprocess.Popen(
            command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            begun = False
            while process.poll() is None and not (begun and written(tmp_path / "data" / "graph") >= amount):
                begun = begun or written(tmp_path / "data" / "graph") < before
                os.sched_yield()
            process.send_signal(number)
            output, errors = process.communicate()
        found = json.loads(output)
        assert found["unchanged"] == len(done)
        assert not done & set(found["added"])
        done |= set(found["added"])
        if found["interrupted"]:
            stopped += 1
            assert process.returncode == 128 + number
            assert "kör samma kommando igen" in errors
    assert stopped > KILLS // 2
    last = json.loads(invoke(environment, "ingest", str(folder), "--jobs", "2", "--json").stdout)
    assert last["unchanged"] == len(done)
    assert last["unchanged"] + len(last["added"]) == 120
    assert last["refused"] == []
