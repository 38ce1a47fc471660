"""Analysed document → recommendations: what to do or not to do, for whom, how strongly, on what ground.

Whether a sentence recommends, and in which direction, is decided by rules that are data (`rules/recommendations.toml`):
the first that fits. What the advice is about comes from the sentence, else from the headings above it, else from the
title, nearest first.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.vocabulary import Vocabulary
from ingest.finding.recommendation_rules import Rule, advice_words, recommendation_rules
from ingest.finding.units import Unit, within
from ingest.language import Token
from ontology.model import Block, Document, Mention, Recommendation, Reference

_PRIORITY = re.compile(
    r"\b(?:prioritet(?:en)?|prio)(?: är| blev|:)? ?(\d{1,2})(?![\d–-]| (?:till|och) \d)"
    r"|\b(?:med )?rangordning(?:en)? ?:? ?(\d{1,2})(?![\d–-])",
    re.IGNORECASE,
)
_LISTED_PRIORITY = re.compile(r"(?<=[\w)]) (\d{1,2})(?=\s*(?:[;.,]|$| och ))")
_SPEAKS_OF_PRIORITY = re.compile(r"\bprioritet|\bprioriter", re.IGNORECASE)
_EXCEPTION = re.compile(
    r"(?:\bom (?:det |den |patienten |individen )?(?:inte|ej)\b|\bsåvida inte\b|\butom\b|\bmed undantag (?:för|av)\b"
    r"|\bundantag(?:et)?:|\bendast om\b|\bbara (?:om|när)\b|\bunder förutsättning att\b|\bförutsatt att\b)[^.;]*",
    re.IGNORECASE,
)
_MAIN_CLAUSE = re.compile(r",| (?=(?:bör|ska|skall|kan|måste|rekommenderas|behöver)\b)", re.IGNORECASE)
_SEVERITY = re.compile(r"\b(lindrig|medelsvår|svår)(?:t|a)?(?=/| (?:till|eller|och|samt)\b| \w{4,})", re.IGNORECASE)
_FRAME = re.compile(
    r"\b(?:med|av|till|för|från|hos|i|på|inom|enligt|via|vid|mellan|och|NAG|NPO|RPO|arbetsgrupp(?:en)?) $",
    re.IGNORECASE,
)
_PREPOSITION = 8
_INVITED = re.compile(r"\bkan (?:bjudas in|kallas)\b", re.IGNORECASE)
_AFTER_PRIORITY = re.compile(r"\)| \([^()]*\)")
_TURN = re.compile(r"; |, (?=men )|, (?=medan )|(?<=[.!?]) (?=\w)| – (?=\w)")
_EDGES = " ,;:–-•"
_ONLY = frozenset(["bara", "enbart", "endast"])
_HIGHEST = 10
_RANKS = frozenset(map(str, range(1, _HIGHEST + 1)))
_SHORT_HEADING = 3
"""Words: a heading below the title that is shorter names a section, even if it begins with a verb."""
_NOMINAL = frozenset(["NOUN", "PROPN", "ADJ"])
"""What may stand between "som" and a verb of the main clause: "Barn som anhöriga ska uppmärksammas"."""
_CLINICAL = frozenset(["condition", "intervention", "age-group", "target-group"])
_ORGANISERS = frozenset(["organisation", "body-kind", "programme", "knowledge-service"])


@dataclass(frozen=True, slots=True)
class _Context:
    document: Document
    mentions: Sequence[Mention]
    references: Sequence[Reference]
    vocabulary: Vocabulary
    names: Mapping[tuple[str, str], str]
    is_about_governance: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a unit that gives one recommendation at most."""

    start: int
    end: int
    priority: int | None


def find_recommendations(
    document: Document,
    units: Sequence[Unit],
    mentions: Sequence[Mention],
    references: Sequence[Reference],
    vocabulary: Vocabulary,
    names: Mapping[tuple[str, str], str],
) -> tuple[Recommendation, ...]:
    """All recommendations in order; `names` gives IRIs of the vocabulary by kind and name in lower case."""
    kinds = Counter(vocabulary.kind_of(mention.concept_iri) for mention in mentions)
    governs = sum(kinds[kind] for kind in _ORGANISERS) > max(2, sum(kinds[kind] for kind in _CLINICAL))
    context = _Context(document, mentions, references, vocabulary, names, governs)
    found: list[Recommendation] = []
    lead: Recommendation | None = None
    for unit in units:
        if unit.block.kind == "item" and lead and (item := _listed(unit, lead, context)):
            if found[-1] is lead:
                found.pop()
            found.append(item)
            continue
        read = tuple(_read(unit, context))
        found.extend(read)
        if unit.block.kind != "item":
            lead = read[-1] if read and _leads(unit) else None
    return tuple(found)


