import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from ingest.fetching import pages as fetch_pages
from ingest.fetching.fetch import Arrival, Manners, fetch, gather, open_fetcher, read_addresses
from ingest.fetching.network import Allowed
from ingest.fetching.pages import Gap
from ingest.fetching.retrieval import Fetcher
from ingest.sources import Refusal, read_blob
from ontology.errors import InputError


def arrivals(fetcher: Fetcher, *given: str) -> list[Arrival]:
    """What has come; nothing may have been refused."""
    items = list(fetch(given, fetcher))
    assert [item for item in items if not isinstance(item, Arrival)] == []
    return [item for item in items if isinstance(item, Arrival)]


def refusal(fetcher: Fetcher, *given: str) -> str:
    """Why the only document was refused."""
    [item] = fetch(given, fetcher)
    assert isinstance(item, Refusal)
    return item.reason


def test_a_page_becomes_a_source_with_where_and_when_it_came_from(site: Any, fetcher: Fetcher, time: Any) -> None:
    modified = "Sat, 28 Feb 2026 10:00:00 GMT"
    site.page("/vård/a?id=7", "<h1>Adhd</h1>", etag='"1"', last_modified=modified)
    site.answers["/v%C3%A5rd/a?id=7"] = site.answers["/vård/a?id=7"]
    [found] = arrivals(fetcher, site.url("/vård/a?id=7#del"))
    blob = read_blob(found.source)
    assert blob.content == b"<h1>Adhd</h1>"
    assert blob.identifier.startswith(f"127.0.0.1_{site.port}/vård/a~")
    assert blob.metadata.source == found.fetched.url == site.url("/v%C3%A5rd/a?id=7")
    assert found.fetched.fetched_at == time.at
    assert (found.fetched.etag, found.fetched.last_modified) == ('"1"', modified)
    assert (found.fetched.media_type, found.fetched.charset) == ("text/html", "utf-8")
    assert site.paths() == ["/robots.txt", "/v%C3%A5rd/a?id=7"]


def test_what_has_not_changed_costs_a_short_answer_and_nothing_further_on(
    site: Any, fetcher: Fetcher, next_run: Callable[[], Fetcher]
) -> None:
    site.page("/a", "Ett", etag='"1"')
    site.page("/b", "Två", last_modified="Sat, 28 Feb 2026 10:00:00 GMT")
    site.page("/c", "Tre")
    given = [site.url(path) for path in ("/a", "/b", "/c")]
    first = arrivals(fetcher, *given)
    site.asked.clear()
    site.status("/a", 304)
    site.status("/b", 304)
    again = arrivals(next_run(), *given)
    assert len(again) == 3
    assert [(item.source, item.fetched) for item in again] == [(item.source, item.fetched) for item in first]
    conditions = [{"if-none-match", "if-modified-since"} & headers.keys() for _, headers in site.asked[1:]]
    assert conditions == [{"if-none-match"}, {"if-modified-since"}, set()]


def test_what_has_changed_comes_anew(site: Any, fetcher: Fetcher, next_run: Callable[[], Fetcher], time: Any) -> None:
    site.page("/a", "Ett", etag='"1"')
    [before] = arrivals(fetcher, site.url("/a"))
    site.page("/a", "Nytt", etag='"2"')
    [after] = arrivals(next_run(), site.url("/a"))
    assert after.source.identifier == before.source.identifier
    assert read_blob(after.source).content == b"Nytt"
    assert after.fetched.fetched_at == time.at > before.fetched.fetched_at
    assert not before.source.path.exists()


def test_a_changed_page_is_fetched_whole_when_its_copy_is_damaged(
    site: Any, fetcher: Fetcher, next_run: Callable[[], Fetcher]
) -> None:
    site.page("/a", "Ett", etag='"1"')
    [before] = arrivals(fetcher, site.url("/a"))
    before.source.path.write_bytes(b"Fel")
    site.asked.clear()
    [after] = arrivals(next_run(), site.url("/a"))
    assert read_blob(after.source).content == b"Ett"
    assert "if-none-match" not in site.asked[-1][1]


