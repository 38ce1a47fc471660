import pytest

from search.prompts import FAMILIES, Prompts, choose_prompts

SENTENCE = "Represent this sentence for searching relevant passages: "


@pytest.mark.parametrize(
    ("name", "question", "passage"),
    [
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
        ("models/multilingual-e5-large", "query: ", "passage: "),
        ("BAAI/bge-large-en-v1.5", SENTENCE, ""),
        ("BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", SENTENCE, ""),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", "query: ", ""),
        ("mixedbread-ai/mxbai-embed-large-v1", SENTENCE, ""),
        ("mixedbread-ai/deepset-mxbai-embed-de-large-v1", "query: ", "passage: "),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("BAAI/bge-m3", "", ""),
        ("Alibaba-NLP/gte-multilingual-base", "", ""),
        ("KBLab/sentence-bert-swedish-cased", "", ""),
        ("someone/table5-model", "", ""),
    ],
)
def test_a_model_that_defines_no_prompts_gets_those_of_its_family(name: str, question: str, passage: str) -> None:
    for defined in ({}, {"query": "", "document": ""}):
        found = choose_prompts(name, defined)
        assert (found.question, found.passage) == (question, passage)


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-large-instruct", "intfloat/e5-mistral-7b-instruct"])
def test_instructed_e5_gets_an_instruction_with_the_question_only(name: str) -> None:
    found = choose_prompts(name, {})
    assert found.question.startswith("Instruct: ")
    assert found.question.endswith("\nQuery: ")
    assert found.passage == ""


@pytest.mark.parametrize(
    ("defined", "expected"),
    [
        ({"query": "q: ", "document": "d: ", "passage": "p: "}, Prompts("q: ", "d: ")),
        ({"query": "q: ", "passage": "p: "}, Prompts("q: ", "p: ")),
        ({"query": "q: "}, Prompts("q: ", "")),
        ({"query": "", "document": "d: "}, Prompts("", "d: ")),
        ({"s2p_query": "Instruct: x", "s2s_query": "y"}, Prompts("Instruct: x", "")),
        (
            {"retrieval.query": "q: ", "retrieval.passage": "p: ", "separation": ""},
            Prompts("q: ", "p: ", "retrieval.query", "retrieval.passage"),
        ),
    ],
)
def test_what_a_model_defines_itself_wins_over_its_family(defined: dict[str, str | None], expected: Prompts) -> None:
    assert choose_prompts("intfloat/multilingual-e5-large", defined) == expected


def test_another_prompt_or_task_gives_another_digest() -> None:
    variants = [
        Prompts("", ""),
        Prompts("a", ""),
        Prompts("", "a"),
        Prompts("", "", "x"),
        Prompts("", "", "query", "x"),
    ]
    assert len({found.digest for found in variants}) == len(variants)


def test_every_family_says_where_its_prompts_are_told() -> None:
    assert all(family.source.startswith("https://") for family in FAMILIES)
