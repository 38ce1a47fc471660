"""A release's graph → which values of which facets each passage has, in numbers, kept in three files of the index.

A passage has the values that it, its heading, the recommendations there and its document have, and with each concept
all that it is narrower than: so a filter finds what its count promises.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from graph import queries
from graph.vocabulary import Vocabulary
from ontology.errors import QuestionError

FACETS: Final = (
    "programme",
    "condition",
    "intervention",
    "population",
    "setting",
    "strength",
    "direction",
    "source",
    "date",
    "type",
)
"""Names of the facets, in the order in which they are shown."""


def check_facet(name: str) -> None:
    """Raises QuestionError when there is no facet of that name."""
    if name not in FACETS:
        raise QuestionError(f"Det finns inget filter {name!r}. Filter som finns: {', '.join(FACETS)}.")


_FACET_OF_KIND: Final[Mapping[str, str]] = {
    "programme": "programme",
    "condition": "condition",
    "intervention": "intervention",
    "age-group": "population",
    "target-group": "population",
    "setting": "setting",
}
_ADDRESS_ENDS: Final = ' \t\n"<>()[]{}'


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet. `value` is what a filter is given and a count shows, unique within the facet."""

    facet: str
    value: str
    label: str
    iri: str
    """"" where it is a text, such as the name of a source."""
    codes: tuple[str, ...]
    """Short forms that it is also known by: diagnosis codes, "bör inte"."""
    is_held: bool
    """Whether some passage has it itself, and not only something narrower."""


@dataclass(frozen=True, slots=True)
class Held:
    """Which values passages have: those of passage i are `numbers[starts[i] : starts[i + 1]]`."""

    starts: NDArray[np.int64]
    """(n + 1,)"""
    numbers: NDArray[np.int32]
    """Places in the list of values."""


