"""An analysed question → what templates look at: its words, the things it names, its form, its tense, its time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ingest.language import Token
from ontology.model import Mention
from search.asked_amounts import CARDINALS, durations, numbers
from search.asked_manner import (
    PARTICLES,
    asks_when,
    asks_where,
    assurance,
    context,
    ends,
    idle,
    indefinite,
    is_participle,
    is_past,
    is_request,
    known_amounts,
    other_forms,
    said_otherwise,
    without_kind,
)
from search.asked_order import topic_in_place, without_cleft, without_possessive
from search.asked_time import Order, event_words, read_written, shift
from search.described import described
from search.fieldnames import find_fields
from search.graded import graded
from search.named import Named
from search.names import Names
from search.tasknames import spoken_tasks
from search.template import Form, word_lists
from search.types import AnalysedQuestion

_WHEN = (
    "när",
    "vilket år",
    "vilken dag",
    "vilken månad",
    "vilka år",
    "vilket datum",
    "vilken tidpunkt",
    "vilken tid",
    "vilken period",
    "sedan när",
    "datum",
    "årtal",
    "utgivningsår",
    "utgivningsdatum",
    "hur länge",
)
"""What asks for a time."""
_COMPARED = re.compile(r"(?:ast|aste|are|st|sta)$")
"""How a word ends that compares: "vanligast" is not "vanlig"."""
_KINDS = ("programområde", "område", "npo", "arbetsgrupp", "nag", "program", "vip")
"""How a word for a kind begins, where a hyphen joins it to a name."""
_ABBREVIATION = 8
"""A word with several capitals ("SKS", "S-KiS") that is this short is taken for an abbreviation."""


@dataclass(frozen=True, slots=True)
class Event:
    """A body that the question tells a time by: "innan VGR tog över"."""

    body: str
    order: Order


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as templates see it."""

    words: tuple[frozenset[str], ...]
    """Of each word its forms, lower case: as written and its base form."""
    parts: tuple[frozenset[str], ...]
    """Of each word the base forms of its parts, where it is a compound."""
    heads: tuple[str, ...]
    """Of each word the base form of its last part; empty where it is no compound."""
    plain: frozenset[int]
    """Words that need no explaining, by index."""
    named: tuple[Named, ...]
    form: Form
    past: bool
    """Whether its verbs are in the past tense."""
    as_of: str | None
    """The time asked for; None for now."""
    told: bool
    """Whether its words tell a time."""
    defines: bool
    """Whether it asks what something is: "vad är ett …"."""
    event: Event | None
    other_forms: tuple[Form, ...] = ()
    """Forms that it may be taken for where none fits as it stands: "Finns det någon värd?" wants to know who."""
    time_words: str = ""
    """How a sentence tells the time, where that is not by a date."""


@dataclass(frozen=True, slots=True)
class _Rules:
    plain: frozenset[str]
    nouns: frozenset[str]
    light: frozenset[str]
    telling: frozenset[str]
    opening: frozenset[str]
    appositions: frozenset[str]
    question: frozenset[str]
    past: frozenset[str]
    programmes: frozenset[str]


@cache
def _rules() -> _Rules:
    said = word_lists()
    return _Rules(
        *(
            frozenset(said[key].split())
            for key in (
                "plain",
                "nouns",
                "light",
                "telling",
                "opening-verbs",
                "appositions",
                "question-words",
                "past",
                "programmes",
            )
        )
    )


