"""hunspell-sv, wordfreq and simplemma → one memory-mapped Swedish lexicon, compiled once.

Loading the three sources takes seconds and hundreds of megabytes; the compiled file opens in milliseconds and is shared between
processes. It is compiled on the user's machine: hunspell-sv's word list is LGPL, and no copy of it is shipped.

For each lower-case form it holds the lemma, how common the form is, and what it costs as the first or last part of a compound.
The costs come from the dictionary words that can be cut in two, by expectation maximisation over the cuts: words that often
begin (or end) other words are cheap there. The idea is that of Creutz & Lagus (2002), https://aclanthology.org/W02-0603/.
"""

import math
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import marisa_trie

from ontology.errors import ModelUnavailable

RECIPE: Final = 1
"""Raise it whenever the same sources would give another lexicon."""

SOURCES: Final = ("hunspell-sv", "simplemma", "wordfreq")

# Word lists are split from text: one quotation mark per word would hide the words.
PARTICLES: Final = frozenset(
    """
    ab ad al an av bakom be bi bort de des dis e efter em emot en er ett fast för fort fram framför från före förut få ge
    genom ha hop hän i ihop in inne ko kvar med miss mot ned ner o om på re sam samman sär till under upp ur ut van vid å åt
    åter över överens
    """.split()  # noqa: SIM905
)
"""Verbal particles and prefixes: "utredning" is no compound to one who searches."""

NO_PARTS: Final = PARTICLES | frozenset(
    """
    ad ade alt ande andet ange ans ar are aren arna bar bara bart dels dom domar domen else elsen ende ens era erfar ering
    erna ers het heten heter hets ing inna ion ir is isk iska ism ist iv kap lande lig liga ligt mer mässig mässiga mässigt
    na nar ning or ra rad rade ren ring ringen ringar samma samt sen sion ska skap skapen skas stisk tad tade te ten ter tera
    tion tor var vis
    """.split()  # noqa: SIM905
)
"""Those, endings that are also words ("het", "ring", "dom"), and beginnings of such words as "erfarenhet"."""

CORRECTIONS: Final = {
    # a thought, not a tank; the elderly, not the old; a name
    **dict.fromkeys(("tankar", "tankarna", "tankars", "tankarnas"), "tanke"),
    "äldre": "äldre",
    "socialstyrelsen": "socialstyrelsen",
    "socialstyrelsens": "socialstyrelsen",
    "vet": "veta",
}
"""Form → lemma, where the rules below choose wrongly among what the dictionaries offer."""

ADDED_FIRSTS: Final = {"ät": "äta", "föräldra": "förälder"}
"""First parts, with their base forms, that the dictionaries lack."""

COMPOUNDS_SEEN: Final = 90_000.0
"""Dictionary words that turn out to be compounds, rounded: divides the evidence for a part to give its probability."""

NO_COST: Final = 255
"""The stored byte for "does not stand there"; other bytes are tenths of a nat."""


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


def ensure_lexicon(folder: Path, say: Callable[[str], None]) -> Lexicon:
    """Open the lexicon of the installed sources in `folder`, compiling it there first where it is missing.

    Compiling takes some fifteen seconds; `say` is told so, in Swedish. Two processes may do it at once: each writes under a name
    of its own and renames.

    Raises:
        ModelUnavailable: a source is not installed or not complete.
    """
    path = folder / f"{_identity()}.marisa"
    if not path.is_file():
        say("Bygger det svenska lexikonet (görs en gång, tar ungefär en halv minut) …")
        folder.mkdir(parents=True, exist_ok=True)
        _write(_compile(), path)
    return Lexicon(path)


def _identity() -> str:
    try:
        versions = [f"{name}-{metadata.version(name)}" for name in SOURCES]
    except metadata.PackageNotFoundError as missing:
        raise ModelUnavailable(
            f"Det svenska lexikonet kan inte öppnas: paketet {missing.name} saknas. Installera det: pip install {missing.name}"
        ) from missing
    return "_".join([f"sv-lexicon-{RECIPE}", *versions])


def _write(records: Mapping[str, bytes], path: Path) -> None:
    trie = marisa_trie.BytesTrie(records.items())
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


