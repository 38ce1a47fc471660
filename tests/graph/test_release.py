import json
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from graph import release
from graph.store import open_release, open_working, replace_graph
from ontology.errors import BrokenRelease, NoRelease

GRAPH = "https://test.example/id/graph/a"


def make(data: Path, value: str, build: release.BuildIndex | None = None) -> tuple[release.Release, bool]:
    def build_index(_: ox.Store, folder: Path) -> dict[str, Any]:
        (folder / "index.txt").write_text(value)
        return {"value": value}

    with open_working(data / "graph") as store:
        said = ox.Triple(
            ox.NamedNode("https://test.example/s"), ox.NamedNode("https://test.example/p"), ox.Literal(value)
        )
        replace_graph(store, GRAPH, [said])
        return release.make_release(
            store,
            data,
            base_iri="https://test.example/",
            version="0",
            index_identity="test",
            build_index=build or build_index,
        )


def test_a_release_serves_once_made_and_holds_graph_and_index(tmp_path: Path) -> None:
    made, is_new = make(tmp_path, "a")
    assert is_new
    assert release.current(tmp_path).name == made.name
    assert made.manifest.quads == 1
    assert "index/index.txt" in made.manifest.files
    release.check_files(made)


def test_an_unchanged_graph_makes_no_new_release(tmp_path: Path) -> None:
    first, _ = make(tmp_path, "a")
    again, is_new = make(tmp_path, "a")
    assert (again.name, is_new) == (first.name, False)
    assert len(release.releases(tmp_path)) == 1


def test_before_the_first_release_the_reader_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match="vipgraf publish"):
        release.current(tmp_path)


def test_rolling_back_serves_the_one_before(tmp_path: Path) -> None:
    first, _ = make(tmp_path, "a")
    make(tmp_path, "b")
    release.activate(tmp_path, release.previous(tmp_path).name)
    assert release.current(tmp_path).name == first.name
    with pytest.raises(NoRelease, match="ingen hel release"):
        release.previous(tmp_path)


def test_a_failure_while_building_leaves_the_former_release_and_the_next_one_succeeds(tmp_path: Path) -> None:
    first, _ = make(tmp_path, "a")

    def fail(_: ox.Store, folder: Path) -> dict[str, Any]:
        (folder / "half.txt").write_text("half")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        make(tmp_path, "b", fail)
    assert release.current(tmp_path).name == first.name
    assert [found.name for found in release.releases(tmp_path)] == [first.name]
    second, _ = make(tmp_path, "b")
    assert release.current(tmp_path).name == second.name
    assert not list((tmp_path / "releases").glob(".*"))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: (path / "index" / "index.txt").write_text("other"), "är ändrad"),
        (lambda path: (path / "index" / "index.txt").unlink(), "saknas"),
        (lambda path: (path / "index" / "extra.txt").write_text("x"), "hör inte till"),
        (lambda path: (path / "manifest.json").write_text("{"), "manifest"),
    ],
)
def test_every_harm_to_a_release_is_found(tmp_path: Path, harm: Any, said: str) -> None:
    made, _ = make(tmp_path, "a")
    harm(made.path)
    with pytest.raises(BrokenRelease, match=said):
        release.check_files(release.open_named(tmp_path, made.name))


def test_a_manifest_that_counts_otherwise_than_the_graph_is_found(tmp_path: Path) -> None:
    made, _ = make(tmp_path, "a")
    path = made.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"quads": 2}))
    with pytest.raises(BrokenRelease, match="innehåll"):
        release.check_files(release.open_named(tmp_path, made.name))


@pytest.mark.parametrize("name", ["", "..", "../releases", ".unfinished-x", "nope"])
def test_only_releases_can_be_named(tmp_path: Path, name: str) -> None:
    make(tmp_path, "a")
    with pytest.raises(NoRelease):
        release.activate(tmp_path, name)


def test_a_release_is_not_changed_by_being_read(tmp_path: Path) -> None:
    made, _ = make(tmp_path, "a")
    for _ in range(2):
        release.check_files(made)
        assert len(open_release(made.graph_path)) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda data, made: (made.path / "manifest.json").unlink(),
        lambda data, made: (made.path / "index" / "index.txt").unlink(),
        lambda data, made: shutil.rmtree(made.path),
        lambda data, made: (data / "current").write_text(""),
    ],
)
def test_publishing_again_mends_whatever_has_happened_to_the_serving_release(tmp_path: Path, harm: Any) -> None:
    made, _ = make(tmp_path, "a")
    harm(tmp_path, made)
    again, is_new = make(tmp_path, "a")
    assert is_new
    assert release.current(tmp_path).name == again.name
    release.check_files(again)


def test_rolling_back_passes_over_a_damaged_release(tmp_path: Path) -> None:
    first, _ = make(tmp_path, "a")
    second, _ = make(tmp_path, "b")
    make(tmp_path, "c")
    (second.path / "index" / "index.txt").write_text("harm")
    assert release.previous(tmp_path).name == first.name


def test_a_damaged_release_does_not_hide_the_others(tmp_path: Path) -> None:
    first, _ = make(tmp_path, "a")
    second, _ = make(tmp_path, "b")
    (first.path / "manifest.json").unlink()
    assert [found.name for found in release.releases(tmp_path)] == [second.name]
