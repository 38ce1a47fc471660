"""Compounds of a text → all words that they hold, at any depth: "arbetslivsinriktad" has the parts arbetsliv and
inrikta, and with them arbete and liv, so that a question about "arbete" finds it.

Only texts are opened up so: a question that is, asks for words that it does not mean (ARCHITECTURE.md, decisions).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.language import Pipeline, Token


def with_leaves(tokens: Iterable[Token], pipeline: Pipeline) -> tuple[Token, ...]:
    """The same tokens, compounds with the parts of their parts as parts too."""
    return tuple(
        replace(token, parts=tuple(dict.fromkeys(_opened(token.parts, pipeline)))) if token.parts else token
        for token in tokens
    )


def _opened(parts: Iterable[str], pipeline: Pipeline) -> Iterator[str]:
    for part in parts:
        yield part
        found = pipeline.words(part)
        if len(found) == 1 and part not in found[0].parts:
            yield from _opened(found[0].parts, pipeline)
