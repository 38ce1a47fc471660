"""The words of a question → what it asks for, and whether it asks for what not to do.

By question words and the place of the verb, with or without question mark; questions of mere keywords are open unless
they begin with what they ask for ("antal ledamöter …"). "Hur länge" asks for a duration, which is no point in time:
open. "När" asks for a date where something happened ("när beslutades …"), and for a rule where it is followed by a
modal ("när ska man remittera").
"""

import re
from typing import Final

from search.types import QuestionType

_MODAL: Final = "(?:ska|skall|skulle|bör|borde|får|kan|kunde|måste|behöver)"
_CARE: Final = (
    r"\w*(?:behandling|insats|åtgärd|läkemed|medicin|terapi|metod|preparat|dosering|utredning|undersökning)\w*"
)
"""Nouns of what is done for somebody: "vilken behandling …" asks for advice, "vilken region …" for a body."""
_ADVISES: Final = (
    rf"(?:{_MODAL}|(?:rekommendera|avråd|behandla|erbjud|undvik|lämplig|olämplig)\w*|hjälper|används|ges|görs|utreds"
    r"|hanterar|förstahandsval|göra|gör)"
)
_NOT: Final = r"(?:inte|ej|icke|aldrig)"
_DOING: Final = (
    r"(?:(?:använd|erbjud|behandla|sjukskriv|förskriv|kombiner|rekommendera|lämplig|ordiner|utred|remitter|undersök"
    r"|hjälp)\w*|göra|gör|ge|ges|sätta|sättas|vara|ta|tas|prova|provas|skriva|vänta)"
)
_WITHIN: Final = r"(?: [\w-]+){0,4}?"
"""Up to four words."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_COUNT: Final = _any(
    r"\bhur (?:många|mycket|stor (?:andel|del)|stort antal|vanlig\w*)\b",
    r"^(?:totalt |sammanlagt )?antal(?:et)?\b",
    r"\bvad kostar\b",
    r"\bhow (?:many|much)\b",
)
_DATE: Final = _any(
    r"\b(?:sedan när|från när|från och med när|hur dags|vilket (?:år|datum|årtal)|vilken (?:dag|månad))\b",
    r"^(?:och )?när (?:\w+(?:des|tes|dde|ade|te|nde|rde)|blev|fick|tog|kom|var|gick|gavs|skrevs|bröts)\b",
    r"^(?:och )?när (?:börjar|startar|slutar|upphör|träder|gäller|är|sker|blir|hålls)\b",
    r"\b(?:what (?:year|date)|since when)\b|^when (?:was|were|did|does|is)\b",
)
_RULE: Final = _any(rf"^när {_MODAL}\b")
_DURATION: Final = _any(r"\bhur (?:länge|ofta|lång tid)\b", r"\bhow (?:long|often)\b")
_BOOLEAN: Final = _any(
    rf"^(?:(?:men|och|eller) )?(?:{_MODAL}|är|var|har|hade|finns|fanns|ingår|hör|hörde|gäller|räcker|fungerar"
    r"|hjälper|ökar|minskar|ges|rekommenderas|avråds|används|vill|kommer|tar|stämmer|brukar|går|behövs|krävs|kräver|omfattas|tillhör"
    r"|ger) (?!som\b|inte\b|ej\b|aldrig\b)\w+",
    r"^(?:is|are|does|do|did|can|should|may|has|have|was|were|must) \w+",
    r"\bsant att\b|\bstämmer det\b",
)
_NOT_BOOLEAN: Final = _any(
    r"^var (?:finns|ligger|kan|ska|hittar|står|är|vänder|remitter\w*|hänvisa\w*)\b",
    r"^kommer inte till\b",
)
_LIST: Final = _any(
    r"\bvilka\b|\b(?:lista|räkna upp|nämn|uppräkning)\b|\bvad för\b",
    r"\bvad (?:ingår|finns det för|hör till|omfattar)\b",
    r"^(?:alla|samtliga|ledamöter|medlemmar|medlemmarna)\b",
    r"\bwhich \w+s\b|^list\b",
)
_ENTITY: Final = _any(
    r"\b(?:vem|vems|vilken|vilket|vart|vad heter|var (?:finns|ligger|sitter))\b",
    r"^(?:värd|värdregion|värdskap|ordförande|kansli)\b",
    r"^(?:whose|which|where)\b|\bwho\b",
)
_ADVICE: Final = _any(
    rf"\b(?:vad|hur|what|how)\b.*\b{_ADVISES}\b",
    r"\bvad (?:gör|göra)\b|\bhur (?:behandl|utred|hanter|bemöt|upptäck|följ|förebygg)\w*",
    rf"\b(?:vilken|vilket|vilka)(?: \w+)? {_CARE}",
    r"\bvart (?:hänvisa|remittera|ska|vänder)\b",
    rf"^{_CARE}.*\b(?:rekommenderas|ska|bör)\b",
    r"\b(?:how|what) (?:to|should|can)\b|\bwhat .*\b(?:treatment|recommended)\b",
)
_DEFINES: Final = _any(
    r"\bvad (?:är|betyder|innebär|menas)\b|\bvarför\b",
    r"\bwhat (?:is|are|does)\b(?!.*\b(?:treatment|recommended)\b)|\bwhy\b",
)

_NEGATED: Final = _any(
    rf"\b(?:ska|skall|bör|borde|måste)\b{_WITHIN} {_NOT}\b",
    rf"\b(?:vad|vilka|vilken|vilket|när)\b.*\b(?:kan|får|behöver)\b{_WITHIN} {_NOT}\b",
    rf"\bfår (?:man |vi |jag |en |de )?{_NOT} {_DOING}\b",
    rf"\b{_NOT} (?:att )?(?:längre |bara |samtidigt |rutinmässigt )?{_DOING}\b",
    rf"\b{_NOT} (?:ska|skall|bör|borde|får) (?:man )?{_DOING}\b",
    rf"\b(?:rekommenderas|rekommenderar|lämpar sig|ges|används|görs|gör man|ger man|bör|hjälper) {_NOT}\b",
    r"\b(?:undvik(?:|a|as|s)|avråd\w*|kontraindi[ck]\w*|olämpli\w*|avstå\w* från|avstå)\b",
    r"\b(?:(?:icke|inte)-göra|förbjud\w*|utmönstr\w*|låta bli)\b",
    r"\b(?:should|must|may|do|does|can) ?not\b|\bnot (?:recommended|to)\b",
    r"\b(?:avoid\w*|contraindicat\w*|unsuitable)\b",
)
_NOT_NEGATED: Final = _any(
    rf"\bvarför {_NOT}\b",
    rf"\bvarför (?:kan|har|vill|är|går|får|hjälper)\b.*\b{_NOT}\b",
    rf"\b(?:om|ifall|eftersom|fast|trots att|att)\b{_WITHIN} {_NOT} (?:vara|ta|tas|hjälp\w*|göra|gör)\b",
    rf"\b{_NOT} (?:bara|enbart|minst)\b",
)
"""What is cut out before it is looked for: what is not there, fails or is wondered at, is not asked for."""


def question_type(text: str) -> QuestionType:
    """What a question asks for.

    >>> question_type("hur många ledamöter har gruppen"), question_type("vem är värd för NPO psykisk hälsa?")
    ('count', 'entity')
    """
    asked = _plain(text)
    rules: tuple[tuple[QuestionType, bool], ...] = (
        ("count", bool(_COUNT.search(asked))),
        ("date", bool(_DATE.search(asked))),
        ("advice", bool(_RULE.search(asked))),
        ("open", bool(_DURATION.search(asked))),
        ("boolean", bool(_BOOLEAN.search(asked)) and not _NOT_BOOLEAN.search(asked)),
        ("advice", bool(_ADVICE.search(asked)) and not _DEFINES.search(asked)),
        ("list", bool(_LIST.search(asked))),
        ("entity", bool(_ENTITY.search(asked))),
    )
    return next((name for name, holds in rules if holds), "open")


def is_negated(text: str) -> bool:
    """Whether a question asks for what not to do.

    >>> is_negated("vad ska man inte göra vid adhd"), is_negated("varför inte KBT"), is_negated("kan inte sova")
    (True, False, False)
    """
    asked = _plain(text)
    return bool(_NEGATED.search(_NOT_NEGATED.sub(" ", asked)))


def _plain(text: str) -> str:
    """In lower case, without marks at its ends and within."""
    said = re.sub("n['’]t\\b", " not", text.lower())
    return " ".join(re.sub(r"[^\w\s%:–-]|(?<!\w)-|-(?!\w)", " ", said).split())
