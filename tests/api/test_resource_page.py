"""The page of a resource: what the sources say of it, as of a time."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

NPO = "/doc/body/npo-psykisk-halsa"
HTML = {"Accept": "text/html"}


def said_under(client: TestClient, as_of: str) -> dict[str, str]:
    """The text of the page under each of its third-level headings."""
    page = client.get(NPO, params={"as-of": as_of} if as_of else {}, headers=HTML)
    assert page.status_code == 200
    parts = re.split(r"<h3>(.*?)</h3>", page.text.partition('<p class="remark">Uppgifter som')[0])
    texts = [" ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in parts]
    return dict(zip(texts[1::2], texts[2::2], strict=True))


def test_a_page_tells_what_held_at_the_time_asked_for(client: TestClient) -> None:
    said = said_under(client, "2019")
    assert "NPO psykisk hälsa tillsätter NAG adhd" in said["Gäller 2019"]
    assert "är värd för NPO psykisk hälsa (tillfälligt värdskap)" in said["Gäller 2019"]
    assert "Västra Götalandsregionen är värd för NPO psykisk hälsa" in said["Gäller inte 2019"]
    assert "NPO psykisk hälsa tillsätter NAG autism" in said["Gäller inte 2019"]


def test_a_page_tells_what_holds_today_unless_asked(client: TestClient) -> None:
    (now, then) = said_under(client, "").items()
    assert re.fullmatch(r"Gäller \d{4}-\d\d-\d\d", now[0])
    assert "Västra Götalandsregionen är värd för NPO psykisk hälsa" in now[1]
    assert "NPO psykisk hälsa tillsätter NAG autism" in now[1]
    assert then[0].startswith("Gäller inte")
    assert "tillfälligt värdskap" in then[1]


def test_every_claim_on_a_page_has_its_source_time_and_certainty(client: TestClient) -> None:
    page = client.get(NPO, headers=HTML).text
    rows = re.findall(r"<tr>\s*<td>.*?</tr>", page, re.DOTALL)
    assert len(rows) > 15
    for row in rows:
        _, time, source, certainty = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
        assert time
        assert "/doc/document/" in source or "/id/document/" in source
        assert re.search(r">(hög|måttlig)<", certainty)


def test_a_claim_has_a_page_with_a_name(client: TestClient) -> None:
    page = client.get("/doc/claim/region-vastra-gotaland-hosts-npo-psykisk-halsa", headers=HTML).text
    assert "<h1>Västra Götalandsregionen är värd för NPO psykisk hälsa</h1>" in page


@pytest.mark.parametrize("as_of", ["2019-13", "förra året", "19"])
def test_a_time_that_is_none_is_refused_with_its_form(client: TestClient, as_of: str) -> None:
    data = client.get(NPO, params={"as-of": as_of}, headers={"Accept": "text/turtle"})
    assert (data.status_code, data.headers["content-type"]) == (400, "application/problem+json")
    assert "ÅÅÅÅ-MM-DD" in data.json()["detail"]
    page = client.get(NPO, params={"as-of": as_of}, headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "ÅÅÅÅ-MM-DD. Här visas vad som gäller i dag." in page.text
    assert "tillsätter</em>" in page.text


def test_pages_of_two_times_are_two_representations(client: TestClient) -> None:
    tags = {client.get(NPO, params={"as-of": year}, headers=HTML).headers["etag"] for year in ("2018", "2019")}
    assert len(tags) == 2
    data = {
        client.get(NPO, params={"as-of": year}, headers={"Accept": "text/turtle"}).headers["etag"]
        for year in ("2018", "2019")
    }
    assert len(data) == 1


def test_a_conflict_shows_its_claims_and_a_claim_its_conflict(client: TestClient) -> None:
    conflict = client.get("/doc/conflict/antal-arbetsgrupper", headers=HTML).text
    assert re.findall(r"antal arbetsgrupper</em> <span class=\"literal\">(\d)", conflict) == ["7", "5", "5"]
    body = client.get(NPO, headers=HTML).text
    assert 'Källorna skiljer sig: <a href="/id/conflict/antal-arbetsgrupper">' in body


def test_a_text_in_another_language_says_so_and_comes_after_the_swedish(client: TestClient) -> None:
    page = client.get("/doc/criterion/gemensamma-behov", headers=HTML).text
    assert page.index('<li><span class="literal">Tydliggöra gemensamma behov') < page.index(
        '<li><span class="literal" lang="en">Clarify shared needs'
    )


def test_a_relation_that_a_claim_tells_is_not_told_again(client: TestClient) -> None:
    page = client.get("/doc/body/rpo-psykisk-halsa-sydostra", headers=HTML).text
    assert page.count("överlappar") == 1
    assert "överlappar</em>" in page