def test_redirects_are_followed_and_the_name_stays(
    site: Any, fetcher: Fetcher, next_run: Callable[[], Fetcher]
) -> None:
    site.redirect("/gammal", "/ny?x=1", 301)
    site.page("/ny?x=1", "Här", etag='"1"')
    [found] = arrivals(fetcher, site.url("/gammal"))
    assert found.source.identifier == f"127.0.0.1_{site.port}/gammal"
    assert found.source.metadata.source == site.url("/ny?x=1")
    site.asked.clear()
    arrivals(next_run(), site.url("/gammal"))
    assert [(path, "if-none-match" in headers) for path, headers in site.asked[1:]] == [
        ("/gammal", False),
        ("/ny?x=1", True),
    ]


def test_redirects_in_a_circle_end(site: Any, fetcher: Fetcher) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert "mer än 5 gånger" in refusal(fetcher, site.url("/a"))
    assert len(site.asked) == 7


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.2:{port}/hemligt", "privat"),
        ("http://[::1]:{port}/hemligt", "privat"),
        ("http://169.254.169.254/latest/meta-data/", "privat"),
        ("http://2130706434:{port}/", "privat"),
        ("http://inom.test:{port}/hemligt", "privat"),
        ("file:///etc/passwd", "hänvisar"),
        ("http://u:p@127.0.0.1:{port}/", "hänvisar"),
        ("", "hänvisar"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site: Any, fetcher: Fetcher, location: str, why: str) -> None:
    site.redirect("/a", location.format(port=site.port))
    site.page("/hemligt", "Hemligt")
    names = {"inom.test": ["127.0.0.2"], "2130706434": ["127.0.0.2"]}
    client = replace(fetcher.client, resolve=lambda host, port: names.get(host, [host]))
    assert why in refusal(replace(fetcher, client=client), site.url("/a"))
    assert site.paths() == ["/robots.txt", "/a"]


def test_a_redirect_to_another_host_asks_that_host_for_its_rules(site: Any, fetcher: Fetcher) -> None:
    client = replace(fetcher.client, resolve=lambda host, port: ["127.0.0.1"])
    site.redirect("/a", site.url("/b", "annan.test"))
    site.page("/b", "Här")
    [found] = arrivals(replace(fetcher, client=client), site.url("/a", "sida.test"))
    assert found.source.metadata.source == site.url("/b", "annan.test")
    asked = [(path, headers["host"].partition(":")[0]) for path, headers in site.asked]
    assert asked == [
        ("/robots.txt", "sida.test"),
        ("/a", "sida.test"),
        ("/robots.txt", "annan.test"),
        ("/b", "annan.test"),
    ]


def test_a_name_that_changes_its_meaning_is_checked_each_time(site: Any, fetcher: Fetcher) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    client = replace(fetcher.client, resolve=lambda host, port: next(answers))
    site.page("/a")
    assert "privat" in refusal(replace(fetcher, client=client), site.url("/a", "sida.test"))
    assert site.paths() == ["/robots.txt"]


def test_a_name_with_a_private_address_among_public_ones_is_refused(site: Any, fetcher: Fetcher) -> None:
    client = replace(fetcher.client, resolve=lambda host, port: ["193.10.64.1", "10.0.0.1"])
    assert "privat" in refusal(replace(fetcher, client=client), site.url("/a", "sida.test"))


