import pytest

from ingest.reading.furniture import is_furniture_element, is_furniture_line, is_note

FURNITURE = [
    "Hjälpte informationen på sidan dig?",
    "Var sidan till hjälp?",
    "Hittade du det du sökte?",
    "Lämna synpunkter på sidan",
    "Rapportera fel på sidan",
    "Logga in",
    "Logga in med BankID",
    "Login",
    "Dela sidan på Facebook",
    "Skriv ut",
    "Lyssna",
    "Kopiera länk",
    "Ladda ner som PDF",
    "Hoppa till innehåll",
    "Gå direkt till sidans innehåll",
    "Tillbaka till toppen",
    "Upp till toppen",
    "Du är här: Start",
    "Innehåll på sidan",
    "Relaterat material",
    "Vi använder kakor för att webbplatsen ska fungera.",
    "Godkänn alla kakor",
    "Hantera kakor",
    "Foto: Exempelbyrån",
    "Bild: Region Exempel",
    "Sida 3 av 10",
    "3 (10)",
    "– 3 –",
]
NOTES = [
    "Gå till huvudsidan: Exempelprogrammet",
    "Senast kontrollerad 22 februari 2019",
    "Senast uppdaterad: 2023-03-10",
    "Sidan uppdaterades den 3 maj 2024",
    "Publicerad: 2023-03-10",
    "Publiceringsdatum: 1/2 2023",
    "Granskad: februari 2021",
]
TEXT = [
    "Uppdaterad 2019 med nya rekommendationer om KBT vid depression hos barn.",
    "Hjälpte behandlingen patienten?",
    "Riktlinjen uppdaterades 2019 efter en remissrunda.",
    "Dela upp uppgiften i mindre steg",
    "Bild av sjukdomen är oklar",
    "Skriv ut läkemedel endast efter undersökning",
    "Loggbok förs av individen",
    "Nästa steg i behandlingen",
    "Innehåll",
    "Ja",
    "Tillbakadragande är vanligt",
    "Publicerade studier 2019 visar effekt",
]


@pytest.mark.parametrize("text", FURNITURE + NOTES)
def test_furniture_is_known(text: str) -> None:
    assert is_furniture_line(text)
    assert is_furniture_line(f"  {text.upper()}\n")


@pytest.mark.parametrize("text", NOTES)
def test_what_a_page_says_of_itself_is_a_note(text: str) -> None:
    assert is_note(text)


@pytest.mark.parametrize("text", FURNITURE)
def test_other_furniture_is_no_note(text: str) -> None:
    assert not is_note(text)


@pytest.mark.parametrize("text", TEXT)
def test_text_is_no_furniture(text: str) -> None:
    assert not is_furniture_line(text)


@pytest.mark.parametrize(
    "name",
    [
        "CybotCookiebotDialog",
        "onetrust-banner-sdk",
        "cookie-banner",
        "site-cookie_consent",
        "breadcrumb",
        "c-breadcrumbs__list",
        "skip-link",
        "toc",
        "innehallsforteckning",
        "back-to-top",
        "share-buttons",
        "page-feedback",
        "print-button",
        "wp-caption-text",
        "visually-hidden",
    ],
)
def test_elements_of_furniture_are_known_by_class_or_id(name: str) -> None:
    assert is_furniture_element(["row", name])


@pytest.mark.parametrize(
    "name",
    [
        "",
        "content",
        "page-with-breadcrumbless-top",
        "stock",
        "shared-care",
        "protocol",
        "samtycke",
        "aterkoppling",
        "feedback",
        "wp-block-media-text",
        "has-cookies-accepted",
        "social-list",
        "x" * 500,
    ],
)
def test_other_elements_are_not(name: str) -> None:
    assert not is_furniture_element([name])


def test_a_long_line_is_judged_in_no_time() -> None:
    assert not is_furniture_line("Vi använder kakor " * 100_000)
