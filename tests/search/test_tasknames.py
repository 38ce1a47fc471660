"""Tasks are named by a verb and what follows it, and by nothing less."""

import pytest

from search.tasknames import Spoken, Task, index_tasks, spoken_tasks

ANALYSE = Task("analyse", "task", ("analysera", "behov", "gap"), "analysera")
LEAD = Task("lead", "task", ("leda", "kunskapsstyrningen", "sitt", "område"), "leda")
DECIDE = Task("decide", "mandate", ("besluta", "behov", "gap"), "besluta")
TASKS = index_tasks((ANALYSE, LEAD, DECIDE))


def spoken(text: str, plain: str = "vem vilka och som") -> list[Spoken]:
    words = [frozenset({word}) for word in text.split()]
    return list(
        spoken_tasks(words, frozenset(at for at, word in enumerate(text.split()) if word in plain.split()), TASKS)
    )


def test_a_task_is_named_by_its_verb_and_its_object_inflected() -> None:
    assert spoken("vem analyserar behoven och gapen") == [Spoken(("analyse",), "task", 1, 5)]


def test_a_task_need_not_be_told_to_its_end() -> None:
    assert spoken("vilka analyserar behov") == [Spoken(("analyse",), "task", 1, 3)]


@pytest.mark.parametrize("text", ["vem analyserar", "vilka behov och gap", "vem analyserar blodets behov"])
def test_a_task_is_not_named_without_verb_or_object_or_with_another_word_between(text: str) -> None:
    assert spoken(text) == []


def test_two_words_of_a_long_task_do_not_name_it() -> None:
    assert spoken("vem leder kunskapsstyrningen") == []


def test_what_is_named_tells_what_kind_of_thing_it_is() -> None:
    assert spoken("vem beslutar behov") == [Spoken(("decide",), "mandate", 1, 3)]
