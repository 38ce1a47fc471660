"""Documents that people have annotated, and how far what is read from them agrees.

`tests/data/gold/*.json` holds, for each document, spans of its source (code points of the decoded file) with what they
mean, and the digest of the file; the texts themselves are elsewhere. The annotators' guide lies beside them.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.reading.alignment import to_source
from ontology.model import ExtractedClaim, Extraction, Recommendation

Span = tuple[int, int]
Said = tuple[str, str, str, bool]
_WORDS = re.compile(r"[a-zåäö]+")
_SHORTEST = 3
_ALIKE = {"subOrganizationOf": "partOf", "hasCompositionRule": "seats", "altLabel": "formerName"}

LINKED = ("condition", "intervention")
BODIES = ("organisation", "body-kind")


@dataclass(frozen=True, slots=True)
class Gold:
    """What people found in one document."""

    document: str
    split: str
    sha256: str
    mentions: tuple[Mapping[str, Any], ...]
    recommendations: tuple[Mapping[str, Any], ...]
    claims: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class Tally:
    """True positives, false positives and false negatives."""

    found: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = 2 * self.found + self.wrong + self.missed
        return 2 * self.found / total if total else 0.0

    def add(self, other: "Tally") -> None:
        self.found += other.found
        self.wrong += other.wrong
        self.missed += other.missed


@dataclass(slots=True)
class Figures:
    """Tallies by type, and how many recommendations that were found have the right direction."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    directions: Counter[bool] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def tally(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def table(self) -> str:
        lines = [f"{'':20} {'P':>6} {'R':>6} {'F1':>6} {'found':>6} {'wrong':>6} {'missed':>6}"]
        lines += [
            f"{name:20} {t.precision:6.3f} {t.recall:6.3f} {t.f1:6.3f} {t.found:6} {t.wrong:6} {t.missed:6}"
            for name, t in sorted(self.tallies.items())
        ]
        right, wrong = self.directions[True], self.directions[False]
        return "\n".join([*lines, f"direction right of those found: {right} of {right + wrong}"])