def test_robots_txt_is_heeded_also_where_a_redirect_leads(site: Any, fetcher: Fetcher) -> None:
    site.robots("User-agent: *\nDisallow: /stängt")
    site.robots("User-agent: vipgraf\nDisallow: /st%C3%A4ngt\nCrawl-delay: 3")
    site.redirect("/a", "/stängt/b")
    given = [site.url("/stängt/b"), site.url("/a")]
    reasons = [item.reason for item in fetch(given, fetcher) if isinstance(item, Refusal)]
    assert len(reasons) == 2
    assert all("robots.txt" in reason for reason in reasons)
    assert site.paths() == ["/robots.txt", "/a"]


def test_the_pause_that_robots_txt_asks_for_is_kept(site: Any, fetcher: Fetcher, time: Any) -> None:
    site.robots("User-agent: *\nCrawl-delay: 3")
    for path in ("/a", "/b"):
        site.page(path)
    arrivals(fetcher, site.url("/a"), site.url("/b"))
    assert time.waits == [1.0, 3.0]


@pytest.mark.parametrize("status", [500, 503])
def test_while_robots_txt_is_out_of_order_nothing_is_fetched(site: Any, fetcher: Fetcher, status: int) -> None:
    site.status("/robots.txt", status)
    site.page("/a")
    items = list(fetch([site.url("/a"), site.url("/b")], fetcher))
    assert ["robots.txt" in item.reason for item in items if isinstance(item, Refusal)] == [True, True]
    assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_robots_txt_everything_may_be_fetched(site: Any, fetcher: Fetcher, status: int) -> None:
    site.status("/robots.txt", status)
    site.page("/a")
    assert len(arrivals(fetcher, site.url("/a"))) == 1


def test_of_a_huge_robots_txt_the_beginning_holds(site: Any, fetcher: Fetcher) -> None:
    site.robots("User-agent: *\nDisallow: /a\n" + "# mer\n" * 200_000)
    assert "robots.txt" in refusal(fetcher, site.url("/a"))


@pytest.mark.parametrize("status", [429, 503])
def test_an_overloaded_server_is_waited_for(site: Any, fetcher: Fetcher, time: Any, status: int) -> None:
    site.status("/a", status, retry_after="7")
    asleep = time.sleep

    def wake(seconds: float) -> None:
        asleep(seconds)
        if seconds == 7:
            site.page("/a")

    time.sleep = wake
    fetcher = replace(fetcher, courtesy=replace(fetcher.courtesy, clock=time.clock()))
    assert len(arrivals(fetcher, site.url("/a"))) == 1
    assert time.waits == [1.0, 7.0]
    assert site.paths() == ["/robots.txt", "/a", "/a"]


def test_a_server_that_stays_overloaded_is_left_alone_and_the_run_can_be_gone_on_with(
    site: Any, fetcher: Fetcher, next_run: Callable[[], Fetcher]
) -> None:
    given = [site.url(path) for path in ("/a", "/b", "/c")]
    site.page("/a")
    site.status("/b", 429, retry_after="2")
    items = list(fetch(given, fetcher))
    assert [type(item) for item in items] == [Arrival, Refusal, Refusal]
    assert site.paths() == ["/robots.txt", "/a", "/b", "/b", "/b"]
    site.page("/b")
    site.page("/c")
    assert len(arrivals(next_run(), *given)) == 3
    assert site.paths() == ["/robots.txt", "/b", "/c"]


def test_a_server_that_fails_is_asked_five_times_and_not_fifty(site: Any, fetcher: Fetcher) -> None:
    paths = [f"/{number}" for number in range(50)]
    for path in paths:
        site.status(path, 500)
    items = list(fetch([site.url(path) for path in paths], fetcher))
    assert len(items) == 50
    assert all(isinstance(item, Refusal) for item in items)
    assert len(site.paths()) == 6


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (404, "finns inte"),
        (410, "finns inte"),
        (401, "öppen för alla"),
        (403, "öppen för alla"),
        (500, "fel"),
        (418, "418"),
        (204, "204"),
        (304, "304"),
        (300, "300"),
    ],
)
def test_what_the_server_does_not_give_is_refused_with_its_status(
    site: Any, fetcher: Fetcher, status: int, why: str
) -> None:
    site.status("/a", status)
    reason = refusal(fetcher, site.url("/a"))
    assert why in reason
    assert str(status) in reason