# --- compiling -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hunspell:
    heads: Mapping[str, Set[str]]
    """Word with an entry of its own → its inflected forms."""
    nouns: Mapping[str, Set[str]]
    """Noun → its definite and plural forms."""
    firsts: Mapping[str, Set[str]]
    """First part, as it stands in compounds → the heads that it is made from, where hunspell says so."""
    lasts: Set[str]
    """Forms that may end a compound."""


@dataclass(frozen=True, slots=True)
class _Suffix:
    strip: str
    add: str
    continuation: str
    condition: re.Pattern[str]


def _compile() -> dict[str, bytes]:
    zipf = _read_frequencies()
    hunspell = _read_hunspell(_hunspell_lines(".aff"), _hunspell_lines(".dic"))
    lemmas = _lemmas(hunspell, zipf)
    words = {word for word in hunspell.heads.keys() | zipf.keys() if len(word) >= 6 and word.isalpha()}
    lasts = _last_parts(hunspell, lemmas, zipf)
    firsts = _first_parts(hunspell, words, lasts, lemmas, zipf)
    first_evidence, last_evidence = _weigh(words, firsts, lasts)

    def record(form: str) -> bytes:
        lemma, base = lemmas.get(form, form), firsts.get(form, form)
        first_cost = last_cost = math.inf
        if form in firsts:
            # A first part that hunspell does not list, only implies, needs evidence rather than a common noun behind it.
            is_listed = form in hunspell.firsts or form in ADDED_FIRSTS
            prior = _prior(zipf.get(base, 0.0)) * (1.0 if is_listed else 0.2)
            first_cost = _cost(first_evidence.get(form, 0.0) + prior)
        if form in lasts:
            last_cost = _cost(last_evidence.get(lemma, 0.0) + _prior(max(zipf.get(form, 0.0), zipf.get(lemma, 0.0))))
        return _pack(form, Entry(lemma, base, zipf.get(form, 0.0), first_cost, last_cost))

    return {form: record(form) for form in lemmas.keys() | firsts.keys()}


def _prior(zipf: float) -> float:
    """Evidence granted before any is seen: a common word may well stand in a compound that no dictionary lists."""
    return 0.05 + min(10 ** (zipf - 3), 5.0)


def _cost(evidence: float) -> float:
    return math.log(COMPOUNDS_SEEN / evidence)


def _read_frequencies() -> dict[str, float]:
    """Zipf frequency of each lower-case Swedish form that wordfreq knows."""
    from wordfreq import get_frequency_dict  # noqa: PLC0415  half a second, needed only to compile

    return {form: round(math.log10(share) + 9, 2) for form, share in get_frequency_dict("sv").items()}


def _lemmas(hunspell: _Hunspell, zipf: Mapping[str, float]) -> dict[str, str]:
    """Lemma of each known form: simplemma's, else the head that hunspell inflects it from; one for a form, whatever the context."""
    from simplemma.strategies import DefaultDictionaryFactory  # noqa: PLC0415  a second, needed only to compile

    lemmas = {form: head for head, forms in hunspell.heads.items() for form in (*forms, head)}
    listed = DefaultDictionaryFactory().get_dictionary("sv").items()
    # Capitals sort first, so that a common word overrides the name that is spelt alike.
    lemmas |= {form.lower(): lemma.lower() for form, lemma in sorted(listed) if _is_plain(form)}
    lemmas |= _preferred_nouns(hunspell.nouns, lemmas, zipf)
    own = _own_lemmas(lemmas, zipf)
    return {form: _settle(form, lemmas, own) for form in lemmas} | CORRECTIONS


def _is_plain(form: str) -> bool:
    return len(form) >= 2 and form.replace("-", "").isalpha() and not form.startswith("-")


def _preferred_nouns(
    nouns: Mapping[str, Set[str]], lemmas: Mapping[str, str], zipf: Mapping[str, float]
) -> dict[str, str]:
    """Forms that simplemma takes for a rare word, though a noun that is much more common has them too.

    To it, "missbruk" and "maj" are imperatives of "missbruka" and "maja", and "beslutet" is a form of "besluten". What ends in a
    long vowel and r may be a present tense, and is left: "bär", "kör".
    """
    preferred = {
        form: form
        for form, lemma in lemmas.items()
        if lemma == form + "a"
        and (form in nouns or zipf.get(form, 0.0) > zipf.get(lemma, 0.0) + 0.7)
        and not re.search("[äöy]r$", form)
    }
    for noun, forms in nouns.items():
        for form in forms:
            rival = lemmas[form]
            if rival != noun and zipf.get(noun, 0.0) > zipf.get(rival, 0.0) + 0.7:
                preferred[form] = noun
    return preferred


