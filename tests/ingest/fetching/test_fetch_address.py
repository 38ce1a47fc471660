import pytest

from ingest.fetching.address import (
    identifier,
    is_address,
    is_same_site,
    is_sitemap,
    parse_address,
    public_url,
    redirected,
    shown,
)
from ontology.errors import DocumentRefused


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://Exempel.SE", "http://exempel.se/"),
        ("https://exempel.se:443/a#del", "https://exempel.se/a"),
        ("http://exempel.se:8080/a?b=c d", "http://exempel.se:8080/a?b=c%20d"),
        ("https://vård.exempel.se/ö?q=å", "https://xn--vrd-ula.exempel.se/%C3%B6?q=%C3%A5"),
        ("https://exempel.se/a/%2e%2e/./b/..", "https://exempel.se/"),
        ("https://exempel.se/a//b/", "https://exempel.se/a//b/"),
        ("https://exempel.se/../../etc", "https://exempel.se/etc"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"),
        ("  https://exempel.se./a  ", "https://exempel.se/a"),
    ],
)
def test_an_address_gets_one_normal_form(text: str, url: str) -> None:
    assert parse_address(text).url == url
    assert parse_address(url).url == url


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("file:///etc/passwd", "http://"),
        ("ftp://exempel.se/a", "http://"),
        ("gopher://exempel.se/", "http://"),
        ("javascript:alert(1)", "http://"),
        ("//exempel.se/a", "http://"),
        ("sida.html", "http://"),
        ("", "http://"),
        ("https://anna:hemligt@exempel.se/", "lösenord"),
        ("https://anna@exempel.se/", "lösenord"),
        ("https://@exempel.se/", "lösenord"),
        ("https:///a", "värdnamn"),
        ("https://exempel.se:port/", "tolka"),
        ("https://exempel.se:99999/", "tolka"),
        ("https://[::1/", "tolka"),
        ("https://a..b/", "tolka"),
        ("https://exempel.se\\@inom.se/", "snedstreck"),
        ("https://exempel.se/a\nb", "styrtecken"),
        ("https://exempel.se/a%00b", "styrtecken"),
        ("https://exempel.se/a%0D%0Ab", "styrtecken"),
        ("https://exempel.se/?pnr=19811228-9874", "personnummer"),
        ("https://exempel.se/19811228%2D9874/x", "personnummer"),
        ("https://exempel.se/" + "a" * 2000, "längre"),
    ],
)
def test_an_address_that_is_not_to_be_asked_for_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(DocumentRefused, match=why):
        parse_address(text)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://exempel.se/b"),
        ("c?d=1", "https://exempel.se/a/c?d=1"),
        ("//annan.se/x", "https://annan.se/x"),
        ("https://annan.se/vård", "https://annan.se/v%C3%A5rd"),
    ],
)
def test_a_redirect_is_read_against_the_address_that_gave_it(location: str, url: str) -> None:
    assert redirected(parse_address("https://exempel.se/a/b"), location).url == url


@pytest.mark.parametrize(
    "location",
    ["", "http://exempel.se/a", "file:///etc/passwd", "https://u:p@exempel.se/", "http:a", "https://[", "ftp://x/"],
)
def test_a_redirect_to_something_worse_is_refused(location: str) -> None:
    with pytest.raises(DocumentRefused, match="hänvisar"):
        redirected(parse_address("https://exempel.se/a"), location)


def test_a_redirect_from_http_to_https_is_followed() -> None:
    assert redirected(parse_address("http://exempel.se/a"), "https://exempel.se/a").scheme == "https"


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "access_token",
        "accessToken",
        "X-Amz-Signature",
        "sig",
        "apiKey",
        "api_key",
        "PHPSESSID",
        "password",
        "sid",
    ],
)
def test_keys_to_something_stand_nowhere_but_in_the_request(name: str) -> None:
    address = parse_address(f"https://exempel.se/a;jsessionid=hemligt/b?id=1&{name}=hemligt")
    assert "hemligt" in address.url
    assert public_url(address) == "https://exempel.se/a/b?id=1"
    assert identifier(address) == identifier(parse_address("https://exempel.se/a/b?id=1"))
    assert "hemligt" not in shown(address.url)


@pytest.mark.parametrize("name", ["id", "author", "side", "design", "code", "year"])
def test_ordinary_parameters_stay_in_the_source(name: str) -> None:
    assert public_url(parse_address(f"https://exempel.se/?{name}=7")) == f"https://exempel.se/?{name}=7"


def test_an_identifier_is_host_and_path_whatever_the_scheme() -> None:
    assert identifier(parse_address("http://exempel.se/v%C3%A5rd/")) == "exempel.se/vård"
    assert identifier(parse_address("https://exempel.se/vård")) == "exempel.se/vård"
    assert identifier(parse_address("https://exempel.se")) == "exempel.se"
    assert identifier(parse_address("http://exempel.se:8080/a.pdf")) == "exempel.se_8080/a.pdf"
    assert identifier(parse_address("http://[::1]:81/a")) == "__1_81/a"


def test_queries_tell_documents_apart_without_being_shown() -> None:
    one, other = (identifier(parse_address(f"https://exempel.se/sida?namn={name}")) for name in ("ett", "två"))
    assert one != other
    assert "ett" not in one


def test_what_is_shown_of_an_unusable_address_has_no_user_query_or_identity_number() -> None:
    assert shown("https://anna:hemligt@exempel.se/a?b=c#d") == "https://exempel.se/a"
    assert shown("https://exempel.se/19811228-9874\x1b[1m") == "https://exempel.se/[personnummer]\ufffd[1m"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sitemap.xml", True),
        ("/a/wp-sitemap-posts-1.xml", True),
        ("/sitemap_index.xml.gz", True),
        ("/SiteMap.txt", True),
        ("/robots.txt", True),
        ("/a/robots.txt", False),
        ("/sitemap", False),
        ("/sitemap.xml/sida", False),
        ("/artikel.xml", False),
    ],
)
def test_a_sitemap_shows_itself_by_its_name(path: str, expected: bool) -> None:
    assert is_sitemap(parse_address(f"https://exempel.se{path}")) is expected


def test_a_site_is_a_host_with_or_without_www() -> None:
    one, other, third = map(parse_address, ("https://www.exempel.se/", "http://exempel.se/", "https://a.exempel.se/"))
    assert is_same_site(one, other)
    assert not is_same_site(other, third)


def test_paths_are_no_addresses() -> None:
    assert [is_address(text) for text in ("https://a.se", "HTTP://a.se", "C:/a", "a/b", "mailto:a")] == [
        True,
        True,
        False,
        False,
        False,
    ]
