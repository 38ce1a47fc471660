"""hunspell-sv, wordfreq and simplemma → the entries of the lexicon. Needed only to compile it.

The costs of parts come from the dictionary words that can be cut in two, by expectation maximisation over the cuts:
what often begins (or ends) other words is cheap there. After Creutz & Lagus, "Unsupervised discovery of morphemes"
(2002), https://aclanthology.org/W02-0603/.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Final

from ingest.hunspell import Hunspell, read_hunspell
from ingest.lexicon import Entry

# Word lists are split from text: one quotation mark per word would hide the words.
PARTICLES: Final = frozenset(
    """
    ab ad al an av bakom be bi bort de des dis e efter em emot en er ett fast för fort fram framför från före förut få
    ge genom ha hop hän i ihop in inne ko kvar med miss mot ned ner o om på re sam samman sär till under upp ur ut van
    vid å åt åter över överens
    """.split()  # noqa: SIM905
)
"""Verbal particles and prefixes: "utredning" is no compound to one who searches."""

NO_PARTS: Final = PARTICLES | frozenset(
    """
    ad ade alt ande andet ange ans ar are aren arna bar bara bart dels dom domar domen else elsen ende ens era erfar
    ering erna ers het heten heter hets ing inna ion ir is isk iska ism ist iv kap lande lig liga ligt mer mässig
    mässiga mässigt na nar ning or ra rad rade ren ring ringen ringar samma samt sen sion ska skap skapen skas stisk
    tad tade te ten ter tera tion tor var vis
    """.split()  # noqa: SIM905
)
"""Those, endings that are also words ("het", "ring", "dom"), and beginnings of such words as "erfarenhet"."""

CORRECTIONS: Final = {
    # thoughts, not tanks; names; the elderly, not the old
    **dict.fromkeys(("tankar", "tankarna", "tankars", "tankarnas"), "tanke"),
    "äldre": "äldre",
    **dict.fromkeys(("dalarna", "dalarnas"), "dalarna"),
    **dict.fromkeys(("socialstyrelsen", "socialstyrelsens"), "socialstyrelsen"),
    "var": "vara",
    "vet": "veta",
}
"""Form → lemma, where the rules below choose wrongly among what the dictionaries offer."""

ADDED_FIRSTS: Final = {"ät": "äta", "föräldra": "förälder"}
"""First parts, with their base forms, that the dictionaries lack."""

ADDED_EVIDENCE: Final = 50.0
"""In how many words the added ones may be thought to have been seen."""

COMPOUNDS_SEEN: Final = 90_000.0
"""Dictionary words that turn out to be compounds, rounded: divides the evidence for a part to give its probability."""


def compile_entries() -> Iterator[tuple[str, Entry]]:
    """Every known form with its entry; half a minute, 800 MB.

    Raises:
        ModelUnavailable: hunspell-sv lacks its files.
    """
    zipf = _read_frequencies()
    hunspell = read_hunspell()
    lemmas = _lemmas(hunspell, zipf)
    words = {word for word in hunspell.heads.keys() | zipf.keys() if len(word) >= 6 and word.isalpha()}
    lasts = _last_parts(hunspell, lemmas, zipf)
    firsts = _first_parts(hunspell, words, lasts, lemmas, zipf)
    first_evidence, last_evidence = _weigh(words, firsts, lasts)
    for form in lemmas.keys() | firsts.keys():
        lemma, base = lemmas.get(form, form), firsts.get(form, form)
        first_cost = last_cost = math.inf
        if form in firsts:
            # What hunspell does not list, but a noun implies, is to be seen rather than believed.
            trust = 1.0 if form in hunspell.firsts else 0.2
            prior = ADDED_EVIDENCE if form in ADDED_FIRSTS else trust * _prior(zipf.get(base, 0.0))
            first_cost = _cost(first_evidence.get(form, 0.0) + prior)
        if form in lasts:
            prior = _prior(max(zipf.get(form, 0.0), zipf.get(lemma, 0.0)))
            last_cost = _cost(last_evidence.get(lemma, 0.0) + prior)
        yield form, Entry(lemma, base, zipf.get(form, 0.0), first_cost, last_cost)


def _prior(zipf: float) -> float:
    """Evidence granted before any is seen: a common word may well stand in a compound that no dictionary lists."""
    return 0.05 + min(10 ** (zipf - 3), 5.0)


def _cost(evidence: float) -> float:
    return math.log(COMPOUNDS_SEEN / evidence)


def _read_frequencies() -> dict[str, float]:
    """Zipf frequency of each lower-case Swedish form that wordfreq knows."""
    from wordfreq import get_frequency_dict

    return {form: round(math.log10(share) + 9, 2) for form, share in get_frequency_dict("sv").items()}


def _lemmas(hunspell: Hunspell, zipf: Mapping[str, float]) -> dict[str, str]:
    """Lemma of each known form, whatever its context: simplemma's, else the head that hunspell inflects it from."""
    from simplemma.strategies import DefaultDictionaryFactory

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

    To it, "missbruk" and "maj" are imperatives of "missbruka" and "maja", and "beslutet" is a form of "besluten". What
    ends in a long vowel and r may be a present tense, and is left: "bär", "kör".
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

    Judged by how common their other forms are: "droger" is nearly as common as "drog", but "sågen" a hundred times
    rarer than "såg".
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


