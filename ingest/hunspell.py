"""The dictionary of the package hunspell-sv → Swedish nouns, inflected forms and parts of compounds.

What the flags of its lines mean is told by the notes in its own sv_SE.aff; the format by hunspell(5).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ontology.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class Hunspell:
    """What the dictionary says, in lower case."""

    heads: Mapping[str, Set[str]]
    """Word with an entry of its own → its inflected forms."""
    nouns: Mapping[str, Set[str]]
    """Noun → its definite and plural forms."""
    firsts: Mapping[str, Set[str]]
    """First part, as it stands in compounds → the heads that it is made from, where hunspell says so."""
    lasts: Set[str]
    """Forms that may end a compound."""


def read_hunspell() -> Hunspell:
    """Read the installed dictionary; about three seconds.

    Raises:
        ModelUnavailable: the package lacks its files.
    """
    return expand(_lines(".aff"), _lines(".dic"))


@dataclass(frozen=True, slots=True)
class _Suffix:
    strip: str
    add: str
    continuation: str
    condition: re.Pattern[str]


def _lines(suffix: str) -> list[str]:
    """Lines of sv_SE.dic or sv_SE.aff, wherever the installer put them."""
    for file in metadata.files("hunspell-sv") or ():
        if file.name == f"sv_SE{suffix}":
            path = Path(str(file.locate()))
            if path.is_file():
                return path.read_text("utf-8").splitlines()
    raise ModelUnavailable(
        f"Det svenska lexikonet kan inte byggas: sv_SE{suffix} saknas i paketet hunspell-sv. "
        "Installera om det: pip install --force-reinstall hunspell-sv"
    )


def expand(affixes: Iterable[str], words: Iterable[str]) -> Hunspell:
    """Expand the lines of an affix file and of a dictionary."""
    rules = _suffix_rules(affixes)
    heads: defaultdict[str, set[str]] = defaultdict(set)
    nouns: defaultdict[str, set[str]] = defaultdict(set)
    firsts: defaultdict[str, set[str]] = defaultdict(set)
    lasts: set[str] = set()
    for item in _items(words):
        inflected = list(_inflect(item, rules))
        plain = [(flag, form) for flag, form, continuation in inflected if "W" not in continuation and "-" not in form]
        if item.begins:
            firsts[item.word] |= set()
        for _, form, continuation in inflected:
            if "W" in continuation and not item.is_name:
                firsts[form.rstrip("-")].add(item.word)
        if not item.is_bound:
            heads[item.word] |= {form for _, form in plain}
            if noun_forms := {form for flag, form in plain if flag in item.noun_flags}:
                nouns[item.word] |= noun_forms
        if item.ends:
            lasts |= {item.word, *(form for _, form in plain)}
    return Hunspell(heads, nouns, firsts, lasts)


@dataclass(frozen=True, slots=True)
class _Item:
    """A line of the dictionary. What the flags mean is told by the notes in sv_SE.aff."""

    word: str
    flags: str
    is_name: bool

    @property
    def is_bound(self) -> bool:
        """Whether it is no word alone: "hälso"."""
        return "Z" in self.flags

    @property
    def begins(self) -> bool:
        """Whether it may begin compounds. Short names, such as Elbe, turn up by chance in longer words."""
        return ("X" in self.flags or "U" in self.flags) and not (self.is_name and len(self.word) < 6)

    @property
    def ends(self) -> bool:
        """Whether it may end compounds."""
        return "Y" in self.flags and not self.is_bound and not self.is_name

    @property
    def noun_flags(self) -> str:
        """Flags that inflect nouns; to verbs in -a, some of them give participles."""
        return "CEGHIJ" if self.word.endswith("a") else "BCDEFGHIJ"


def _items(lines: Iterable[str]) -> Iterator[_Item]:
    """Those that have flags; the others are place names and stray forms."""
    for line in lines:
        written, _, flags = line.strip().partition("/")
        if flags and len(written) >= 2 and written.isalpha():
            yield _Item(written.lower(), flags, not written.islower())


def _suffix_rules(affixes: Iterable[str]) -> dict[str, list[_Suffix]]:
    rules: defaultdict[str, list[_Suffix]] = defaultdict(list)
    for line in affixes:
        fields = line.split()
        # A rule is "SFX flag strip add[/flags] condition"; the header above its rules has one field less.
        if len(fields) >= 5 and fields[0] == "SFX":
            add, _, continuation = fields[3].partition("/")
            strip = fields[2].replace("0", "")
            rules[fields[1]].append(_Suffix(strip, add.replace("0", ""), continuation, re.compile(f"(?:{fields[4]})$")))
    return rules


def _inflect(item: _Item, rules: Mapping[str, list[_Suffix]]) -> Iterator[tuple[str, str, str]]:
    """(flag, form, flags of the form) of every suffix that a word takes."""
    for flag in item.flags:
        for rule in rules.get(flag, ()):
            if item.word.endswith(rule.strip) and rule.condition.search(item.word):
                yield flag, item.word.removesuffix(rule.strip) + rule.add, rule.continuation
