from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.language import Token
from ontology.errors import BrokenRelease
from search.cells import Cells, write_cells
from search.dense import SCALES, DenseRetriever, PassageVectors, place_text, stretches
from search.encoder import HashEncoder, unit_rows
from search.types import AnalysedQuestion

PASSAGES = 3000
QUESTION = AnalysedQuestion(text="sömnproblem hos unga", tokens=(), weights=(), concepts=())


def words(*sentences: int) -> tuple[Token, ...]:
    """Sentences of so many words of one letter each."""
    found: list[Token] = []
    for number, count in enumerate(sentences):
        for _ in range(count):
            start = 2 * len(found)
            found.append(Token("a", start, start + 1, "a", "", (), number, True))
    return tuple(found)


def many(seed: int = 1) -> PassageVectors:
    """Vectors about the question's own at all distances, two stretches a passage."""
    random = np.random.default_rng(seed)
    asked = HashEncoder().encode_questions([QUESTION.text])[0]
    nearness = random.uniform(0, 1, (2 * PASSAGES, 1))
    noise = unit_rows(random.standard_normal((2 * PASSAGES, len(asked))).astype(np.float32))
    rows = unit_rows((nearness * asked + (1 - nearness) * noise).astype(np.float32))
    owners = np.repeat(np.arange(PASSAGES, dtype=np.int32), 2)
    return PassageVectors(rows[::2], dict.fromkeys(SCALES, rows), dict.fromkeys(SCALES, owners))


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    path = tmp_path_factory.mktemp("cells") / "windows.faiss"
    write_cells(path, many().stretches["windows"])
    return Cells(path)


def found(cells: Cells | None, allowed: Sequence[int] | None = None) -> list[int]:
    mask = None if allowed is None else np.isin(np.arange(PASSAGES), allowed)
    retriever = DenseRetriever(many(), HashEncoder(), cells)
    return [candidate.passage for candidate in retriever.retrieve(QUESTION, 20, mask)]


def test_cells_find_nearly_all_that_comparing_everything_finds(cells: Cells) -> None:
    assert len(set(found(None)) & set(found(cells))) >= 19


@pytest.mark.parametrize("one_in", [2, 50])
def test_cells_look_among_the_allowed_only(cells: Cells, one_in: int) -> None:
    allowed = [*range(0, PASSAGES, one_in)]
    assert len(set(found(None, allowed)) & set(found(cells, allowed))) >= 19
    assert set(found(cells, allowed)) <= set(allowed)


def test_cells_find_nothing_where_nothing_is_allowed(cells: Cells) -> None:
    assert found(cells, []) == []


def test_equal_vectors_make_equal_cells(tmp_path: Path) -> None:
    vectors = many().stretches["windows"]
    for name in ("one", "other"):
        write_cells(tmp_path / name, vectors)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_broken_cells_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "windows.faiss").write_bytes(b"no cells")
    with pytest.raises(BrokenRelease, match="vipgraf publish"):
        Cells(tmp_path / "windows.faiss")


def test_strengths_tell_how_far_a_passage_stands_out_with_and_without_cells(cells: Cells) -> None:
    whole, near = (DenseRetriever(many(), HashEncoder(), some).retrieve(QUESTION, 5) for some in (None, cells))
    assert [one.strength for one in whole] == sorted((one.strength for one in whole), reverse=True)
    for one, other in zip(whole, near, strict=True):
        assert abs(one.strength - other.strength) < 0.3


def test_some_passages_are_as_near_as_they_are_among_all() -> None:
    vectors, rows = many(), np.array([7, 3, 2999])
    asked = HashEncoder().encode_questions([QUESTION.text])[0]
    assert vectors.are_whole
    assert np.allclose(vectors.of(rows).similarity(asked), vectors.similarity(asked)[rows])


def test_stretches_run_on_until_they_have_words_enough_and_the_last_reaches_back() -> None:
    assert stretches(words(2, 3, 1), 5) == [(0, 9), (0, 11)]
    assert stretches(words(6, 6), 5) == [(0, 11), (12, 23)]
    assert stretches(words(2), 5) == [(0, 3)]
    assert stretches((), 5) == []


@given(st.lists(st.integers(1, 12), max_size=12), st.integers(1, 30))
def test_stretches_cover_the_text_in_order(sentences: list[int], least_words: int) -> None:
    tokens = words(*sentences)
    spans = stretches(tokens, least_words)
    covered = {token for token in tokens for start, end in spans if start <= token.start < end}
    assert covered == set(tokens)
    assert spans == sorted(spans, key=lambda span: span[1])
    assert all(
        sum(start <= token.start < end for token in tokens) >= min(least_words, len(tokens)) for start, end in spans
    )


def test_a_title_that_only_begins_the_text_is_not_said_twice() -> None:
    assert place_text(["Adhd", "Läkemedel"], "Centralstimulerande …") == "Adhd › Läkemedel. "
    assert place_text(["Gruppen möts varje …"], "Gruppen möts varje vecka.") == ""
