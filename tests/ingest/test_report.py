from collections.abc import Iterable
from datetime import UTC, datetime

from graph.validation import Violation
from ingest.pipeline import Statements
from ingest.report import MAX_EXAMPLES, Example, IngestReport, Pair, Tally, printable

IDENTITY_NUMBER = "19811228-9874"


def statements(identifier: str, counts: dict[str, int] | None = None, warnings: Iterable[Violation] = ()) -> Statements:
    return Statements(identifier, b"", counts or {}, tuple(warnings))


def warning(shape: str, words: str = "") -> Violation:
    return Violation(shape, "https://test.example/id/section/1", f"Meddelande om {shape}.", words)


def report(**counts: int) -> IngestReport:
    return IngestReport(("a",), ("b",), (), ("c",), (), (), counts, (), 2.0, datetime.now(UTC))


def test_counts_of_all_documents_are_summed_by_key() -> None:
    tally = Tally()
    tally.add(statements("a", {"passages": 2, "mentions:condition": 1}))
    tally.add(statements("b", {"passages": 3, "claims": 1}))
    assert tally.counts == {"passages": 5, "mentions:condition": 1, "claims": 1}


def test_warnings_are_gathered_by_shape_with_one_example_for_each_of_some_documents() -> None:
    tally = Tally()
    for number in range(5):
        tally.add(statements(f"d{number}", warnings=[warning("tom", f"Rubrik {number}"), warning("tom", "En till")]))
    tally.add(statements("sist", warnings=[warning("datum")]))
    tom, datum = tally.warnings()
    assert (tom.shape, tom.message, tom.count, tom.documents) == ("tom", "Meddelande om tom.", 10, 5)
    assert tom.examples == tuple(Example(f"d{number}", f"Rubrik {number}") for number in range(MAX_EXAMPLES))
    assert (datum.count, datum.examples) == (1, (Example("sist", ""),))


def test_an_example_is_short_and_can_be_shown() -> None:
    tally = Tally()
    tally.add(statements("a", warnings=[warning("tom", f"{IDENTITY_NUMBER}\x1b[31m " + "mycket " * 100)]))
    words = tally.warnings()[0].examples[0].words
    assert words.startswith("[personnummer]\N{REPLACEMENT CHARACTER}[31m mycket")
    assert words.endswith("…")
    assert 100 < len(words) <= 120


def test_what_is_shown_has_no_control_characters_and_no_identity_numbers() -> None:
    assert printable(f"å\x00\u2028\udcff{IDENTITY_NUMBER}") == "å\ufffd\ufffd\ufffd[personnummer]"


def test_a_group_is_the_counts_of_one_sort_largest_first() -> None:
    found = report(**{"mentions": 9, "mentions:body": 2, "mentions:age": 2, "mentions:condition": 5, "strength:": 1})
    assert list(found.group("mentions").items()) == [("condition", 5), ("age", 2), ("body", 2)]
    assert found.group("strength") == {"": 1}
    assert found.group("claims") == {}


def test_a_pair_is_read_from_its_key() -> None:
    condition, intervention = "https://test.example/id/condition/F90", "https://test.example/id/intervention/kbt"
    found = report(**{f"pairs:against:{condition}|{intervention}": 2, f"pairs:neutral:{condition}|{intervention}": 1})
    assert found.pairs() == (
        Pair("against", condition, intervention, 2),
        Pair("neutral", condition, intervention, 1),
    )


def test_sums_of_a_report() -> None:
    found = report(passages=10, mentions=4, words=30)
    assert (found.changes, found.read, found.passages, found.mentions, found.words) == (3, 2, 10, 4, 30)
    assert found.passages_per_second == 5
    assert report().passages == 0