@pytest.mark.parametrize("kind", ["image/png", "application/json", "text/css", "video/mp4", "application/xml", "\x7f"])
def test_what_is_no_document_is_refused_unread(site: Any, fetcher: Fetcher, kind: str) -> None:
    site.page("/a", "x" * 1_000, content_type=kind)
    assert "tas inte" in refusal(fetcher, site.url("/a")) or "inte tas in" in refusal(fetcher, site.url("/a"))
    assert [path for path in fetcher.cache.folder.rglob("*") if path.is_file() and path.parent.name != "runs"] == []


@pytest.mark.parametrize(
    ("path", "kind", "suffix"),
    [
        ("/a", "text/html", ".html"),
        ("/a", 'TEXT/HTML; charset="UTF-8"', ".html"),
        ("/a", "application/pdf", ".pdf"),
        ("/a.pdf", "application/octet-stream", ".pdf"),
        ("/a.docx", "", ".docx"),
        ("/a.md", "text/plain", ".md"),
        ("/a", "text/plain; charset=iso-8859-1", ".txt"),
    ],
)
def test_a_copy_has_the_suffix_of_what_it_is(site: Any, fetcher: Fetcher, path: str, kind: str, suffix: str) -> None:
    site.page(path, content_type=kind)
    [found] = arrivals(fetcher, site.url(path))
    assert found.source.path.suffix == suffix


def test_an_unstated_type_without_a_telling_name_is_refused(site: Any, fetcher: Fetcher) -> None:
    site.page("/a.exe", content_type="application/octet-stream")
    assert "octet-stream" in refusal(fetcher, site.url("/a.exe"))


