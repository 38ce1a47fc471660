"""`vipgraf evaluate`: figures on a terminal, as JSON and as a page; beside those of a release or of a file."""

import json
import re
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner, Result
from markupsafe import Markup

from api import plots
from api.cli import cli
from api.evaluation_report import Figure, decimal
from api.settings import Settings
from graph.release import current_name

pytestmark = pytest.mark.usefixtures("kept_engines")
QUESTIONS = (
    {"id": "q1", "query": "läkemedel vid adhd", "relevant": ["exempel-vip-adhd"], "kind": "lexical", "part": "dev"},
    {"id": "q2", "query": "<b>alkohol</b> & audit", "relevant": ["exempel-vip-alkohol"], "kind": "lay", "part": "test"},
    {"id": "q3", "query": "fråga som <i>missar</i>", "relevant": ["finns-inte"], "kind": "lay", "part": "dev"},
    {
        "id": "q4",
        "query": "Vem är värd för NPO psykisk hälsa?",
        "answer": ["Ingen alls"],
        "kind": "host",
        "part": "dev",
    },
    {"id": "q5", "query": "Vem är värd för månen?", "answer": [], "kind": "host", "part": "dev"},
)


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "frågor.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    return path


def evaluate(deployment: Settings, *arguments: str | Path) -> Result:
    environment = {
        "VIPGRAF_DATA": str(deployment.data),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "hash",
    }
    return CliRunner().invoke(cli, ["evaluate", *map(str, arguments)], env=environment)


@pytest.fixture(scope="module")
def kept(deployment: Settings, questions: Path) -> Path:
    path = questions.parent / "figures.json"
    path.write_text(evaluate(deployment, questions, "--json").stdout)
    return path


@pytest.fixture(scope="module")
def page(deployment: Settings, questions: Path, kept: Path) -> str:
    path = questions.parent / "rapport.html"
    done = evaluate(deployment, questions, "--against", kept, "--report", path)
    assert done.exit_code == 0, done.output
    return path.read_text(encoding="utf-8")


def test_json_has_the_figures_of_the_contract_and_says_what_was_measured(deployment: Settings, kept: Path) -> None:
    found = json.loads(kept.read_text())
    assert {"questions", "channels", "by_kind", "by_source", "misses", "answers"} <= set(found)
    assert set(found["channels"]) == {"lexical", "dense", "graph", "fused"}
    assert set(found["misses"][0]) >= {"id", "query", "relevant", "got"}
    assert set(found["answers"]) >= {"exact", "f1", "unknown_correct", "n"}
    assert (found["answers"]["n"], found["answers"]["exact"]) == (2, 0)
    assert found["run"]["release"] == current_name(deployment.data)
    assert found["run"]["encoder"].startswith("hash")
    assert [one["id"] for one in found["per_question"]] == ["q1", "q2", "q3", "q4", "q5"]


def test_the_time_of_a_question_is_told_by_part(kept: Path) -> None:
    latency = json.loads(kept.read_text())["latency"]
    assert {"analysis", "lexical", "dense", "embedding", "graph", "fusion", "grounding", "answer", "total"} <= set(
        latency
    )
    parts = sum(times["p50_ms"] for part, times in latency.items() if part not in ("total", "embedding"))
    assert 0 < parts <= latency["total"]["p95_ms"] * 2


def test_measuring_again_gives_no_difference_from_the_file_kept(
    deployment: Settings, questions: Path, kept: Path
) -> None:
    found = json.loads(evaluate(deployment, questions, "--against", kept, "--json").stdout)["comparison"]
    assert (found["against"], found["questions"], found["left_out"]) == ("figures.json", 5, 0)
    assert found["channels"]["fused"]["ndcg@10"]["difference"] == 0
    assert found["channels"]["fused"]["ndcg@10"]["interval"] == [0, 0]
    assert (found["won"], found["lost"]) == ([], [])


def test_a_release_is_compared_with_another(deployment: Settings, questions: Path) -> None:
    name = current_name(deployment.data)
    assert name is not None
    done = evaluate(deployment, questions, "--release", name, "--against", name)
    assert done.exit_code == 0, done.output
    assert f"Jämfört med {name}: 5 frågor, 0 lämnade utanför" in done.stdout
    assert "ingen säker skillnad" in done.stdout


def test_a_part_of_the_questions_can_be_measured_alone(deployment: Settings, questions: Path) -> None:
    found = json.loads(evaluate(deployment, questions, "--part", "test", "--json").stdout)
    assert (found["questions"], found["run"]["part"]) == (1, "test")


