"""The report of a measurement in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from api.cli import cli
from api.settings import Settings

QUESTIONS = (
    {"id": "q1", "query": "läkemedel vid adhd", "relevant": ["exempel-vip-adhd"], "kind": "lexical", "source": "own"},
    {"id": "q2", "query": "missbruk av alkohol", "relevant": ["exempel-vip-alkohol"], "kind": "lay", "source": "own"},
    {"id": "q3", "query": "fråga som missar", "relevant": ["finns-inte"], "kind": "lay", "source": "own"},
    {"id": "q4", "query": "Vem är värd för NPO psykisk hälsa?", "answer": ["Ingen alls"], "kind": "host"},
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def report(deployment: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    questions, kept, page = folder / "q.jsonl", folder / "figures.json", folder / "rapport.html"
    questions.write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    environment = {
        "VIPGRAF_DATA": str(deployment.data),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "hash",
    }
    kept.write_text(CliRunner().invoke(cli, ["evaluate", str(questions), "--json"], env=environment).stdout)
    arguments = ["evaluate", str(questions), "--against", str(kept), "--report", str(page)]
    assert CliRunner().invoke(cli, arguments, env=environment).exit_code == 0
    return page


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    context = browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(report.as_uri())
    yield page
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_fault_in_the_report(page: Page, colours: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=colours)
    found = Axe().run(page, options=WCAG).response
    assert len(found["passes"]) > 10
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_report_is_no_wider_than_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_no_words_of_a_plot_lie_outside_it_or_on_each_other(page: Page) -> None:
    inside = """svg => {
        const frame = svg.getBoundingClientRect();
        const boxes = [...svg.querySelectorAll("text")].map(text => text.getBoundingClientRect());
        const out = boxes.filter(b => b.left < frame.left || b.right > frame.right || b.bottom > frame.bottom);
        const aside = (a, b) => a.right <= b.left || b.right <= a.left;
        const apart = (a, b) => aside(a, b) || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
        const on = boxes.filter((a, i) => boxes.slice(i + 1).some(b => !apart(a, b)));
        return [boxes.length, out.length, on.length];
    }"""
    plots = page.locator("svg").all()
    assert len(plots) == 4
    for plot in plots:
        words, out, on = plot.evaluate(inside)
        assert words >= 10
        assert (out, on) == (0, 0)
