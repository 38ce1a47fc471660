"""hunspell-sv, wordfreq and simplemma → one memory-mapped Swedish lexicon, compiled once.

Loading the three sources takes seconds and hundreds of megabytes; the compiled file opens in milliseconds and is shared
between processes. It is compiled on the user's machine: hunspell-sv's word list is LGPL, and no copy of it is shipped.

For each lower-case form it holds the lemma, how common the form is, and what it costs as first or last part of a
compound; `ingest.lexicon_build` says how they are found.
"""

import math
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import marisa_trie

from ontology.errors import ModelUnavailable

RECIPE: Final = 2
"""Raise it whenever the same sources would give another lexicon."""

SOURCES: Final = ("hunspell-sv", "simplemma", "wordfreq")

NO_COST: Final = 255
"""The stored byte for "does not stand there"; other bytes are tenths of a nat."""

_LONGEST_ENDING: Final = 5
"""Letters: "arnas"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexicon says of one form. Costs are in nats; `math.inf` means that the form does not stand there."""

    lemma: str
    base: str
    """The base form of it as a first part: "kunskaps" → "kunskap"."""
    zipf: float
    """log10 of occurrences in 10⁹ words; 0 when unseen."""
    first_cost: float
    last_cost: float


class Lexicon:
    """A compiled lexicon, memory-mapped; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._trie = marisa_trie.BytesTrie()
        self._trie.mmap(str(path))
        self.identity = path.stem

    def __contains__(self, form: str) -> bool:
        return form in self._trie

    def __len__(self) -> int:
        return len(self._trie)

    def entry(self, form: str) -> Entry | None:
        """Look up a lower-case form."""
        found = self._trie.get(form)
        return _unpack(form, found[0]) if found else None

    def lemma(self, form: str) -> str | None:
        """Base form of a lower-case form, or None when the form is unknown."""
        entry = self.entry(form)
        return entry.lemma if entry else None

    def zipf(self, form: str) -> float:
        """log10 of the form's occurrences in 10⁹ words (0–8, to 0.05); 0 when unseen."""
        entry = self.entry(form)
        return entry.zipf if entry else 0.0

    def common(self, zipf: float) -> Iterator[str]:
        """Forms at least so common, of letters only."""
        least = math.ceil(zipf * 20)
        return (form for form, record in self._trie.iteritems() if record[0] >= least and form.isalpha())

    def first_parts(self, cost: float) -> Iterator[str]:
        """Forms that begin compounds, at no more than a cost in nats."""
        most = _cost_byte(cost)
        return (form for form, record in self._trie.iteritems() if record[1] <= most)

    def inflections(self, lemma: str) -> Iterator[str]:
        """Forms of a word that begin as it does, less its last letter: "ånger", "ångern", but not "äter" of "äta"."""
        for form, record in self._trie.iteritems(lemma[:-1]):
            if len(form) <= len(lemma) + _LONGEST_ENDING and _unpack(form, record).lemma == lemma:
                yield form


def ensure_lexicon(folder: Path, say: Callable[[str], None]) -> Lexicon:
    """Open the lexicon of the installed sources in `folder`, compiling it there first where it is missing.

    Compiling takes about half a minute; `say` is told so, in Swedish. Two processes may do it at once: each writes
    under a name of its own and renames. A file that cannot be read is compiled anew.

    Raises:
        ModelUnavailable: a source is not installed or not complete.
    """
    path = folder / f"{_identity()}.marisa"
    try:
        return Lexicon(path)
    except (OSError, RuntimeError):  # marisa's own errors are RuntimeErrors
        say("Bygger det svenska lexikonet (görs en gång, tar ungefär en halv minut) …")
    from ingest.lexicon_build import compile_entries

    folder.mkdir(parents=True, exist_ok=True)
    _write(compile_entries(), path)
    return Lexicon(path)


def _identity() -> str:
    try:
        versions = [f"{name}-{metadata.version(name)}" for name in SOURCES]
    except metadata.PackageNotFoundError as missing:
        raise ModelUnavailable(
            f"Det svenska lexikonet kan inte öppnas: paketet {missing.name} saknas. "
            f"Installera det: pip install {missing.name}"
        ) from missing
    return "_".join([f"sv-lexicon-{RECIPE}", *versions])


def _write(entries: Iterable[tuple[str, Entry]], path: Path) -> None:
    trie = marisa_trie.BytesTrie((form, _pack(form, entry)) for form, entry in entries)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        trie.save(name)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _pack(form: str, entry: Entry) -> bytes:
    lemma_cut, lemma_tail = _difference(form, entry.lemma)
    base_cut, base_tail = _difference(form, entry.base)
    head = bytes(
        (
            round(entry.zipf * 20),
            _cost_byte(entry.first_cost),
            _cost_byte(entry.last_cost),
            lemma_cut,
            base_cut,
            len(lemma_tail),
        )
    )
    return head + lemma_tail + base_tail


def _unpack(form: str, record: bytes) -> Entry:
    zipf, first, last, lemma_cut, base_cut, lemma_length = record[:6]
    lemma_tail, base_tail = record[6 : 6 + lemma_length], record[6 + lemma_length :]
    return Entry(
        form[: len(form) - lemma_cut] + lemma_tail.decode(),
        form[: len(form) - base_cut] + base_tail.decode(),
        zipf / 20,
        math.inf if first == NO_COST else first / 10,
        math.inf if last == NO_COST else last / 10,
    )


def _difference(form: str, other: str) -> tuple[int, bytes]:
    """How many letters to cut from `form`, and what to append, to get `other`."""
    if form == other:
        return 0, b""
    pairs = enumerate(zip(form, other, strict=False))
    shared = next((i for i, (a, b) in pairs if a != b), min(len(form), len(other)))
    return len(form) - shared, other[shared:].encode()


def _cost_byte(cost: float) -> int:
    return NO_COST if math.isinf(cost) else min(round(cost * 10), NO_COST - 1)
