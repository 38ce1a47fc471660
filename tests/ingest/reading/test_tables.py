from ingest.reading.tables import Cell, plain_rows


def test_a_cell_over_all_columns_stands_once_and_over_some_in_each() -> None:
    rows = [[Cell("Alla", columns=3)], [Cell("Två", columns=2), Cell("En")], [Cell("a"), Cell("b"), Cell("c")]]
    assert list(plain_rows(rows)) == [["Alla"], ["Två", "Två", "En"], ["a", "b", "c"]]


def test_a_cell_over_several_rows_stands_in_each_at_its_place() -> None:
    rows = [[Cell("a"), Cell("lång", rows=3), Cell("b")], [Cell("c"), Cell("d")], [Cell("e"), Cell("f")], [Cell("g")]]
    assert list(plain_rows(rows)) == [["a", "lång", "b"], ["c", "lång", "d"], ["e", "lång", "f"], ["g"]]


def test_spans_that_ask_for_too_much_are_cut() -> None:
    rows = [[Cell("x" * 100, columns=65_000, rows=65_000), Cell("y")] for _ in range(2_000)]
    found = list(plain_rows(rows))
    assert len(found) == 2_000
    assert max(map(len, found)) < 300
    assert sum(len(text) for row in found for text in row) < 1_500_000
