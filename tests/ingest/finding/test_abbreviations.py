import pytest

from ingest.finding.abbreviations import find_abbreviations


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Erbjud kognitiv beteendeterapi (KBT) i grupp.", "KBT", "kognitiv beteendeterapi"),
        ("En samordnad individuell plan (SIP) görs.", "SIP", "samordnad individuell plan"),
        ("Vid PTSD (posttraumatiskt stressyndrom) ges stöd.", "PTSD", "posttraumatiskt stressyndrom"),
        ("VIP: Dialektisk beteendeterapi, DBT\nMålgrupp: vuxna.", "DBT", "Dialektisk beteendeterapi"),
        ("emotionellt instabil personlighetsstörning(EIPS) är", "EIPS", "emotionellt instabil personlighetsstörning"),
    ],
)
def test_a_short_form_is_explained_before_or_after(text: str, short: str, long: str) -> None:
    (found,) = find_abbreviations(text)
    assert (found.short, found.long) == (short, long)
    assert short in text[found.start : found.end]
    assert long in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "Riktlinjerna gäller i hela landet (SKR).",  # no letters of it in order
        "Läs mer (se sidan 4).",
        "Behandling (KBT)",
        "psykoterapi(IPT) och psykodynamisk terapi",
    ],
)
def test_brackets_that_explain_nothing_are_left(text: str) -> None:
    assert find_abbreviations(text) == ()


def test_a_short_form_is_explained_once_and_never_across_other_brackets() -> None:
    text = (
        "Kognitiv beteendeterapi (KBT) ges. "
        "Sedan ges kognitiv beteendeterapi (KBT) och interpersonell psykoterapi (IPT)."
    )
    assert [(one.short, one.long) for one in find_abbreviations(text)] == [
        ("KBT", "Kognitiv beteendeterapi"),
        ("IPT", "interpersonell psykoterapi"),
    ]
