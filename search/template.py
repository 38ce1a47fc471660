"""Template files → what each answers: the words that ask for it, the things it needs, its query and its sentences.

A template is `templates/NAME.rq`: comment lines of the form `# key: value`, then a SELECT. Adding one needs no code;
how it is written is told in `templates/README.md`. In the query `$name` stands for the things that a slot was given,
`$asOf` for the time asked for and `# @name` for the lines of `templates/parts/name.rq`, so that the rule on time is
written once.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from search.types import AnswerType

Form = Literal["which", "count", "yes-no", "when"]
"""How a question asks: for things, for how many, whether, or for a time."""
Tense = Literal["present", "past", "any"]

_HEADER = re.compile(r"# ([a-z-]+): (.+)")
_SLOT = re.compile(r"\?(\w+)(\?)? = (.+)")
_INCLUDE = re.compile(r"^[ ]*# @([a-z-]+)\n", re.MULTILINE)
_PREFIX = re.compile(r"^PREFIX (\w+): <[^>]+>$", re.MULTILINE)
_SENTENCES = ("which", "count", "yes", "no", "both", "when", "unknown")
_KNOWN = frozenset(
    ["ask", "type", "slot", "needs", "check", "words", "allow", "not", "tense", "item", "note", *_SENTENCES]
)
_FORM_OF_SENTENCE: Mapping[str, Form] = {"which": "which", "count": "count", "yes": "yes-no", "when": "when"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A thing that a template is about.

    Each of `types` is a set of kinds of the vocabulary, classes of the ontology and ways of naming; a thing that has
    all of one set will do.
    """

    variable: str
    types: frozenset[frozenset[str]]
    optional: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Alternatives: single words, and runs of several."""

    single: frozenset[str]
    runs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of question that the graph answers."""

    name: str
    examples: tuple[str, ...]
    type: AnswerType
    slots: tuple[Slot, ...]
    needs: frozenset[str]
    """Variables of slots that may be left out, of which one must be given all the same; may be none."""
    check: frozenset[frozenset[str]]
    """Types, as of a slot, of the thing that a yes-or-no question asks about: is it among the values? May be none."""
    words: tuple[Words, ...]
    """Of each, one alternative must be in the question."""
    allow: Words
    """What may be in the question besides."""
    never: Words
    """What must not be in the question."""
    tense: Tense
    sentences: Mapping[str, str]
    item: str
    notes: tuple[str, ...]
    query: str
    forms: frozenset[Form]
    """The forms of question that it has a sentence for."""
    known: frozenset[str]
    """Every single word that it expects."""
    every: frozenset[str]
    """Those, and the words of runs."""

    @property
    def may_be_untimed(self) -> bool:
        """Whether, asked for no time, it answers for all times (`parts/told.rq`), so that its answer tells no day."""
        return "STRLEN($asOf) = 10" in self.query

    @property
    def knows_time(self) -> bool:
        """Whether its answer depends on the time asked for."""
        return "$asOf" in self.query


@cache
def load_templates() -> tuple[Template, ...]:
    """Every template that ships, by name.

    Raises ValueError, naming the file, when one is not written as it must be.
    """
    folder = files("search") / "templates"
    return tuple(
        parse_template(path.name.removesuffix(".rq"), path.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".rq")
    )


