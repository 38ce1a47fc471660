"""What was found in a document, as numbers."""

from collections import Counter
from dataclasses import replace

from ingest.finding.counts import counted
from ontology.model import Extraction
from tests.ingest.finding.reading import Reader

TEXT = """# Depression

## Råd

KBT bör erbjudas vuxna från 18 års ålder, enligt SOU 2021:93. Bensodiazepiner ska inte ges vid depression.

## Organisation

Region Stockholm är värd för NPO psykisk hälsa. En samordnad individuell plan (SIP) görs.
"""


def counts(read: Reader, extraction: Extraction) -> dict[str, int]:
    return dict(counted(extraction, read.toolbox.vocabulary.kind_of))


def test_everything_found_is_counted_once_by_its_sort(read: Reader) -> None:
    found = read(TEXT)
    numbers = counts(read, found)
    assert numbers["sections"] == len(found.document.sections) == 3
    assert numbers["passages"] == len(found.passages) > 0
    assert numbers["words"] == len(found.document.text.split())
    assert numbers["abbreviations"] == 1
    assert (
        numbers["mentions"]
        == len(found.mentions)
        == sum(
            number for name, number in numbers.items() if name.startswith("mentions:") and name != "mentions:negated"
        )
    )
    assert (numbers["references:age"], numbers["references:evidence-source"]) == (1, 1)
    assert numbers["media:text/markdown"] == 1


def test_recommendations_are_counted_by_direction_strength_and_pair(read: Reader) -> None:
    numbers = counts(read, read(TEXT))
    assert (numbers["recommendations"], numbers["recommendations:for"], numbers["recommendations:against"]) == (2, 1, 1)
    assert (numbers["strength:bör"], numbers["strength:ska inte"]) == (1, 1)
    pairs = sorted(name.rpartition("/")[2] for name in numbers if name.startswith("pairs:"))
    assert pairs == ["bensodiazepiner", "kognitiv-beteendeterapi"]


def test_negated_mentions_are_counted_beside_the_kinds(read: Reader) -> None:
    numbers = counts(read, read("Vuxna med adhd utan depression."))
    assert (numbers["mentions:condition"], numbers["mentions:negated"], numbers["mentions"]) == (2, 1, 3)


def test_claims_are_counted_by_their_relation_whatever_its_iri_ends_in(read: Reader) -> None:
    found = read(TEXT)
    assert found.claims
    named = Counter(claim.predicate.rpartition("/")[2].rpartition("#")[2] for claim in found.claims)
    numbers = counts(read, found)
    assert {name: numbers[f"claims:{name}"] for name in named} == named
    slash, hash_ = (replace(found.claims[0], predicate=iri) for iri in ("http://x/ns/hosts", "http://x/ns#hosts"))
    assert counts(read, replace(found, claims=(slash, hash_)))["claims:hosts"] == 2


def test_what_there_is_none_of_has_no_key(read: Reader) -> None:
    numbers = counts(read, read("Solen sken."))
    assert set(numbers) == {"sections", "passages", "words", "media:" + read("Solen sken.").document.media_type}
