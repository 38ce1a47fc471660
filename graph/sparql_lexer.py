r"""SPARQL text → what must be known before it is run: its form, whether it names a dataset, whether it would call out.

pyoxigraph parses and runs in one step and shows no syntax tree, so SERVICE has to be found in the text. A regular
expression over the text would be fooled by strings and comments; so would a lexer that follows the letter of the
standard, since Oxigraph parses by a grammar over characters, without tokens, and backtracks:

    SERVICE:x { … }            is a call (keyword, then the name `:x`), although the standard reads one prefixed name
    FILTER(?a<1)SERVICE#>⏎…    is a call behind a comment, although `<1)SERVICE#>` looks like an IRI
    VALUES ?x {'''a'}SERVICE … is a call, where no other ''' follows: an empty string and then 'a'

So every reading that Oxigraph could take is followed, and the query is refused when one of them calls out. Where the
readings agree, which is in all but contrived queries, this is the lexer of the standard. One reading takes time linear
in the text, and there are `MAX_READINGS` of them at most; a text with more is refused, not half read.

A name such as `service:x` or `ex:service`, a variable, a string and a comment may say "service"; only a name that
contains it and stands where SERVICE could stand, before `{`, is refused.

Source: https://www.w3.org/TR/sparql11-query/#grammar (19.2 for escapes of code points, 19.8 for the terminals).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ontology.errors import QueryRefused, ServiceRefused, UpdateRefused

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})
GRAPH_NAME_FOLLOWS = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})
# Each may read the same characters again: with 100, the worst text of 100,000 characters that we know takes 0.8 s.
MAX_READINGS = 100

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LETTERS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040"
_CHARS = _LETTERS + r"\-"
# A code point that is a surrogate or beyond U+10FFFF is no escape to Oxigraph, and the string around it then no string.
_UCHAR = r"\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|\\U(?!0000[dD][89a-fA-F])(?:000[0-9a-fA-F]|0010)[0-9a-fA-F]{4}"
_ESCAPE = rf"""\\[tbnrf\\"']|{_UCHAR}"""
_SKIP = r"(?:[ \t\r\n]|\#[^\r\n]*+)"  # one piece; repeated in an atomic group
_IRI = rf"""<(?>(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*)>"""
_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'(*)+,;=/?\#@%]"
_NAME = rf"(?:[{_BASE}][{_CHARS}.]*+)?:(?:(?:[{_BASE}_:0-9]|{_LOCAL_ESCAPE})(?>(?:[{_CHARS}:.]|{_LOCAL_ESCAPE})*))?"
_VARIABLE = rf"[?$][{_LETTERS}]++"

_TOKEN = re.compile(
    rf"""
      (?P<skip>(?>{_SKIP}+))
    | (?P<string>'(?>(?:[^'\\\r\n]|{_ESCAPE})*)'
               | "(?>(?:[^"\\\r\n]|{_ESCAPE})*)")
    | (?P<quote>['"])
    | (?P<iri>{_IRI})
    | (?P<variable>{_VARIABLE})
    | (?P<language>@[A-Za-z]++(?>(?:-{{1,2}}[A-Za-z0-9]++)*))
    | (?P<blank>_:[{_CHARS}.]++)
    | (?P<name>{_NAME})
    | (?P<word>[{_BASE}][{_CHARS}.]*+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# A long string up to the quotes that close it, or else to where it is seen to be none.
_LONG_STRING = {
    "'''": re.compile(rf"'''(?:'{{0,2}}(?:[^'\\]+|{_ESCAPE}))*"),
    '"""': re.compile(rf'"""(?:"{{0,2}}(?:[^"\\]+|{_ESCAPE}))*'),
}
_CALL_FOLLOWS = re.compile(rf"(?>{_SKIP}*)(?:(?:{_VARIABLE}|{_IRI}|{_NAME})(?>{_SKIP}*))?\{{")
_BLOCK_FOLLOWS = re.compile(rf"(?>{_SKIP}*)\{{")
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+://")
_CODE_POINT = re.compile(_UCHAR)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query, as it stands in the text at `start`; `kind` is the name of a group of the token pattern."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the token, in characters."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a query asks for: its form (None: none was found) and whether FROM says which graphs it is about."""

    form: Form | None
    has_dataset: bool


def read_shape(query: str) -> Shape:
    """Find the form of a query, and refuse it if it would write or call another service. Time is linear in the text.

    Raises UpdateRefused, ServiceRefused, or QueryRefused for a text that can be read in too many ways. A text that is
    no SPARQL at all passes; the engine says where it fails.

    >>> read_shape("PREFIX ex: <http://example.org/> SELECT * FROM ex:g { ?s ?p ?o }")
    Shape(form='SELECT', has_dataset=True)
    """
    words = [token.text.upper() for token in tokens(query) if token.kind == "word"]
    first = next((word for word in words if word not in PROLOGUE), "")
    if first in UPDATES:
        raise UpdateRefused(
            f"{first} ändrar data, och här går det bara att läsa. "
            "Ställ en fråga med SELECT, ASK, CONSTRUCT eller DESCRIBE."
        )
    unescaped = unescape(query)
    if calls_service(query) or (unescaped != query and calls_service(unescaped)):
        raise ServiceRefused(
            "SERVICE, som hämtar svar från en annan tjänst, är inte tillåtet här. "
            "Ställ frågan till den andra tjänsten direkt. "
            "(Ett namn med ”service” i får inte stå så att det kan läsas som SERVICE: sätt punkt efter trippeln.)"
        )
    form = next((form for form in FORMS if first.startswith(form)), None)
    return Shape(form, has_dataset=any("FROM" in word for word in words))


def tokens(query: str) -> Iterator[Token]:
    """Split a query as the standard does, without white space and comments; an unfinished string ends it."""
    reader = _Reader(query)
    at = 0
    while at < len(query):
        token = reader.token_at(at)
        if token.kind == "quote":
            return
        if token.kind != "skip":
            yield token
        at = token.end


def calls_service(query: str) -> bool:
    """Tell whether some reading of the text holds a call by SERVICE. Raises QueryRefused for too many readings."""
    if "SERVICE" not in query.upper():
        return False
    reader = _Reader(query)
    seen: set[tuple[int, bool]] = set()
    branches: set[int] = set()
    ahead = [(0, False)]  # the last one is followed to its end before the one that branched off before it
    while ahead:
        at, names_graph = ahead.pop()
        if at >= len(query) or (at, names_graph) in seen:
            continue
        seen.add((at, names_graph))
        token = reader.token_at(at)
        if _may_call(query, token, names_graph):
            return True
        if _may_be_less_than(token):
            branches.add(at)
            if len(branches) >= MAX_READINGS:
                raise QueryRefused(
                    f"Frågan innehåller ordet service och kan läsas på fler än {MAX_READINGS} sätt, eftersom så många "
                    "relativa IRI:er har # eller apostrof i sig. Skriv dem fullständigt, som <https://…>."
                )
            ahead.append((at + 1, False))
        if token.kind == "skip":
            ahead.append((token.end, names_graph))
        elif token.kind != "quote":  # no reading goes on behind a quote that opens no string
            ahead.append((token.end, token.text.upper() in GRAPH_NAME_FOLLOWS))
    return False


def unescape(query: str) -> str:
    r"""Replace \uXXXX and \UXXXXXXXX by their characters, everywhere, as section 19.2 has it.

    Oxigraph does so in strings and IRIs only; both readings are checked, so that neither depends on its version.

    >>> unescape(r"\u0041SK {}")
    'ASK {}'
    """
    return _CODE_POINT.sub(lambda match: chr(int(match[0].lstrip("\\uU"), 16)), query)


class _Reader:
    """Finds the token at an offset, and remembers where a long string was sought in vain.

    Quotes of the same kind on that stretch open no long string either: they lie on the same way to the same failure.
    Without that, each of them would be followed to the end of the text.
    """

    def __init__(self, query: str) -> None:
        self._query = query
        self._in_vain: dict[str, range] = {}

    def token_at(self, at: int) -> Token:
        """Read the token that begins at an offset within the text."""
        end = self._long_string_end(at)
        if end is not None:
            return Token("string", self._query[at:end], at)
        match = _TOKEN.match(self._query, at)
        assert match is not None  # noqa: S101  (the last alternative takes any character)
        assert match.lastgroup is not None  # noqa: S101
        return Token(match.lastgroup, match[0], at)

    def _long_string_end(self, at: int) -> int | None:
        quotes = self._query[at : at + 3]
        pattern = _LONG_STRING.get(quotes)
        if pattern is None or at in self._in_vain.get(quotes, ()):
            return None
        match = pattern.match(self._query, at)
        assert match is not None  # noqa: S101  (it begins with the quotes, and needs nothing more)
        if self._query.startswith(quotes, match.end()):
            return match.end() + 3
        self._in_vain[quotes] = range(at, match.end())
        return None


def _may_call(query: str, token: Token, names_graph: bool) -> bool:
    """Tell whether Oxigraph could read SERVICE in this token; a word runs to the next colon, space or sign."""
    text = token.text.upper()
    if token.kind == "word":  # `trueSERVICE` is two words to Oxigraph; no word of SPARQL's own contains these
        return "SERVICE" in text or "SILENT" in text
    if token.kind not in ("name", "blank", "language") or "SERVICE" not in text:
        return False
    if names_graph and _BLOCK_FOLLOWS.match(query, token.end):
        return False
    return _CALL_FOLLOWS.match(query, token.end) is not None


def _may_be_less_than(token: Token) -> bool:
    """Tell whether what looks like an IRI could be `<`, and be read on differently behind it.

    Only a comment or a string that begins inside can change the reading of what follows. An absolute IRI is none of
    this: `< http: / / …` is no expression.
    """
    return token.kind == "iri" and ("#" in token.text or "'" in token.text) and not _ABSOLUTE.match(token.text)
