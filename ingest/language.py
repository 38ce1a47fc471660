"""Swedish text → tokens with lemma, part of speech, compound parts and sentence. The only module that knows spaCy.

Documents and questions pass through the same code, so that they agree by construction:

* tokens and sentences come from the rules below, not from a pipeline, and are the same under all pipelines;
* a lemma depends on the written word alone. The part of speech could choose between the lemmas of an ambiguous form,
  but it is least sure in short questions, whose words must meet those of the texts: a different choice on the two sides
  loses the match, an unlucky one on both costs little. The lexicon settles each form once, for its commoner reading.

A pipeline adds the parts of speech, and nothing else.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import metadata, resources
from importlib.abc import MetaPathFinder
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Final, Protocol

from ingest.compounds import CompoundSplitter
from ingest.lexicon import Lexicon
from ontology.errors import ModelUnavailable

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

RECIPE: Final = 2
"""Raise it whenever the same pipeline and lexicon would give other tokens."""

OFFICIAL: Final = "sv_core_news_sm"
BUNDLED: Final = "sv_talbanken"

UNUSED: Final = (
    "entity_linker",
    "entity_ruler",
    "lemmatizer",
    "ner",
    "parser",
    "senter",
    "sentencizer",
    "spancat",
    "textcat",
    "trainable_lemmatizer",
)
"""Components of pipelines that are never loaded."""

ENDINGS: Final = ("erna", "arna", "orna", "en", "et", "er", "ar", "or", "n", "t", "s")
"""Endings that words of the vocabulary get, where the lexicon lacks them: "suicider"."""

LONGEST_WORD: Final = 60
"""Letters; what is longer is no word, and is left as it stands: the time to split it grows with the square of that."""

LONGEST_ACRONYM: Final = 5
"""Letters; longer words in capitals are headings."""

BINDING: Final = frozenset(
    """
    ang. avd. bl.a. ca. d.v.s. dr. dvs. enl. ev. exkl. f.d. fig. fr.o.m. inkl. jfr. jmf. kap. kl. leg. nr. p.g.a. pga.
    prof. resp. s.k. sid. t.ex. t.o.m. tab. tex. vs.
    """.split()  # noqa: SIM905  a quotation mark around each would hide them
)
"""Abbreviations that never end a sentence. Others do, when a capital follows: "m.m.", "osv."."""

_ABBREVIATED: Final = (
    "ang|avd|ca|dr|dvs|enl|etc|ev|exkl|fig|inkl|jfr|jmf|kap|kl|leg|mfl|milj|mm|nr|obs|osv|pga|prof|ref|resp|sid|st|tab|tel|"
    "tex|vs"
)
# A superscript is a digit to `re`, but a note mark to a reader: "kunskapsstyrning²".
_CHARACTER: Final = r"[^\W_²³¹⁰-₉]"
_WORD: Final = rf"{_CHARACTER}(?:{_CHARACTER}|[\u0300-\u036f\u00ad\u200d])*"
_TOKEN: Final = re.compile(
    "|".join(
        (
            r"(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,:;!?)\]}'’]",  # https://vardochinsats.se/adhd
            r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+",  # namn@region.se
            rf"{_WORD}(?:[.-]{_WORD})*\.(?:com|eu|net|nu|org|se)\b(?:/[^\s<>\"”]*[^\s<>\"”.,:;!?)\]}}'’])?",  # 1177.se
            r"\b[^\W\d_]{1,2}\.(?:[a-zåäö]{1,2}\.)*[a-zåäö]{1,3}\b\.?",  # t.ex. bl.a. p.g.a.
            rf"\b(?i:{_ABBREVIATED})\.",  # ca. dvs.
            r"\b[A-Za-z]\d\d(?:\.\d{1,2})?[A-Za-z]?(?:[-–][A-Za-z]?\d\d(?:\.\d{1,2})?)?\b",  # F32.1 F43.8A F10-F19
            r"\d+(?:[.,:/]\d+)*(?:[-–]\d+(?:[.,:/]\d+)*)*(?![-‐‑:]?\w)",  # 3,5 2016-2018 10:30
            rf"{_WORD}(?:[-‐‑'’&]{_WORD})*(?::[a-zåäö]{{1,5}}\b)?(?:[-‐‑](?!\w))?",  # NPO:s e-hälsa barn-
            r"(?P<mark>[^\w\s])(?P=mark)*",  # ... !!!
            r"\S",
        )
    )
)
_LINE_BREAK: Final = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HYPHENS: Final = str.maketrans({"‐": "-", "‑": "-", "\u00ad": None, "\u200d": None, "’": "'"})
_INFLECTED_ACRONYM: Final = re.compile("(.*[^\\W_]):(?:s|n|ns|en|ens|t|ts|et|ets|ar|arna|er|erna|are)")
_GENITIVE: Final = re.compile("(.{3,}[^aeiouyåäöéesxz])s|([A-ZÅÄÖ]{2,})s")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, code or mark of a text."""

    text: str
    """As written: `source[start:end]`."""
    start: int
    """Offset in code points."""
    end: int
    lemma: str
    """Base form, lower-case."""
    pos: str
    """Universal part of speech, as the pipeline sees it; "" when it has none to give."""
    parts: tuple[str, ...]
    """Base forms of the parts of a compound; () when it is none."""
    sentence: int
    """Number of its sentence in the text, from 0."""
    is_word: bool
    """Whether it has a letter or a digit."""


