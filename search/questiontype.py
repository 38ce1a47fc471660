"""The words of a question → what it asks for, and whether it asks for what not to do.

By question words and the place of the verb, with or without question mark; questions of mere keywords are open unless
they begin with what they ask for ("antal ledamöter …"). "Hur länge" asks for a duration, which is no point in time:
open. "När" asks for a date where something happened ("när beslutades …"), and for a rule where it is followed by a
modal ("när ska man remittera").
"""

import re
from typing import Final

from search.types import QuestionType

_MODAL: Final = "ska|skall|skulle|bör|borde|får|kan|kunde|måste|behöver"
_CARE: Final = (
    r"\w*(?:behandling|insats|åtgärd|läkemed|medicin|terapi|metod|preparat|dosering|utredning|undersökning)\w*"
)
_ADVISES: Final = (
    rf"(?:{_MODAL}|rekommendera\w*|avråd\w*|behandla\w*|behandlas|erbjud\w*|undvik\w*|lämplig\w*|olämplig\w*"
    r"|hjälper|används|ges|görs|utreds|hanterar|förstahandsval|göra|gör)"
)

_COUNT: Final = re.compile(
    r"\bhur (?:många|mycket|stor (?:andel|del)|stort antal|vanlig\w*)\b|^(?:totalt |sammanlagt )?antal(?:et)?\b|\bvad kostar\b"
    r"|\bhow (?:many|much)\b"
)
_DATE: Final = re.compile(
    r"\b(?:sedan när|från när|från och med när|vilket (?:år|datum|årtal)|vilken (?:dag|månad|dag)|hur dags"
    r"|what (?:year|date)|since when)\b"
    r"|^(?:och )?när (?:\w+(?:des|tes|dde|ade|te|nde|rde)|blev|fick|tog|kom|var|gick|gavs|skrevs|börjar|startar|slutar|upphör"
    r"|träder|gäller|är|sker|blir|hålls|bröts)\b"
    r"|^when (?:was|were|did|does|is)\b"
)
_RULE: Final = re.compile(rf"^när (?:{_MODAL})\b")
_BOOLEAN: Final = re.compile(
    rf"^(?:(?:men|och|eller),? )?(?:{_MODAL}|är|har|finns|ingår|hör|hörde|gäller|räcker|fungerar|hjälper|ökar|minskar|ges|rekommenderas"
    r"|avråds|används|vill|kommer|tar|var|hade|fanns|stämmer|brukar|går|är det|behövs|krävs|måste|kräver|omfattas|tillhör|ger)"
    r" (?!som\b|inte\b|ej\b|aldrig\b)\w+"
    r"|^(?:is|are|does|do|did|can|should|may|has|have|was|were|must) \w+"
    r"|\bsant att\b|\bstämmer det\b"
)
_NOT_BOOLEAN: Final = re.compile(r"^(?:var|vart) (?:finns|ligger|kan|ska|hittar|står|är|vänder|remitter\w*|hänvisa\w*)\b|^kommer inte till\b")
_LIST: Final = re.compile(
    r"\bvilka\b|\b(?:lista|räkna upp|nämn|uppräkning)\b|\bvad (?:ingår|finns det för|hör till|omfattar)\b|\bvad för\b"
    r"|^(?:alla|samtliga|ledamöter|medlemmar|medlemmarna)\b|\bwhich \w+s\b|^list\b"
)
_ENTITY: Final = re.compile(
    r"\b(?:vem|vems|vilken|vilket|vart|vad heter|var (?:finns|ligger|sitter))\b"
    r"|^(?:värd|värdregion|ordförande|värdskap|kansli|who|whose|which|where)\b|\bwho\b"
)
_ADVICE: Final = re.compile(
    rf"\b(?:vad|hur|what|how)\b.*\b{_ADVISES}\b|\bvad (?:gör|göra)\b|\bhur (?:behandl|utred|hanter|bemöt|upptäck|följ|förebygg)\w*"
    rf"|\b(?:vilken|vilket|vilka)(?: \w+)? {_CARE}.*|\b(?:how|what) (?:to|should|can)\b|\bwhat .*\b(?:treatment|recommended)\b"
    rf"|\bvart (?:hänvisa|remittera|ska|vänder)\b|^{_CARE}.*\b(?:rekommenderas|ska|bör)\b"
)
_DEFINES: Final = re.compile(r"\bvad (?:är|betyder|innebär|menas)\b|\bvarför\b|\bhur länge\b|\bhur (?:ofta|lång tid)\b|\bwhat (?:is|are|does)\b|\bwhy\b")

_NOT: Final = r"(?:inte|ej|icke|aldrig)"
_DOING: Final = (
    r"(?:göra|gör|ge|ges|använd\w*|erbjud\w*|behandla\w*|sjukskriv\w*|förskriv\w*|kombiner\w*|sätta|sättas|rekommendera\w*"
    r"|lämplig\w*|ordiner\w*|utred\w*|remitter\w*|undersök\w*|vara|ta|tas|prova\w*|hjälp\w*|skriva|vänta)"
)
_NEGATED: Final = re.compile(
    "|".join(
        (
            rf"\b(?:ska|skall|bör|borde|måste)\b(?: [\w-]+){{0,4}}? {_NOT}\b",
            rf"\b(?:vad|vilka|vilken|vilket|när)\b.*\b(?:kan|får|behöver)\b(?: [\w-]+){{0,3}}? {_NOT}\b",
            rf"\bfår (?:man|vi|jag|en|de)?\s?(?:\w+ )?{_NOT}\b(?! sova| ro| sömn| svar| hjälp| vård)",
            rf"\b{_NOT} (?:att )?(?:längre |bara |samtidigt |rutinmässigt )?{_DOING}\b",
            rf"\b{_NOT} (?:ska|skall|bör|borde|får) (?:man )?{_DOING}\b",
            rf"\b(?:rekommenderas|rekommenderar|lämpar sig|ges|används|görs|gör man|ger man|bör|hjälper) {_NOT}\b",
            r"\bundvik(?:|a|as|s)\b|\bbör undvik\w*|\bavråd\w*|\bkontraindi[ck]\w*|\bolämpli\w*|\bavstå\w* från\b|\bavstå\b",
            r"\b(?:icke|inte)-göra\b|\bförbjud\w*|\butmönstr\w*|\bska man låta bli\b|\blåta bli\b",
            r"\b(?:should|must|may|do|does|can) ?(?:not|n't)\b|n't\b|\bavoid\w*|\bcontraindicat\w*|\bnot (?:recommended|to)\b|\bunsuitable\b",
        )
    )
)
_NOT_NEGATED: Final = re.compile(
    rf"\bvarför {_NOT}\b|\bvarför (?:kan|har|vill|är|går|får|hjälper)\b.*\b{_NOT}\b"
    rf"|\b(?:om|ifall|eftersom|fast|trots att|som|att)\b(?: [\w-]+){{0,3}}? {_NOT} (?:vara|ta|tas|hjälp\w*|göra|gör)\b"
    rf"|\b{_NOT} (?:bara|enbart|minst)\b"
)


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
        ("open", bool(re.search(r"\bhur (?:länge|ofta|lång tid)\b", asked))),
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
    return " ".join(re.sub(r"[^\w\s%:–-]|(?<!\w)-|-(?!\w)", " ", text.lower().replace("n’t", "n't").replace("n't", " not")).split())