def _read(unit: Unit, context: _Context) -> Iterator[Recommendation]:
    if unit.block.kind in {"header", "term"}:
        return
    for piece in _pieces(unit, context):
        text = context.document.text[piece.start : piece.end]
        rule = _deciding_rule(text, unit, piece)
        if rule is None or _is_organisational(text, piece, rule, context):
            continue
        options = _options(piece, context) if rule.needs == "options" else ()
        yield from (_recommendation(unit, option, rule, context) for option in options or (piece,))


def _options(piece: _Piece, context: _Context) -> tuple[_Piece, ...]:
    """The interventions that are listed after a colon, a piece each: "Möjliga insatser: psykoedukation, läkemedel"."""
    colon = context.document.text.find(":", piece.start, piece.end)
    listed = within(context.mentions, colon, piece.end) if colon > 0 else ()
    named = [mention for mention in listed if context.vocabulary.kind_of(mention.concept_iri) == "intervention"]
    return tuple(_Piece(mention.start, mention.end, None) for mention in named)


def _leads(unit: Unit) -> bool:
    """Whether a list that follows goes on with what it says."""
    return unit.text.endswith(":") or unit.block.kind == "heading"


def _listed(unit: Unit, lead: Recommendation, context: _Context) -> Recommendation | None:
    """A list item that names an intervention under a lead that recommends what follows: "Möjliga insatser:"."""
    piece = _Piece(unit.start, unit.end, None)
    if lead.direction == "neutral" or _deciding_rule(unit.text, unit, piece):
        return None
    rule = next(rule for rule in recommendation_rules() if rule.name == lead.rule)
    found = _recommendation(unit, piece, rule, context, lead)
    return found if found.interventions else None


def _pieces(unit: Unit, context: _Context) -> list[_Piece]:
    """The unit whole, or cut after each of several priorities: "… prioritet 3; … prioritet 4"."""
    marks = [(m.end(), int(m[1] or m[2])) for m in _PRIORITY.finditer(unit.text)]
    if len(marks) < 2 and _speaks_of_priority(unit, context):
        listed = [(m.end(), int(m[1])) for m in _LISTED_PRIORITY.finditer(unit.text)]
        marks = listed if len(listed) > 1 else marks
    marks = [(end, number) for end, number in marks if 1 <= number <= _HIGHEST]
    if len(marks) < 2:
        return _clauses(unit, marks[0][1] if marks else _priority_of_row(unit, context))
    pieces: list[_Piece] = []
    for (before, _), (end, number) in pairwise([(0, 0), *marks]):
        closing = _closing(unit.text, end)
        begin = _closing(unit.text, before) if before else 0
        text = unit.text[begin:closing]
        begin += len(text) - len(text.lstrip(_EDGES))
        pieces.append(_Piece(unit.start + begin, unit.start + closing, number))
    return pieces


def _priority_of_row(unit: Unit, context: _Context) -> int | None:
    """The number that stands alone under the head "Prioritet" of its table."""
    if unit.block.kind != "row":
        return None
    heads = _heads(unit, context)
    titles = context.document.text[heads[-1].start : heads[-1].end].split(" | ") if heads else []
    cells = unit.text.split(" | ")
    if len(titles) != len(cells):
        return None
    ranked = (cell for title, cell in zip(titles, cells, strict=True) if _SPEAKS_OF_PRIORITY.search(title))
    return next((int(cell) for cell in ranked if cell in _RANKS), None)


def _heads(unit: Unit, context: _Context) -> list[Block]:
    """The heads of tables above a row in its section, the one of its own table last."""
    section = context.document.sections[unit.section]
    blocks = context.document.blocks
    return [block for block in blocks if block.kind == "header" and section.start <= block.start < unit.start]


def _closing(text: str, end: int) -> int:
    """Where a piece ends whose priority ends here: after a bracket that closes, or one that follows whole."""
    followed = _AFTER_PRIORITY.match(text, end)
    return followed.end() if followed else end