def read_asked(question: AnalysedQuestion, names: Names) -> Asked:
    """Read a question; `question.as_of` holds unless its words tell a time before or after another."""
    rules = _rules()
    tokens = topic_in_place(without_possessive(question.tokens), rules.question, rules.opening)
    tokens = without_cleft(tokens, rules.question)
    last = next((token for token in reversed(question.tokens) if token.is_word), None)
    last = last if last in tokens else next(reversed(tokens), None)  # a pronoun may have gone
    written = [token.text.lower() for token in tokens]
    lemmas = [word if word in rules.nouns else token.lemma for word, token in zip(written, tokens, strict=True)]
    named = [*_mentioned(question.mentions, [(token.start, token.end) for token in tokens], names)]
    event, event_places = _event(written, named)
    time = read_written(written)
    hidden = (time.words if time else frozenset()) | event_places
    as_of = question.as_of
    if time is not None and time.order == "since":
        as_of = None
    elif time is not None and (as_of is None or time.order != "at"):
        as_of = shift(time.time, time.order)
    named = [one for one in named if not one.places & event_places]
    words = tuple(
        frozenset((word, lemma, *ends(token, is_first=index == 0, is_last=token is last), *indefinite(word)))
        for index, (token, word, lemma) in enumerate(zip(tokens, written, lemmas, strict=True))
    )
    plain = hidden | {
        index
        for index, forms in enumerate(words)
        if forms & rules.plain and not (_COMPARED.search(written[index]) and written[index] not in rules.plain)
    }
    plain |= frozenset(range(assurance(written))) | frozenset(idle(written))
    plain |= {index + 1 for index, pair in enumerate(pairwise(written)) if " ".join(pair) in _WHEN}
    plain |= {
        one.start - 1 for one in named if one.start and not one.compound and words[one.start - 1] & rules.appositions
    }
    plain |= {*known_amounts(written, (index for index, word in enumerate(written) if word in CARDINALS))}
    plain -= {0} if asks_where(written, tokens) else set()  # a template must expect to be asked for a place
    particles = {index for index, word in enumerate(written) if word in PARTICLES}
    tasks = (
        Named(one.iris, frozenset({one.kind}), one.start, one.end, True)
        for one in spoken_tasks(said_otherwise(words), frozenset(plain | particles), names.tasks)
    )
    plain |= {index for index, forms in enumerate(words) if forms & rules.light}
    form = _form(written, lemmas, tokens, rules)
    plain |= {index for index, word in enumerate(written) if word == "när" and form != "when"}  # begins a clause
    told = context(question.tokens, rules.question)
    plain |= {index for index, token in enumerate(tokens) if token in told and words[index] & rules.telling}
    heads = tuple(_head(token) for token in tokens)
    is_on_programmes = not rules.programmes.isdisjoint(frozenset[str]().union(*words, heads))
    short = (one for one in _short(written, lemmas, names) if is_on_programmes or "programme" not in one.types)
    about = [*named, *_hyphened(written, names)]
    other = (*described(words, heads, about, names.single, names.descriptions), *graded(words, named, names))
    return Asked(
        words=words,
        parts=tuple(frozenset(token.parts) for token in tokens),
        heads=heads,
        plain=plain,
        named=(
            *about,
            *tasks,
            *short,
            *other,
            *numbers(written, hidden),
            *durations(written),
        ),
        form=form,
        past=is_past(written[1:] if asks_where(written, tokens) else written, rules.past),
        as_of=as_of,
        told=(time is not None and time.order != "since") or event is not None,
        defines=written[:2] == ["vad", "är"] and written[2:3] in (["en"], ["ett"]),
        event=event,
        other_forms=other_forms(written, rules.question, is_asked=_is_asked(question)),
    )


def _mentioned(mentions: Sequence[Mention], spans: Sequence[tuple[int, int]], names: Names) -> Iterator[Named]:
    """What the linker found; a mere part of a compound is marked, since the rest of the word says something else."""
    by_span: dict[tuple[int, int], list[str]] = {}
    surfaces = {(mention.start, mention.end): mention.surface for mention in mentions}
    compounds = {(mention.start, mention.end) for mention in mentions if mention.matched_by == "compound"}
    for mention in mentions:
        by_span.setdefault((mention.start, mention.end), []).append(mention.concept_iri)
    for (start, end), iris in by_span.items():
        inside = [index for index, span in enumerate(spans) if start <= span[0] and span[1] <= end]
        if inside:
            types = frozenset[str]().union(*(names.types.get(iri, frozenset()) for iri in iris))
            how = _how_named(surfaces[start, end], iris[0], names)
            if how:
                is_part = (start, end) in compounds
                yield Named(tuple(iris), types | how, inside[0], inside[-1] + 1, compound=is_part)