def parse_template(name: str, text: str) -> Template:
    """Read one template. Raises ValueError when it is not written as it must be."""
    said, body = _headers(name, text)
    for included in dict.fromkeys(_INCLUDE.findall(body)):
        more, _ = _headers(name, part(included))
        said = {key: [*said[key], *more[key]] for key in said}
    sentences = {key: said[key][0] for key in _SENTENCES if said[key]}
    words, allow = tuple(_words([line]) for line in said["words"]), _words(said["allow"])
    template = Template(
        name=name,
        examples=tuple(said["ask"]),
        type=_answer_type(name, said["type"]),
        slots=_slots(name, said["slot"]),
        needs=frozenset(" ".join(said["needs"]).split()),
        check=_types(" ".join(said["check"])),
        words=words,
        allow=allow,
        never=_words(said["not"]),
        tense=_tense(name, said["tense"]),
        sentences=sentences,
        item=said["item"][0] if said["item"] else "{label}",
        notes=tuple(said["note"]),
        query=_expand(body),
        forms=frozenset(form for key, form in _FORM_OF_SENTENCE.items() if key in sentences),
        known=allow.single.union(*(group.single for group in words)),
        every=frozenset[str]().union(*(group.single.union(*group.runs) for group in (allow, *words))),
    )
    if not (template.examples and (template.words or template.slots) and template.forms and "SELECT" in template.query):
        raise ValueError(f"template {name} lacks an example, words and slots, a sentence or a query")
    return template


def _headers(name: str, text: str) -> tuple[dict[str, list[str]], str]:
    """The lines `# key: value` of a template or of a part of one, by key, and what is left."""
    said: dict[str, list[str]] = {key: [] for key in _KNOWN}
    body = []
    for line in text.splitlines(keepends=True):
        header = _HEADER.fullmatch(line.strip())
        if header is None:
            body.append(line)
        elif header[1] not in _KNOWN:
            raise ValueError(f"template {name}: unknown key {header[1]!r}")
        else:
            said[header[1]].append(header[2].strip())
    return said, "".join(body)


def _answer_type(name: str, said: list[str]) -> AnswerType:
    for known in get_args(AnswerType):
        if said == [known]:
            return known  # type: ignore[no-any-return]  # get_args gives Any
    raise ValueError(f"template {name}: type {said}")


def _tense(name: str, said: list[str]) -> Tense:
    for known in get_args(Tense):
        if said in ([known], []):
            return known  # type: ignore[no-any-return]
    raise ValueError(f"template {name}: tense {said}")


def _slots(name: str, lines: Iterable[str]) -> tuple[Slot, ...]:
    """The slots in order; what a template says of one goes before what its parts say."""
    slots: dict[str, Slot] = {}
    for slot in (_slot(name, line) for line in lines):
        slots.setdefault(slot.variable, slot)
    return tuple(slots.values())


def _slot(name: str, line: str) -> Slot:
    found = _SLOT.fullmatch(line)
    if found is None:
        raise ValueError(f"template {name}: slot {line!r}")
    return Slot(found[1], _types(found[3]), bool(found[2]))


def _types(said: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(alternative.split("+")) for alternative in said.split())


@cache
def word_lists() -> dict[str, Any]:
    """The lists of words in `templates/words.toml`: what needs no explaining, and sets that templates name."""
    return tomllib.loads((files("search") / "templates" / "words.toml").read_text(encoding="utf-8"))


def _words(lines: Iterable[str]) -> Words:
    sets = word_lists()["sets"]
    named = (word for line in lines for word in line.split())
    alternatives = [
        alternative
        for word in named
        for alternative in (sets[word.removeprefix("@")].split() if word.startswith("@") else [word])
    ]
    return Words(
        single=frozenset(word for word in alternatives if "_" not in word),
        runs=tuple(tuple(word.split("_")) for word in alternatives if "_" in word),
    )


def _expand(query: str) -> str:
    """With its parts, the prefixes that it uses, and without the comments of its head."""
    body = _included(query).strip()
    prefixes = part("prefixes")
    used = [line[0] for line in _PREFIX.finditer(prefixes) if re.search(rf"\b{line[1]}:", body)]
    return "\n".join([*used, body]) + "\n"


def _included(query: str) -> str:
    """A query with its parts, and theirs, and without comments."""
    lines = [line for line in query.splitlines(keepends=True) if not re.match(r"#(?! @)", line)]
    return _INCLUDE.sub(lambda found: _included(part(found[1])), "".join(lines))


@cache
def part(name: str) -> str:
    """The text of `templates/parts/NAME.rq`."""
    return (files("search") / "templates" / "parts" / f"{name}.rq").read_text(encoding="utf-8")
