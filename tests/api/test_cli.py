import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.settings import Settings
from ontology import files

pytestmark = pytest.mark.usefixtures("kept_engines")


@pytest.fixture
def environment(deployment: Settings, tmp_path: Path) -> dict[str, str]:
    return {"VIPGRAF_DATA": str(tmp_path / "data"), "VIPGRAF_MODELS": str(deployment.models), "VIPGRAF_MODEL": "hash"}


def invoke(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env=environment)


def run(environment: dict[str, str], *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False, **more)


def published(deployment: Settings) -> dict[str, str]:
    return {"VIPGRAF_DATA": str(deployment.data), "VIPGRAF_MODELS": str(deployment.models), "VIPGRAF_MODEL": "hash"}


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_only_what_has_changed_is_taken_in(environment: dict[str, str], tmp_path: Path) -> None:
    folder = write(tmp_path / "docs", a="Ett\n\nOm adhd.", b="Två\n\nOm ångest.")
    first = json.loads(invoke(environment, "ingest", str(folder), "--jobs", "1", "--json").stdout)
    assert (sorted(first["added"]), first["changes"]) == (["a", "b"], 2)
    again = json.loads(invoke(environment, "ingest", str(folder), "--jobs", "1", "--json").stdout)
    assert (again["changes"], again["unchanged"]) == (0, 2)
    write(folder, b="Två\n\nOm depression.")
    changed = json.loads(invoke(environment, "ingest", str(folder), "--jobs", "1", "--json").stdout)
    assert (changed["changed"], changed["unchanged"]) == (["b"], 1)


@pytest.mark.slow
def test_a_removed_file_goes_only_when_asked(environment: dict[str, str], tmp_path: Path) -> None:
    folder = write(tmp_path / "docs", a="Ett\n\nOm adhd.", b="Två\n\nOm ångest.")
    invoke(environment, "ingest", str(folder), "--jobs", "1")
    (folder / "b.txt").unlink()
    assert json.loads(invoke(environment, "ingest", str(folder), "--jobs", "1", "--json").stdout)["removed"] == []
    assert json.loads(invoke(environment, "ingest", str(folder), "--jobs", "1", "--prune", "--json").stdout)[
        "removed"
    ] == ["b"]


@pytest.mark.slow
def test_pruning_to_nothing_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    folder = write(tmp_path / "docs", a="Ett\n\nOm adhd.")
    invoke(environment, "ingest", str(folder), "--jobs", "1")
    (folder / "a.txt").unlink()
    # A process of its own: the traceback in a Result would keep the graph, and so its lock, open for the next command.
    done = run(environment, "ingest", str(folder), "--prune")
    assert done.returncode == 1
    assert "Inga dokument hittades" in done.stderr
    write(folder, a="Ett\n\nOm adhd.")
    assert json.loads(invoke(environment, "ingest", str(folder), "--jobs", "1", "--json").stdout)["unchanged"] == 1