def test_the_terminal_shows_intervals_answers_times_and_misses(deployment: Settings, questions: Path) -> None:
    shown = evaluate(deployment, questions).stdout
    assert re.search(r"^fused .*\[\d\.\d{3}, \d\.\d{3}\]$", shown, re.MULTILINE)
    assert "Direkta svar: 2 frågor, varav 1 utan svar" in shown
    assert re.search(r"^  embedding +\d", shown, re.MULTILINE)
    assert "Miss q3: fråga som <i>missar</i>\n  rätt: finns-inte\n" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--against", "ingen-sådan"), "varken en fil eller en release"),
        (("--release", "ingen-sådan"), "ingen release"),
        (("--part", "ingen-sådan"), "inga frågor"),
        (("--report", "/ingen/sådan/rapport.html"), "finns inte"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_measured(
    deployment: Settings, questions: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = evaluate(deployment, questions, *arguments)
    assert said in str(done.exception)
    assert done.stdout == ""


def test_a_file_that_holds_no_figures_is_refused_by_name(deployment: Settings, questions: Path) -> None:
    assert "frågor.jsonl är inte mätvärden" in str(evaluate(deployment, questions, "--against", questions).exception)


def test_a_release_with_other_models_is_refused_with_the_way_round(
    deployment: Settings, questions: Path, tmp_path: Path
) -> None:
    name = str(current_name(deployment.data))
    source, other = deployment.data / "releases" / name, tmp_path / "releases" / "other"
    other.mkdir(parents=True)
    (other.parent / name).symlink_to(source)
    (tmp_path / "current").write_text(name + "\n")
    manifest = json.loads((source / "manifest.json").read_text()) | {"name": "other"}
    manifest["index"]["encoder"] = "another-model@1"
    (other / "manifest.json").write_text(json.dumps(manifest))
    for part in ("graph", "index"):
        (other / part).symlink_to(source / part)
    environment = {"VIPGRAF_DATA": str(tmp_path), "VIPGRAF_MODELS": str(deployment.models), "VIPGRAF_MODEL": "hash"}
    done = CliRunner().invoke(cli, ["evaluate", str(questions), "--against", "other"], env=environment)
    assert "another-model@1" in str(done.exception)
    assert "--release other --json > FIL.json" in str(done.exception)


def test_the_page_needs_nothing_but_itself(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //@src | //@href")
    assert "url(" not in page
    assert "@import" not in page
    assert tree.get("lang") == "sv"


def test_the_page_shows_the_questions_as_text(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    assert "fråga som <i>missar</i>" in [heading.text_content() for heading in tree.xpath("//h3")]
    assert not tree.xpath("//main//i | //main//b")


def test_every_plot_is_described_and_has_its_numbers_in_a_table(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    drawn = tree.xpath("//*[local-name()='svg']")
    assert len(drawn) == 4
    for plot in drawn:
        assert plot.get("role") == "img"
        assert len(plot.get("aria-label")) > 20
        assert plot.xpath("ancestor::figure/figcaption")
        assert plot.xpath("following::table[1]/caption")
    assert all(table.xpath("caption") and table.xpath(".//th[@scope='col']") for table in tree.xpath("//table"))


def test_the_page_tells_what_was_measured_and_how_to_do_it_again(deployment: Settings, page: str) -> None:
    said = " ".join(lxml.html.document_fromstring(page).text_content().split())
    assert str(current_name(deployment.data)) in said
    assert "hash-256@1" in said
    assert "vipgraf evaluate 'frågor.jsonl' --against figures.json --report rapport.html" in said


def test_a_miss_shows_what_was_found_instead_and_why(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    (article,) = tree.xpath("//article[h3[contains(., 'missar')]]")
    said = " ".join(article.text_content().split())
    assert "rätt är finns-inte: ord inte alls, betydelse inte alls, begrepp inte alls, sammanvägt inte alls" in said
    assert len(article.xpath(".//li")) == 3
    assert all("Varför: " in found.text_content() for found in article.xpath(".//li"))


def test_a_bar_is_as_long_as_its_value_and_its_span_lies_around_the_end() -> None:
    rows = [plots.Row("hel", 1, 0.5, 1, "1"), plots.Row("halv", 0.5, 0.25, 0.75, "½")]
    drawn = lxml.html.fromstring(str(plots.bars("t", "d", rows, maximum=1)))
    whole, half = (float(bar.get("width")) for bar in drawn.xpath("//*[local-name()='rect']"))
    assert half == pytest.approx(whole / 2, abs=0.1)
    left, right = re.findall(r"[MH](\d+\.\d)", drawn.xpath("//*[local-name()='path']")[1].get("d"))
    start = float(drawn.xpath("//*[local-name()='rect']")[1].get("x"))
    assert float(left) == pytest.approx(start + whole / 4, abs=0.1)
    assert float(right) == pytest.approx(start + 3 * whole / 4, abs=0.1)


def test_a_difference_of_nothing_stands_on_the_line() -> None:
    rows = [plots.Row("a", 0, -0.1, 0.1, "0"), plots.Row("b", 0.1, 0.05, 0.2, "0,1")]
    drawn = lxml.html.fromstring(str(plots.differences("t", "d", rows)))
    line = float(drawn.xpath("//*[@class='zero']")[0].get("x1"))
    same, better = (float(point.get("cx")) for point in drawn.xpath("//*[local-name()='circle']"))
    assert same == line < better


def test_words_in_a_plot_are_text() -> None:
    drawn = plots.bars("<t>", "&", [plots.Row("<b>", 1, 1, 1, "<i>")], maximum=1)
    assert isinstance(drawn, Markup)
    assert not re.search(r"<[tbi]>", drawn)


def test_numbers_are_written_as_in_swedish() -> None:
    assert (decimal(0.8751, 3), decimal(-0.5)) == ("0,875", "−0,50")
    assert str(Figure(0.5, 0.25, 0.75)) == "0,50 (0,25–0,75)"
