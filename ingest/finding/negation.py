"""Which mentions the text negates: "utan samsjuklighet", "inte autism", "bensodiazepiner ska inte ges".

NegEx (Chapman et al. 2001, https://doi.org/10.1006/jbin.2001.1029) with Swedish words, which are data
(`rules/negation.toml`), and four things more: what softens a negation, where a clause, a preposition or a word for
people ends its reach, lists, whose members share it, and what is denied after it is named.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.language import Token
from ingest.rulebook import load_rules
from ontology.model import Mention

_REACH = 6
"""Words between a negation and what it negates, as in NegEx."""
_JOINTS = frozenset([",", "och", "eller", "samt", "/", "respektive", "alternativt", "och/eller"])
_DENIALS = frozenset(["inte", "ej", "icke", "ingen", "inget", "inga"])
_NONE = frozenset(["ingen", "inga"])
_DISTRIBUTING = frozenset(["varken", "sig"])
"""The last words of what negates every member of a list: "varken X, Y eller Z", "vare sig X eller Y"."""
_REGARDLESS = re.compile(r"\beller (?:inte|ej)\b")
_REGARDLESS_WITHIN = 8
"""Words after a thing that may make "vare sig" mean "regardless": "vare sig X föreligger eller inte"."""
_SET_AGAINST = frozenset(["dock", "men", "däremot", ","])
"""Before a negation that sets one thing against another: "alla, dock ej personer med X"."""
_STILL = frozenset(["tidigare", "längre", "alls", "ännu", "heller"])
"""Between a negation and the verb of its clause: "inte tidigare har haft X"."""
_MARKS = frozenset([",", ";", ":", "(", ")", "–", "-"])
_LATE = 3
"""Words before a subject that show whether it is one."""


@dataclass(frozen=True, slots=True)
class _Rules:
    before: frozenset[tuple[str, ...]]
    prepositions: frozenset[tuple[str, ...]]
    softened_by: frozenset[tuple[str, ...]]
    limited_by: frozenset[str]
    softened_after: frozenset[tuple[str, ...]]
    limited_after: re.Pattern[str]
    stops: frozenset[str]
    auxiliaries: frozenset[str]
    frames: frozenset[str]
    giving: frozenset[str]
    people: re.Pattern[str]
    applying: frozenset[str]
    carriers: frozenset[str]
    after: re.Pattern[str]
    after_done: re.Pattern[str]
    not_subject_after: frozenset[str]
    acts: frozenset[str]
    telling: frozenset[str]
    treating: frozenset[str]
    whole: frozenset[str]
    adverbs: frozenset[str]
    fillers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Cue:
    """Where words that negate end, how many they are, and whether they are a preposition."""

    at: int
    length: int
    leaves_out: bool


def mark_negated(text: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, in order, each with `negated` as the text has it."""
    rules = _rules()
    inside = _inside(tokens, mentions)
    places = [bisect_left(tokens, mention.start, key=lambda token: token.start) for mention in mentions]
    denied = [
        _is_denied_after(text, tokens, first, mention, rules) for first, mention in zip(places, mentions, strict=True)
    ]
    for at in range(len(mentions) - 2, -1, -1):  # "X och Y ska inte ges": what is said of the last is said of all
        denied[at] |= denied[at + 1] and _are_listed(tokens, mentions[at], mentions[at + 1], rules, most=1)
    marked: list[Mention] = []
    for first, mention, is_denied in zip(places, mentions, denied, strict=True):
        negated = not rules.limited_after.match(text, mention.end) and (
            is_denied
            or _follows_negation(tokens, first, inside, rules, is_condition=_is_condition(mention))
            or (
                bool(marked)
                and marked[-1].negated
                and _are_listed(tokens, marked[-1], mention, rules)
                and not _begins_clause(tokens, first, mention)
            )
        )
        marked.append(replace(mention, negated=negated))
    return tuple(marked)


def _is_condition(mention: Mention) -> bool:
    return "/condition/" in mention.concept_iri


def _follows_negation(
    tokens: Sequence[Token], first: int, inside: frozenset[int], rules: _Rules, *, is_condition: bool
) -> bool:
    """Whether a negation stands before, near enough, with nothing between that ends its reach."""
    cue = _nearest_cue(tokens, first, rules)
    if cue is None or (is_condition and cue.at and tokens[cue.at - 1].text.lower() in rules.treating):
        return False
    return not (
        _is_cut_off(tokens, cue, first, inside, rules)
        or _is_framed(tokens, cue, first, rules)
        or _is_softened(tokens, cue, first, rules)
    )


def _nearest_cue(tokens: Sequence[Token], first: int, rules: _Rules) -> _Cue | None:
    """The last negation before a token, in its sentence and near enough."""
    passed = 0
    for at in range(first - 1, -1, -1):
        if tokens[at].sentence != tokens[first].sentence or passed >= _REACH:
            return None
        if (length := _length_of(tokens, at, rules.before)) is not None:
            return _Cue(at, length, leaves_out=_length_of(tokens, at, rules.prepositions) is not None)
        passed += tokens[at].is_word
    return None


