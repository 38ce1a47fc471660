"""The command line killed with SIGKILL at random moments: the former release serves, and the next run completes."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.settings import Settings
from ontology import files

KILLS = 10
MOST_ROUNDS = 60
SEED = 20261122


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def kill_after(seconds: float, environment: dict[str, str], *arguments: str) -> bool:
    """Start a command in a process group of its own and kill the whole group; whether it was still running."""
    command = [sys.executable, "-m", "api.cli", *arguments]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True) as process:
        time.sleep(seconds)
        was_running = process.poll() is None
        if was_running:
            os.killpg(process.pid, 9)
    return was_running


@pytest.mark.slow
def test_a_kill_at_any_moment_of_ingest_and_publish_loses_nothing(deployment: Settings, tmp_path: Path) -> None:
    environment = os.environ | {
        "VIPGRAF_DATA": str(tmp_path / "data"),
        "VIPGRAF_MODELS": str(deployment.models),
        "VIPGRAF_MODEL": "hash",
    }
    folder = tmp_path / "documents"
    folder.mkdir()
    examples = [path for path in files.example_documents().iterdir() if path.suffix in {".md", ".html"}]

    def change(round_number: int) -> None:
        for path in examples:
            text = path.read_text(encoding="utf-8").replace("</main>", f"<p>Omgång {round_number}</p></main>")
            (folder / path.name).write_text(f"{text}\n\nOmgång {round_number}.\n", encoding="utf-8")

    change(0)
    durations = {}
    for command in (("ingest", str(folder), "--jobs", "2"), ("publish",)):
        started = time.monotonic()
        assert run(environment, *command).returncode == 0
        durations[command[0]] = time.monotonic() - started
    moments = random.Random(SEED)
    killed = 0
    for number in range(1, MOST_ROUNDS + 1):
        serving = json.loads(run(environment, "status", "--json").stdout)["release"]
        change(number)
        name, *arguments = ("ingest", str(folder), "--jobs", "2") if number % 2 else ("publish",)
        if name == "publish":
            assert run(environment, "ingest", str(folder)).returncode == 0
        moment = moments.uniform(0, durations[name])
        if kill_after(moment, environment, name, *arguments):
            killed += 1
        else:
            durations[name] = moment  # it takes no longer than this
        after = json.loads(run(environment, "status", "--json").stdout)["release"]
        assert after == serving or (name == "publish" and after > serving)
        assert run(environment, "verify").returncode == 0
        if killed == KILLS:
            break
    assert killed == KILLS
    assert run(environment, "ingest", str(folder)).returncode == 0
    assert run(environment, "publish").returncode == 0
    assert run(environment, "verify").returncode == 0
    answer = json.loads(run(environment, "search", f"Omgång {number}", "--json").stdout)
    assert any(f"Omgång {number}" in hit["text"] for hit in answer["hits"])
    assert not list((tmp_path / "data" / "releases").glob(".*"))