class Pipeline(Protocol):
    """Text → tokens."""

    @property
    def identity(self) -> str:
        """Versions of all that decides the tokens; equal identities give equal tokens, so it is a cache key."""

    @property
    def lexicon(self) -> Lexicon:
        """The words that it knows."""

    def analyse(self, text: str) -> tuple[Token, ...]:
        """Tokens in order; every character but white space belongs to exactly one."""

    def analyse_many(self, texts: Iterable[str]) -> Iterator[tuple[Token, ...]]:
        """As `analyse` for each text in order, and faster."""

    def words(self, text: str) -> tuple[Token, ...]:
        """As `analyse` but without parts of speech (`pos` is ""), some twenty times faster."""


def pipeline_identity(name: str, lexicon: Lexicon, known: Iterable[str] = ()) -> str:
    """The identity that `open_pipeline` of the same arguments would have, without loading spaCy.

    Raises:
        ModelUnavailable: there is no such pipeline.
    """
    place = _place(name)
    try:
        if isinstance(place, Path) or Path(place).is_dir():
            meta = json.loads((Path(place) / "meta.json").read_text(encoding="utf-8"))
            release = f"{meta['lang']}_{meta['name']}-{meta['version']}"
        else:
            release = f"{place}-{metadata.version(place)}"
    except (OSError, ValueError, KeyError, metadata.PackageNotFoundError) as error:
        raise _unavailable(name, error) from error
    return _identity(release, lexicon, _vocabulary(known))


def open_pipeline(name: str, lexicon: Lexicon, known: Iterable[str] = ()) -> Pipeline:
    """Open a spaCy pipeline for its parts of speech.

    `name` is a spaCy package, a folder, or `auto`: the package sv_core_news_sm when it is installed, else the pipeline
    that ships with the product. Words of the vocabulary in use (`known`) are understood though the lexicon lack them.
    Nothing is fetched.

    Raises:
        ModelUnavailable: there is no such pipeline, or it cannot be loaded here.
    """
    return _SpacyPipeline(_load(name), lexicon, _vocabulary(known))


def _vocabulary(known: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in known)


def _identity(release: str, lexicon: Lexicon, known: frozenset[str]) -> str:
    vocabulary = sha256("\n".join(sorted(known)).encode()).hexdigest()[:12]
    return f"{release}/{lexicon.identity}/{vocabulary}/{RECIPE}"


def _place(name: str) -> str | Path:
    if name == "auto":
        return OFFICIAL if _has_official() else _bundled()
    return _bundled() if name == BUNDLED else name


def _unavailable(name: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f"Språkmodellen ”{name}” kan inte läsas in: {str(error).splitlines()[0]} "
        "Sätt VIPGRAF_PIPELINE till auto, till ett installerat spaCy-paket eller till en mapp med en spaCy-modell."
    )


def _load(name: str) -> "Language":
    place = _place(name)
    try:
        with nullcontext() if place == name else _WithoutTorch():
            import spacy
        language = spacy.load(place, exclude=list(UNUSED))
    except (OSError, ImportError, ValueError, KeyError) as error:
        raise _unavailable(name, error) from error
    if "morphologizer" in language.pipe_names:
        # It gives the universal tags itself; the tagger and its mapping are for pipelines that lack it.
        for component in {"tagger", "attribute_ruler"} & set(language.pipe_names):
            language.remove_pipe(component)
    return language


class _WithoutTorch(MetaPathFinder):
    """While in use, keeps this thread from importing PyTorch.

    spaCy imports it wherever it is installed, which takes longer than all the rest; our pipelines do not use it.
    Another thread may well be loading an encoder that does.
    """

    def __init__(self) -> None:
        self._thread = get_ident()

    def __enter__(self) -> None:
        sys.meta_path.insert(0, self)

    def __exit__(self, *_: object) -> None:
        sys.meta_path.remove(self)

    def find_spec(self, fullname: str, *_: object) -> None:
        """Say that there is no PyTorch; leave all else to the usual finders."""
        if fullname == "torch" and get_ident() == self._thread:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def _has_official() -> bool:
    """Whether the official package is installed, rather than the placeholder 999.9.9 that strangers put on PyPI."""
    try:
        return metadata.version(OFFICIAL).startswith("3.")
    except metadata.PackageNotFoundError:
        return False


def _bundled() -> Path:
    return Path(str(resources.files("ingest") / "pipelines" / BUNDLED))


@dataclass(frozen=True, slots=True)
class _Reading:
    lemma: str
    parts: tuple[str, ...]


