"""Names that could mean several things → what they mean here, or all of them where the text does not tell.

What the text says elsewhere, without doubt, decides: the reading that is named there itself, that is explained there
("acceptance and commitment therapy (ACT)"), or that is nearest in the hierarchy to what is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.finding.mentions import Labels, find_mentions
from ingest.language import Pipeline
from ingest.rulebook import load_rules
from ontology.model import Abbreviation, Concept, Mention

_IN_A_PLACE = re.compile(
    r"(?<!kommuner )(?<!kommunerna )(?<!regioner )(?<!regionerna )\b(?:i|till|från|utanför|nära) $"
)
_BEFORE = 30
_AREAS = frozenset(["region", "kommun", "regionen", "s kommun", "stad", "s stad", "sjukvårdsregion", "län"])
_GOES_ON = re.compile(r",? (?:och|eller|samt) |, ")


def settled(text: str, mentions: Sequence[Mention], concepts: Mapping[str, Concept]) -> tuple[Mention, ...]:
    """The mentions less the readings that the rest of the text speaks against, and less places: "bor i Motala"."""
    mentions = _without_places(text, mentions, concepts)
    spans = [tuple(group) for _, group in groupby(mentions, key=lambda mention: (mention.start, mention.end))]
    certain = {span[0].concept_iri for span in spans if len(span) == 1}
    around = {iri for known in certain for iri in (known, *_above(known, concepts))}
    return tuple(mention for span in spans for mention in _chosen(span, certain, around, concepts))


def _without_places(text: str, mentions: Sequence[Mention], concepts: Mapping[str, Concept]) -> list[Mention]:
    """The mentions less those that give the place, rather than the region or municipality that it is named after."""
    kept: list[Mention] = []
    place_ends = -1
    for mention in mentions:
        before = text[max(mention.start - _BEFORE, 0) : mention.start]
        goes_on = place_ends >= 0 and _GOES_ON.fullmatch(text, place_ends, mention.start)
        if _is_named_after_its_place(mention, concepts[mention.concept_iri]) and (
            goes_on or _IN_A_PLACE.search(before)
        ):
            place_ends = mention.end
        else:
            kept.append(mention)
    return kept


def _is_named_after_its_place(mention: Mention, concept: Concept) -> bool:
    """Whether a word is the name of a region or municipality without what makes it one: "Skåne" of "Region Skåne"."""
    rest = concept.label.replace(mention.surface, "").strip().lower()
    return concept.kind == "organisation" and rest != concept.label.lower() and rest in _AREAS


def with_explained(labels: Labels, abbreviations: Iterable[Abbreviation], pipeline: Pipeline) -> Labels:
    """The labels, with each short form meaning what this text explains it to mean."""
    explained: dict[str, tuple[str, ...]] = {}
    for abbreviation in abbreviations:
        tokens = pipeline.words(abbreviation.long)
        found = find_mentions(abbreviation.long, tokens, labels)
        whole = tuple(m.concept_iri for m in found if m.start == 0 and m.end == len(abbreviation.long))
        if whole:
            explained[abbreviation.short] = whole
    return replace(labels, by_capitals={**labels.by_capitals, **explained}) if explained else labels


def with_short_forms(labels: Labels, mentions: Sequence[Mention], concepts: Mapping[str, Concept]) -> Labels:
    """The labels, with the head of a name that this text gives in full ("nationella arbetsgrupper") meaning the same
    ("arbetsgruppen"), unless it speaks more of something else with the same head."""
    context = load_rules("context")
    heads = frozenset(context["heads"])
    named: dict[str, Counter[str]] = {}
    counted = Counter(mention.concept_iri for mention in mentions)
    for iri, count in counted.items():
        if head := _head(concepts[iri], heads):
            named.setdefault(head, Counter())[iri] += count
    here = {concepts[iri].label for iri in counted}
    for concept in concepts.values():
        _, _, rest = concept.label.partition(" för ")
        if concept.kind == "organisation" and rest in here and (head := _head(concept, heads)):
            named.setdefault(head, Counter())[concept.iri] += 1
    kinds = {concept.label: concept.iri for concept in concepts.values() if concept.kind == "body-kind"}
    for head, usual in context["usual"].items():
        named_so = sum(count for iri, count in counted.items() if concepts[iri].label.startswith(usual["prefix"]))
        if named_so:
            named.setdefault(head, Counter())[kinds[usual["kind"]]] += named_so
        elif any(label.startswith(tuple(context["governance"])) for label in here):
            named.setdefault(head, Counter({kinds[usual["kind"]]: 1}))
    short: dict[tuple[str, ...], tuple[str, ...]] = {
        (head,): (count.most_common(1)[0][0],) for head, count in named.items() if (head,) not in labels.by_lemmas
    }
    return replace(labels, by_lemmas={**labels.by_lemmas, **short}) if short else labels


def _head(concept: Concept, heads: frozenset[str]) -> str:
    """The head of a body's name when it may stand for the whole: "arbetsgrupp" of "nationell arbetsgrupp"."""
    if concept.kind not in {"body-kind", "organisation"}:
        return ""
    words = re.split(r" (?:för|inom|vid|i|under)\b|,", concept.label.lower())[0].split()
    last = words[-1] if words else ""
    return next((head for head in heads if last in {head, head + "en", head + "et", head + "t"}), "")


def _chosen(
    span: tuple[Mention, ...], certain: set[str], around: set[str], concepts: Mapping[str, Concept]
) -> tuple[Mention, ...]:
    if len(span) == 1 or len({mention.matched_by for mention in span}) > 1 or span[0].matched_by == "compound":
        return span
    named = tuple(mention for mention in span if mention.concept_iri in certain)
    related = tuple(mention for mention in span if around.intersection(_above(mention.concept_iri, concepts)))
    return named or related or span


def _above(iri: str, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """The concepts above one, nearest first."""
    found: dict[str, None] = {}
    waiting = [iri]
    while waiting:
        concept = concepts.get(waiting.pop(0))
        for broader in concept.broader if concept else ():
            if broader not in found:
                found[broader] = None
                waiting.append(broader)
    return tuple(found)
