import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.workers import Failure, Limits, work_all
from ontology.errors import ModelUnavailable
from tests.ingest import tasks

QUICK = Limits(timeout_s=1, memory_bytes=300_000_000)


def never() -> bool:
    return False


def acted(*given: str, workers: int = 1, limits: Limits = QUICK) -> dict[str, str | Failure]:
    return dict(work_all(given, tasks.open_act, workers=workers, limits=limits, stopped=never))


def reason(result: str | Failure) -> str:
    assert isinstance(result, Failure)
    return result.reason


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended may still be listed, as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_every_task_has_a_result_with_any_number_of_workers() -> None:
    for workers in (1, 2):
        done = dict(work_all(range(50), tasks.open_double, workers=workers, limits=QUICK, stopped=never))
        assert done == {number: 2 * number for number in range(50)}


def test_without_tasks_no_process_is_started() -> None:
    assert list(work_all([], tasks.open_nothing, workers=2, limits=QUICK, stopped=never)) == []


def test_a_task_that_hangs_is_ended_at_its_limit_and_the_next_is_done() -> None:
    done = acted("hang", "answer")
    assert "mer än 1 s" in reason(done["hang"])
    assert isinstance(done["answer"], str)


@pytest.mark.slow
def test_what_a_task_has_started_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    done = acted(f"hang-with-a-child {file}")
    assert "mer än 1 s" in reason(done[f"hang-with-a-child {file}"])
    child = int(file.read_text(encoding="ascii"))
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        os.sched_yield()
    assert not is_running(child)


def test_a_task_that_asks_for_too_much_memory_fails_with_that_reason_and_the_next_is_done() -> None:
    done = acted("devour", "answer")
    assert "mer än 300 MB minne" in reason(done["devour"])
    assert isinstance(done["answer"], str)


@pytest.mark.parametrize(
    ("act", "words", "lasting"), [("crash", "kraschade (signal 11)", True), ("die", "avbröts utifrån", False)]
)
def test_a_task_that_kills_its_worker_fails_and_the_next_is_done(act: str, words: str, lasting: bool) -> None:
    done = acted(act, "answer")
    failure = done[act]
    assert isinstance(failure, Failure)
    assert words in failure.reason
    assert failure.lasting is lasting
    assert isinstance(done["answer"], str)


def test_a_signal_that_all_processes_get_ends_no_worker() -> None:
    assert acted("stand") == {"stand": "still here"}


@pytest.mark.slow
def test_a_task_that_hangs_does_not_hold_up_the_others() -> None:
    given = ["hang", *(f"answer {number}" for number in range(20))]
    results = work_all(given, tasks.open_act, workers=2, limits=Limits(timeout_s=5), stopped=never)
    assert [task for task, _ in results][-1] == "hang"


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = work_all(endless(), tasks.open_double, workers=2, limits=QUICK, stopped=never)
    for _ in range(10):
        next(results)
    results.close()
    assert 10 <= taken <= 10 + 2 * 2 + 1


@pytest.mark.slow
def test_a_request_to_stop_ends_it_while_a_task_is_in_hand() -> None:
    started = time.monotonic()
    results = work_all(
        ["hang"],
        tasks.open_act,
        workers=1,
        limits=Limits(timeout_s=tasks.FOR_EVER_S),
        stopped=lambda: time.monotonic() - started > 1,
    )
    assert list(results) == []


def test_an_error_of_ours_while_the_tools_are_loaded_is_raised() -> None:
    with pytest.raises(ModelUnavailable, match="Språkmodellen saknas"):
        list(work_all(["answer"], tasks.open_nothing, workers=1, limits=QUICK, stopped=never))


def test_a_worker_that_dies_while_its_tools_are_loaded_is_an_error_and_not_tried_for_ever() -> None:
    with pytest.raises(ModelUnavailable, match="kod 3"):
        list(work_all(["answer"], tasks.open_and_die, workers=1, limits=QUICK, stopped=never))
