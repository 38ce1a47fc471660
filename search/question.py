"""Question → AnalysedQuestion, with the analyser and the linker that documents were read with.

Beyond those a question gets what a document has no need of: its misspellings are mended beside the words as written,
ages become age groups, English names are understood in an English question, and its words say what kind of answer is
asked for, and as of when.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from graph.vocabulary import Vocabulary
from ingest.finding.mentions import Labels, find_mentions
from ingest.language import Pipeline, Token
from ontology.errors import QuestionError
from ontology.model import Mention
from ontology.privacy import MARK, redact
from search.ages import find_ages
from search.asof import as_of
from search.corrections import find_corrections, mend, mentions_by_correction
from search.englishnames import find_english
from search.linking import CIRCUMSTANCES, Link, link_concepts
from search.questionaids import Aids
from search.questionlanguage import question_language
from search.questiontype import is_negated, question_type
from search.types import AnalysedQuestion, Correction, Question

MAX_CHARACTERS = 1000
_TOPIC = 1.5
"""Weight of a word that names what the question is about; a longer word has more 4-grams, but not more to say."""
_CODE = re.compile(r"[a-z]\d\d(?:\.?\d[a-z\d]?)?|[a-z]{2}\d{3}")
"""A diagnosis or procedure code in small letters, as people type it."""


def analyse(
    question: Question, pipeline: Pipeline, labels: Labels, vocabulary: Vocabulary, *, aids: Aids, today: date
) -> AnalysedQuestion:
    """Analyse a question; personal identity numbers are taken out first.

    Raises QuestionError when it is empty or longer than 1,000 characters.
    """
    shown = _clean(question.text)
    text = shown.replace(MARK, " " * len(MARK))  # the mark says nothing of what is asked; places stay
    tokens = pipeline.analyse(text)
    written = _mentions(text, tokens, labels)
    english = tuple(find_english(text, tokens, aids.english))
    language = question_language(_words(tokens, written), len(english), aids.lexicon, aids.words)
    corrections = () if language == "en" else _corrections(text, tokens, written, vocabulary, aids)
    links = (
        *(Link(mention, mention.surface) for mention in written),
        *(Link(mention, mention.surface, way="ålder") for mention in find_ages(text, aids.ages)),
        *(Link(mention, mention.surface, way="engelska") for mention in english if language == "en"),
        *_links_by_correction(text, corrections, pipeline, labels),
    )
    mentions = tuple(dict.fromkeys(link.mention for link in links))
    expansions = _expansions(text, corrections, links, vocabulary)
    return AnalysedQuestion(
        text=shown,
        tokens=tokens,
        weights=_weights(tokens, mentions, vocabulary),
        concepts=link_concepts(links, vocabulary, pipeline),
        expansions=expansions,
        expansion_tokens=tuple(token for name in expansions for token in pipeline.words(name)),
        mentions=mentions,
        type=question_type(text),
        language=language,
        negated=is_negated(text),
        as_of=question.as_of or as_of(text, today),
        corrections=corrections,
        did_you_mean=mend(shown, corrections).text if corrections else None,
    )


def _clean(written: str) -> str:
    text = " ".join(redact(written.encode(errors="replace").decode()).split())
    if not any(character.isalnum() for character in text.replace(MARK, "")):
        raise QuestionError("Frågan är tom. Skriv minst ett ord.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(f"Frågan har {len(text)} tecken; högst {MAX_CHARACTERS} tas emot. Korta den.")
    return text


def _mentions(text: str, tokens: Sequence[Token], labels: Labels) -> tuple[Mention, ...]:
    """What a text names as it stands; codes may be in small letters, and abbreviations where nothing is in capitals."""
    cased = [replace(token, text=token.text.upper()) if _CODE.fullmatch(token.text) else token for token in tokens]
    return find_mentions(text, cased, labels, fold_capitals=text.islower())


def _words(tokens: Iterable[Token], mentions: Sequence[Mention]) -> Iterator[tuple[str, bool]]:
    """Lower-case words of letters, each with whether it is part of a name of a concept."""
    return ((token.text.lower(), _is_within(token, mentions)) for token in tokens if token.text.isalpha())


def _corrections(
    text: str, tokens: Sequence[Token], mentions: Sequence[Mention], vocabulary: Vocabulary, aids: Aids
) -> tuple[Correction, ...]:
    """Corrections; of what is linked by a misspelling that the vocabulary knows, too."""
    hidden = {label.lower() for mention in mentions for label in vocabulary.concepts[mention.concept_iri].hidden_labels}
    right = [mention for mention in mentions if mention.surface.lower() not in hidden]
    return find_corrections(text, tokens, right, aids.speller)


def _links_by_correction(
    text: str, corrections: Sequence[Correction], pipeline: Pipeline, labels: Labels
) -> tuple[Link, ...]:
    """What the text names with its corrections made, and not as it stands."""
    if not corrections:
        return ()
    mended = mend(text, corrections)
    mentions = _mentions(mended.text, pipeline.words(mended.text), labels)
    return tuple(Link(*found) for found in mentions_by_correction(text, corrections, mended, mentions))


def _expansions(
    text: str, corrections: Sequence[Correction], links: Sequence[Link], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Words that were meant, and names of concepts, that the text does not use itself."""
    meant = [correction.suggested for correction in corrections if correction.used]
    names = [
        vocabulary.concepts[link.mention.concept_iri].label for link in links if link.mention.matched_by != "compound"
    ]
    said = text.lower()
    found: dict[str, str] = {}
    for name in (*meant, *names):
        if name.lower() not in said:
            found.setdefault(name.lower(), name)
    return tuple(found.values())


def _weights(tokens: Sequence[Token], mentions: Sequence[Mention], vocabulary: Vocabulary) -> tuple[float, ...]:
    topics = [mention for mention in mentions if vocabulary.concepts[mention.concept_iri].kind not in CIRCUMSTANCES]
    return tuple(_TOPIC if _is_within(token, topics) else 1.0 for token in tokens)


def _is_within(token: Token, mentions: Sequence[Mention]) -> bool:
    return any(mention.start <= token.start < mention.end for mention in mentions)
