"""Accept headers by RFC 9110, section 12.5.1."""

import pytest

from api.negotiation import MediaRange, choose, media_ranges

OFFERED = ("text/turtle", "application/ld+json", "text/html")
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/*", "text/turtle"),
        ("application/*", "application/ld+json"),
        ("text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        (FIREFOX, "text/html"),
        ("application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"),
        ("text/turtle;q=0.5, */*", "application/ld+json"),
        ("text/html;q=0.2, text/*;q=0.9, */*;q=0.5", "text/turtle"),
        ("text/*;q=0.5, text/html;q=0.4, application/ld+json;q=0.3", "text/turtle"),
        ("*/*;q=0.1, text/turtle;q=0", "application/ld+json"),
        ("text/html ; q=0.7 , application/ld+json ; Q=0.8", "application/ld+json"),
        ('application/ld+json;profile="http://e/a,b;q=0";q=0.9, text/html;q=0.1', "application/ld+json"),
        ("text/html;level=1", "text/html"),
        ("text/html, text/turtle", "text/turtle"),
        ("text/turtle;q=0", None),
        ("image/png", None),
        ("*/*;q=0", None),
        ("image/*;q=1, text/*;q=0", None),
        ("nonsense", "text/turtle"),
        ("nonsense, text/html", "text/html"),
        ("text/turtle;q=x, text/html;q=0.1", "text/html"),
        ("*/html, text/html", "text/html"),
    ],
)
def test_the_type_wanted_most_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose("*/*", ()) is None
    assert choose(None, ()) is None


def test_quality_is_read_with_up_to_three_digits_and_never_above_one() -> None:
    assert media_ranges("a/b;q=0.123, c/d;q=1.000, e/f;q=1.5, g/h;q=0.1234") == [
        MediaRange("a/b", 0.123),
        MediaRange("c/d", 1.0),
        MediaRange("e/f", 1.0),
    ]


def test_a_long_header_is_read_in_reasonable_time() -> None:
    assert choose(",".join(['a/b;c="' + "\\" * 50] * 2_000), OFFERED) in (None, "text/turtle")
