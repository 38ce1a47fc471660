"""Words of a text → those that stand only deep within its compounds: "arbetslivsinriktad" has the parts arbetsliv and
inrikta, and below them arbete and liv, so that "arbete" asked for alone finds it.

A question of several words does not go so deep: it was measured to find more of what was not meant.
"""

from collections.abc import Iterable, Iterator

from ingest.language import Pipeline, Token


def leaves(tokens: Iterable[Token], pipeline: Pipeline) -> Iterator[str]:
    """The parts of the parts of compounds, at any depth below the first."""
    for token in tokens:
        for part in token.parts:
            yield from _below(part, pipeline)


def _below(word: str, pipeline: Pipeline) -> Iterator[str]:
    found = pipeline.words(word)
    if len(found) == 1 and word not in found[0].parts:
        for part in found[0].parts:
            yield part
            yield from _below(part, pipeline)