def _how_named(surface: str, iri: str, names: Names) -> frozenset[str]:
    """By its code, by an abbreviation, or by name; a name may be an abbreviation too ("SKR").

    A code of something narrower, which is not in the vocabulary, is linked to the nearest above it, but what is said of
    that need not be true of it: it names nothing here.
    """
    code = surface.upper().replace(".", "")
    if re.fullmatch(r"[A-Z]{1,2}\d{2,3}[A-Z\d]*", code):
        return frozenset({"code"} if code in names.codes.get(iri, ()) else ())
    is_short = sum(map(str.isupper, surface)) > 1 and " " not in surface and len(surface) <= _ABBREVIATION
    return frozenset([*["abbreviation"] * is_short, *["name"] * (not is_short or surface == names.labels[iri])])


def _short(words: Sequence[str], lemmas: Sequence[str], names: Names) -> Iterator[Named]:
    """What is named by its short name, the longest first.

    The last word may have the word for the kind after a hyphen: "psykisk hälsa-programområdet".
    """
    for length in range(min(names.longest, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            *first, last = words[start : start + length]
            own, _, kind = last.rpartition("-")
            ways = [
                (*first, last),
                (*first, lemmas[start + length - 1]),
                (lemmas[start], *words[start + 1 : start + length]),
                tuple(lemmas[start : start + length]),
            ]
            ways += [(stem, *words[start + 1 : start + length]) for stem in indefinite(words[start])]
            ways += [(*first, own)] if own and kind.startswith(_KINDS) else []
            ways += [(*first, way) for way in without_kind(last)]
            found = list(dict.fromkeys(iri for way in ways for iri in names.short.get(way, ())))
            posts = tuple(iri for iri in found if "Post" in names.types[iri])
            for iris in [*((iri,) for iri in found if iri not in posts), *([posts] if posts else [])]:
                yield Named(iris, names.types[iris[0]], start, start + length, short=True)


def _hyphened(words: Sequence[str], names: Names) -> Iterator[Named]:
    """What the first part of a word with a hyphen names: "adhd-riktlinjerna", "GRADE-skalan"."""
    for index, word in enumerate(words):
        first = word.rpartition("-")[0]
        if iris := names.single.get(first):
            types = frozenset[str]().union(*(names.types[iri] for iri in iris))
            yield Named(iris, types | {"name"}, index, index + 1, compound=True)
        for iris, _, _ in find_fields([frozenset({first})] if first else [], names.fields):
            if "scale" in names.types[iris[0]]:
                yield Named(iris, names.types[iris[0]] | {"name"}, index, index + 1, compound=True)


def _head(token: Token) -> str:
    _, hyphen, last = token.lemma.rpartition("-")
    return last if hyphen else token.parts[-1] if token.parts else ""


def _is_asked(question: AnalysedQuestion) -> bool:
    return bool(question.tokens) and question.tokens[-1].text == "?"


def _event(written: Sequence[str], named: Sequence[Named]) -> tuple[Event | None, frozenset[int]]:
    for one in named:
        if "organisation" in one.types and (told := event_words(written, one.start, one.end)) is not None:
            return Event(one.iris[0], told[0]), told[1]
    return None, frozenset()


def _form(written: Sequence[str], lemmas: Sequence[str], tokens: Sequence[Token], rules: _Rules) -> Form:
    text = f" {' '.join(written)} "
    if " eller " in text:
        return "which"  # "Är det aktivt eller vilande?" asks which of two
    if " hur många " in text or " antal " in text or " antalet " in text or " hur vanlig" in text:
        return "count"
    if asks_when(written, tokens, _WHEN, rules.question - {"när"}):
        return "when"
    is_before_verb = written[:1] == ["var"] and len(lemmas) > 1 and lemmas[1] in rules.opening
    if is_before_verb or asks_where(written, tokens) or is_request(written, lemmas):
        return "which"
    is_question = bool(lemmas) and (lemmas[0] in rules.opening or written[0] in rules.opening)
    if is_question and not rules.question & set(written) and not is_participle(written[0]):
        return "yes-no"
    return "which"
