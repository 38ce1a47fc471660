"""Words → candidates: BM25 on tantivy over fields analysed beforehand, so that our analysis decides, not the engine's.

Two fields, each over text, headings and title together: base forms with the parts of compounds, and character 4-grams
of the words as written, which forgive misspellings and unknown inflections and weigh most. The names of the question's
concepts are asked for too, at half the weight of words that name its topic, so that "OCD" finds "tvångssyndrom".
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import tantivy

from ingest.language import Token
from ontology.errors import BrokenRelease
from search.types import Allowed, AnalysedQuestion, Candidate, Channel

_FIELDS = ("words", "grams")
_WORD = 0.07
"""Weight of a base form against a 4-gram of a four-letter word, which has about 0.5."""
_LENGTH = 0.5
"""A word's 4-grams share weight to this power of their number; without it "behandling" would drown "adhd"."""
_EXPANSION = 0.75
"""Weight of a word of a concept's name; a word of the question has 1, or 1.5 where it names its topic."""
_GRAM = 4
_FUNCTION_WORDS = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "PUNCT", "SCONJ"})
_NEVER_DROPPED = frozenset(["inte", "ej", "icke", "ingen", "inga", "inget", "utan", "undvika"])
_HEAP_BYTES = 64_000_000


class LexicalRetriever:
    """The lexical channel over an index folder."""

    channel: Channel = "lexical"

    def __init__(self, folder: Path) -> None:
        try:
            index = tantivy.Index.open(str(folder))  # the constructor would make an empty one where it is missing
            _register(index)
            self._searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise BrokenRelease(f"Ordindexet går inte att öppna: {error}. Kör `vipgraf publish`.") from error
        self._schema = _schema()
        self.passages: int = self._searcher.num_docs

    def retrieve(self, question: AnalysedQuestion, limit: int, allowed: Allowed = None) -> tuple[Candidate, ...]:
        """Passages by BM25, summed over fields."""
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), weight))
            for (field, term), weight in query_terms(question).items()
        ]
        if not clauses:
            return ()
        # tantivy does not know dates: with a restriction, all that match are asked for, and the allowed ones kept.
        depth = limit if allowed is None else max(limit, self.passages)
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), depth).hits
        rows = ((int(self._searcher.doc(address)["passage"][0]), float(score)) for score, address in found)
        return tuple(islice((Candidate(row, score) for row, score in rows if allowed is None or allowed[row]), limit))

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, term)


def write_lexical(folder: Path, passages: Iterable[Sequence[Token]]) -> None:
    """Index passages, each given as the tokens of text, headings and title, in row order."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    _register(index)
    writer = index.writer(_HEAP_BYTES, num_threads=1)  # one thread, so that equal input gives one segment
    for row, tokens in enumerate(passages):
        writer.add_document(tantivy.Document(passage=row, words=" ".join(words(tokens)), grams=" ".join(grams(tokens))))
    writer.commit()
    writer.wait_merging_threads()


def query_terms(question: AnalysedQuestion) -> dict[tuple[str, str], float]:
    """The weight of each (field, term) that is asked for; the higher one where a term comes from two words."""
    found: dict[tuple[str, str], float] = {}
    asked = [*zip(question.tokens, question.weights, strict=True)]
    named = [(token, _EXPANSION) for token in question.expansion_tokens]
    carrying = {*content_words(question.tokens), *question.expansion_tokens}
    for token, weight in [*asked, *named]:
        pieces = [("grams", gram) for gram in dict.fromkeys(grams([token]))]
        shares = dict.fromkeys(pieces, weight * len(pieces) ** -_LENGTH if pieces else 0.0)
        if token in carrying:
            shares |= dict.fromkeys([("words", word) for word in words([token])], weight * _WORD)
        for term, share in shares.items():
            found[term] = max(share, found.get(term, 0.0))
    return found


def words(tokens: Iterable[Token]) -> Iterator[str]:
    """Base forms of words, and beside a compound's own those of its parts."""
    for token in tokens:
        if token.is_word:
            yield token.lemma
            yield from token.parts


def grams(tokens: Iterable[Token]) -> Iterator[str]:
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


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("passage", stored=True, fast=True)
    for field in _FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="analysed", index_option="freq")
    return builder.build()


def _register(index: tantivy.Index) -> None:
    index.register_tokenizer("analysed", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