def _is_cut_off(tokens: Sequence[Token], cue: _Cue, first: int, inside: frozenset[int], rules: _Rules) -> bool:
    """Whether a clause, a list or people stand between, so that the negation is of them."""
    said, then = tokens[cue.at].text.lower(), tokens[cue.at + 1].text.lower()
    of_whom = rules.people.fullmatch(then) is not None
    is_clause = (said == "utan" and then == "att") or (said in _NONE and (of_whom or then in rules.whole))
    is_contrast = cue.at > 0 and tokens[cue.at - cue.length].text.lower() in _SET_AGAINST
    is_of_people = has_joint = False
    for at in range(cue.at + 1, first):
        word = tokens[at].text.lower()
        is_next = at == cue.at + 1 or (at == cue.at + 2 and tokens[at - 1].text.lower() in _STILL)
        if word == "som" and _goes_on(at - cue.at, then, is_contrast=is_contrast, of_whom=of_whom):
            is_clause = True
        elif word in rules.stops and not (word == "om" and is_next):  # "det rör sig inte om X"
            return True
        if word in _MARKS - _JOINTS and not (word == ":" and at <= cue.at + 2):  # "Ej aktuellt: X"
            return True
        if word in _JOINTS and at - 1 not in inside and said not in _DISTRIBUTING:
            return True
        has_joint |= word in _JOINTS
        is_verb = word in rules.auxiliaries or ((cue.leaves_out or has_joint) and _is_finite(tokens[at]))
        if is_verb and not is_next and not is_clause:  # "flickor som inte har X"
            return True
        is_person = word == "med" and rules.people.fullmatch(tokens[at - 1].text) is not None
        is_of_people = (is_of_people and not is_verb) or (is_person and not (cue.leaves_out or is_contrast))
    return is_of_people


def _goes_on(distance: int, then: str, *, is_contrast: bool, of_whom: bool) -> bool:
    """Whether a "som" carries a denial on: ", inte som X", "saknar såväl X som Y", "inte dem som har X"."""
    return (is_contrast and distance == 1) or then == "såväl" or (of_whom and distance == 2)


def _is_framed(tokens: Sequence[Token], cue: _Cue, first: int, rules: _Rules) -> bool:
    """Whether a preposition between says for whom, where or when something is denied."""
    frame = next((at for at in range(cue.at + 1, first) if _is_frame(tokens, at, rules)), None)
    if frame is None:
        return False
    return frame > cue.at + 1 or not (cue.leaves_out or _carries_on(tokens, cue.at - cue.length, rules))


def _is_frame(tokens: Sequence[Token], at: int, rules: _Rules) -> bool:
    """Whether a preposition says for whom, where or when something is denied."""
    word, before = tokens[at].text.lower(), tokens[at - 1].text.lower() if at else ""
    if word == "till":
        return bool(rules.giving.intersection(token.text.lower() for token in tokens[max(at - _LATE, 0) : at]))
    is_age = word == "under" and tokens[at + 1].text[:1].isdecimal()
    return word in rules.frames and before not in rules.carriers and not is_age


def _carries_on(tokens: Sequence[Token], before: int, rules: _Rules) -> bool:
    """Whether a denial reaches over a preposition right after it, given the place of what stands before the denial:
    "men inte vid adhd" and "gäller inte vid adhd", but not "räcker inte vid adhd"."""
    while before >= 0 and tokens[before].text.lower() in rules.adverbs:
        before -= 1
    return before < 0 or tokens[before].pos not in {"VERB", "AUX"} or tokens[before].text.lower() in rules.applying


def _is_finite(token: Token) -> bool:
    """Whether it is a verb in the present, or a passive: "räknas", "har"."""
    return token.pos in {"VERB", "AUX"} and token.text.endswith(("r", "s"))


def _length_of(tokens: Sequence[Token], last: int, cues: frozenset[tuple[str, ...]]) -> int | None:
    """How many words a cue has that ends with this token, if one does."""
    for length in (2, 1):
        if last + 1 >= length and tuple(t.text.lower() for t in tokens[last + 1 - length : last + 1]) in cues:
            return length
    return None


def _is_softened(tokens: Sequence[Token], cue: _Cue, first: int, rules: _Rules) -> bool:
    """Whether a negation is none after all: "inte bara X", "med eller utan X", and "inte X utan Y" for Y."""
    word = tokens[cue.at].text.lower()
    following = [token.text.lower() for token in tokens[cue.at + 1 : first]]
    if word != "utan" and rules.softened_by.intersection([tuple(following[:1]), tuple(following[:2])]):
        return True
    if rules.limited_by.intersection(following):
        return True
    if word == "sig" and _REGARDLESS.search(
        " ".join(token.text for token in tokens[first : first + _REGARDLESS_WITHIN])
    ):
        return True
    if cue.at >= cue.length and _length_of(tokens, cue.at - cue.length, rules.softened_after) is not None:
        return True
    is_of_people = cue.at > 0 and rules.people.fullmatch(tokens[cue.at - 1].text) is not None
    return word in {"utan", "utom"} and not is_of_people and _answers_a_denial(tokens, cue.at)


