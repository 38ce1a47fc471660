from typing import Any

import pytest
from protego import Protego

from ingest.fetching.address import Address, parse_address
from ingest.fetching.courtesy import Courtesy
from ontology.errors import DocumentRefused

PAGE = parse_address("https://exempel.se/a")
OTHER = parse_address("https://annan.se/a")


@pytest.fixture
def courtesy(time: Any) -> Courtesy:
    return Courtesy(1.0, time.clock())


def visit(courtesy: Courtesy, address: Address, *, failed: bool = False) -> None:
    courtesy.wait(address)
    courtesy.done(address, failed=failed)


def rules(courtesy: Courtesy, text: str) -> Protego:
    return courtesy.robots(PAGE, lambda _: Protego.parse(text))


def test_there_is_a_pause_between_requests_to_a_host_and_none_between_hosts(courtesy: Courtesy, time: Any) -> None:
    for address in (PAGE, OTHER, PAGE, OTHER, OTHER):
        visit(courtesy, address)
    assert time.waits == [1.0, 1.0]


@pytest.mark.parametrize(("said", "pause"), [("4", 4.0), ("0.2", 1.0), ("-5", 1.0), ("nan", 1.0), ("ofta", 1.0)])
def test_the_longer_of_our_pause_and_the_hosts_is_kept(courtesy: Courtesy, time: Any, said: str, pause: float) -> None:
    courtesy.check(PAGE, rules(courtesy, f"User-agent: *\nCrawl-delay: {said}"))
    visit(courtesy, PAGE)
    visit(courtesy, PAGE)
    assert time.waits == [pause]


@pytest.mark.parametrize("said", ["61", "86400"])
def test_a_host_that_wants_minutes_between_pages_is_not_fetched_from(courtesy: Courtesy, said: str) -> None:
    with pytest.raises(DocumentRefused, match="mellan sidor"):
        courtesy.check(PAGE, rules(courtesy, f"User-agent: *\nCrawl-delay: {said}"))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: vipgraf\nDisallow:", True),
        ("User-agent: vipgraf\nDisallow: /\n\nUser-agent: *\nDisallow:", False),
        ("User-agent: *\nDisallow: /\nAllow: /a", True),
        ("User-agent: *\nAllow: /\nDisallow: /*a$", False),
        ("<html>Sidan finns inte</html>", True),
        ("\x00\xff" * 100, True),
    ],
)
def test_the_longest_rule_of_our_own_group_decides(courtesy: Courtesy, text: str, *, allowed: bool) -> None:
    if allowed:
        courtesy.check(PAGE, rules(courtesy, text))
    else:
        with pytest.raises(DocumentRefused, match=r"robots\.txt"):
            courtesy.check(PAGE, rules(courtesy, text))


def test_rules_are_fetched_once_for_each_host(courtesy: Courtesy) -> None:
    asked: list[str] = []

    def fetch(address: Address) -> Protego:
        asked.append(address.url)
        return Protego.parse("")

    for address in (PAGE, parse_address("https://exempel.se/b?c=d"), OTHER, PAGE):
        courtesy.robots(address, fetch)
    assert asked == ["https://exempel.se/robots.txt", "https://annan.se/robots.txt"]


def test_where_rules_cannot_be_had_nothing_is_fetched_and_nothing_more_asked(courtesy: Courtesy) -> None:
    asked: list[str] = []

    def fetch(address: Address) -> Protego:
        asked.append(address.url)
        raise DocumentRefused("Det gick inte.")

    for _ in range(3):
        with pytest.raises(DocumentRefused, match="Det gick inte"):
            courtesy.robots(PAGE, fetch)
    assert len(asked) == 1
    assert courtesy.closed(PAGE) == "Det gick inte."


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("", 10.0),
        ("snart", 10.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("Sun, 01 Mar 2020 12:00:00 GMT", 1.0),
    ],
)
def test_an_overloaded_host_is_waited_for_as_it_asks(courtesy: Courtesy, time: Any, said: str, wait: float) -> None:
    visit(courtesy, PAGE)
    courtesy.busy(PAGE, said, again=True)
    courtesy.wait(PAGE)
    assert time.waits == [wait]


@pytest.mark.parametrize(
    ("said", "again"), [("301", True), ("9" * 400, True), ("Sun, 01 Mar 2099 12:00:00 GMT", True), ("1", False)]
)
def test_a_host_that_wants_too_long_or_says_so_too_often_is_left_alone(
    courtesy: Courtesy, time: Any, said: str, *, again: bool
) -> None:
    with pytest.raises(DocumentRefused, match="lämnas i fred"):
        courtesy.busy(PAGE, said, again=again)
    with pytest.raises(DocumentRefused, match="lämnas i fred"):
        courtesy.wait(PAGE)
    assert courtesy.was_sent_away
    courtesy.wait(OTHER)
    assert time.waits == []


def test_a_host_that_fails_five_times_in_a_row_is_left_alone(courtesy: Courtesy) -> None:
    for failed in (True, True, True, True, False, True, True, True, True):
        visit(courtesy, PAGE, failed=failed)
    assert courtesy.closed(PAGE) == ""
    visit(courtesy, PAGE, failed=True)
    with pytest.raises(DocumentRefused, match="5 gånger"):
        courtesy.wait(PAGE)
    assert not courtesy.was_sent_away


def test_hosts_without_end_take_no_memory_without_end(courtesy: Courtesy) -> None:
    for number in range(1_000):
        visit(courtesy, parse_address(f"https://a{number}.se/"))
    assert len(courtesy._hosts) == 200
