"""Analysed text → mentions of the vocabulary: longest match over base forms, codes, and parts of compounds.

The same linker reads documents and questions, so a question finds what a document was linked to.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from graph.vocabulary import Vocabulary, code_ancestry
from ingest.finding.negation import mark_negated
from ingest.language import Pipeline, Token
from ingest.rulebook import load_rules
from ontology.model import Concept, MatchedBy, Mention

Key = tuple[str, ...]
_K = TypeVar("_K")

_CODE = re.compile(r"[A-Z]\d\d(?:\.?\d[A-Z\d]?)?")
_JOINTS = frozenset(["och", "eller", "samt", "respektive", "till"])
_HYPHENS = ("-", "‐", "‑")
_LIST = 5
"""Words that a list may have between a part with its rest left out ("ångest-") and the word that has the rest."""
_MODALS = frozenset(["ska", "skall", "skulle"])
"""Forms of the verb *skola*, whose base form is also the word for school: they match as written only."""
_SHORT = 5
"""An abbreviation this short may be an ordinary word too ("LAG", "FaR"), so its capitals must agree."""
_COMPOUND_KINDS = frozenset({"condition", "intervention"})


@dataclass(frozen=True, slots=True)
class Labels:
    """What the linker looks up: base forms of labels, short abbreviations as written, and codes, each to concepts."""

    by_lemmas: Mapping[Key, tuple[str, ...]]
    by_capitals: Mapping[str, tuple[str, ...]]
    by_code: Mapping[str, tuple[str, ...]]
    compound_heads: frozenset[str]
    """Single base forms that also count inside a compound: "missbruk" in "alkoholmissbruk"."""
    longest: int
    """Words of the longest label."""


def compile_labels(vocabulary: Vocabulary, pipeline: Pipeline) -> Labels:
    """Analyse every label once."""
    by_lemmas: dict[Key, dict[str, None]] = {}
    by_capitals: dict[str, dict[str, None]] = {}
    by_code: dict[str, dict[str, None]] = {}
    heads: set[str] = set()
    pairs = [(concept, label) for concept in vocabulary.concepts.values() for label in _labels(concept)]
    analysed = pipeline.analyse_many([label for _, label in pairs])
    for (concept, label), tokens in zip(pairs, analysed, strict=True):
        if is_short_abbreviation(label):
            by_capitals.setdefault(label, {})[concept.iri] = None
            continue
        for key in {lemma_key(tokens), surface_key(tokens)} - {()}:
            by_lemmas.setdefault(key, {})[concept.iri] = None
            if len(key) == 1 and concept.kind in _COMPOUND_KINDS and len(key[0]) >= _SHORT:
                heads.add(key[0])
    for concept in vocabulary.concepts.values():
        for notation in concept.notations:
            by_code.setdefault(notation, {})[concept.iri] = None
    longest = max(map(len, by_lemmas), default=1)
    return Labels(_frozen(by_lemmas), _frozen(by_capitals), _frozen(by_code), frozenset(heads), longest)


def find_mentions(
    text: str, tokens: Sequence[Token], labels: Labels, *, fold_capitals: bool = False
) -> tuple[Mention, ...]:
    """Link analysed text; overlapping matches give way to the longest, then to the first.

    `fold_capitals` accepts short abbreviations in lower case, as people type them in questions ("vad är lpo").
    """
    words = [token for token in tokens if token.is_word]
    found: list[Mention] = []
    place = 0
    while place < len(words):
        taken, matched_by, concepts = _match_at(text, words, place, labels, fold_capitals=fold_capitals)
        span = words[place : place + max(taken, 1)]
        found.extend(
            Mention(
                concept_iri=concept,
                surface=text[span[0].start : span[-1].end],
                start=span[0].start,
                end=span[-1].end,
                matched_by=matched_by,
                negated=False,
            )
            for concept in concepts
        )
        place += max(taken, 1)
    return mark_negated(text, tokens, found)


def lemma_key(tokens: Sequence[Token]) -> Key:
    """Base forms of the words, in order."""
    return tuple(token.lemma for token in tokens if token.is_word)


def surface_key(tokens: Sequence[Token]) -> Key:
    """Words as written in lower case: a label whose base form the lexicon gets wrong is still found as it stands."""
    return tuple(token.text.lower() for token in tokens if token.is_word)


def is_short_abbreviation(label: str) -> bool:
    """Whether capitals decide: "SIP", "FaR", "KBT"."""
    return " " not in label and len(label) <= _SHORT and sum(letter.isupper() for letter in label) >= 2


def _match_at(
    text: str, words: Sequence[Token], place: int, labels: Labels, *, fold_capitals: bool
) -> tuple[int, MatchedBy, tuple[str, ...]]:
    """The best match that begins at a word: how many words it takes, how it was found, and its concepts, if any."""
    taken, concepts = _longest_label(text, words[place : place + labels.longest], labels)
    word = words[place]
    if taken < 2 and (shared := _elliptic(words, place, labels)):
        return 1, "compound", shared
    if concepts:
        return taken, "label", concepts
    if concepts := _abbreviation(word, labels, fold_capitals=fold_capitals):
        return 1, "label", concepts
    if concepts := _code(word, labels):
        return 1, "code", concepts
    return 1, "compound", _compound(word, labels)


def _longest_label(text: str, ahead: Sequence[Token], labels: Labels) -> tuple[int, tuple[str, ...]]:
    """The longest label that these words begin with, within a sentence: how many words it has, and its concepts.

    A label that goes on after a colon must stand as written: "regioner: Dalarna" announces a list and is no region.
    """
    written, lemmas = surface_key(ahead), lemma_key(ahead)
    for length in range(len(ahead), 0, -1):
        span, as_written = ahead[:length], written[:length]
        if span[0].sentence != span[-1].sentence:
            continue
        if length == 1 and _means_another(ahead):
            continue
        base = () if _MODALS.intersection(as_written) else lemmas[:length]
        if base in labels.by_lemmas and _crosses_colon(text, span):
            base = ()
        if concepts := _first(labels.by_lemmas, (base, as_written)):
            return length, concepts
    return 0, ()


def _crosses_colon(text: str, span: Sequence[Token]) -> bool:
    return any(":" in text[one.end : other.start] for one, other in pairwise(span))


def _means_another(ahead: Sequence[Token]) -> bool:
    """Whether what follows shows that a word is not meant as a name: "beroende på"."""
    following = load_rules("context")["not_before"].get(ahead[0].lemma, ())
    return len(ahead) > 1 and ahead[1].text.lower() in following


def _abbreviation(word: Token, labels: Labels, *, fold_capitals: bool) -> tuple[str, ...]:
    """The word as a short abbreviation, inflected or not ("SIP:en", "SIPs"); capitals must agree unless folded."""
    stem = word.text.partition(":")[0]
    bare = stem.removesuffix("s")
    if not fold_capitals:
        return _first(labels.by_capitals, (stem, bare))
    alike = labels.by_capitals if len(stem) <= _SHORT else ()
    folded = (label for label in alike if label.lower() == stem.lower())
    return _first(labels.by_capitals, (stem, stem.upper(), bare, *folded))


def _code(word: Token, labels: Labels) -> tuple[str, ...]:
    """The word as a code: a diagnosis code, else the nearest category above it that is known, or any other notation."""
    ancestry = code_ancestry(word.text) if _CODE.fullmatch(word.text) else ()
    return _first(labels.by_code, (*ancestry, word.text))


def _compound(word: Token, labels: Labels) -> tuple[str, ...]:
    """What the parts of the word name."""
    context = load_rules("context")
    if word.lemma in context["other_compounds"]:
        return ()
    heads = [part for part in word.parts if part in labels.compound_heads]
    heads += [part for part in word.parts[-1:] if part in context["last_parts"] and (part,) in labels.by_lemmas]
    return tuple(dict.fromkeys(iri for part in heads for iri in labels.by_lemmas[(part,)]))


def _elliptic(words: Sequence[Token], place: int, labels: Labels) -> tuple[str, ...]:
    """What a word names whose rest stands later in a list: "ångest-" in "ångest- och depressionssjukdomar", "regionala"
    in "regionala och lokala programområden"."""
    word = words[place]
    ahead = [later for later in words[place + 1 : place + 1 + _LIST] if later.sentence == word.sentence]
    if word.text.endswith(_HYPHENS):
        rest = next((w for w in ahead if not w.text.endswith(_HYPHENS) and w.lemma not in _JOINTS), None)
        return _completed(word.text[:-1].lower(), rest.parts if rest else (), labels)
    if len(ahead) < 3 or ahead[0].lemma not in _JOINTS:
        return ()
    parallel, head = ahead[1].lemma, ahead[2].lemma
    named = labels.by_lemmas.get((word.lemma, head), ()) if (parallel, head) in labels.by_lemmas else ()
    return tuple(iri for iri in named if "/id/body-kind/" in iri)


def _completed(stem: str, parts: Sequence[str], labels: Labels) -> tuple[str, ...]:
    """What a first part names, completed by the last parts of another compound, or else alone."""
    stems = dict.fromkeys((stem, stem.removesuffix("s")))
    tails = ["".join(parts[cut:]) for cut in range(1, len(parts))]
    whole = ((start + tail,) for tail in tails for start in stems)
    ends = ((tail,) for tail in tails if tail in labels.compound_heads)
    return _first(labels.by_lemmas, [*whole, *((start,) for start in stems), *ends])


def _first(concepts: Mapping[_K, tuple[str, ...]], keys: Iterable[_K]) -> tuple[str, ...]:
    """The concepts of the first key that has any."""
    return next((concepts[key] for key in keys if key in concepts), ())


def _labels(concept: Concept) -> Iterator[str]:
    yield from dict.fromkeys((concept.label, *concept.alt_labels, *concept.hidden_labels))


def _frozen(found: Mapping[_K, Mapping[str, None]]) -> dict[_K, tuple[str, ...]]:
    return {key: tuple(concepts) for key, concepts in found.items()}
