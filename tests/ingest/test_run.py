from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from graph.publish import taken_documents
from graph.vocabulary import Vocabulary
from ingest.refusals import open_refusals
from ingest.report import IngestReport
from ingest.run import Reader, Wanted, Workshop, ingest
from ingest.sources import Discovery, Refusal, SourceFile, discover
from ingest.workers import Failure, Limits
from ontology.errors import DocumentRefused, InputError
from ontology.iris import Iris
from tests.ingest.workshop import PlainWorkshop

IDENTITY_NUMBER = "19811228-9874"


@pytest.fixture
def workshop(iris: Iris, tmp_path: Path) -> PlainWorkshop:
    return PlainWorkshop("auto", tmp_path, Vocabulary({}), b"", iris, ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "documents"
    path.mkdir()
    return path


@pytest.fixture
def run(workshop: PlainWorkshop, folder: Path) -> Callable[..., IngestReport]:
    """Bring one store in line with the folder."""
    store = ox.Store()

    def once(**options: Any) -> IngestReport:
        given: dict[str, Any] = {
            "jobs": 1,
            "prune": False,
            "advance": lambda _done, _total: None,
            "limits": Limits(timeout_s=2),
        }
        report = ingest(store, discover([str(folder)], None), workshop, **(given | options))
        assert {*report.added, *report.changed, *report.unchanged} <= set(taken_documents(store))
        return report

    return once


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def test_pruning_without_having_seen_every_folder_is_refused(iris: Iris, tmp_path: Path) -> None:
    discovery = Discovery((SourceFile("a", tmp_path / "a.txt"),), (), complete=False)
    workshop = Workshop("auto", tmp_path, Vocabulary({}), b"", iris, ())
    with pytest.raises(InputError, match="--prune"):
        ingest(ox.Store(), discovery, workshop, jobs=1, prune=True, advance=print)


def test_what_has_not_changed_is_not_read_again(run: Callable[..., IngestReport], folder: Path) -> None:
    write(folder, a="ett", b="två")
    assert run().added == ("a", "b")
    write(folder, b="tre")
    again = run()
    assert (again.added, again.changed, again.unchanged) == ((), ("b",), ("a",))
    assert again.counts == {"passages": 1, "words": 1}


@pytest.mark.slow
def test_documents_are_reported_in_the_order_of_their_sources(run: Callable[..., IngestReport], folder: Path) -> None:
    names = [f"d{number:02}" for number in range(30)]
    write(folder, **dict.fromkeys(names, "ett två"))
    report = run(jobs=2)
    assert list(report.added) == names
    assert report.counts == {"passages": 30, "words": 60}


@pytest.mark.slow
def test_progress_is_told_to_the_end(run: Callable[..., IngestReport], folder: Path) -> None:
    write(folder, a="ett", b="refuse Trasig.", c="tre")
    told: list[tuple[int, int]] = []
    run(advance=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.slow
def test_a_document_that_hangs_is_refused_also_with_one_job_and_stops_nothing(
    run: Callable[..., IngestReport], folder: Path
) -> None:
    write(folder, a="hang", b="två")
    report = run(jobs=1)
    assert report.added == ("b",)
    assert [refusal.identifier for refusal in report.refused] == ["a"]
    assert "mer än 2 s" in report.refused[0].reason


@pytest.mark.slow
def test_a_refused_document_is_not_tried_again_until_its_bytes_change(
    run: Callable[..., IngestReport], folder: Path, tmp_path: Path
) -> None:
    write(folder, a="refuse Trasig.", b="två")
    with open_refusals(tmp_path / "refusals.sqlite") as memory:
        first = run(memory=memory)
    assert first.refused == (Refusal("a", "Trasig."),)
    assert first.remembered == ()
    with open_refusals(tmp_path / "refusals.sqlite") as memory:
        again = run(memory=memory)
        assert again.remembered == ("a",)
        assert again.refused[0].reason.startswith("Trasig. (Prövades inte igen")
        write(folder, a="refuse Annat fel.")
        assert run(memory=memory).refused == (Refusal("a", "Annat fel."),)
        write(folder, a="hel")
        assert run(memory=memory).changed + run(memory=memory).unchanged == ("a", "b")


@pytest.mark.slow
def test_a_refused_document_is_tried_again_under_other_rules_or_limits(
    run: Callable[..., IngestReport], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, a="refuse Trasig.")
    with open_refusals(tmp_path / "refusals.sqlite") as memory:
        run(memory=memory)
        assert run(memory=memory).remembered == ("a",)
        assert run(memory=memory, limits=Limits(timeout_s=3)).remembered == ()
        run(memory=memory)
        monkeypatch.setattr("ingest.pipeline.RULES", "other rules")
        assert run(memory=memory).remembered == ()


@pytest.mark.slow
def test_a_failure_that_may_pass_is_tried_again(run: Callable[..., IngestReport], folder: Path, tmp_path: Path) -> None:
    write(folder, a="stumble")
    with open_refusals(tmp_path / "refusals.sqlite") as memory:
        assert run(memory=memory).refused == (Refusal("a", "Tillfälligt fel."),)
        assert run(memory=memory).remembered == ()


def test_a_reason_never_shows_an_identity_number_or_control_characters(
    run: Callable[..., IngestReport], folder: Path
) -> None:
    write(folder, a=f"refuse Raden {IDENTITY_NUMBER}\x1b[2J är trasig.")
    (refusal,) = run().refused
    assert IDENTITY_NUMBER not in refusal.reason
    assert refusal.reason.isprintable()
    assert "Raden [personnummer]" in refusal.reason


@pytest.mark.slow
def test_a_run_that_is_stopped_keeps_what_it_has_done_and_the_next_one_goes_on(
    run: Callable[..., IngestReport], folder: Path
) -> None:
    write(folder, **{f"d{number}": "ett" for number in range(9)})
    done: list[int] = []
    first = run(advance=lambda number, _total: done.append(number), stopped=lambda: len(done) >= 3)
    assert first.interrupted
    assert 3 <= len(first.added) < 9
    second = run()
    assert not second.interrupted
    assert second.unchanged == first.added
    assert len(second.added) + len(first.added) == 9


@pytest.mark.slow
def test_a_run_that_is_stopped_removes_nothing(run: Callable[..., IngestReport], folder: Path) -> None:
    write(folder, a="ett", b="två")
    run()
    (folder / "a.txt").unlink()
    write(folder, b="ny")
    assert run(prune=True, stopped=lambda: True).removed == ()
    assert run(prune=True).removed == ("a",)


@pytest.mark.slow
def test_pruning_forgets_the_refusals_of_documents_that_are_gone(
    run: Callable[..., IngestReport], folder: Path, tmp_path: Path
) -> None:
    write(folder, a="refuse Trasig.", b="två")
    with open_refusals(tmp_path / "refusals.sqlite") as memory:
        run(memory=memory)
        text = (folder / "a.txt").read_text(encoding="utf-8")
        (folder / "a.txt").unlink()
        run(memory=memory, prune=True)
        write(folder, a=text)
        assert run(memory=memory).remembered == ()


def test_a_damaged_file_of_refusals_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "refusals.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    with open_refusals(path) as memory:
        memory.remember("a", "mark", "Trasig.")
    with open_refusals(path) as memory:
        assert memory.reason("a", "mark") == "Trasig."
        assert memory.reason("a", "other") is None


@pytest.mark.parametrize(
    ("error", "words", "lasting"),
    [
        (DocumentRefused("Trasig."), "Trasig.", True),
        (RecursionError("too deep"), "Oväntat fel, RecursionError: too deep", False),
        (OSError(28, "No space left on device"), "Oväntat fel, OSError", False),
    ],
)
def test_any_error_of_one_document_is_a_failure_of_that_document(
    error: Exception, words: str, lasting: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toolbox: Any
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("ingest.run.process", fail)
    write(tmp_path, a="ett")
    failure = Reader(toolbox)(Wanted(SourceFile("a", tmp_path / "a.txt"), "mark"))
    assert isinstance(failure, Failure)
    assert words in failure.reason
    assert failure.lasting is lasting


def test_want_of_memory_is_left_to_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toolbox: Any) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ingest.run.process", fail)
    write(tmp_path, a="ett")
    with pytest.raises(MemoryError):
        Reader(toolbox)(Wanted(SourceFile("a", tmp_path / "a.txt"), "mark"))


def test_a_file_that_has_gone_since_it_was_found_is_a_passing_failure(tmp_path: Path, toolbox: Any) -> None:
    failure = Reader(toolbox)(Wanted(SourceFile("a", tmp_path / "a.txt"), "mark"))
    assert isinstance(failure, Failure)
    assert not failure.lasting


@pytest.fixture
def toolbox() -> Any:
    """No tools: the reading itself is replaced."""
    return None