def _answers_a_denial(tokens: Sequence[Token], at: int) -> bool:
    """Whether a "utan" sets right what was denied before it: "inte depression utan ångest"."""
    for place in range(at - 1, -1, -1):
        token = tokens[place]
        if token.sentence != tokens[at].sentence or token.text in {";", ":", "("}:
            return False
        if token.text == "och" and tokens[place + 1].pos in {"VERB", "AUX"}:  # "hade ingen X och skrevs hem utan Y"
            return False
        if token.text.lower() in _DENIALS:
            return True
    return False


def _is_denied_after(text: str, tokens: Sequence[Token], first: int, mention: Mention, rules: _Rules) -> bool:
    """Whether the mention is the subject of what says that it is absent or not to be given."""
    is_denied = rules.after.match(text, mention.end) or (
        not _is_condition(mention) and rules.after_done.match(text, mention.end)
    )
    if not is_denied:
        return False
    before: list[str] = []
    for token in tokens[max(first - _LATE, 0) : first]:
        if token.sentence != tokens[first].sentence or token.text.lower() in rules.auxiliaries or token.text in _MARKS:
            before.clear()
        elif token.is_word:
            before.append(token.text.lower())
    if before[-1:] in (["med"], ["av"]) and rules.acts.intersection(before[-2:-1]):
        return True
    if before[-1:] == ["att"] or (before[-1:] == ["om"] and not rules.telling.intersection(before)):
        return True
    return not rules.not_subject_after.intersection(before)


def _are_listed(tokens: Sequence[Token], one: Mention, other: Mention, rules: _Rules, most: int = 2) -> bool:
    """Whether nothing but a comma or conjunction parts two mentions, or at `most` 2 such: ", och"."""
    places = (bisect_left(tokens, place, key=lambda token: token.start) for place in (one.end, other.start))
    between = tokens[slice(*places)]
    joints = [token for token in between if token.text.lower() not in rules.fillers]
    return (
        1 <= len(joints) <= most
        and all(token.text.lower() in _JOINTS or token.text == "(" for token in joints)
        and all(token.sentence == between[0].sentence for token in between)
    )


def _begins_clause(tokens: Sequence[Token], first: int, mention: Mention) -> bool:
    """Whether a mention is the subject of a clause of its own: "inga tecken till X, och Y kunde behållas"."""
    after = bisect_left(tokens, mention.end, key=lambda token: token.start)
    return (
        first > 0
        and tokens[first - 1].text.lower() == "och"
        and after < len(tokens)
        and tokens[after].pos in {"VERB", "AUX"}
    )


def _inside(tokens: Sequence[Token], mentions: Sequence[Mention]) -> frozenset[int]:
    """Positions of the tokens that lie in a mention."""
    found: set[int] = set()
    for mention in mentions:
        at = bisect_left(tokens, mention.start, key=lambda token: token.start)
        while at < len(tokens) and tokens[at].start < mention.end:
            found.add(at)
            at += 1
    return frozenset(found)


@cache
def _rules() -> _Rules:
    data = load_rules("negation")

    def words(name: str) -> frozenset[str]:
        return frozenset(data[name])

    def phrases(name: str) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(phrase.split()) for phrase in data[name])

    def follows(name: str) -> re.Pattern[str]:
        pattern = "|".join(data[name])
        for part, meaning in data["parts"].items():
            pattern = pattern.replace(f"{{{part.upper()}}}", meaning)
        return re.compile(
            rf"{data['of_what']}(?::?\s+(?:{pattern})|: (?:ingen|inget|inga|nej|ej|aldrig)(?: känd[at]?)?(?=[.,;)]|$))",
            re.IGNORECASE,
        )

    return _Rules(
        before=phrases("before"),
        prepositions=phrases("prepositions"),
        softened_by=phrases("softened_by"),
        limited_by=words("limited_by"),
        softened_after=phrases("softened_after"),
        limited_after=re.compile(r"\s+(?:" + "|".join(data["limited_after"]) + ")", re.IGNORECASE),
        stops=words("stops"),
        auxiliaries=words("auxiliaries"),
        frames=words("frames"),
        giving=words("giving"),
        people=re.compile(data["people"], re.IGNORECASE),
        applying=words("applying"),
        carriers=words("carriers"),
        after=follows("after"),
        after_done=follows("after_done"),
        not_subject_after=words("not_subject_after"),
        acts=words("acts"),
        telling=words("telling"),
        treating=words("treating"),
        whole=words("whole"),
        adverbs=words("adverbs"),
        fillers=words("fillers"),
    )