def _own_lemmas(lemmas: Mapping[str, str], zipf: Mapping[str, float]) -> set[str]:
    """Words to leave as they are, though they have a lemma: they are lemmas more often than inflected forms.

    Judged by how common their other forms are: "droger" is nearly as common as "drog", but "sågen" a hundred times rarer than
    "såg".
    """
    commonest: defaultdict[str, float] = defaultdict(float)
    for form, lemma in lemmas.items():
        if form != lemma:
            commonest[lemma] = max(commonest[lemma], zipf.get(form, 0.0))
    return {
        word
        for word, other in commonest.items()
        if other > max(zipf.get(word, 0.0) - 1.3, 0.0) and word != lemmas.get(word, word) + "d"
    }


def _settle(form: str, lemmas: Mapping[str, str], own: Set[str]) -> str:
    """Follow lemmas of lemmas until one is its own, so that a form and its lemma are never told apart."""
    seen = [form]
    while seen[-1] not in own:
        lemma = lemmas.get(seen[-1], seen[-1])
        if lemma in seen:
            return min(seen[seen.index(lemma) :])
        seen.append(lemma)
    return seen[-1]


def _last_parts(hunspell: _Hunspell, lemmas: Mapping[str, str], zipf: Mapping[str, float]) -> dict[str, str]:
    """Form that may end a compound → its lemma: those that hunspell allows, and all that are common."""
    common = (form for form in lemmas if zipf.get(form, 0.0) >= (2.0 if len(form) >= 4 else 4.0))
    return {form: lemmas[form] for form in (*common, *hunspell.lasts) if len(form) >= 3 and form not in NO_PARTS}


def _first_parts(
    hunspell: _Hunspell,
    words: Set[str],
    lasts: Mapping[str, str],
    lemmas: Mapping[str, str],
    zipf: Mapping[str, float],
) -> dict[str, str]:
    """First part, as it stands in compounds → its base form: those listed by hunspell, and those that nouns imply."""
    made_from: dict[str, Set[str]] = {form: frozenset() for form in _combining_forms(words, lasts)}
    for noun in hunspell.nouns:
        if noun in lasts and noun in zipf:
            implied = [noun, noun[:-1] if noun[-1] in "ae" else noun + "s"]
            made_from |= {form: {noun} for form in implied if len(form) >= 4}
    made_from |= hunspell.firsts

    return {
        form: _base(form, heads, hunspell, lemmas, zipf)
        for form, heads in made_from.items()
        if form not in NO_PARTS and form.removesuffix("s") not in PARTICLES
    } | ADDED_FIRSTS


def _base(form: str, heads: Set[str], hunspell: _Hunspell, lemmas: Mapping[str, str], zipf: Mapping[str, float]) -> str:
    """Base form of a first part: "kunskaps" → "kunskap", "hälso" → "hälsa", "läkar" → "läkare", "barn" → "barn".

    Among the nouns that it may be made from, the one whose other forms are most common.
    """
    behind = _words_behind(form) | heads
    if form in hunspell.nouns:
        # "drog" is from "drog", not from "droga"; but "läns" is from "län" rather than from "läns".
        behind = {form[:-1]} if form.endswith("s") else set()
    candidates = {noun: hunspell.nouns[noun] for noun in behind if noun in hunspell.nouns}
    candidates[form] = hunspell.heads.get(form, frozenset()) - candidates.keys()
    best = max(candidates, key=lambda word: max((zipf.get(other, 0.0) for other in candidates[word]), default=0.0))
    if best == form and form not in hunspell.heads and form.endswith("s"):
        return lemmas.get(form[:-1], form)
    return best if best in hunspell.nouns else lemmas.get(best, best)


def _words_behind(form: str) -> set[str]:
    stem = form[:-1]
    by_ending = {"s": {stem, stem + "e"}, "o": {stem + "a"}, "u": {stem + "a"}, "e": {stem, stem + "a"}}
    return {form + "a", form + "e"} | by_ending.get(form[-1], set())


