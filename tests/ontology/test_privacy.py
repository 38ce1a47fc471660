import pytest

from ontology.privacy import MARK, redact


@pytest.mark.parametrize(
    "number",
    [
        "19811228-9874",
        "811228-9874",
        "198112289874",
        "8112289874",
        "811228 9874",
        "19811228 9874",
        "811228+9874",
        "811288-9874",
        "19811228–9874",
        "19811228−9874",
        "19811228‑9874",
        "19811228‐9874",
        "19811228 - 9874",
        "811228 -9874",
        "19811228\u00a0–\u00a09874",
        "1981-12-28-9874",
        "81-12-28-9874",
        "811228/9874",
        "811228.9874",
        "811228 98 74",
    ],
)
def test_an_identity_number_is_masked_however_it_is_written(number: str) -> None:
    around = ["{}", "id-{}", "{}-", "-{}-", "pnr:{}.", "Anna ({}), född", "a{}b"]
    assert [redact(place.format(number)) for place in around] == [place.format(MARK) for place in around]


@pytest.mark.parametrize(
    "text",
    [
        "2016-2018",
        "2017-05-12 1234",
        "2024-05-01 12:30",
        "2024-05-01 - 2024-06-01",
        "2024-05-01-2024-06-01",
        "20240501-20240601",
        "070-123 45 67",
        "0701234567",
        "08-123 456 78",
        "+46701234567",
        "018-611 00 00",
        "dnr 16/06741",
        "2016/06741-1234",
        "F43.8A F10-F19",
        "556677-8899",
        "212000-0142",
        "811228 9875",
        "811328-9874",
        "ISBN 978-91-7205-123-4",
        "9789172051234",
        "1981122898741",
        "10.1177/0706743716659416",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert redact(text) == text


def test_every_number_of_a_text_is_masked() -> None:
    assert redact("811228-9874, 8112289874 811228-9874") == f"{MARK}, {MARK} {MARK}"
