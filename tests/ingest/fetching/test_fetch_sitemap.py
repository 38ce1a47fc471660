import gzip
import tracemalloc
from pathlib import Path

import pytest

from ingest.fetching import sitemap as fetch_sitemap
from ingest.fetching.sitemap import Entry, read_sitemap
from ontology.errors import DocumentRefused

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def write(path: Path, content: str | bytes) -> Path:
    file = path / "sitemap"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_pages_come_in_order_and_images_are_no_pages(tmp_path: Path) -> None:
    xml = f"""{HEAD}<!-- en karta --><?x y?><urlset {NAMESPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><image:image><image:loc>https://a.se/bild.png</image:loc></image:image>
        <loc> https://a.se/1?x=1&amp;y=2 </loc><lastmod>2024-01-01</lastmod></url>
      <!-- mer --><url><loc><![CDATA[https://a.se/vård]]></loc></url><url><image:loc>https://a.se/b</image:loc></url>
    </urlset>"""
    expected = [Entry("page", "https://a.se/1?x=1&y=2"), Entry("page", "https://a.se/vård")]
    assert list(read_sitemap(write(tmp_path, xml))) == expected
    assert list(read_sitemap(write(tmp_path, gzip.compress(xml.encode())))) == expected
    assert list(read_sitemap(write(tmp_path, b"\xef\xbb\xbf" + xml.encode()))) == expected


def test_a_sitemap_without_namespace_is_read_too(tmp_path: Path) -> None:
    xml = "<urlset><url><loc>https://a.se/1</loc></url></urlset>"
    assert list(read_sitemap(write(tmp_path, xml))) == [Entry("page", "https://a.se/1")]


def test_an_index_names_sitemaps(tmp_path: Path) -> None:
    xml = f"<sitemapindex {NAMESPACE}><sitemap><loc>https://a.se/s1.xml.gz</loc></sitemap></sitemapindex>"
    assert list(read_sitemap(write(tmp_path, xml))) == [Entry("sitemap", "https://a.se/s1.xml.gz")]


def test_a_text_sitemap_has_one_address_a_line(tmp_path: Path) -> None:
    text = "\ufeffhttps://a.se/1\r\n\n# kommentar\nhttps://a.se/2"
    assert [entry.address for entry in read_sitemap(write(tmp_path, text))] == ["https://a.se/1", "https://a.se/2"]
    many = "\n".join(f"https://a.se/{number}" for number in range(20_000))
    assert len(list(read_sitemap(write(tmp_path, many)))) == 20_000


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<html><body>Hej</body></html>", "<html>"),
        ("<!DOCTYPE html><html><p>Hej<br></html>", "ingen webbplatskarta|giltig XML"),
        (f"<urlset {NAMESPACE}><url><loc>https://a.se/1</loc></url><url>", "giltig XML"),
        (f"<urlset {NAMESPACE}>\x00</urlset>", "giltig XML"),
        ("<", "giltig XML"),
        (b"\x1f\x8bingen gzip", "packad"),
        (gzip.compress(b"<urlset>" + b"x" * 1000, mtime=0)[:-20], "packad|giltig"),
        ("a" * 200_000, "längre än någon adress"),
    ],
)
def test_what_is_no_sitemap_is_refused(tmp_path: Path, content: str | bytes, why: str) -> None:
    with pytest.raises(DocumentRefused, match=why):
        list(read_sitemap(write(tmp_path, content)))


def test_what_stands_before_an_error_is_kept(tmp_path: Path) -> None:
    inside = "".join(f"<url><loc>https://a.se/{number}</loc></url>" for number in range(2_000))
    entries = read_sitemap(write(tmp_path, f"<urlset {NAMESPACE}>{inside}<url></fel>"))
    assert next(entries) == Entry("page", "https://a.se/0")
    with pytest.raises(DocumentRefused):
        list(entries)


def test_entities_are_neither_expanded_nor_looked_up(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://a.se/hemligt")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for declared, used in ((f'<!ENTITY l0 "ha">{laughs}', "&l9;"), (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;")):
        xml = f"<!DOCTYPE urlset [{declared}]><urlset><url><loc>{used}</loc></url></urlset>"
        try:
            found = list(read_sitemap(write(tmp_path, xml)))
        except DocumentRefused:
            found = []
        assert found == []


def test_a_sitemap_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    entry = b"<url><loc>https://a.se/" + b"a" * 970 + b"</loc></url>"
    size = fetch_sitemap.MAX_BYTES // len(entry) + 1
    bomb = gzip.compress(b"<urlset>" + entry * size, 1)
    assert len(bomb) < 1_000_000
    with pytest.raises(DocumentRefused, match="större än 50 MB"):
        for _ in read_sitemap(write(tmp_path, bomb)):
            pass


@pytest.mark.slow
def test_fifty_thousand_addresses_take_no_more_memory_than_five_thousand(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        inside = "".join(f"<url><loc>https://a.se/{number}</loc></url>" for number in range(count))
        file = write(tmp_path, f"<urlset {NAMESPACE}>{inside}</urlset>")
        del inside
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_sitemap(file)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(50_000) < peak(5_000) * 1.5