@pytest.mark.slow
def test_a_bad_document_is_refused_with_status_3_and_keeps_what_was_there(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = write(tmp_path / "docs", a="Ett\n\nOm adhd.", b="Två\n\nOm ångest.")
    invoke(environment, "ingest", str(folder), "--jobs", "1")
    (folder / "b.txt").write_bytes(b"\xff\xff\xff")
    write(folder, c="Tre\n\nOm OCD.")
    result = invoke(environment, "ingest", str(folder), "--jobs", "1", "--prune", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 3
    assert report["added"] == ["c"]
    assert report["removed"] == []
    assert [refused["identifier"] for refused in report["refused"]] == ["b"]
    assert "UTF-8" in report["refused"][0]["reason"]


@pytest.mark.slow
def test_two_processes_find_the_same_as_one(environment: dict[str, str], tmp_path: Path) -> None:
    examples = files.example_documents()
    reports = []
    for jobs in ("1", "2"):
        env = environment | {"VIPGRAF_DATA": str(tmp_path / jobs)}
        result = invoke(env, "ingest", str(examples), "--index", str(examples / "index.tsv"), "--jobs", jobs, "--json")
        reports.append(json.loads(result.stdout))
    assert len(reports[0]["added"]) >= 6
    assert all(reports[0][key] == reports[1][key] for key in ("added", "passages", "mentions", "words"))


@pytest.mark.slow
def test_publishing_twice_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    invoke(environment, "ingest", str(write(tmp_path / "docs", a="Ett\n\nOm adhd.")))
    first = json.loads(invoke(environment, "publish", "--json").stdout)
    second = json.loads(invoke(environment, "publish", "--json").stdout)
    assert (first["new"], second["new"]) == (True, False)
    assert first["release"] == second["release"]
    assert "0 ändringar" in invoke(environment, "publish").stdout


@pytest.mark.slow
def test_releases_can_be_listed_verified_and_rolled_back(environment: dict[str, str], tmp_path: Path) -> None:
    for text in ("adhd", "ångest"):
        invoke(environment, "ingest", str(write(tmp_path / "docs", a=f"Ett\n\nOm {text}.")))
        invoke(environment, "publish")
    listed = json.loads(invoke(environment, "releases", "--json").stdout)
    assert [found["current"] for found in listed] == [True, False]
    assert invoke(environment, "verify").exit_code == 0
    assert invoke(environment, "rollback").exit_code == 0
    assert json.loads(invoke(environment, "status", "--json").stdout)["release"] == listed[1]["release"]
    assert "adhd" in invoke(environment, "search", "adhd").stdout


def test_hits_are_filtered_on_the_command_line(deployment: Settings) -> None:
    asked = ("search", "datoriserat uppmärksamhetstest", "--filter", "direction=against", "--filter", "condition=F90")
    text = invoke(published(deployment), *asked, "--limit", "20").stdout
    assert "Rekommenderas inte" in text
    assert "Rekommenderas (" not in text
    answer = json.loads(invoke(published(deployment), *asked, "--json").stdout)
    assert {hit["recommendation"]["direction"] for hit in answer["hits"]} == {"against"}


@pytest.mark.parametrize(("filter_", "told"), [("condition", "saknar värde"), ("condition=x9x", "har inget värde")])
def test_a_filter_that_cannot_be_used_is_told(deployment: Settings, filter_: str, told: str) -> None:
    failed = invoke(published(deployment), "search", "adhd", "--filter", filter_)
    assert told in str(failed.exception)


def test_a_question_is_answered_as_text_and_as_json(deployment: Settings) -> None:
    text = invoke(published(deployment), "search", "behandling vid adhd").stdout
    assert "1. " in text
    answer = json.loads(invoke(published(deployment), "search", "behandling vid adhd", "--limit", "2", "--json").stdout)
    assert len(answer["hits"]) == 2


@pytest.mark.parametrize(("form", "start"), [("json", '{"'), ("csv", "n"), ("tsv", "?n"), ("xml", "<?xml")])
def test_sparql_on_the_command_line(deployment: Settings, form: str, start: str, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT (COUNT(*) AS ?n) { ?s a vip:Document }")
    done = run(published(deployment), "sparql", f"@{file}", "--format", form)
    assert done.stdout.startswith(start)


def test_a_query_can_come_from_standard_in(deployment: Settings) -> None:
    done = run(published(deployment), "sparql", "-", input='ASK { FILTER(STRLEN("åäö") = 3) }')
    assert json.loads(done.stdout)["boolean"] is True
    assert done.stderr == ""


def test_a_query_that_cannot_be_read_is_one_clear_line(deployment: Settings, tmp_path: Path) -> None:
    done = run(published(deployment), "sparql", f"@{tmp_path / 'none.rq'}")
    assert done.returncode == 1
    assert done.stderr.startswith("vipgraf: ")
    assert len(done.stderr.splitlines()) == 1


def test_extract_shows_what_would_be_taken_in_and_stores_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    folder = write(tmp_path / "docs", a="Adhd hos vuxna\n\nBehandling\n\nVid adhd utan depression ges KBT. Erbjud KBT.")
    found = json.loads(invoke(environment, "extract", str(folder / "a.txt"), "--json").stdout)
    assert set(found) == {"document", "recommendations", "mentions", "claims", "abbreviations"}
    text = found["document"]["text"]
    assert all(text[mention["start"] : mention["end"]] == mention["surface"] for mention in found["mentions"])
    negated = {mention["label"]: mention["negated"] for mention in found["mentions"]}
    assert True in negated.values()
    assert ["Behandling"] in [section["heading_path"] for section in found["document"]["sections"]]
    assert [one["text"] for one in found["recommendations"]] == ["Erbjud KBT."]
    assert not (tmp_path / "data" / "graph").exists()


def test_extract_shows_on_a_terminal_what_is_named_recommended_and_claimed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "rutin.md"
    path.write_text(
        "# Depression\n\nBensodiazepiner ska inte ges vid depression.\n\n"
        "NPO psykisk hälsa, med Västra sjukvårdsregionen som värd, tillsätter nationella arbetsgrupper.\n",
        encoding="utf-8",
    )
    shown = invoke(environment, "extract", str(path)).stdout
    assert "Bensodiazepiner → Bensodiazepiner (nekad)" in shown
    assert "emot, ska inte" in shown
    assert "Västra sjukvårdsregionen – hosts – NPO psykisk hälsa" in shown
    assert "Västra sjukvårdsregionen – appoints" not in shown


def test_evaluate_prints_figures_for_every_channel(deployment: Settings, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    identifiers = [
        line.partition("\t")[0] for line in (files.example_documents() / "index.tsv").read_text().splitlines()[1:]
    ]
    path.write_text(
        json.dumps({"id": "1", "query": "adhd", "relevant": identifiers, "kind": "lexical", "source": "own"})
    )
    figures = json.loads(invoke(published(deployment), "evaluate", str(path), "--json").stdout)
    assert set(figures["channels"]) == {"lexical", "dense", "graph", "fused"}
    assert figures["channels"]["fused"]["hit@1"] == 1
    assert set(figures["channels"]["fused"]) == {
        "hit@1",
        "hit@5",
        "mrr@10",
        "ndcg@10",
        "recall@100",
        "p50_ms",
        "p95_ms",
    }
    assert figures["by_kind"]["lexical"]["n"] == 1
    assert figures["misses"] == []


def test_errors_are_one_clear_line_and_status_1(environment: dict[str, str]) -> None:
    done = run(environment, "search", "adhd")
    assert done.returncode == 1
    assert done.stderr.startswith("vipgraf: ")
    assert len(done.stderr.splitlines()) == 1


def test_wrong_usage_is_status_2(environment: dict[str, str]) -> None:
    assert invoke(environment, "ingest").exit_code == 2
    assert invoke(environment, "sparql", "ASK {}", "--format", "pdf").exit_code == 2


def test_help_starts_within_its_budget_of_cpu() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "api.cli", "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.4


@pytest.mark.slow
def test_as_of_looks_beyond_the_newest_hundred(environment: dict[str, str], tmp_path: Path) -> None:
    folder = write(tmp_path / "docs", **{f"d{number}": f"Adhd\n\nAdhd hos vuxna {number}." for number in range(120)})
    rows = [f"d{number}\td{number}.txt\t{2010 if number == 77 else 2024}" for number in range(120)]
    (folder / "index.tsv").write_text("id\tfile\tdate\n" + "\n".join(rows) + "\n", encoding="utf-8")
    invoke(environment, "ingest", str(folder), "--index", str(folder / "index.tsv"), "--jobs", "1")
    invoke(environment, "publish")
    answer = json.loads(invoke(environment, "search", "adhd vuxna", "--as-of", "2015", "--json").stdout)
    assert [hit["document"]["identifier"] for hit in answer["hits"]] == ["d77"]


def test_a_taken_port_is_a_clear_error(deployment: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "api.cli", "serve", "--port", port]
        done = subprocess.run(
            command, env=os.environ | published(deployment), capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Öppna" not in done.stderr