def _clauses(unit: Unit, priority: int | None) -> list[_Piece]:
    """The unit whole, or cut at a semicolon or "men" where the parts advise differently: "bör …, men … får inte …"."""
    whole = [_Piece(unit.start, unit.end, priority)]
    cuts = [(match.start(), match.end()) for match in _TURN.finditer(unit.text)]
    if priority is not None or not cuts:
        return whole
    bounds = [0, *(at for cut in cuts for at in cut), len(unit.text)]
    pieces: list[_Piece] = []
    names: set[str] = set()
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        piece = _Piece(unit.start + (start if pieces else 0), unit.start + end, None)
        rule = _deciding_rule(unit.text[piece.start - unit.start : end], unit, piece)
        if rule is None and pieces:
            pieces[-1] = _Piece(pieces[-1].start, piece.end, None)
        elif rule is not None:
            pieces.append(piece)
            names.add(rule.name)
    return pieces if len(names) == len(pieces) > 1 else whole


def _speaks_of_priority(unit: Unit, context: _Context) -> bool:
    section = context.document.sections[unit.section]
    return bool(_SPEAKS_OF_PRIORITY.search(context.document.text, section.start, unit.end))


def _deciding_rule(text: str, unit: Unit, piece: _Piece) -> Rule | None:
    """What speaks against comes first, in the order of the rules; of what speaks for, what the text says first."""
    if advice_words().describing.search(text):
        return None
    cues = [(rule, cue) for rule in recommendation_rules() if (cue := _cue(rule, text, unit, piece)) is not None]
    cues = [(rule, cue) for rule, cue in cues if not _is_given(unit, piece.start, cue)] or cues
    decisive = [rule for rule, _ in cues if rule.direction != "for" or rule.first]
    if decisive:
        return decisive[0]
    return min(cues, key=lambda found: (found[0].needs != "", found[1].start()), default=(None, None))[0]


def _cue(rule: Rule, text: str, unit: Unit, piece: _Piece) -> re.Match[str] | None:
    """Where the words stand by which a rule recommends, if it does."""
    if rule.needs == "priority" and piece.priority is None:
        return None
    if rule.needs.startswith("advice-verb"):
        tokens = [token for token in unit.tokens if piece.start <= token.start < piece.end]
        if not _begins_with_advice(unit, tokens, denied=rule.needs == "advice-verb-denied"):
            return None
    found = rule.pattern.search(text)
    if not found or (rule.unless and rule.unless.search(text)):
        return None
    if rule.needs in {"", "options"} and unit.block.kind != "row" and _is_subordinate(unit, piece.start + found.end()):
        return None
    return found


def _is_subordinate(unit: Unit, end: int) -> bool:
    """Whether the cue that ends here stands in a relative clause: "de tillstånd där KBT rekommenderas"."""
    advice = advice_words()
    before = [token for token in unit.tokens if token.end <= end]
    for at in range(len(before) - 1, -1, -1):
        if before[at].text in {",", ";", ":", "–"}:
            return False
        if before[at].text.lower() in advice.relatives:
            between = before[at + 1 :]
            if before[at].text == "som" and len(between) > 1 and all(one.pos in _NOMINAL for one in between[:-1]):
                return any(one.pos == "VERB" and one.text.endswith("r") for one in unit.tokens if one.start > end)
            return not any(token.pos in {"VERB", "AUX"} for token in between[:-1]) and at > 0
    return False


def _is_given(unit: Unit, begin: int, cue: re.Match[str]) -> bool:
    """Whether the cue stands in a clause that gives a reason or a condition: "Eftersom X ska undvikas bör …"."""
    advice = advice_words()
    here = [token for token in unit.tokens if token.start >= begin]
    if here and here[0].text.lower() in advice.conditions:
        comma = next((token.start for token in here if token.text == ","), 0)
        return begin + cue.end() <= comma
    before = [token for token in here if token.start < begin + cue.start()]
    for at in range(len(before) - 1, -1, -1):
        if before[at].text in {",", ";", ":", "–"} or before[at].pos in {"VERB", "AUX"}:
            return False
        if before[at].text.lower() in advice.conjunctions:
            begins_clause = at == 0 or not before[at - 1].is_word or before[at].text.lower() != "om"
            return begins_clause and at + 1 < len(before) and before[at + 1].text != "möjligt"
    return False


