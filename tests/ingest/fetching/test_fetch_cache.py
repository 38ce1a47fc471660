import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.fetching.address import parse_address
from ingest.fetching.cache import Cache, Record, key
from ontology.errors import DocumentRefused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = key(parse_address("https://exempel.se/a"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def keep(cache: Cache, content: bytes = b"Hej", suffix: str = ".html") -> Record:
    body, sha256 = cache.receive(NAME, [content[:1], content[1:]], suffix)
    url = "https://exempel.se/a"
    record = Record(url, url, NAME, 200, "text/html", "utf-8", '"1"', "", NOW, NOW, sha256, body)
    cache.store(NAME, record)
    return record


def files(cache: Cache) -> list[str]:
    return sorted(path.name for path in cache.folder.rglob("*") if path.is_file())


def test_what_is_kept_is_found_again(cache: Cache) -> None:
    record = keep(cache)
    assert cache.load(NAME) == record
    assert cache.body(record).read_bytes() == b"Hej"
    assert cache.body(record).suffix == ".html"
    assert cache.load(key(parse_address("https://exempel.se/b"))) is None


def test_a_new_body_replaces_the_former_one(cache: Cache) -> None:
    keep(cache)
    record = keep(cache, b"Nytt")
    assert cache.load(NAME) == record
    assert files(cache) == sorted([f"{NAME}.json", record.body])


def test_nothing_is_left_of_a_body_that_breaks_off(cache: Cache) -> None:
    record = keep(cache)
    before = files(cache)

    def broken() -> Iterator[bytes]:
        yield b"x"
        raise DocumentRefused("av")

    with pytest.raises(DocumentRefused):
        cache.receive(NAME, broken(), ".html")
    assert files(cache) == before
    assert cache.load(NAME) == record


@pytest.mark.parametrize("wrong", ["", "{", "[]", "null", "{}", '{"body": "../../etc/passwd"}'])
def test_a_record_that_cannot_be_read_counts_for_none(cache: Cache, wrong: str) -> None:
    keep(cache)
    next(cache.folder.rglob("*.json")).write_text(wrong)
    assert cache.load(NAME) is None


@pytest.mark.parametrize(
    "change",
    [
        {"body": "../x"},
        {"fetched_at": "igår"},
        {"checked_at": "2026-03-01"},
        {"more": 1},
        {"sha256": "0"},
        {"body": None},
    ],
)
def test_a_record_that_has_been_changed_counts_for_none(cache: Cache, change: dict[str, object]) -> None:
    keep(cache)
    file = next(cache.folder.rglob("*.json"))
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert cache.load(NAME) is None


def test_a_body_that_has_been_damaged_or_lost_counts_for_none(cache: Cache) -> None:
    record = keep(cache)
    cache.body(record).write_bytes(b"hej")
    assert cache.load(NAME) is None
    cache.body(record).unlink()
    assert cache.load(NAME) is None
    assert keep(cache) == cache.load(NAME)


def test_a_run_that_was_cut_short_is_gone_on_with(cache: Cache) -> None:
    given = ["https://a.se/sitemap.xml"]
    assert cache.begin(given, NOW) == NOW
    assert cache.begin(given, NOW + timedelta(hours=5)) == NOW
    assert cache.begin(["https://b.se/"], NOW + timedelta(hours=5)) == NOW + timedelta(hours=5)
    cache.end(given)
    assert cache.begin(given, NOW + timedelta(hours=6)) == NOW + timedelta(hours=6)


def test_a_run_that_was_cut_short_long_ago_begins_anew(cache: Cache) -> None:
    cache.begin(["a"], NOW)
    assert cache.begin(["a"], NOW + timedelta(days=4)) == NOW + timedelta(days=4)
    assert cache.begin(["a"], NOW - timedelta(days=1)) == NOW - timedelta(days=1)
    next((cache.folder / "runs").iterdir()).write_text('{"started": 1}')
    assert cache.begin(["a"], NOW) == NOW


def test_half_written_files_of_killed_runs_are_removed_after_a_day(cache: Cache) -> None:
    keep(cache)
    old, new = (cache.folder / NAME[:2] / f"{name}.1.tmp" for name in ("old", "new"))
    for file, age in ((old, timedelta(days=2)), (new, timedelta(hours=1))):
        file.write_bytes(b"x")
        os.utime(file, ((NOW - age).timestamp(),) * 2)
    cache.begin(["a"], NOW)
    assert (old.exists(), new.exists()) == (False, True)


def test_the_record_is_what_it_was_after_a_check(cache: Cache) -> None:
    record = keep(cache)
    later = replace(record, checked_at=NOW + timedelta(hours=1))
    cache.store(NAME, later)
    assert cache.load(NAME) == later
    assert cache.body(record).exists()
