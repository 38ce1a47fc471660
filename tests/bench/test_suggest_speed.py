"""Figures of speed for suggestions, printed and never asserted: `make bench`."""

import random
import time
from pathlib import Path

import pytest

from api import wiring
from api.settings import Settings
from graph.release import current
from search.suggest import Name, Suggester, load_suggester, written
from search.suggestions import write_suggestions

KEYSTROKES_OF = 200


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def type_out(suggester: Suggester, labels: list[str]) -> list[float]:
    """Milliseconds for each keystroke of each label."""
    times = []
    for label in labels:
        for end in range(1, len(label) + 1):
            started = time.perf_counter()
            suggester.suggest(written(label[:end]))
            times.append((time.perf_counter() - started) * 1000)
    return times


def report(what: str, suggester: Suggester, labels: list[str]) -> None:
    chosen = random.Random(5).sample(labels, min(KEYSTROKES_OF, len(labels)))
    misspelt = [label[: len(label) // 2] + label[len(label) // 2 + 1 :] for label in chosen]
    for how, typed in (("as written", chosen), ("a letter left out", misspelt)):
        times = type_out(suggester, typed)
        print(
            f"\nsuggestions, {what}, {how}: {len(times)} keystrokes, p50 {quantile(times, 0.5):.1f} ms, "
            f"p95 {quantile(times, 0.95):.1f} ms, longest {max(times):.1f} ms"
        )


@pytest.mark.bench
def test_speed_of_suggestions_over_the_shipped_content(deployment: Settings) -> None:
    suggester = load_suggester(current(deployment.data).index_path / "suggestions.json")
    concepts = wiring.open_toolbox(deployment, print).vocabulary.concepts.values()
    report("shipped content", suggester, [concept.label for concept in concepts])


@pytest.mark.bench
def test_speed_of_suggestions_over_many_headings_and_concepts(deployment: Settings, tmp_path: Path) -> None:
    tools = wiring.open_toolbox(deployment, print)
    names = many_names([concept.label for concept in tools.vocabulary.concepts.values()])
    started = time.perf_counter()
    write_suggestions(tmp_path / "suggestions.json", names, tools.pipeline)
    written_after = time.perf_counter()
    suggester = load_suggester(tmp_path / "suggestions.json")
    print(f"\nwrite {written_after - started:.1f} s, load {time.perf_counter() - written_after:.2f} s")
    report("10,000 headings and 3,000 concepts of 3 names", suggester, [name.text for name in names])


def many_names(labels: list[str]) -> list[Name]:
    """Names put together of the words of real labels, by chance but always the same."""
    chance = random.Random(5)
    words = sorted({word for label in labels for word in label.split()})
    concepts = [
        Name(" ".join(chance.sample(words, chance.randint(1, 3))), "concept", "condition", f"c{number // 3}", 0.0)
        for number in range(9_000)
    ]
    headings = [
        Name(" ".join(chance.sample(words, chance.randint(2, 6))), "heading", "section", f"s{number}", 0.8)
        for number in range(10_000)
    ]
    return [*concepts, *headings]
