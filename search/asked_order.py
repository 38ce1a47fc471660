"""Tokens of a question → its words, a topic that was put first where it belongs: "SKS – vem leder det?".

What begins a question says much: its form, and who does what to whom. A topic before a dash or a comma hides that. It
goes where a pronoun stands for it ("vem leder SKS"), else to the end.
"""

from collections.abc import Container, Sequence

from ingest.language import Token

_BREAKS = frozenset(["–", "—", "-", ",", ":", ";"])
_BEFORE_QUESTION = frozenset(["i", "på", "till", "från", "av", "för", "med", "hos", "under", "vid", "inom", "åt"])
"""Prepositions that a question word may follow: "i vilken grupp"."""
_PRONOUNS = frozenset(
    ["den", "det", "de", "dem", "dom", "hen", "han", "hon", "honom", "henne", "denna", "detta", "dessa"]
)


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