def write_facets(
    folder: Path, store: ox.Store, vocabulary: Vocabulary, iris: Sequence[str], identifiers: Sequence[str],
    dates: Sequence[str],
) -> None:  # fmt: skip
    """Collect and keep the values of passages, given by row as IRI, identifier of the document and its date."""
    said = _said(store, vocabulary, iris, identifiers, dates)
    own = {key for keys in said for key in keys}
    above = {key: (*_with_broader(key, vocabulary), *_united(key, vocabulary)) for key in own}
    values = _values(store, vocabulary, own)
    numbers = {(value.facet, value.iri or value.value): number for number, value in enumerate(values)}
    held = [sorted({numbers[wider] for key in keys for wider in above[key]}) for keys in said]
    np.save(folder / "facets-starts.npy", np.cumsum([0, *map(len, held)], dtype=np.int64))
    np.save(folder / "facets.npy", np.fromiter(chain.from_iterable(held), dtype=np.int32))
    content = json.dumps([asdict(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    (folder / "facets.json").write_text(content, encoding="utf-8")


def load_facets(folder: Path) -> tuple[tuple[FacetValue, ...], Held]:
    """The values and who has them. Raises OSError, ValueError, KeyError or TypeError when a file is damaged."""
    stored = json.loads((folder / "facets.json").read_text(encoding="utf-8"))
    values = tuple(FacetValue(**{**row, "codes": tuple(row["codes"])}) for row in stored)
    held = Held(np.load(folder / "facets-starts.npy"), np.load(folder / "facets.npy"))
    if held.starts[-1] != len(held.numbers) or (len(held.numbers) and held.numbers.max() >= len(values)):
        raise ValueError("facets.npy does not fit facets-starts.npy and facets.json")
    return values, held


_Key = tuple[str, str]
"""Facet, and IRI or text of the value."""


def _said(
    store: ox.Store, vocabulary: Vocabulary, iris: Sequence[str], identifiers: Sequence[str], dates: Sequence[str]
) -> list[set[_Key]]:
    """The values of each passage by row, as the graph has them."""
    of_document: defaultdict[str, set[_Key]] = defaultdict(set)
    for row in queries.select(store, "facets-of-documents"):
        of_document[queries.string(row, "identifier")].update(_keys(row, vocabulary))
    said = [set(of_document[identifier]) for identifier in identifiers]
    rows = {iri: number for number, iri in enumerate(iris)}
    for row in queries.select(store, "facets-of-passages"):
        said[rows[queries.string(row, "passage")]].update(_keys(row, vocabulary))
    for keys, date in zip(said, dates, strict=True):
        keys.update([("date", date[:4])] if date else ())
    return said


def _keys(row: queries.Row, vocabulary: Vocabulary) -> Iterator[_Key]:
    facet, value = queries.string(row, "facet"), queries.string(row, "value")
    if facet:
        yield facet, source_name(value) if facet == "source" else value
    elif (concept := vocabulary.concepts.get(value)) and (known := _FACET_OF_KIND.get(concept.kind)):
        yield known, value


def _with_broader(key: _Key, vocabulary: Vocabulary) -> Iterator[_Key]:
    """A value and all that it is narrower than, within its facet."""
    facet, value = key
    seen: dict[str, None] = {value: None}
    queue = [value]
    while queue:
        concept = vocabulary.concepts.get(queue.pop())
        for broader in concept.broader if concept else ():
            above = vocabulary.concepts.get(broader)
            if above and broader not in seen and _FACET_OF_KIND.get(above.kind) == facet:
                seen[broader] = None
                queue.append(broader)
    return ((facet, iri) for iri in seen)


def _united(key: _Key, vocabulary: Vocabulary) -> Iterator[_Key]:
    """The groups of people that one value speaks of together: "Barn och ungdomar" of "Barn" and of "Ungdomar".

    What is advised against for both must be found by who filters on one.
    """
    facet, value = key
    if facet == "population" and (concept := vocabulary.concepts.get(value)):
        parts = concept.label.lower().split(" och ")
        yield from (
            (facet, iri) for iri in vocabulary.narrower(value) if vocabulary.concepts[iri].label.lower() in parts
        )


def _values(store: ox.Store, vocabulary: Vocabulary, own: Iterable[_Key]) -> list[FacetValue]:
    """Every value that a filter may name: all concepts of a facet's kinds, all directions and strengths, and texts."""
    held = frozenset(own)
    named = [
        (facet, concept.iri, concept.label, concept.notations)
        for concept in vocabulary.concepts.values()
        if (facet := _FACET_OF_KIND.get(concept.kind))
    ]
    for row in queries.select(store, "facet-terms"):
        facet, iri, label, notation = (queries.string(row, name) for name in ("facet", "value", "label", "notation"))
        named.append((facet, iri, label, (notation,)))
    recurring = Counter((facet, local_key(iri)[1]) for facet, iri, _, _ in named)
    values = []
    for facet, iri, label, codes in named:
        kind, key = local_key(iri)
        value = key if recurring[facet, key] == 1 else f"{kind}/{key}"
        values.append(FacetValue(facet, value, label, iri, codes, (facet, iri) in held))
    known = {(value.facet, value.iri) for value in values}
    texts = sorted(key for key in held if key not in known)
    return [*values, *(FacetValue(facet, text, text, "", (), True) for facet, text in texts)]


def local_key(iri: str) -> tuple[str, str]:
    """The type and the key of an IRI of ours, as people write them.

    >>> local_key("https://vipgraf.example/id/age-group/barn")
    ('age-group', 'barn')
    """
    kind, _, key = unquote(iri.rpartition("/id/")[2]).partition("/")
    return kind, key


def source_name(source: str) -> str:
    """Who published a document, of what its index table says: the host of the address in it, else the words.

    >>> source_name("github:org/repo@1a2b:x.json (https://api.socialstyrelsen.se/fmb/1)")
    'api.socialstyrelsen.se'
    >>> source_name("https://www.vardochinsats.se/adhd/"), source_name("Egen text")
    ('vardochinsats.se', 'Egen text')
    """
    at = min((place for scheme in ("http://", "https://") if (place := source.find(scheme)) >= 0), default=-1)
    if at < 0:
        return source
    address = source[at:]
    address = address[: min((place for mark in _ADDRESS_ENDS if (place := address.find(mark)) >= 0), default=None)]
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:  # such as a broken IPv6 address
        return source
    return _spelled(host) or source


def _spelled(host: str) -> str:
    """A host name with its letters as people write them: xn--sjukvrdsregionmellan-0zb.se has an å."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