def _last_parts(hunspell: Hunspell, lemmas: Mapping[str, str], zipf: Mapping[str, float]) -> dict[str, str]:
    """Form that may end a compound → its lemma: those that hunspell allows, and all that are common."""
    common = (form for form in lemmas if zipf.get(form, 0.0) >= (2.0 if len(form) >= 4 else 4.0))
    return {form: lemmas[form] for form in (*common, *hunspell.lasts) if len(form) >= 3 and form not in NO_PARTS}


def _first_parts(
    hunspell: Hunspell,
    words: Set[str],
    lasts: Mapping[str, str],
    lemmas: Mapping[str, str],
    zipf: Mapping[str, float],
) -> dict[str, str]:
    """First part, as it stands in compounds → its base form: what hunspell lists, and what nouns imply."""
    made_from: dict[str, Set[str]] = {}
    for noun in hunspell.nouns:
        if noun in lasts and noun in zipf:
            implied = [noun, noun[:-1] if noun[-1] in "ae" else noun + "s"]
            made_from |= {form: {noun} for form in implied if len(form) >= 4}
    made_from |= hunspell.firsts

    combining = {form: form for form in _combining_forms(words, lasts)}
    return (
        combining
        | {
            form: _base(form, heads, hunspell, lemmas, zipf)
            for form, heads in made_from.items()
            if form not in NO_PARTS and form.removesuffix("s") not in PARTICLES
        }
        | ADDED_FIRSTS
    )


def _base(form: str, heads: Set[str], hunspell: Hunspell, lemmas: Mapping[str, str], zipf: Mapping[str, float]) -> str:
    """Base form of a first part: "kunskaps" → "kunskap", "hälso" → "hälsa", "läkar" → "läkare".

    Of the nouns that it may be made from, the one whose other forms are most common.
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
    """Greek and Latin beginnings in -o, such as "fysio": what four words have in common before their last parts."""
    tails: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        for place in range(4, len(word) - 4):
            if word[place - 1] == "o" and word[place:] in lasts:
                tails[word[:place]].add(lasts[word[place:]])
    return {form for form, found in tails.items() if len(found) >= 4}


def _weigh(
    words: Iterable[str], firsts: Mapping[str, str], lasts: Mapping[str, str]
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """In how many words each first part begins, and each lemma ends, a compound: expected numbers.

    A word that can be cut in several ways is shared out among them, by how good their parts are elsewhere.
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
