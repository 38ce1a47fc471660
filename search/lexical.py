"""Words → candidates: BM25 on tantivy over fields that were analysed before, so that the analysis decides, not the engine.

Fields of a passage: base forms and compound parts of its text, the same of its headings and title, and character
4-grams of its words, which forgive misspellings and unknown inflections.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import tantivy

from ingest.language import Token
from search.types import AnalysedQuestion, Candidate, Channel

_FIELDS = {"lemmas": 1.0, "parts": 0.5, "grams": 0.35, "headings": 0.6, "title": 0.6}
"""Boost of each field; chosen on the development questions (ARCHITECTURE.md, decisions)."""
_GRAM = 4
_FUNCTION_WORDS = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "PUNCT", "SCONJ"})
_NEVER_DROPPED = frozenset("inte ej icke ingen inga inget utan undvika".split())
_HEAP_BYTES = 64_000_000


class LexicalRetriever:
    """The lexical channel over an index folder."""

    channel: Channel = "lexical"

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index(_schema(), path=str(folder))
        _register(index)
        index.reload()
        self._schema = _schema()
        self._searcher = index.searcher()

    def retrieve(self, question: AnalysedQuestion, limit: int) -> tuple[Candidate, ...]:
        """Passages by BM25, summed over fields."""
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term), boost))
            for field, boost in _FIELDS.items()
            for term in _query_terms(field, question.tokens)
        ]
        if not clauses:
            return ()
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return tuple(
            Candidate(passage=int(self._searcher.doc(address)["passage"][0]), score=float(score))
            for score, address in found
        )


def write_lexical(
    folder: Path, passages: Sequence[tuple[Sequence[Token], Sequence[Token], Sequence[Token]]]
) -> None:
    """Index passages, each given as analysed text, headings and title, in row order."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    _register(index)
    writer = index.writer(_HEAP_BYTES, num_threads=1)  # one thread, so that equal input gives one segment
    for row, (text, headings, title) in enumerate(passages):
        writer.add_document(
            tantivy.Document(
                passage=row,
                lemmas=_joined(lemmas(text)),
                parts=_joined(parts(text)),
                grams=_joined(grams(text)),
                headings=_joined(parts(headings)),
                title=_joined([*parts(title), *grams(title)]),
            )
        )
    writer.commit()
    writer.wait_merging_threads()


def lemmas(tokens: Sequence[Token]) -> Iterator[str]:
    """Base forms of the words."""
    return (token.lemma for token in tokens if token.is_word)


def parts(tokens: Sequence[Token]) -> Iterator[str]:
    """Base forms of words, and beside a compound's own those of its parts."""
    for token in tokens:
        if token.is_word:
            yield token.lemma
            yield from token.parts


def grams(tokens: Sequence[Token]) -> Iterator[str]:
    """Overlapping character 4-grams of each word as written, with `_` for its edges."""
    for token in tokens:
        if token.is_word:
            word = f"_{token.text.lower()}_"
            yield from (word[place : place + _GRAM] for place in range(max(1, len(word) - _GRAM + 1)))


def content_words(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words that carry the question; all of them when none does. Negations always stay."""
    words = [token for token in tokens if token.is_word]
    kept = [token for token in words if token.pos not in _FUNCTION_WORDS or token.lemma in _NEVER_DROPPED]
    return tuple(kept or words)


def _query_terms(field: str, tokens: Sequence[Token]) -> list[str]:
    words = content_words(tokens)
    if field == "lemmas":
        return list(dict.fromkeys(lemmas(words)))
    if field == "grams":
        return list(dict.fromkeys(grams(words)))
    if field == "title":
        return list(dict.fromkeys([*parts(words), *grams(words)]))
    return list(dict.fromkeys(parts(words)))


def _joined(terms: Iterator[str] | list[str]) -> str:
    return " ".join(term.replace(" ", "_") for term in terms)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", stored=True, fast=True)
    for field in _FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="analysed", index_option="freq")
    return builder.build()


def _register(index: tantivy.Index) -> None:
    index.register_tokenizer("analysed", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
