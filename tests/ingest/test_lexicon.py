import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from ingest import lexicon as lexicon_module
from ingest import lexicon_build
from ingest.hunspell import expand
from ingest.lexicon import Entry, Lexicon, ensure_lexicon
from ontology.errors import ModelUnavailable

AFFIXES = """
SFX A Y 1
SFX A 0 s .
SFX D Y 2
SFX D 0 en [^a]
SFX D 0 ens [^a]
SFX G Y 2
SFX G 0 ar [^ae]
SFX G a or a
SFX v N 2
SFX v a s/WXZ a
SFX v 0 s/WXZ [^a]
""".splitlines()

A_FEW = (
    ("vård", Entry("vård", "vård", 4.8, 6.4, 6.6)),
    ("vården", Entry("vård", "vården", 4.75, math.inf, 6.6)),
    ("hälso", Entry("hälsa", "hälsa", 3.7, 6.5, math.inf)),
    ("mödrar", Entry("mor", "mödra", 0.0, math.inf, 0.0)),
)


def write_few(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Compile a table of four words instead; the list grows with each compilation."""
    runs: list[int] = []

    def few() -> Iterator[tuple[str, Entry]]:
        runs.append(1)
        yield from A_FEW

    monkeypatch.setattr(lexicon_build, "compile_entries", few)
    return runs


def silent(_: str) -> None:
    pass


def test_every_entry_is_read_back_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_few(monkeypatch)
    lexicon = ensure_lexicon(tmp_path, silent)
    assert len(lexicon) == len(A_FEW)
    for form, entry in A_FEW:
        assert lexicon.entry(form) == entry


def test_it_is_compiled_once_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = write_few(monkeypatch)
    said: list[str] = []
    first = ensure_lexicon(tmp_path / "models", said.append)
    second = ensure_lexicon(tmp_path / "models", said.append)
    assert len(runs) == len(said) == 1
    assert "lexikonet" in said[0]
    assert first.identity == second.identity


def test_a_file_that_cannot_be_read_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = write_few(monkeypatch)
    ensure_lexicon(tmp_path, silent)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:20])
    assert "vård" in ensure_lexicon(tmp_path, silent)
    assert len(runs) == 2


def test_two_writers_at_once_leave_one_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_few(monkeypatch)
    found: list[Lexicon] = []
    threads = [threading.Thread(target=lambda: found.append(ensure_lexicon(tmp_path, silent))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [lexicon.lemma("vården") for lexicon in found] == ["vård"] * 4
    assert [file.suffix for file in tmp_path.iterdir()] == [".marisa"]


def test_a_compilation_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[tuple[str, Entry]]:
        yield A_FEW[0]
        raise ModelUnavailable("trasigt")

    monkeypatch.setattr(lexicon_build, "compile_entries", broken)
    with pytest.raises(ModelUnavailable):
        ensure_lexicon(tmp_path, silent)
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_is_not_installed_is_named_in_swedish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon_module, "SOURCES", ("hunspell-sv", "finns-inte-alls"))
    with pytest.raises(ModelUnavailable, match=r"paketet finns-inte-alls saknas\. Installera det"):
        ensure_lexicon(tmp_path, silent)


@pytest.mark.slow
def test_a_hunspell_package_without_its_files_is_named_in_swedish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "files", lambda name: [])
    with pytest.raises(ModelUnavailable, match=r"sv_SE\.aff saknas i paketet hunspell-sv"):
        dict(lexicon_build.compile_entries())


def test_the_flags_of_hunspell_give_forms_and_parts() -> None:
    words = ["4", "kunskap/ADGvY", "hälso/UXZ", "Elbe/AX", "borgtjärn", "klocka/GY"]
    found = expand(AFFIXES, words)
    assert found.heads["kunskap"] == {"kunskaps", "kunskapen", "kunskapens", "kunskapar"}
    assert found.nouns["kunskap"] == {"kunskapen", "kunskapens", "kunskapar"}
    assert found.heads["klocka"] == {"klockor"}
    assert found.firsts == {"kunskaps": {"kunskap"}, "hälso": set()}
    assert "kunskapen" in found.lasts
    assert "borgtjärn" not in found.heads
    assert "hälso" not in found.heads


def test_its_identity_names_what_it_was_made_from(lexicon: Lexicon) -> None:
    for source in ("hunspell-sv", "simplemma", "wordfreq"):
        assert f"{source}-{metadata.version(source)}" in lexicon.identity


def test_it_opens_again_from_its_file(lexicon: Lexicon) -> None:
    path = Path(lexicon.path)
    opened = Lexicon(path)
    assert opened.lemma("patienterna") == "patient"


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("patienterna", "patient"),
        ("kunskaper", "kunskap"),
        ("missbruk", "missbruk"),  # not the imperative of "missbruka"
        ("missbruket", "missbruk"),
        ("droger", "drog"),
        ("drog", "drog"),
        ("remiss", "remiss"),
        ("program", "program"),
        ("beslutet", "beslut"),
        ("åtgärder", "åtgärd"),
        ("rekommenderas", "rekommendera"),
        ("behandlade", "behandla"),
        ("sjuka", "sjuk"),
        ("bör", "böra"),
        ("ska", "skola"),
        ("är", "vara"),
        ("socialstyrelsens", "socialstyrelsen"),
        ("tankarna", "tanke"),
    ],
)
def test_a_form_has_the_lemma_that_readers_expect(lexicon: Lexicon, form: str, lemma: str) -> None:
    assert lexicon.lemma(form) == lemma


def test_a_lemma_is_its_own_lemma(lexicon: Lexicon) -> None:
    forms = ["patienterna", "drogerna", "förlorade", "vuxna", "slutet", "fint", "enklare", "handlar", "gränsen"]
    lemmas = [lexicon.lemma(form) or "" for form in forms]
    assert all(lemmas)
    assert [lexicon.lemma(lemma) for lemma in lemmas] == lemmas


def test_common_words_have_higher_frequencies(lexicon: Lexicon) -> None:
    assert 5 < lexicon.zipf("barn") < 6
    assert lexicon.zipf("barn") > lexicon.zipf("psykiatri") > lexicon.zipf("kisögdhet") == 0


def test_an_unknown_form_has_no_entry(lexicon: Lexicon) -> None:
    assert "xqzw" not in lexicon
    assert lexicon.entry("xqzw") is None
    assert lexicon.lemma("xqzw") is None
    assert lexicon.zipf("xqzw") == 0


def test_opening_and_splitting_import_none_of_the_sources(lexicon: Lexicon) -> None:
    code = f"""
import sys
from pathlib import Path
from ingest.compounds import CompoundSplitter
from ingest.lexicon import ensure_lexicon

lexicon = ensure_lexicon(Path({str(lexicon.path.parent)!r}), print)
assert CompoundSplitter(lexicon).split("kunskapsstyrning") == ("kunskaps", "styrning")
print(sorted({{"simplemma", "wordfreq", "spacy", "torch", "ingest.hunspell"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
