"""Analysed document → claims: who hosts, appoints, consists of, mirrors or supports whom, since when, and how many.

Each sentence is read with its mentions as slots (`ingest.finding.claim_text`) by rules that are data
(`rules/claims.toml`); each claim keeps the sentence that says it. A sentence that denies or imagines gives none, unless
that is what a rule is about.
An object that no vocabulary has is given in the words of the text, where a rule says so; a subject never is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from graph.vocabulary import Vocabulary
from ingest.finding.claim_bodies import (
    KIND,
    ORGANISATION,
    PROGRAMME,
    Bodies,
    bodies_of,
    counterparts,
    kind_in,
    named_in,
    own_name,
)
from ingest.finding.claim_clauses import readings
from ingest.finding.claim_rules import ClaimRule, Statement, claim_rules
from ingest.finding.claim_text import Focus, Masked, Slot, focus_of, masked
from ingest.finding.units import Unit
from ingest.reading.statedates import DATE, parse_date
from ingest.rulebook import load_rules
from ontology import terms as t
from ontology.model import Document, ExtractedClaim, Mention

_ORGANISERS = frozenset([ORGANISATION, KIND, PROGRAMME])
_GROUP = re.compile(r"\{(\w+(?:!|\*12)?)\}")
_MONTHS_OF_A_YEAR = 12
_RANGE = re.compile(r" (?:eller|till) |[–-]")


@dataclass(frozen=True, slots=True)
class _Context:
    document: Document
    bodies: Bodies
    focus: Focus


@dataclass(frozen=True, slots=True)
class _Fit:
    """A pattern as it fits a text."""

    match: re.Match[str]
    text: Masked


@dataclass(frozen=True, slots=True)
class _Lead:
    """A rule whose list follows, and how it fits the sentence that leads in to it."""

    rule: ClaimRule
    fit: _Fit


def find_claims(
    document: Document, units: Sequence[Unit], mentions: Sequence[Mention], vocabulary: Vocabulary
) -> tuple[ExtractedClaim, ...]:
    """All claims in order; of the same thing said twice in a sentence, the first."""
    if not any(vocabulary.kind_of(mention.concept_iri) in _ORGANISERS for mention in mentions):
        return ()
    bodies = bodies_of(vocabulary)
    context = _Context(document, bodies, focus_of(document, mentions, bodies))
    found: list[ExtractedClaim] = []
    lead: _Lead | None = None
    before: Masked | None = None
    heading: Masked | None = None
    header = ""
    for unit in units:
        text = masked(unit, mentions, context.focus, bodies, before)
        if unit.block.kind != "row":
            header = text.text if unit.block.kind == "header" else ""
        if unit.block.kind != "item":
            lead = None
        elif lead:
            found.extend(_listed(text, lead, context))
        if unit.block.kind == "heading":
            heading = text
        else:
            for rule, fits in _fitting(text, before, heading, header):
                found.extend(_stated(rule.statements, rule, fits, context))
                if rule.item and unit.text.endswith(":"):
                    lead = _Lead(rule, fits[0])
        before = text
    return _each_once(found)


def _each_once(found: Sequence[ExtractedClaim]) -> tuple[ExtractedClaim, ...]:
    kept: dict[tuple[str, str, str, bool, int], ExtractedClaim] = {}
    for claim in found:
        kept.setdefault((claim.subject, claim.predicate, claim.object, claim.negated, claim.start), claim)
    return tuple(kept.values())


def _fitting(
    text: Masked, before: Masked | None, heading: Masked | None, header: str
) -> Iterator[tuple[ClaimRule, Sequence[_Fit]]]:
    """The rules that fit a unit, each with how it fits it and what stands before and above."""
    if text.text.endswith("?"):
        return
    words = text.unit.text.lower()
    clauses = readings(text)
    doubted = _doubted(text)
    for rule in claim_rules():
        if not any(word in words for word in rule.words):
            continue
        if bool(rule.header) != (text.unit.block.kind == "row") or (rule.header and not rule.header.search(header)):
            continue
        asked = [(pattern, there) for pattern, there in ((rule.previous, before), (rule.under, heading)) if pattern]
        around = [_Fit(match, there) for pattern, there in asked if there and (match := pattern.search(there.text))]
        if len(around) < len(asked):
            continue
        for clause in clauses:
            yield from ((rule, (_Fit(match, clause), *around)) for match in _matches(rule, clause, doubted))


def _matches(rule: ClaimRule, text: Masked, doubted: frozenset[Slot]) -> Iterator[re.Match[str]]:
    """Where a rule fits a text that neither denies nor imagines what it says, unless that is what the rule is about."""
    if rule.unless and rule.unless.search(text.text):
        return
    for pattern in rule.patterns:
        for match in pattern.finditer(text.text):
            imagined = _imagined().search(text.text, 0, match.start()) or doubted.intersection(
                text.slots_in(match.span())
            )
            if rule.despite or (not imagined and _denies(match[0]) == rule.negated):
                yield match


def _doubted(text: Masked) -> frozenset[Slot]:
    """The slots of what a sentence plans, proposes, asks or supposes."""
    spans = (match.span() for match in _doubt().finditer(text.text))
    return frozenset(slot for span in spans for slot in text.slots_in(span))


def _listed(text: Masked, lead: _Lead, context: _Context) -> Iterator[ExtractedClaim]:
    """What an item of a list says under the sentence that leads in to it."""
    if lead.rule.item and (match := lead.rule.item.search(text.text)) and not _denies(match[0]):
        yield from _stated(lead.rule.item_statements, lead.rule, (_Fit(match, text), lead.fit), context)


def _stated(
    statements: Sequence[Statement], rule: ClaimRule, fits: Sequence[_Fit], context: _Context
) -> Iterator[ExtractedClaim]:
    unit = fits[0].text.unit
    for statement in statements:
        began, ended = ("", "") if statement.timeless else _validity(fits)
        is_literal = statement.object.startswith("=")
        for subject in _resources(statement.subject, fits, context):
            for value in _objects(statement.object, subject, fits, context):
                if subject == value and statement.relation != "collaboratesWith":
                    continue
                yield ExtractedClaim(
                    subject=subject,
                    predicate=_predicate(statement.relation, subject, value, context.bodies),
                    object=value,
                    is_literal=is_literal,
                    valid_from="" if statement.ends else began,
                    valid_to=began if statement.ends else ended,
                    negated=rule.negated,
                    hosting_kind=_hosting(fits[0].match[0]) if statement.hosting == "said" else statement.hosting,
                    start=unit.start,
                    end=unit.end,
                    text=unit.text,
                    rule=rule.name,
                )


def _objects(term: str, subject: str, fits: Sequence[_Fit], context: _Context) -> tuple[str, ...]:
    if not term.startswith("="):
        return _resources(term, fits, context)
    template = term[1:].replace("{own}", own_name(subject, context.bodies))
    words = {name: _words(name, fits, context) for name in _GROUP.findall(template)}
    return (_GROUP.sub(lambda group: words[group[1]], template),) if all(words.values()) else ()


def _resources(term: str, fits: Sequence[_Fit], context: _Context) -> tuple[str, ...]:
    """The IRIs that a term of a statement means: of its alternatives, the first that means any."""
    return next(filter(None, (_meant(one, fits, context) for one in term.split("|"))), ())


def _meant(term: str, fits: Sequence[_Fit], context: _Context) -> tuple[str, ...]:
    if term.startswith("/"):
        return tuple(filter(None, [context.bodies.iri(term[1:])]))
    if term.startswith("@"):
        return tuple(filter(None, [context.focus.only(context.bodies, (term[1:],))]))
    if "^" in term:
        body, _, place = term.partition("^")
        return _placed(_meant(body, fits, context), _meant(place, fits, context), context.bodies)
    if ">" in term:
        known, _, family = term.partition(">")
        return counterparts(_meant(known, fits, context), context.bodies, family)
    return _named(term, fits, context)


def _placed(iris: tuple[str, ...], places: tuple[str, ...], bodies: Bodies) -> tuple[str, ...]:
    """The kinds among these as they are in a place, where one is named."""
    return tuple(filter(None, (kind_in(iri, places[0], bodies) for iri in iris))) if places else iris


def _named(term: str, fits: Sequence[_Fit], context: _Context) -> tuple[str, ...]:
    """What a group's slots name, or else its words, by own names of a family."""
    group, _, sort = term.partition(".")
    if not (fit := _taking_part(group, fits)):
        return ()
    span = fit.match.span(group)
    slots = fit.text.slots_in(span)
    if found := tuple(dict.fromkeys(slot.iri for slot in slots if sort in {"", slot.sort})):
        return found
    start, end = fit.text.original(span)
    return named_in(context.document.text[start:end], context.bodies, sort) if sort else ()


