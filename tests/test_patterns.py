"""Regular expressions that mean the same on every Python that we support."""

import re
from pathlib import Path

ROOMS = ("ontology", "graph", "ingest", "search", "api")
# `(…)*+`, `(…)++`, `(…)?+` and `x{1,2}+`: before 3.11.5 these match too much when the repeated part can be matched in
# several ways (https://github.com/python/cpython/issues/106052). An atomic group, `(?>(…)*)`, says the same and works.
_POSSESSIVE = re.compile(r"\)[*+?]\+|\)\{[\d,]+\}\+|\d\}\}?\+")


def test_no_pattern_repeats_a_group_possessively() -> None:
    assert _POSSESSIVE.search(r"(?:ab?c)*+")
    assert _POSSESSIVE.search("'{{0,2}}+")
    paths = [path for room in ROOMS for path in (Path(__file__).parents[1] / room).rglob("*.py")]
    assert len(paths) > 50
    found = [
        f"{path.name}: {line.strip()}"
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
        if _POSSESSIVE.search(line)
    ]
    assert found == []