def test_the_time_of_a_document_is_limited_over_redirects(site: Any, fetcher: Fetcher) -> None:
    def slow(location: str) -> Callable[[Any], None]:
        def answer(request: Any) -> None:
            site.stopped.wait(0.15)
            request.wfile.write(f"HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode())

        return answer

    for number in range(5):
        site.answers[f"/{number}"] = slow(f"/{number + 1}")
    site.page("/5")
    assert "för lång tid" in refusal(replace(fetcher, timeout_s=0.4), site.url("/0"))


def test_addresses_that_are_not_to_be_asked_for_are_refused_without_a_request(site: Any, fetcher: Fetcher) -> None:
    given = ["ftp://a.se/", "https://anna:hemligt@a.se/x?y=z", site.url("/19811228-9874")]
    items = [item for item in fetch(given, fetcher) if isinstance(item, Refusal)]
    assert len(items) == 3
    assert not any(
        word in item.identifier + item.reason for item in items for word in ("anna", "hemligt", "y=z", "9874")
    )
    assert site.asked == []


def test_secrets_of_a_query_are_sent_and_written_nowhere(site: Any, fetcher: Fetcher) -> None:
    site.page("/a?id=1&token=hemligt")
    site.redirect("/b", "/c?session=hemligt")
    site.page("/c?session=hemligt")
    found = arrivals(fetcher, site.url("/a?id=1&token=hemligt"), site.url("/b"))
    assert [item.fetched.url for item in found] == [site.url("/a?id=1"), site.url("/c")]
    written = [path for path in fetcher.cache.folder.rglob("*") if path.is_file()]
    assert len(written) >= 4
    assert not any("hemligt" in path.name or b"hemligt" in path.read_bytes() for path in written)


def test_the_same_address_twice_is_one_document_and_two_that_meet_are_told_apart(site: Any, fetcher: Fetcher) -> None:
    site.page("/a")
    site.page("/a/")
    site.redirect("/b", "/a")
    items = list(fetch([site.url(path) for path in ("/a", "/a#del", "/a/", "/b")], fetcher))
    assert [type(item) for item in items] == [Arrival, Refusal, Refusal]
    assert site.paths() == ["/robots.txt", "/a", "/b", "/a"]


def test_a_sitemap_gives_its_pages(site: Any, fetcher: Fetcher) -> None:
    site.sitemap(
        "/sitemap.xml", site.url("/a"), site.url("/b?x=1&amp;y=2"), "https://annan.se/c", "ftp://a.se/", site.url("/a")
    )
    site.page("/a")
    site.page("/b?x=1&y=2")
    items = list(fetch([site.url("/sitemap.xml")], fetcher))
    assert [type(item) for item in items] == [Arrival, Arrival, Refusal, Refusal]
    assert isinstance(items[3], Refusal)
    assert "andra värdar hoppades över (1 st)" in items[3].reason
    assert gather(items).complete


def test_an_index_of_packed_sitemaps_gives_their_pages_and_one_that_fails_is_a_gap(site: Any, fetcher: Fetcher) -> None:
    def packed(request: Any) -> None:
        body = gzip.compress(f"<urlset><url><loc>{site.url('/a')}</loc></url></urlset>".encode())
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/x-gzip\r\ncontent-length: {len(body)}\r\n\r\n"
        request.wfile.write(head.encode() + body)

    names = ["/s-borta.xml", "/s1.xml.gz", "/sitemap.xml"]
    site.sitemap("/sitemap.xml", *map(site.url, names), kind="sitemap")
    site.answers["/s1.xml.gz"] = packed
    site.page("/a")
    items = list(fetch([site.url("/sitemap.xml")], fetcher))
    assert [type(item) for item in items] == [Gap, Arrival]
    assert not gather(items).complete
    assert site.paths() == ["/robots.txt", "/sitemap.xml", "/s-borta.xml", "/s1.xml.gz", "/a"]


@pytest.mark.parametrize("given", ["/sitemap.xml", "/robots.txt"])
def test_sitemaps_are_found_through_robots_txt(site: Any, fetcher: Fetcher, given: str) -> None:
    site.robots(f"User-agent: *\nDisallow:\nSitemap: {site.url('/kartor/sidor.xml')}")
    site.sitemap("/kartor/sidor.xml", site.url("/a"))
    site.page("/a")
    assert len(arrivals(fetcher, site.url(given))) == 1
    assert site.paths()[-2:] == ["/kartor/sidor.xml", "/a"]


def test_a_site_without_sitemap_says_so(site: Any, fetcher: Fetcher) -> None:
    [item] = fetch([site.url("/sitemap.xml")], fetcher)
    assert isinstance(item, Gap)
    assert "ingen webbplatskarta" in item.reason


def test_pages_beyond_the_limit_are_a_gap(site: Any, fetcher: Fetcher) -> None:
    site.sitemap("/sitemap.xml", *(site.url(f"/{number}") for number in range(10)))
    for number in range(10):
        site.page(f"/{number}")
    items = list(fetch([site.url("/sitemap.xml")], replace(fetcher, limit=3)))
    assert [type(item) for item in items] == [Arrival, Arrival, Arrival, Gap]


def test_sitemaps_beyond_the_limit_are_a_gap(site: Any, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_pages, "MAX_SITEMAPS", 3)
    site.sitemap("/sitemap.xml", *(site.url(f"/s{number}.xml") for number in range(9)), kind="sitemap")
    for number in range(9):
        site.sitemap(f"/s{number}.xml", site.url(f"/{number}"))
        site.page(f"/{number}")
    items = list(fetch([site.url("/sitemap.xml")], fetcher))
    assert sorted(type(item).__name__ for item in items) == ["Arrival", "Arrival", "Gap"]


def test_a_site_that_stops_answering_ends_its_sitemap(site: Any, fetcher: Fetcher) -> None:
    site.sitemap("/sitemap.xml", *(site.url(f"/{number}") for number in range(50)))
    for number in range(50):
        site.status(f"/{number}", 500)
    items = list(fetch([site.url("/sitemap.xml")], fetcher))
    assert [type(item) for item in items] == [Refusal] * 5 + [Gap]


def test_a_run_that_is_broken_off_goes_on_where_it_was(
    site: Any, fetcher: Fetcher, next_run: Callable[[], Fetcher]
) -> None:
    site.sitemap("/sitemap.xml", *(site.url(f"/{number}") for number in range(10)))
    for number in range(10):
        site.page(f"/{number}", f"Sida {number}")
    given = [site.url("/sitemap.xml")]
    assert len(list(islice(fetch(given, fetcher), 4))) == 4
    assert site.paths() == ["/robots.txt", "/sitemap.xml", "/0", "/1", "/2", "/3"]
    assert len(arrivals(next_run(), *given)) == 10
    assert site.paths() == ["/robots.txt", "/4", "/5", "/6", "/7", "/8", "/9"]
    assert len(arrivals(next_run(), *given)) == 10
    assert len(site.paths()) == 12


def test_a_run_that_is_killed_goes_on_where_it_was(site: Any, fetcher: Fetcher, time: Any, tmp_path: Path) -> None:
    reached = threading.Event()
    for number in range(6):
        site.page(f"/{number}", f"Sida {number}")

    def half(request: Any) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 100\r\n\r\nHalv")
        reached.set()
        site.stopped.wait(20)

    whole, site.answers["/3"] = site.answers["/3"], half
    given = [site.url(f"/{number}") for number in range(6)]
    code = """
import json, sys
from pathlib import Path
from ingest.fetching.fetch import Manners, fetch, open_fetcher
from ingest.fetching.network import read_allowed
folder, given = json.loads(sys.argv[1])
list(fetch(given, open_fetcher(Path(folder), Manners(delay_s=0, allowed=read_allowed("127.0.0.1")), "0")))
"""
    arguments = [sys.executable, "-c", code, json.dumps([str(fetcher.cache.folder), given])]
    with subprocess.Popen(arguments) as process:
        assert reached.wait(20)
        process.kill()
    assert site.paths() == ["/robots.txt", "/0", "/1", "/2", "/3"]
    site.answers["/3"] = whole
    started = next((fetcher.cache.folder / "runs").iterdir()).read_text()
    time.at = max(time.at, time.at.fromisoformat(json.loads(started)["started"]) + timedelta(hours=1))
    found = arrivals(fetcher, *given)
    assert [read_blob(item.source).content for item in found] == [f"Sida {number}".encode() for number in range(6)]
    assert site.paths() == ["/robots.txt", "/3", "/4", "/5"]


def test_a_list_has_an_address_a_line_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "adresser.txt"
    file.write_text(
        "\ufeff# Vård\nhttps://a.se/1#del\n\n  https://a.se/2   # två\r\nhttps://a.se/sitemap.xml\n", "utf-8"
    )
    assert read_addresses(file) == ("https://a.se/1#del", "https://a.se/2", "https://a.se/sitemap.xml")


@pytest.mark.parametrize("content", [b"", b"# bara en kommentar\n", b"\xff\xfe\xff"])
def test_a_list_without_addresses_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "adresser.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"adresser\.txt"):
        read_addresses(file)
    with pytest.raises(InputError, match="inget"):
        read_addresses(tmp_path / "inget.txt")


def test_the_one_who_fetches_says_who_that_is(tmp_path: Path) -> None:
    manners = Manners(contact="https://region.example/vipgraf", allowed=Allowed())
    agent = open_fetcher(tmp_path, manners, "1.2").client.user_agent
    assert agent == "vipgraf/1.2 (+https://region.example/vipgraf)"
    assert open_fetcher(tmp_path, Manners(), "1.2").client.user_agent == "vipgraf/1.2"