def load(folder: Path, split: str) -> list[Gold]:
    """The annotated documents of a part, `dev` or `test`."""
    found = [Gold(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]
    return [gold for gold in found if gold.split == split]


def is_the_text(gold: Gold, path: Path) -> bool:
    """Whether a file is the one that was annotated."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == gold.sha256


def compare(gold: Gold, extraction: Extraction, kind_of: Callable[[str], str], figures: Figures) -> None:
    """Add one document to the figures."""
    place = placer(extraction)
    _compare_mentions(gold, extraction, kind_of, place, figures)
    _compare_recommendations(gold, extraction.recommendations, place, figures)
    _compare_claims(gold, extraction.claims, place, figures)


def placer(extraction: Extraction) -> Callable[[int, int], Span]:
    return lambda start, end: to_source(extraction.document.source_map, start, end) or (-1, -1)


@dataclass(frozen=True, slots=True)
class _Named:
    """A mention or a reference that was found."""

    kind: str
    span: Span
    concept: str | None
    negated: bool
    surface: str


def _compare_mentions(
    gold: Gold,
    extraction: Extraction,
    kind_of: Callable[[str], str],
    place: Callable[[int, int], Span],
    figures: Figures,
) -> None:
    have = [
        _Named(kind_of(m.concept_iri), place(m.start, m.end), m.concept_iri.partition("/id/")[2], m.negated, m.surface)
        for m in extraction.mentions
    ]
    have += [_Named(r.kind, place(r.start, r.end), None, False, r.surface) for r in extraction.references]
    for wanted in gold.mentions:
        match = next((named for named in have if _is(named, wanted)), None)
        if match is None:
            figures.tally(wanted["type"]).missed += 1
            figures.differences.append(f"{gold.document} missed {wanted['type']} {wanted['span']} {wanted['concept']}")
        else:
            have.remove(match)
            figures.tally(match.kind).found += 1
        if wanted["type"] in LINKED:
            _compare_negation(gold, match, wanted, figures)
    for named in have:
        figures.tally(named.kind).wrong += 1
        figures.tally("negated").wrong += named.kind in LINKED and named.negated
        figures.differences.append(f"{gold.document} wrong {named.kind} {named.surface!r} {named.concept}")


def _is(named: _Named, wanted: Mapping[str, Any]) -> bool:
    same = named.concept in {wanted["concept"], None}
    return named.kind == wanted["type"] and same and _overlap(named.span, wanted["span"])


def _compare_negation(gold: Gold, match: _Named | None, wanted: Mapping[str, Any], figures: Figures) -> None:
    said = match is not None and match.negated
    figures.tally("negated").found += said and wanted["negated"]
    figures.tally("negated").wrong += said and not wanted["negated"]
    figures.tally("negated").missed += wanted["negated"] and not said
    if match is not None and said != wanted["negated"]:
        figures.differences.append(f"{gold.document} negated should be {not said}: {match.surface} {wanted['span']}")


def _compare_recommendations(
    gold: Gold, have: Sequence[Recommendation], place: Callable[[int, int], Span], figures: Figures
) -> None:
    spans = [place(found.start, found.end) for found in have]
    pairs = _paired(spans, [tuple(one["span"]) for one in gold.recommendations])
    tally = figures.tally("recommendation")
    tally.add(Tally(len(pairs), len(have) - len(pairs), len(gold.recommendations) - len(pairs)))
    for mine, theirs in pairs:
        found, wanted = have[mine], gold.recommendations[theirs]
        figures.directions[found.direction == wanted["direction"]] += 1
        if found.direction != wanted["direction"]:
            figures.differences.append(f"{gold.document} direction should be {wanted['direction']}: {found.text}")
        for name, concepts in (("conditions", found.conditions), ("interventions", found.interventions)):
            mine_, theirs_ = {iri.partition("/id/")[2] for iri in concepts}, set(wanted[name])
            both = len(mine_ & theirs_)
            figures.tally(f"  its {name}").add(Tally(both, len(mine_) - both, len(theirs_) - both))
    seen_mine, seen_theirs = {mine for mine, _ in pairs}, {theirs for _, theirs in pairs}
    for at, found in enumerate(have):
        if at not in seen_mine:
            figures.differences.append(f"{gold.document} wrong recommendation ({found.rule}): {found.text}")
    for at, wanted in enumerate(gold.recommendations):
        if at not in seen_theirs:
            figures.differences.append(f"{gold.document} missed recommendation {wanted['span']} {wanted['direction']}")


def _paired(mine: Sequence[Span], theirs: Sequence[Span]) -> list[tuple[int, int]]:
    """Pairs of spans, each once, that share half of the longer or four fifths of the shorter; the best first."""
    rated: list[tuple[float, int, int]] = []
    for i, (a, b) in enumerate(mine):
        for j, (c, d) in enumerate(theirs):
            shared = min(b, d) - max(a, c)
            longer, shorter = max(b - a, d - c), min(b - a, d - c)
            if shared > 0 and (shared >= longer / 2 or shared >= 0.8 * shorter):
                rated.append((shared / longer, i, j))
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(rated, reverse=True):
        if all(i != k and j != m for k, m in pairs):
            pairs.append((i, j))
    return pairs


def _compare_claims(
    gold: Gold, have: Sequence[ExtractedClaim], place: Callable[[int, int], Span], figures: Figures
) -> None:
    mine = [(meaning(claim), place(claim.start, claim.end)) for claim in have]
    theirs = [(_wanted(claim), tuple(claim["span"])) for claim in gold.claims]
    tally = figures.tally("claim")
    for said, span in theirs:
        match = next(
            (at for at, (other, there) in enumerate(mine) if agree(other, said) and _overlap(there, span)), None
        )
        if match is None:
            tally.missed += 1
            figures.differences.append(f"{gold.document} missed claim {said}")
        else:
            tally.found += 1
            mine.pop(match)
    tally.wrong += len(mine)
    figures.differences += [f"{gold.document} wrong claim {said}" for said, _ in mine]


def agree(mine: Said, theirs: Said) -> bool:
    """Whether two claims say the same. Where the annotators had no identifier, they gave a name: then a word in common
    is asked for; where the text says how many seats, the number."""
    if mine[1] != theirs[1] or mine[3] != theirs[3]:
        return False
    return _same(mine[0], theirs[0]) and (_same(mine[2], theirs[2]) or mine[1] == "seats")


def _same(mine: str, theirs: str) -> bool:
    if mine == theirs:
        return True
    words = {word for word in _WORDS.findall(theirs.removeprefix("new: ")) if len(word) > _SHORTEST}
    return theirs.startswith("new: ") and bool(words.intersection(_WORDS.findall(mine)))


def meaning(claim: ExtractedClaim) -> Said:
    predicate = claim.predicate.rpartition("/")[2].rpartition("#")[2]
    if claim.hosting_kind in {"temporary", "dormant"}:
        predicate = f"{predicate}-{claim.hosting_kind}"
    value = claim.object if claim.is_literal else claim.object.partition("/id/")[2]
    return one_form(claim.subject.partition("/id/")[2], predicate, value, negated=claim.negated)


def _wanted(claim: Mapping[str, Any]) -> Said:
    return one_form(claim["subject"], claim["predicate"], claim["object"], negated=bool(claim["negated"]))


def one_form(subject: str, predicate: str, value: str, *, negated: bool) -> Said:
    """One form for what can be said in two ways."""
    predicate = _ALIKE.get(predicate, predicate)
    if (subject, predicate) == ("body-kind/npo", "numberOfInstances"):
        subject, predicate = "body/nationellt-system-for-kunskapsstyrning", "numberOfProgrammeAreas"
    return subject.lower(), predicate, value.lower(), negated


def _overlap(one: Span, other: Sequence[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def summed(figures: Figures, names: Iterable[str]) -> Tally:
    """Several types as one."""
    total = Tally()
    for name in names:
        total.add(figures.tally(name))
    return total


def documents(paths: Mapping[str, Path], golds: Iterable[Gold]) -> Iterator[tuple[Gold, Path]]:
    """The annotated documents that are here, unchanged."""
    for gold in golds:
        path = paths.get(gold.document)
        if path is not None and is_the_text(gold, path):
            yield gold, path
