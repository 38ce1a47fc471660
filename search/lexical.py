"""Words → candidates: BM25 on tantivy over fields analysed beforehand, so that our analysis decides, not the engine's.

Fields over text, headings and title together: base forms, those of the parts where a word is a compound; character
4-grams of the words as written, which forgive misspellings and unknown inflections; and, for a question of one word,
the parts of parts. Each field is weighed by the most that the question could get from it, so a score is the share of
the question that a passage covers. The names of the question's concepts are asked for too, so that "OCD" finds
"tvångssyndrom".
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from ingest.language import Token
from ontology.errors import BrokenRelease
from search.types import Allowed, AnalysedQuestion, Candidate, Channel, shares

_FIELDS: Mapping[str, float] = {"words": 0.3, "grams": 0.7, "leaves": 0.3}
"""The fields, with the share of each in the most that a question can get."""
_LENGTH = 0.5
"""A word's 4-grams share weight to this power of their number; without it "behandling" would drown "adhd"."""
_EXPANSION = 0.75
"""Weight of a word of a concept's name; a word of the question has 1, or 1.5 where it names its topic."""
_GRAM = 4
_FUNCTION_WORDS = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "PUNCT", "SCONJ"})
_NEVER_DROPPED = frozenset(["inte", "ej", "icke", "ingen", "inga", "inget", "utan", "undvika"])
_FLOOR = 15
"""The rank whose score counts as nothing: of words, those far down share but common ones."""
_ALONE = 5.0
_TELLING = 1.0
"""Rarity of what is asked for at all, where anything is that rare: what four passages in ten hold tells them apart
hardly, and takes as long as all else."""
_HEAP_BYTES = 64_000_000
_FEW = 0.05
"""Share of the passages up to which the allowed ones are named to tantivy; where more are, they are sieved out of what
it finds, since most of the best will do and a set of names that large takes longer than the question itself."""
_WIDER = 10
"""How many times more matches are looked at when too few of the best are allowed."""


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
        clauses = [clause for field, terms in query_terms(question).items() for clause in self._clauses(field, terms)]
        if not clauses:
            return ()
        query = tantivy.Query.boolean_query(clauses)
        rows = None if allowed is None else np.flatnonzero(allowed)
        if rows is not None and len(rows) <= _FEW * self.passages:
            query = self._among(rows.tolist(), query)
        depth = limit
        while True:
            found = self._searcher.search(query, depth, count=False).hits
            values: list[Any] = self._searcher.fast_field_values("passage", [address for _, address in found])
            ranked = ((int(row), float(score)) for row, (score, _) in zip(values, found, strict=True))
            kept = [*islice((pair for pair in ranked if allowed is None or allowed[pair[0]]), limit)]
            if len(kept) == limit or len(found) < depth:
                scores = [score for _, score in kept]
                strengths = _alone(scores) if is_one_word(question) else shares(scores, _FLOOR)
                return tuple(Candidate(*pair, strength) for pair, strength in zip(kept, strengths, strict=True))
            depth *= _WIDER

    def _clauses(self, field: str, terms: Mapping[str, float]) -> Iterator[tuple[tantivy.Occur, tantivy.Query]]:
        """A clause for each term, weighed so that the whole field gives no more than its share."""
        rarities = {term: self._rarity(field, term) for term in terms}
        most = sum(weight * rarities[term] for term, weight in terms.items())
        telling = [term for term in terms if rarities[term] >= _TELLING] or terms
        for term in telling:
            query = tantivy.Query.term_query(self._schema, field, term)
            yield tantivy.Occur.Should, tantivy.Query.boost_query(query, _FIELDS[field] * terms[term] / most)

    def _rarity(self, field: str, term: str) -> float:
        """The idf of BM25, as tantivy has it."""
        holding = self._searcher.doc_freq(field, term)
        return math.log1p((self.passages - holding + 0.5) / (holding + 0.5))

    def _among(self, rows: list[int], query: tantivy.Query) -> tantivy.Query:
        """A query over some passages only, with the same scores."""
        there = tantivy.Query.term_set_query(self._schema, "passage", rows)
        unscored = tantivy.Query.const_score_query(there, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, unscored), (tantivy.Occur.Must, query)])


def write_lexical(folder: Path, passages: Iterable[tuple[Sequence[Token], Iterable[str]]]) -> None:
    """Index passages in row order, each given as the tokens of text, headings and title, and the leaves of those."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    _register(index)
    writer = index.writer(_HEAP_BYTES, num_threads=1)  # one thread, so that equal input gives one segment
    for row, (tokens, leaves) in enumerate(passages):
        fields = {"words": words(tokens), "grams": grams(tokens), "leaves": leaves}
        writer.add_document(tantivy.Document(passage=row, **{name: " ".join(terms) for name, terms in fields.items()}))
    writer.commit()
    writer.wait_merging_threads()


def query_terms(question: AnalysedQuestion) -> dict[str, dict[str, float]]:
    """The weight of each term that is asked for, by field; the higher one where a term comes from two words."""
    asked = [*zip(question.tokens, question.weights, strict=True)]
    carrying = content_words(question.tokens)
    named = [(token, _EXPANSION) for token in question.expansion_tokens]
    found: dict[str, dict[str, float]] = {"words": {}, "grams": {}}
    for token, weight in [*((token, weight) for token, weight in asked if token in carrying), *named]:
        pieces = [*grams([token])]
        shares = {"words": dict.fromkeys(words([token]), weight)}
        shares["grams"] = dict.fromkeys(pieces, weight * len(set(pieces)) ** -_LENGTH if pieces else 0.0)
        for field, terms in shares.items():
            found[field] |= {term: max(share, found[field].get(term, 0.0)) for term, share in terms.items()}
    return found | {"leaves": found["words"] if is_one_word(question) else {}}


def words(tokens: Iterable[Token]) -> Iterator[str]:
    """Base forms of words; of compounds, those of their parts."""
    for token in tokens:
        if token.is_word:
            yield from token.parts or (token.lemma,)


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


def is_one_word(question: AnalysedQuestion) -> bool:
    """Whether a question is a word alone, so that it asks for that word: "missbruk", but not "vad är missbruk"."""
    return sum(token.is_word for token in question.tokens) == 1


def _alone(scores: Sequence[float]) -> list[float]:
    """How far each stands out by a word alone: a passage has it or has it not, and vectors say little of it."""
    return [_ALONE * score / scores[0] for score in scores]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("passage", stored=True, indexed=True, fast=True)
    for field in _FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="analysed", index_option="freq")
    return builder.build()


def _register(index: tantivy.Index) -> None:
    index.register_tokenizer("analysed", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
