from ingest.reading.markdowntext import read


def outline(text: str) -> list[tuple[str, str, int]]:
    return [(block.kind, " ".join(block.text.split()), block.level) for block in read(text).blocks]


def test_headings_paragraphs_and_code_are_blocks() -> None:
    assert outline("# Titel\n\nText med *fet* `kod` &amp; [länk](x).\nNästa rad\n\n```\nrad\n```\n") == [
        ("heading", "Titel", 1),
        ("paragraph", "Text med fet kod & länk. Nästa rad", 0),
        ("paragraph", "rad", 0),
    ]


def test_items_are_as_deep_as_they_are_nested() -> None:
    assert outline("- Ett\n  1. Ett ett\n     - Djupast\n- Två\n") == [
        ("item", "Ett", 1),
        ("item", "Ett ett", 2),
        ("item", "Djupast", 3),
        ("item", "Två", 1),
    ]


def test_the_head_of_a_table_is_told_from_its_rows() -> None:
    assert outline("| Insats | Prioritet |\n|---|---|\n| **KBT** | 2 |\n| IPT | |\n") == [
        ("header", "Insats | Prioritet", 0),
        ("row", "KBT | 2", 0),
        ("row", "IPT |", 0),
    ]


def test_terms_have_definitions() -> None:
    assert outline("Åldersgrupp\n: Barn\n: Unga\n  vuxna\nKVÅ-kod\n:   DU021\n\nText : inte mer\n") == [
        ("term", "Åldersgrupp", 0),
        ("definition", "Barn", 0),
        ("definition", "Unga vuxna", 0),
        ("term", "KVÅ-kod", 0),
        ("definition", "DU021", 0),
        ("paragraph", "Text : inte mer", 0),
    ]


def test_front_matter_gives_fields_and_no_text() -> None:
    document = read(
        "---\ntitle: \"Adhd: vuxna\"\nlang: sv-SE\ntags: [a, 'b']\nmål:\n  - ett\n  - två\ntom:\n---\n# Rubrik\n"
    )
    assert [block.text for block in document.blocks] == ["Rubrik"]
    assert list(document.properties) == [
        ("title", "Adhd: vuxna"),
        ("lang", "sv-SE"),
        ("tags", "a"),
        ("tags", "b"),
        ("mål", "ett"),
        ("mål", "två"),
    ]
    assert (document.title, document.language) == ("Adhd: vuxna", "sv")


def test_a_rule_at_the_beginning_is_no_front_matter() -> None:
    assert outline("---\n\nText\n") == [("paragraph", "Text", 0)]
    assert outline("---\n---\nText\n") == [("paragraph", "Text", 0)]


def test_furniture_is_left_out_and_what_has_a_date_is_handed_over() -> None:
    document = read(
        "# T\n\nText.\n\nSenast kontrollerad 22 februari 2019 av NN\n\nHjälpte informationen på sidan dig?\n"
    )
    assert [block.text for block in document.blocks] == ["T", "Text."]
    assert list(document.notes) == ["Senast kontrollerad 22 februari 2019 av NN"]
