import re

import pytest

from ingest.reading.statedates import DATE, parse_date


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("22 februari 2019", "2019-02-22"),
        ("3 Maj, 2021", "2021-05-03"),
        ("4 sept. 2020", "2020-09-04"),
        ("mars 2016", "2016-03"),
        ("2023-03-10", "2023-03-10"),
        ("2023-03", "2023-03"),
        ("10/3 2023", "2023-03-10"),
        ("2018", "2018"),
    ],
)
def test_dates_as_people_write_them_are_found_and_understood(written: str, date: str) -> None:
    found = re.search(DATE, f"Uppdaterad {written}.", re.IGNORECASE)
    assert found is not None
    assert (found[0], parse_date(found[0])) == (written, date)


@pytest.mark.parametrize("written", ["30 februari 2019", "2019-13", "13/13 2020", "5 foo 2019", "0017", "3000", ""])
def test_what_is_no_date_of_our_time_is_none(written: str) -> None:
    assert parse_date(written) == ""


def test_numbers_that_only_look_like_years_are_no_dates() -> None:
    assert [re.search(DATE, text) for text in ("lagen (2017:80)", "nr 20170", "2018-19-x")] == [None] * 3
