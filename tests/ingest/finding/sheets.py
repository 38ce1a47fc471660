"""Sentences written to be hard to read, each with what it says, and how far what is read from them agrees.

`tests/data/sheets/` holds three sheets in two parts, `dev` and `test`; their form is told in its README. A sentence is
read as a document of its own, so nothing around it helps.
"""

import re
from collections.abc import Callable
from pathlib import Path

from tests.ingest import gold
from tests.ingest.finding.reading import Reader

FOLDER = Path(__file__).parents[2] / "data" / "sheets"
_DENIED = re.compile(r"\[(-?)([^\[\]]*)\]")
_TYPED = re.compile(r"\[([ok])\|([^\[\]]*)\]")
_KINDS = {"o": "organisation", "k": "body-kind"}


def score(sheet: str, part: str, read: Reader) -> gold.Figures:
    """The figures of a sheet: `negation`, `recommendation`, `body` or `claim`."""
    figures = gold.Figures()
    compare = _COMPARE[sheet]
    lines = (FOLDER / f"{sheet}-{part}.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        compare(line, read, figures)
    return figures


def _compare_negation(line: str, read: Reader, figures: gold.Figures) -> None:
    text, wanted = _unbracketed(line, _DENIED)
    found = read(text)
    place = gold.placer(found)
    kind_of = read.toolbox.vocabulary.kind_of
    named = [(place(m.start, m.end), m.negated) for m in found.mentions if kind_of(m.concept_iri) in gold.LINKED]
    for start, end, mark in wanted:
        is_negated = mark == "-"
        said = any(negated for (begin, close), negated in named if begin < end and start < close)
        figures.tally("negation").add(
            gold.Tally(int(said and is_negated), int(said and not is_negated), int(is_negated and not said))
        )
        if said != is_negated:
            figures.differences.append(f"{text[start:end]!r} is {'' if is_negated else 'not '}negated: {text}")


def _unbracketed(line: str, brackets: re.Pattern[str]) -> tuple[str, list[tuple[int, int, str]]]:
    """A sentence without its brackets, and where they were, each with its mark."""
    text, spans, place = "", [], 0
    for match in brackets.finditer(line):
        text += line[place : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        place = match.end()
    return text + line[place:], spans


def _compare_body(line: str, read: Reader, figures: gold.Figures) -> None:
    text, wanted = _unbracketed(line, _TYPED)
    found = read(text)
    place = gold.placer(found)
    kind_of = read.toolbox.vocabulary.kind_of
    named = [(kind_of(one.concept_iri), place(one.start, one.end)) for one in found.mentions]
    named += [(one.kind, place(one.start, one.end)) for one in found.references]
    have = [one for one in named if one[0] in gold.BODIES]
    tally = figures.tally("body")
    for start, end, mark in wanted:
        match = next((one for one in have if one[0] == _KINDS[mark] and one[1][0] < end and start < one[1][1]), None)
        tally.add(gold.Tally(found=int(match is not None), missed=int(match is None)))
        if match is None:
            figures.differences.append(f"missed {text[start:end]!r}: {text}")
        else:
            have.remove(match)
    tally.wrong += len(have)
    figures.differences += [f"wrong {kind} {text[slice(*span)]!r}: {text}" for kind, span in have]


def _compare_recommendation(line: str, read: Reader, figures: gold.Figures) -> None:
    wanted, text = line.split("\t")
    directions = [found.direction for found in read(text).recommendations]
    is_found = bool(directions) and wanted != "none"
    missed = not directions and wanted != "none"
    figures.tally("recommendation").add(gold.Tally(int(is_found), len(directions) - is_found, int(missed)))
    if is_found:
        figures.directions[wanted in directions] += 1
    if directions != ([] if wanted == "none" else [wanted]):
        figures.differences.append(f"{wanted}, not {directions}: {text}")


def _compare_claim(line: str, read: Reader, figures: gold.Figures) -> None:
    text, *triples = line.split("\t")
    have = [gold.meaning(claim) for claim in read(text).claims]
    for triple in triples:
        subject, predicate, value = triple.split("|")
        wanted = gold.one_form(subject, predicate, value, negated=False)
        match = next((one for one in have if gold.agree(one, wanted)), None)
        figures.tally("claim").add(gold.Tally(found=int(match is not None), missed=int(match is None)))
        if match is None:
            figures.differences.append(f"missed {wanted}: {text}")
        else:
            have.remove(match)
    figures.tally("claim").wrong += len(have)
    figures.differences += [f"wrong {one}: {text}" for one in have]


_COMPARE: dict[str, Callable[[str, Reader, gold.Figures], None]] = {
    "negation": _compare_negation,
    "recommendation": _compare_recommendation,
    "body": _compare_body,
    "claim": _compare_claim,
}
