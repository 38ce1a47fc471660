import pytest

from ingest.reading.sectionroles import is_finished_heading, is_role_heading, lead_in, role_of
from ingest.rulebook import load_rules


@pytest.mark.parametrize("rule", load_rules("structure")["role"], ids=lambda rule: rule["role"])
def test_every_name_of_a_part_gives_its_role(rule: dict[str, str]) -> None:
    assert rule["names"]
    for name in rule["names"]:
        assert role_of(name.capitalize()) == role_of(f"2.1 {name}:") == rule["role"]


def test_names_of_parts_are_told_apart() -> None:
    names = [name for rule in load_rules("structure")["role"] for name in rule["names"]]
    assert len(names) == len(set(names)) > 20


def test_other_headings_have_no_role() -> None:
    assert [role_of(heading) for heading in ("Behandling", "Syfte och mål", "", "Vår målgrupp")] == [""] * 4


def test_a_line_is_a_heading_only_to_the_letter() -> None:
    assert is_role_heading("Genomförande")
    assert not is_role_heading("Genomförande:")
    assert not is_role_heading("genomförande")
    assert not is_role_heading("Genomförande av insatsen")


def test_a_paragraph_may_say_itself_what_it_is() -> None:
    text = "Målgrupp: vuxna med adhd"
    role, start = lead_in(text)
    assert (role, text[start:]) == ("target-group", "vuxna med adhd")
    assert lead_in("Målgrupp:") == ("", 0)
    assert lead_in("Observera: vuxna") == ("", 0)
    assert lead_in("Klockan 10: 30 personer") == ("", 0)


def test_a_draft_has_other_headings_than_a_finished_page() -> None:
    assert is_finished_heading("Kompetenskrav")
    assert not is_finished_heading("Kort beskrivning")