def _begins_with_advice(unit: Unit, tokens: Sequence[Token], *, denied: bool) -> bool:
    """Whether they begin with a verb of advice, perhaps after a few words that may stand before one; or, with `denied`,
    whether such a verb is followed by "inte": "Ställ inte diagnosen …"."""
    advice = advice_words()
    for at, token in enumerate(tokens):
        word = token.text.lower()
        if word in advice.about_the_page:
            return False
        after = [later.text.lower() for later in tokens[at + 1 : at + 4]]
        if at == 0 and (word == "att" or (word in advice.conjunctions and after[:1] != ["möjligt"])):
            return False
        is_told_not_to = (
            bool(advice.denials.intersection(after[:1])) and word.isalpha() and not word.endswith(("r", "s"))
        )
        if word in advice.verbs or (at == 0 and (is_told_not_to or _is_imperative(token, unit))):
            is_denied = any(this in advice.denials and then not in _ONLY for this, then in pairwise([*after, ""]))
            return is_denied is denied and not _is_label(unit)
        if word not in advice.before:
            return False
    return False


def _is_imperative(token: Token, unit: Unit) -> bool:
    """Whether a first word has the form of a command and is seen as a verb: "Läs", "Vänta"."""
    word, lemma = token.text.lower(), token.lemma
    is_verb = token.pos == "VERB" and word.isalpha() and lemma.endswith(("a", "gå", "stå", "ge", "se"))
    return is_verb and unit.block.kind != "heading" and word in {lemma, lemma.removesuffix("a")}


def _is_label(unit: Unit) -> bool:
    """Whether it only looks like advice: the name of a section below the title, such as "Förebygga återfall"."""
    return unit.block.kind == "heading" and unit.block.level > 1 and len(unit.tokens) < _SHORT_HEADING


def _is_organisational(text: str, piece: _Piece, rule: Rule, context: _Context) -> bool:
    """Whether it is about how care is organised, rather than about the care of people: its subject is a body, a
    programme or a document, or nothing in it is about care."""
    cue = rule.pattern.search(text)
    before = piece.start + (cue.start() if cue else 0)
    subjects = [
        context.vocabulary.kind_of(mention.concept_iri)
        for mention in within(context.mentions, piece.start, before)
        if not _is_framed(mention, context) and mention.surface.lower() not in advice_words().with_people
    ]
    about = [context.vocabulary.kind_of(m.concept_iri) for m in within(context.mentions, piece.start, piece.end)]
    if _CLINICAL.intersection(subjects):
        return False
    if _ORGANISERS.intersection(subjects) and not (rule.is_of_care or _INVITED.search(text)):
        return True
    organiser = advice_words().organisers.search(context.document.text, piece.start, before)
    if (
        organiser
        and not rule.is_of_care
        and not (organiser[0].lower().startswith("riktlinje") and _speaks_for_guideline(text, rule))
    ):
        return True
    if _CLINICAL.intersection(about) or _stands_in_care(piece, context):
        return False
    if context.is_about_governance:
        return bool(_ORGANISERS.intersection(about)) or not advice_words().care.search(text)
    return not (rule.needs or {"setting", "profession"}.intersection(about) or advice_words().care.search(text))


def _is_framed(mention: Mention, context: _Context) -> bool:
    """Whether a preposition stands before a mention, so that it is no subject: "Samverkan med Försäkringskassan"."""
    before = context.document.text[max(mention.start - _PREPOSITION, 0) : mention.start]
    return bool(_FRAME.search(before))


def _stands_in_care(piece: _Piece, context: _Context) -> bool:
    """Whether the title or a heading above is about a condition or an intervention."""
    blocks = [block for block in context.document.blocks if block.kind == "heading" and block.start < piece.start]
    near = [*blocks[:1], *blocks[-1:]]
    about = (m for block in near for m in within(context.mentions, block.start, block.end))
    return any(context.vocabulary.kind_of(mention.concept_iri) in {"condition", "intervention"} for mention in about)


def _speaks_for_guideline(text: str, rule: Rule) -> bool:
    """Whether a guideline is named as the one that recommends: "Riktlinjerna rekommenderar", "Enligt riktlinjerna"."""
    return rule.name == "rekommenderas" or "enligt" in text.lower().split()