def _combining_forms(words: Set[str], lasts: Mapping[str, str]) -> set[str]:
    """Greek and Latin beginnings in -o, such as "fysio" and "neuro": what four words have in common before a last part."""
    tails: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        for place in range(4, len(word) - 4):
            if word[place - 1] == "o" and word[place:] in lasts:
                tails[word[:place]].add(lasts[word[place:]])
    return {form for form, found in tails.items() if len(found) >= 4}


def _weigh(
    words: Iterable[str], firsts: Mapping[str, str], lasts: Mapping[str, str]
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """In how many of the words each first part begins, and each lemma ends, a compound: expected numbers, after two rounds.

    A word that can be cut in several ways is shared out among them by how good their parts are elsewhere.
    """
    cuts = [found for word in words if (found := _cuts(word, firsts, lasts))]
    first: Mapping[str, float] = defaultdict(lambda: 1.0)
    last: Mapping[str, float] = defaultdict(lambda: 1.0)
    for no_compound in (0.0, 50.0, 50.0):  # the product of evidences at which a cut is as likely as none
        first_next: defaultdict[str, float] = defaultdict(float)
        last_next: defaultdict[str, float] = defaultdict(float)
        for found in cuts:
            weights = [first[head] * last[tail] for head, tail in found]
            total = sum(weights) + no_compound
            for (head, tail), weight in zip(found, weights, strict=True):
                first_next[head] += weight / total
                last_next[tail] += weight / total
        first, last = first_next, last_next
    return first, last


def _cuts(word: str, firsts: Mapping[str, str], lasts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every (first part as written, lemma of the last part) that `word` can be cut into."""
    places = range(2, len(word) - 2)
    return [(word[:i], lasts[word[i:]]) for i in places if word[i:] in lasts and word[:i] in firsts]


def _hunspell_lines(suffix: str) -> list[str]:
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


def _read_hunspell(affixes: Iterable[str], words: Iterable[str]) -> _Hunspell:
    """Expand a hunspell dictionary.

    The flags, as the notes in sv_SE.aff have them: X begins a compound, U is within one, Y ends one, Z is no word alone, W makes
    a first part; B–J inflect nouns.
    """
    rules = _suffix_rules(affixes)
    heads: defaultdict[str, set[str]] = defaultdict(set)
    nouns: defaultdict[str, set[str]] = defaultdict(set)
    firsts: defaultdict[str, set[str]] = defaultdict(set)
    lasts: set[str] = set()
    for written, flags in _dictionary_entries(words):
        head = written.lower()
        # Short names ("Elbe") turn up by chance in longer words.
        is_name = written != head
        is_bound = "Z" in flags
        if ("X" in flags or "U" in flags) and not (is_name and len(head) < 6):
            firsts[head] |= set()
        if not is_bound:
            heads[head] |= set()
        may_end = "Y" in flags and not is_bound and not is_name
        if may_end:
            lasts.add(head)
        for flag, form, continuation in _inflect(head, flags, rules):
            if "W" in continuation:
                if not is_name:
                    firsts[form.rstrip("-")].add(head)
            elif "-" not in form and not is_bound:
                heads[head].add(form)
                if may_end:
                    lasts.add(form)
                # Of a verb in -a, some of these flags give participles in -nde.
                if flag in ("CEGHIJ" if head.endswith("a") else "BCDEFGHIJ"):
                    nouns[head].add(form)
    return _Hunspell(heads, nouns, firsts, lasts)


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


def _dictionary_entries(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(word as written, flags) of the entries that have flags; the others are place names and stray forms."""
    for line in words:
        word, _, flags = line.strip().partition("/")
        if flags and len(word) >= 2 and word.isalpha():
            yield word, flags


def _inflect(head: str, flags: str, rules: Mapping[str, list[_Suffix]]) -> Iterator[tuple[str, str, str]]:
    """(flag, form, continuation flags) of every suffix that a head takes."""
    for flag in flags:
        for rule in rules.get(flag, ()):
            if head.endswith(rule.strip) and rule.condition.search(head):
                yield flag, head.removesuffix(rule.strip) + rule.add, rule.continuation