def _taking_part(group: str, fits: Sequence[_Fit]) -> _Fit | None:
    """The fit in which a group took part."""
    return next((fit for fit in fits if group in fit.match.re.groupindex and fit.match[group] is not None), None)


def _words(name: str, fits: Sequence[_Fit], context: _Context) -> str:
    """What the text says where a group is, a number in digits; with "!", the name of the concept there; with "*12", as
    many months as it says years."""
    group = name.removesuffix("!").removesuffix("*12")
    if not (fit := _taking_part(group, fits)):
        return ""
    span = fit.match.span(group)
    if name.endswith("!"):
        label = context.bodies.concepts[fit.text.slots_in(span)[0].iri].label
        return label.partition(" (")[0]
    start, end = fit.text.original(span)
    words = context.document.text[start:end]
    if name.endswith("*12"):
        return str(int((_number(words) or 0) * _MONTHS_OF_A_YEAR))
    numbers = [_number(word) for word in _RANGE.split(words)]
    return "–".join(map(str, numbers)) if None not in numbers else words


def _number(word: str) -> float | None:
    """The number that a word or digits mean: 48 of "fyrtioåtta" and 290 of "tvåhundranittio"; None of other words."""
    word = word.strip().lower()
    if (digits := word.replace(" ", "")).isdigit():
        return int(digits)
    known = _numbers()
    if word in known:
        return known[word]
    hundreds, hundred, rest = word.partition("hundra")
    if hundred and (hundreds in known or not hundreds) and (not rest or _number(rest)):
        return known.get(hundreds, 1) * 100 + ((_number(rest) or 0) if rest else 0)
    tens = next((one for one in known if one.endswith("tio") or one == "tjugo" if word.startswith(one)), "")
    return known[tens] + known[word.removeprefix(tens)] if tens and word.removeprefix(tens) in known else None


