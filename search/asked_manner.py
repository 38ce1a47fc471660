"""Ways of asking that say nothing of what is asked: courtesy, assurance, word order, other words, articles."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.language import Token
from search.template import Form, word_lists

_ASSURANCES = (
    ("stämmer", "det", "att"),
    ("är", "det", "sant", "att"),
    ("är", "det", "riktigt", "att"),
    ("är", "det", "så", "att"),
    ("visst",),
)
PARTICLES = frozenset(["ut", "upp", "in", "på"])
"""Words that belong to a verb ("dela ut")."""
_PLACING = frozenset(["någonstans", "på", "i", "inom"])
"""Words after a "var" that can only ask for a place."""
_REQUESTS = (["kan", "du"], ["kan", "ni"], ["kan", "någon"], ["kunde", "du"], ["skulle", "du"], ["vill", "du"])
_IMPERATIVES = frozenset(
    ["räkna", "lista", "nämn", "ange", "visa", "berätta", "beskriv", "ge", "säg", "namnge", "redovisa"]
)
_TELLING = frozenset(["räkna", "lista", "nämna", "säga", "visa", "ge", "berätta", "ange", "tala"])
"""How somebody politely asks to be told something, which is no question whether it can be done."""
_OF_KIND = re.compile(r"(\w{4,}?)(?:program)?(?:området|områdets?|område|frågor|frågorna)")
"""A compound of a name and the word for its kind, or for what belongs to it."""
_ANY = frozenset(["någon", "något", "några", "nåt", "nån"])
_THERE_IS = (("finns", "det"), ("fanns", "det"))
_IT_IS = (("är", "det"), ("var", "det"))
"""How questions begin whether there is any."""
_WHETHER = frozenset(
    ["är", "var", "har", "hade", "kan", "kunde", "får", "fick", "ska", "skulle", "måste", "finns", "fanns"]
)
"""How a question begins that asks whether, though no question mark ends it."""
_BREAKS = frozenset([",", "–", "-", ":", ";"])
_TOLD = frozenset(
    [
        "och",
        "men",
        "sedan",
        "från",
        "till",
        "säg",
        "säga",
        "vet",
        "veta",
        "undrar",
        "berätta",
        "du",
        "ni",
        "jag",
        "mig",
        "på",
        "med",
    ]
)
"""What may stand before a "när" that asks."""
_LONG = 8
"""A word longer than this has its article taken off safely."""


def assurance(written: Sequence[str]) -> int:
    """How many words a question begins with that ask only whether the rest is true: "Stämmer det att …"."""
    return next((len(words) for words in _ASSURANCES if tuple(written[: len(words)]) == words), 0)


def context(tokens: Sequence[Token], asking: Container[str]) -> Sequence[Token]:
    """The words before the clause that asks, which may tell about whom: "Jag har en elev …", "Eleven har …, vad är …".

    None where they ask themselves.
    """
    words = [token for token in tokens if token.is_word]
    marks = [token.end for token in tokens if token.text in _BREAKS]
    for place, (word, following) in enumerate(pairwise(words), start=1):
        if word.text.lower() in asking:
            break
        is_apart = any(word.end <= mark <= following.start for mark in marks)
        if word.sentence != following.sentence or (is_apart and following.text.lower() in asking):
            return words[:place]
    return ()


def said_otherwise(words: tuple[frozenset[str], ...]) -> tuple[frozenset[str], ...]:
    """The words with those that tasks are worded in beside those that people use for them."""
    otherwise: dict[str, str] = word_lists()["task-words"]
    return tuple(forms | {own for own, others in otherwise.items() if forms & set(others.split())} for forms in words)


def ends(token: Token, *, is_first: bool, is_last: bool) -> Iterator[str]:
    """The first and the last word of a question are also known as such, since their place can tell who does what.

    "Vad ingår NPO i?" asks for what it belongs to (`i$`), "Vad ingår i NPO?" for what belongs to it.
    """
    if is_first:
        yield "^" + token.text.lower()
    if is_last:
        yield token.text.lower() + "$"


def idle(written: Sequence[str]) -> Iterator[int]:
    """The words of phrases that say nothing, though each of their words may: "i så fall", "sedan när"."""
    for phrase in word_lists()["phrases"].split():
        words = phrase.split("_")
        for start in range(len(written) - len(words) + 1):
            if list(written[start : start + len(words)]) == words:
                yield from range(start, start + len(words))


def asks_where(written: Sequence[str], tokens: Sequence[Token]) -> bool:
    """Whether "var" is the word for a place: "Var finns …", "Var på nätet …" ask where, "Var Skåne …" whether."""
    asking = {"VERB", "AUX", "ADP"}
    return written[:1] == ["var"] and len(tokens) > 1 and (tokens[1].pos in asking or written[1] in _PLACING)


def asks_when(written: Sequence[str], tokens: Sequence[Token], signs: Sequence[str], asking: Container[str]) -> bool:
    """Whether one of the signs of a time asks for it; "vilken åtgärd … när man misstänker adhd" does not.

    A verb after "när" asks, wherever it stands: "Riktlinjerna för adhd – när kom de?".
    """
    text = f" {' '.join(written)} "
    if any(f" {sign} " in text for sign in signs if sign != "när"):
        return True
    if "när" not in written:
        return False
    at = written.index("när")
    is_first = at == 0 or (written[at - 1] in _TOLD and not any(word in asking for word in written[:at]))
    if any(token.pos in {"VERB", "AUX"} for token in tokens[at + 1 : at + 2]):
        return True
    is_clause = not is_first and written[at - 1] != "och" and at + 1 < len(written)
    return not is_clause


def known_amounts(written: Sequence[str], amounts: Iterable[int]) -> Iterator[int]:
    """The amounts that only describe what everybody knows: "de sju kriterierna"."""
    return (index for index in amounts if written[index - 1 : index] in (["de"], ["dessa"], ["alla"]))


def without_kind(word: str) -> Iterator[str]:
    """What is left of a compound whose head is a word for a kind: "tandvårdsområdet" → "tandvård"."""
    if found := _OF_KIND.fullmatch(word):
        yield found[1]
        yield found[1].removesuffix("s")


def indefinite(word: str) -> Iterator[str]:
    """A noun without its article, where the base form is not known: "resurscentrumen" → "resurscentrum"."""
    if len(word) > _LONG:
        yield from (word.removesuffix(article) for article in ("en", "et", "na", "n") if word.endswith(article))


def other_forms(written: Sequence[str], asking: Container[str], *, is_asked: bool) -> tuple[Form, ...]:
    """The forms that a question may be taken for where nothing fits it as it stands, given the question words.

    Who asks whether there is any wants to know which ("Finns det någon värd för …"), and keywords may ask for a time,
    or whether something is so ("SKR representant SKS?"), or what there is though they begin as a question whether
    ("beslut 2019"); `is_asked` is whether a question mark ends it.
    """
    first = tuple(written[:2])
    if first in _THERE_IS or (first in _IT_IS and not _ANY.isdisjoint(written[2:3])):
        return ("which",)
    if any(word in asking for word in written):
        return ()
    if not _ANY.isdisjoint(written[1:6]) or "någonstans" in written:
        return ("which",)
    when: tuple[Form, ...] = () if set(word_lists()["dated"].split()).isdisjoint(written) else ("when",)
    if is_asked:
        return when if "eller" in written else (*when, "yes-no")
    return when if written[:1] and written[0] in _WHETHER else (*when, "which")


def is_participle(word: str) -> bool:
    """Whether a word that looks like a verb describes: "vilande värdskap", "kommande program", "lägsta nivå"."""
    return word.endswith(("ande", "ende", "anden", "enden", "andena", "gsta", "rsta"))


def is_past(written: Sequence[str], past: Container[str]) -> bool:
    """Whether a word tells of what was; "har satt ihop" tells of what is since then."""
    return any(word in past and not (word == "satt" and "har" in written) for word in written)


def is_request(written: Sequence[str], lemmas: Sequence[str]) -> bool:
    """Whether somebody politely asks to be told something: "Kan du räkna upp …"."""
    if written[:1] and written[0] in _IMPERATIVES:
        return True
    return list(written[:2]) in _REQUESTS and bool(set(lemmas[2:3]) & _TELLING)
