import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.store import checkpoint, describe, open_release, open_working, remove_graph, replace_graph
from ontology.errors import BrokenRelease, StoreLocked

GRAPH = "https://test.example/id/graph/a"


def triple(value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode("https://test.example/s"), ox.NamedNode("https://test.example/p"), ox.Literal(value))


def values(store: ox.Store, graph: str = GRAPH) -> set[str]:
    objects = [quad.object for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph))]
    return {term.value for term in objects if isinstance(term, ox.Literal)}


def test_replacing_a_graph_touches_no_other(tmp_path: Path) -> None:
    with open_working(tmp_path / "graph") as store:
        replace_graph(store, GRAPH, [triple("a"), triple("b")])
        replace_graph(store, GRAPH + "2", [triple("c")])
        replace_graph(store, GRAPH, [triple("d")])
        assert (values(store), values(store, GRAPH + "2")) == ({"d"}, {"c"})
        remove_graph(store, GRAPH)
        assert (values(store), values(store, GRAPH + "2")) == (set(), {"c"})


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_the_replacement(text: str) -> None:
    store = ox.Store()
    replace_graph(store, GRAPH, [triple(text)])
    assert values(store) == {text}


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with open_working(tmp_path / "graph"), pytest.raises(StoreLocked, match="Vänta"), open_working(tmp_path / "graph"):
        pass


def test_a_killed_writer_leaves_no_lock_and_no_half_graph(tmp_path: Path) -> None:
    program = (
        "import os, pyoxigraph as ox; from pathlib import Path; from graph.store import open_working, replace_graph\n"
        "said = ox.Triple(ox.NamedNode('a:s'), ox.NamedNode('a:p'), ox.Literal('kept'))\n"
        f"with open_working(Path({str(tmp_path / 'graph')!r})) as store:\n"
        f"    replace_graph(store, {GRAPH!r}, [said])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    with open_working(tmp_path / "graph") as store:
        assert values(store) == {"kept"}


def test_a_checkpoint_lives_on_its_own(tmp_path: Path) -> None:
    with open_working(tmp_path / "graph") as store:
        replace_graph(store, GRAPH, [triple("then")])
        checkpoint(store, tmp_path / "copy")
        replace_graph(store, GRAPH, [triple("now")])
    copy = open_release(tmp_path / "copy")
    assert values(copy) == {"then"}
    assert len(describe(copy, "https://test.example/s")) == 1


def test_what_is_no_graph_is_said_to_be_broken(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("rubbish")
    with pytest.raises(BrokenRelease):
        open_release(tmp_path)