def _recommendation(
    unit: Unit, piece: _Piece, rule: Rule, context: _Context, lead: Recommendation | None = None
) -> Recommendation:
    """What a piece recommends; for an item of a list, `lead` is what introduces the list."""
    text = context.document.text[piece.start : piece.end]
    limits = _exception(text)
    inside = [
        mention
        for mention in within(context.mentions, piece.start, piece.end)
        if not (limits[0] <= mention.start - piece.start < limits[1])
    ]

    def concepts(*kinds: str) -> tuple[str, ...]:
        return _concepts(inside, context, *kinds)

    introduced = [within(context.mentions, lead.start, lead.end)] if lead else []
    around = (*introduced, *_around(unit, piece, context))
    return Recommendation(
        start=piece.start,
        end=piece.end,
        text=text,
        direction=rule.direction,
        strength=rule.strength or (_band(piece.priority) if rule.direction == "for" else ""),
        priority=piece.priority,
        conditions=_conditions([inside, *around], context),
        interventions=concepts("intervention")
        or (_nearest(around, context, "intervention") if rule.needs == "priority" else ()),
        populations=concepts("target-group", "age-group") or _nearest(around, context, "target-group", "age-group"),
        settings=concepts("setting"),
        professions=concepts("profession"),
        severities=_severities(text, context) or (lead.severities if lead else ()),
        sources=tuple(
            r.surface for r in context.references if r.kind == "evidence-source" and piece.start <= r.start < piece.end
        ),
        exception=text[slice(*limits)].strip(_EDGES),
        section=unit.section,
        rule=rule.name,
    )


def _exception(text: str) -> tuple[int, int]:
    """Where an exception stands, (0, 0) without one; one that begins the sentence ends where the main clause begins:
    "Om patienten inte vill bör …"."""
    found = _EXCEPTION.search(text)
    if not found:
        return (0, 0)
    main = _MAIN_CLAUSE.search(text, 0, found.end()) if found.start() == 0 else None
    return (found.start(), main.start() if main else found.end())


def _around(unit: Unit, piece: _Piece, context: _Context) -> Iterator[Sequence[Mention]]:
    """The mentions of what stands around a piece, nearest first: the pieces before it in its sentence, the head of its
    table, the headings above, the title."""
    document = context.document
    earlier = [one for one in _pieces(unit, context) if one.end <= piece.start]
    yield from (within(context.mentions, one.start, one.end) for one in reversed(earlier))
    if not earlier:
        yield within(context.mentions, unit.start, piece.start)
    if unit.block.kind == "row":
        yield from (within(context.mentions, block.start, block.end) for block in _heads(unit, context)[-1:])
    section: int | None = unit.section
    while section is not None:
        heading = document.sections[section]
        block = next((b for b in document.blocks if b.start == heading.start and b.kind == "heading"), None)
        if block and block is not unit.block:
            yield within(context.mentions, block.start, block.end)
        section = heading.parent
    title = next((b for b in document.blocks if b.kind == "heading" and b.level == 1), None)
    if title and title is not unit.block:
        yield within(context.mentions, title.start, title.end)


def _nearest(around: Sequence[Sequence[Mention]], context: _Context, *kinds: str) -> tuple[str, ...]:
    return next((found for mentions in around if (found := _concepts(mentions, context, *kinds))), ())


def _conditions(places: Sequence[Sequence[Mention]], context: _Context) -> tuple[str, ...]:
    """The conditions named nearest, by themselves or by the programme that is about them; else those that the index
    table gives the document. What is said to be absent is none of them."""
    for mentions in places:
        present = [mention for mention in mentions if not mention.negated]
        programmes = _concepts(present, context, "programme")
        implied = dict.fromkeys(iri for one in programmes for iri in context.vocabulary.concerns.get(one, ()))
        if found := _concepts(present, context, "condition") or tuple(implied):
            return found
    codes = map(context.vocabulary.concept_of_code, context.document.metadata.codes)
    return tuple(dict.fromkeys(filter(None, codes)))


def _concepts(mentions: Sequence[Mention], context: _Context, *kinds: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            mention.concept_iri for mention in mentions if context.vocabulary.kind_of(mention.concept_iri) in kinds
        )
    )


def _severities(text: str, context: _Context) -> tuple[str, ...]:
    """The severities that advice is limited to: "lindrig till medelsvår depression"."""
    words = (match[1].lower() for match in _SEVERITY.finditer(text))
    return tuple(dict.fromkeys(iri for word in words if (iri := context.names.get(("severity", word)))))


def _band(priority: int | None) -> str:
    """The strength that a priority stands for (Socialstyrelsen: 1–3 bör, 4–7 kan, 8–10 kan i undantagsfall)."""
    if priority is None:
        return ""
    return "bör" if priority <= 3 else "kan" if priority <= 7 else "kan i undantagsfall"