def _hosting(words: str) -> str:
    """Which sort of hosting is spoken of."""
    kinds = load_rules("claims")["hosting"]
    return next((kind for kind, pattern in kinds.items() if re.search(pattern, words, re.IGNORECASE)), "active")


def _predicate(relation: str, subject: str, value: str, bodies: Bodies) -> str:
    if relation == "altLabel":
        return t.ALT_LABEL
    named = [bodies.concepts[iri].kind == ORGANISATION for iri in (subject, value) if iri in bodies.concepts]
    return t.ORG + "subOrganizationOf" if relation == "partOf" and all(named) else t.VIP + relation


def _validity(fits: Sequence[_Fit]) -> tuple[str, str]:
    """Since when and until when, as the sentence says it of what it states, or else the one that leads in to it."""
    for fit in fits:
        began, ended = _time("began").search(fit.text.unit.text), _time("ended").search(fit.text.unit.text)
        if began or ended:
            start = parse_date(next(filter(None, began.groups()))) if began else ""
            return start, parse_date(ended[1]) if ended else ""
    return "", ""


def _denies(words: str) -> bool:
    return bool(_denial().search(words))


@cache
def _denial() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(load_rules('claims')['denial']['words'])})\b", re.IGNORECASE)


@cache
def _time(bound: str) -> re.Pattern[str]:
    forms = load_rules("claims")["time"][bound]
    return re.compile("|".join(forms).replace("{DATE}", DATE), re.IGNORECASE)


@cache
def _doubt() -> re.Pattern[str]:
    rules = load_rules("claims")["doubt"]
    return re.compile(rf"(?:{'|'.join(rules['words'])}){rules['reach']}", re.IGNORECASE)


@cache
def _imagined() -> re.Pattern[str]:
    return re.compile(load_rules("claims")["imagined"], re.IGNORECASE)


@cache
def _numbers() -> dict[str, float]:
    return dict(load_rules("claims")["numbers"])
