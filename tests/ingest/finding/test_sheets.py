"""What is read from sentences that were written to be hard; the figures are printed (`make gold`)."""

import pytest

from tests.ingest import gold
from tests.ingest.finding import sheets
from tests.ingest.finding.reading import Reader

# What may not be lost again; the figures themselves are in ARCHITECTURE.md.
LEAST = {
    ("negation", "dev"): 0.95,
    ("negation", "test"): 0.88,
    ("recommendation", "dev"): 0.95,
    ("recommendation", "test"): 0.9,
    ("body", "dev"): 0.94,
    ("body", "test"): 0.94,
    ("claim", "dev"): 0.95,
    ("claim", "test"): 0.9,
}


@pytest.mark.slow
@pytest.mark.parametrize(("sheet", "part"), LEAST)
def test_what_was_once_read_right_still_is(sheet: str, part: str, read: Reader) -> None:
    figures = sheets.score(sheet, part, read)
    print(f"\n{sheet} sheet, {part}\n{figures.table()}")
    assert figures.tally(sheet).found > 30
    assert figures.tally(sheet).f1 >= LEAST[sheet, part]


def test_a_difference_is_counted_and_told(read: Reader) -> None:
    figures = gold.Figures()
    sheets._compare_negation("Patienten har [depression] men inte [autism].", read, figures)
    sheets._compare_recommendation("against\tErbjud KBT vid depression.", read, figures)
    sheets._compare_claim("KBT vid depression.\tbody/skr|hosts|body/npo-psykisk-halsa", read, figures)
    sheets._compare_body("[o|Skolverket] och [k|SIP].", read, figures)
    assert {name: (t.found, t.wrong, t.missed) for name, t in figures.tallies.items()} == {
        "negation": (0, 1, 0),
        "recommendation": (1, 0, 0),
        "body": (1, 0, 1),
        "claim": (0, 0, 1),
    }
    assert figures.directions == {False: 1}
    assert len(figures.differences) == 4
