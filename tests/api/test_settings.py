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


def test_prompts_are_left_to_the_model_unless_they_are_set() -> None:
    settings = read_settings({})
    assert (settings.model_query_prompt, settings.model_passage_prompt) == (None, None)
    given = {
        "VIPGRAF_MODEL": "m",
        "VIPGRAF_MODEL_QUERY_PROMPT": r"Instruct: x\nQuery: ",
        "VIPGRAF_MODEL_PASSAGE_PROMPT": "-",
    }
    settings = read_settings(given)
    assert (settings.model_query_prompt, settings.model_passage_prompt) == ("Instruct: x\nQuery: ", "")


@pytest.mark.parametrize("model", ["", "bundled", "hash"])
def test_a_prompt_for_a_model_that_takes_none_is_refused(model: str) -> None:
    with pytest.raises(SettingError, match="VIPGRAF_MODEL_PASSAGE_PROMPT gäller bara"):
        read_settings({"VIPGRAF_MODEL": model, "VIPGRAF_MODEL_PASSAGE_PROMPT": "passage: "})


def test_code_of_a_model_runs_only_when_it_is_trusted_in_so_many_letters() -> None:
    assert read_settings({}).model_code_trusted is False
    assert read_settings({"VIPGRAF_MODEL_CODE": "trust"}).model_code_trusted is True
    with pytest.raises(SettingError, match="VIPGRAF_MODEL_CODE"):
        read_settings({"VIPGRAF_MODEL_CODE": "1"})
