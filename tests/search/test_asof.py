"""When a question is about."""

from datetime import date

import pytest

from search.asof import as_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Hur många arbetsgrupper fanns 2017?", "2017"),
        ("vem var värd år 2018", "2018"),
        ("hur många områden behövde grupper i januari 2021", "2021-01"),
        ("beslut 2019-05-02", "2019-05-02"),
        ("den 21 september 2018", "2018-09-21"),
        ("21:e september 2018", "2018-09-21"),
        ("45 miljoner 2017", "2017"),
    ],
)
def test_a_year_month_or_day_is_read_with_its_precision(text: str, when: str) -> None:
    assert as_of(text, TODAY) == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("vem är värd idag", "2026-11-22"),
        ("vem är värd i dag?", "2026-11-22"),
        ("nuvarande ordförande", "2026-11-22"),
        ("förra året", "2025"),
        ("i fjol", "2025"),
        ("i år", "2026"),
        ("för tre år sedan", "2023"),
        ("för 3 år sen", "2023"),
        ("för sex månader sedan", "2026-05"),
        ("igår", "2026-11-21"),
    ],
)
def test_relative_times_are_told_from_today(text: str, when: str) -> None:
    assert as_of(text, TODAY) == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("vilken organisation hade värdskapet innan 2021", "2020"),
        ("före år 2021", "2020"),
        ("före den 1 mars 2020", "2020-02-29"),
        ("före januari 2021", "2020-12"),
        ("efter 2018", "2019"),
        ("mellan 2016 och 2018", "2018"),
        ("2016–2018", "2018"),
        ("2016-2018", "2018"),
    ],
)
def test_before_after_and_between_move_the_time(text: str, when: str) -> None:
    assert as_of(text, TODAY) == when


@pytest.mark.parametrize(
    "text",
    [
        "vad är adhd",
        "F2018",
        "2000 kronor",
        "2000 patienter",
        "ring 2018-2019-2020",
        "SOSFS 2018:1",
        "den 30 februari 2020",
        "på 2010-talet",
        "innan VGR tog över",
        "sedan när är VGR värd",
        "behandling under 12 veckor",
    ],
)
def test_numbers_and_events_are_no_times(text: str) -> None:
    assert as_of(text, TODAY) is None
