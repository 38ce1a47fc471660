from ingest.reading.plaintext import read


def outline(text: str) -> list[tuple[str, str, int]]:
    return [(block.kind, " ".join(block.text.split()), block.level) for block in read(text).blocks]


LONG = "En lång rad med text som fortsätter så att den som står ovanför den kan vara en rubrik i dokumentet."


def test_the_first_line_is_the_title_and_lines_set_apart_are_headings() -> None:
    assert outline(f"Titel\n\n{LONG}\n\nBakgrund\n\n{LONG}\n") == [
        ("heading", "Titel", 1),
        ("paragraph", LONG, 0),
        ("heading", "Bakgrund", 2),
        ("paragraph", LONG, 0),
    ]


def test_numbering_in_several_steps_gives_the_level() -> None:
    text = f"Titel\n\n1. Inledning\n\n{LONG}\n\n1.1 Syfte med arbetet\nText som följer.\n\n1.1.1 Delmål\nMer text.\n"
    assert [entry for entry in outline(text) if entry[0] == "heading"] == [
        ("heading", "Titel", 1),
        ("heading", "1. Inledning", 2),
        ("heading", "1.1 Syfte med arbetet", 3),
        ("heading", "1.1.1 Delmål", 4),
    ]


def test_the_parts_of_a_page_are_headings_though_nothing_sets_them_apart() -> None:
    assert outline("Titel\nMålgrupp eller situation\nVuxna med adhd.\nGenomförande\nErbjud stöd.\n") == [
        ("heading", "Titel", 1),
        ("heading", "Målgrupp eller situation", 2),
        ("paragraph", "Vuxna med adhd.", 0),
        ("heading", "Genomförande", 2),
        ("paragraph", "Erbjud stöd.", 0),
    ]


def test_items_are_as_deep_as_they_are_indented() -> None:
    text = "Titel\n\n  • Ett\n      - Ett ett\n      - Ett två\n  • Två\n\nText mellan listorna.\n\n    1. Tre\n"
    assert [entry for entry in outline(text) if entry[0] == "item"] == [
        ("item", "Ett", 1),
        ("item", "Ett ett", 2),
        ("item", "Ett två", 2),
        ("item", "Två", 1),
        ("item", "Tre", 1),
    ]


def test_a_line_that_goes_on_in_lower_case_continues_the_one_before() -> None:
    assert outline("Titel\n\n- En punkt som\n  går vidare\nText.\n") == [
        ("heading", "Titel", 1),
        ("item", "En punkt som går vidare", 1),
        ("paragraph", "Text.", 0),
    ]


def test_a_text_wrapped_by_hand_is_joined_whatever_its_lines_begin_with() -> None:
    lines = [
        "Behandlingen ges i första hand i primärvården och leds av en",
        "Socialstyrelsen rekommenderad grupp som består av personal med",
        "KBT-utbildning och handledning. Den som behöver mer stöd får det i",
        "Västra Götaland och i andra regioner.",
        "",
        "Ett nytt stycke.",
    ]
    assert outline("Titel\n\n" + "\n".join(lines)) == [
        ("heading", "Titel", 1),
        ("paragraph", " ".join(lines[:4]), 0),
        ("paragraph", "Ett nytt stycke.", 0),
    ]


def test_lines_of_their_own_stay_apart_in_a_text_that_is_not_wrapped() -> None:
    assert len(outline(f"Titel\n\nRegion Jönköpings län\nRegion Kalmar län\n\n{LONG} {LONG}\n")) == 4


def test_lines_with_as_many_cells_are_rows_of_a_table() -> None:
    text = "Titel\n\nInsats\tPrioritet\nKBT\t2\nIPT\t5\n\n| A | B |\n| c | d |\n\nVård | 1177 är en webbplats.\n"
    assert outline(text)[1:] == [
        ("header", "Insats | Prioritet", 0),
        ("row", "KBT | 2", 0),
        ("row", "IPT | 5", 0),
        ("header", "A | B", 0),
        ("row", "c | d", 0),
        ("paragraph", "Vård | 1177 är en webbplats.", 0),
    ]


def test_furniture_is_left_out_and_what_has_a_date_is_handed_over() -> None:
    document = read(
        "Titel\n\nText.\n\nHjälpte informationen på sidan dig?\n\nSenast kontrollerad 22 februari 2019\n\nLogin\n"
    )
    assert [block.text for block in document.blocks] == ["Titel", "Text."]
    assert list(document.notes) == ["Senast kontrollerad 22 februari 2019"]


def test_a_text_without_lines_has_no_blocks() -> None:
    assert outline(" \n\n") == []
