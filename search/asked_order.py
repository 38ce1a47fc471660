"""Tokens of a question → its words, a topic that was put first where it belongs: "SKS – vem leder det?".

What begins a question says much: its form, and who does what to whom. A topic before a dash or a comma hides that. It
goes where a pronoun stands for it ("vem leder SKS"), else to the end. A relative clause hides who does what as well:
"vilken är den grupp som leder SKS" is "vilken grupp leder SKS".
"""

from collections.abc import Container, Sequence

from ingest.language import Token

_BREAKS = frozenset(["–", "—", "-", ",", ":", ";"])
_BEFORE_QUESTION = frozenset(["i", "på", "till", "från", "av", "för", "med", "hos", "under", "vid", "inom", "åt"])
"""Prepositions that a question word may follow: "i vilken grupp"."""
_PRONOUNS = frozenset(
    ["den", "det", "de", "dem", "dom", "hen", "han", "hon", "honom", "henne", "denna", "detta", "dessa"]
)
_CHOOSING = frozenset(["vilken", "vilket", "vilka"])
_CLEFT = ["är", "det", "som"]
_POSSESSIVES = frozenset(["min", "mitt", "mina", "vår", "vårt", "våra"])
_CARED_FOR = frozenset(["patient", "elev", "klient", "brukare"])
_NOUN_PHRASE = 3
"""A noun and what describes it are at most so many words, before "som"."""


def topic_in_place(tokens: Sequence[Token], asking: Container[str], opening: Container[str]) -> list[Token]:
    """The words; in the last sentence, those before a dash or a comma are moved where only what follows is a question.

    `asking` has the question words, lower case, and `opening` what a yes-or-no question begins with.
    """
    first = next((place for place, token in enumerate(tokens) if token.sentence == tokens[-1].sentence), 0)
    before, asked = [[one for one in some if one.is_word] for some in (tokens[:first], tokens[first:])]
    for place, token in enumerate(tokens[first:], first):
        if token.text in _BREAKS and not token.is_word:
            topic = [one for one in tokens[first:place] if one.is_word]
            rest = [one for one in tokens[place + 1 :] if one.is_word]
            if not topic or _is_question(topic, asking, opening):
                break
            if _asks(rest, asking, opening):
                said = [one.text.lower() for one in rest]
                at = max((index for index, word in enumerate(said) if word in _PRONOUNS), default=len(rest))
                return [*before, *rest[:at], *topic, *rest[at + 1 :]]
    return [*before, *asked]


def _asks(words: Sequence[Token], asking: Container[str], opening: Container[str]) -> bool:
    """Whether a question begins with the first of these words."""
    said = [word.text.lower() for word in words[:2]]
    if not said:
        return False
    if said[0] in asking or said[0] == "var" or (said[0] in _BEFORE_QUESTION and said[1:] and said[1] in asking):
        return True
    verb = words[0].pos in {"VERB", "AUX", ""}
    return verb and (said[0] in opening or words[0].lemma in opening)


def _is_question(words: Sequence[Token], asking: Container[str], opening: Container[str]) -> bool:
    return _asks(words, asking, opening) or any(word.text.lower() in asking for word in words)


def without_cleft(words: Sequence[Token], asking: Container[str]) -> list[Token]:
    """The words without those that only lead to a relative clause; what "var" leads to tells of the past, and stays.

    "Vem är det som leder …" is "vem leder …", and "vilken är den grupp som leder …" is "vilken grupp leder …".
    """
    said = [word.text.lower() for word in words]
    at = next((place for place, word in enumerate(said) if word in asking), len(said))
    for place in range(at + 1, min(at + 2 + _NOUN_PHRASE, len(said))):
        if said[place : place + len(_CLEFT)] == _CLEFT:
            return [*words[:place], *words[place + len(_CLEFT) :]]
    if (
        said[at : at + 1]
        and said[at] in _CHOOSING
        and said[at + 1 : at + 3] in (["är", "den"], ["är", "det"], ["är", "de"])
    ):
        noun = at + 3
        for place in range(noun + 1, min(noun + 1 + _NOUN_PHRASE, len(said))):
            if said[place] == "som":
                return [*words[: at + 1], *words[noun:place], *words[place + 1 :]]
    return [*words]


def without_possessive(words: Sequence[Token]) -> list[Token]:
    """The words without the "min" of those that the asker cares for; that of "min ångest" stays."""
    return [
        word
        for place, word in enumerate(words)
        if word.text.lower() not in _POSSESSIVES
        or not any(one.lemma in _CARED_FOR for one in words[place + 1 : place + 2])
    ]
