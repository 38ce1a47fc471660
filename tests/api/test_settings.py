import re
from pathlib import Path

import pytest

from api.settings import DEFAULT_BASE_IRI, read_settings
from ontology.errors import SettingError

REPOSITORY = Path(__file__).parents[2]


def test_defaults_need_no_environment() -> None:
    settings = read_settings({})
    assert (str(settings.data), settings.base_iri, settings.model) == ("data", DEFAULT_BASE_IRI, "bundled")


@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:8000/",
        "https://localhost/",
        "https://id.example.se:8080/",
        "https://id.example.se",
        "https://id.example.se/?a=/",
        "https://id.example.se/#/",
        "https://user@id.example.se/",
        "ftp://id.example.se/",
        "https://10.0.0.1/",
    ],
)
def test_a_base_that_could_not_last_is_refused(base: str) -> None:
    with pytest.raises(SettingError, match="VIPGRAF_BASE_IRI"):
        read_settings({"VIPGRAF_BASE_IRI": base})


@pytest.mark.parametrize("value", ["soon", "0", "-1", "1e9"])
def test_a_number_that_makes_no_sense_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingError, match="VIPGRAF_QUERY_TIMEOUT_S"):
        read_settings({"VIPGRAF_QUERY_TIMEOUT_S": value})


def test_the_readme_lists_every_setting() -> None:
    source = (REPOSITORY / "api" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r"VIPGRAF_[A-Z_]+", source))
    assert len(names) >= 10
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert names <= set(re.findall(r"`(VIPGRAF_[A-Z_]+)`", readme))