class _SpacyPipeline:
    def __init__(self, language: "Language", lexicon: Lexicon, known: frozenset[str]) -> None:
        self._language = language
        self.lexicon = lexicon
        self._words = _WordReader(lexicon, known)
        meta = language.meta
        self.identity = _identity(f"{meta['lang']}_{meta['name']}-{meta['version']}", lexicon, known)

    def analyse(self, text: str) -> tuple[Token, ...]:
        return next(self.analyse_many([text]))

    def analyse_many(self, texts: Iterable[str]) -> Iterator[tuple[Token, ...]]:
        cut = ((text, list(_TOKEN.finditer(text))) for text in texts)
        docs = ((self._doc(text, matches), (text, matches)) for text, matches in cut)
        for doc, (text, matches) in self._language.pipe(docs, as_tuples=True):
            yield tuple(self._tokens(text, matches, [token.pos_ for token in doc]))

    def words(self, text: str) -> tuple[Token, ...]:
        matches = list(_TOKEN.finditer(text))
        return tuple(self._tokens(text, matches, [""] * len(matches)))

    def _doc(self, text: str, matches: Sequence[re.Match[str]]) -> "Doc":
        from spacy.tokens import Doc

        spaces = [text[match.end() : match.end() + 1].isspace() for match in matches]
        return Doc(self._language.vocab, words=[match[0] for match in matches], spaces=spaces)

    def _tokens(self, text: str, matches: Sequence[re.Match[str]], tags: Sequence[str]) -> Iterator[Token]:
        for match, pos, sentence in zip(matches, tags, _sentences(text, matches), strict=True):
            reading = self._words.read(match[0])
            is_word = any(character.isalpha() or character.isdecimal() for character in match[0])
            yield Token(match[0], match.start(), match.end(), reading.lemma, pos, reading.parts, sentence, is_word)


def _sentences(text: str, matches: Sequence[re.Match[str]]) -> Iterator[int]:
    """Number of the sentence of each token: line breaks end sentences, and . ! ? … do."""
    number = first = 0
    ended = False
    for i, match in enumerate(matches):
        is_closing = match[0][0] in "\"'”’»)]}"
        breaks = i > 0 and _LINE_BREAK.search(text, matches[i - 1].end(), match.start()) is not None
        if breaks or (ended and not is_closing):
            number += 1
            first = i
            ended = False
        yield number
        following = matches[i + 1][0] if i + 1 < len(matches) else ""
        # "1. Inledning": the number of a heading or of a list item
        is_numbering = i == first + 1 and matches[first][0].isdecimal() and match[0] == "."
        ended = (ended and is_closing) or (_is_end(match[0], following) and not is_numbering)


def _is_end(token: str, following: str) -> bool:
    if token[-1] not in ".!?…":
        return False
    if token[0].isalnum():
        return token.lower() not in BINDING and following[:1].isupper()
    return not following[:1].islower()


class _WordReader:
    """Word → lemma and compound parts, whatever its context; remembers the words that it has seen."""

    def __init__(self, lexicon: Lexicon, known: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._known = known
        self._splitter = CompoundSplitter(lexicon, known)
        self.read = lru_cache(maxsize=100_000)(self._read)

    def _read(self, written: str) -> _Reading:
        word = unicodedata.normalize("NFC", written).translate(_HYPHENS)
        if len(word) > LONGEST_WORD:
            return _Reading(word.lower(), ())
        if inflected := _INFLECTED_ACRONYM.fullmatch(word):
            word = inflected[1]
        form = word.lower()
        pieces = form.split("-")
        if all(piece.isalnum() for piece in pieces) and not pieces[-1].isalpha():
            # "F32", "F10-F19", "2016-2018"
            return _Reading(form, tuple(pieces) if len(pieces) > 1 else ())
        if not pieces[0].isalnum() or "." in form or "/" in form:
            return _Reading(form, ())
        parts = self._splitter.parts(form)
        return _Reading(self._lemma(word, form), parts if len(parts) > 1 else ())

    def _lemma(self, word: str, form: str) -> str:
        if word.isupper() and len(word) <= LONGEST_ACRONYM:
            return form
        if lemma := self._lexicon.lemma(form):
            return lemma
        front, hyphen, last = form.rpartition("-")
        if last and hyphen:
            return f"{front}-{self._lemma(last, last)}"
        surface, bases = self._splitter.split(form), self._splitter.parts(form)
        if hyphen or len(surface) > 1:
            return (front or last).removesuffix(surface[-1]) + bases[-1]
        return self._stripped(word, form)

    def _stripped(self, word: str, form: str) -> str:
        """Lemma of a word that neither lexicon nor parts explain: less a genitive s, or the ending of a known word."""
        for ending in ("", *ENDINGS):
            if form.endswith(ending) and form.removesuffix(ending) in self._known:
                return form.removesuffix(ending)
        if form.endswith("s") and (form[:-1] in self._lexicon or len(self._splitter.split(form[:-1])) > 1):
            return self._lemma(form[:-1], form[:-1])
        genitive = _GENITIVE.fullmatch(word)
        return form[:-1] if genitive else form
