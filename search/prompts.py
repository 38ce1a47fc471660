"""A model's name and its own configuration → what goes before questions and before passages.

Retrieval models are trained with a prefix or a sentence of instruction, and lose much without it. Newer ones say so in
their configuration, and that wins; `FAMILIES` is for the others, each with the page that says so. A model of no family
that defines nothing gets no prefix: `BAAI/bge-m3`, `Alibaba-NLP/gte-multilingual-base` and
`KBLab/sentence-bert-swedish-cased` were trained without.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model is given beside the text. `…_task` is for models that do one task in several ways.

    Source: https://sbert.net/docs/package_reference/sentence_transformer/model.html (`prompts`, `encode_query`)
    """

    question: str
    passage: str
    question_task: str = "query"
    passage_task: str = "document"

    @property
    def digest(self) -> str:
        """Eight digits that change when any of it does."""
        return hashlib.sha256("\0".join(astuple(self)).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Family:
    """Models that were trained alike: what their names hold, in lower case, and the page that tells of the prefixes."""

    name: str
    question: str
    passage: str
    source: str


_INSTRUCTION = "Represent this sentence for searching relevant passages: "

FAMILIES = (
    Family(
        r"e5-([^/\\]+-)?instruct",
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
        "",
        "https://huggingface.co/intfloat/multilingual-e5-large-instruct",
    ),
    Family(r"e5", "query: ", "passage: ", "https://huggingface.co/intfloat/multilingual-e5-large"),
    Family(r"bge-(small|base|large)-en", _INSTRUCTION, "", "https://huggingface.co/BAAI/bge-large-en-v1.5"),
    Family(
        r"bge-(small|base|large)-zh",
        "为这个句子生成表示以用于检索相关文章：",
        "",
        "https://huggingface.co/BAAI/bge-large-zh-v1.5",
    ),
    Family(r"arctic-embed-[a-z]+-v2", "query: ", "", "https://huggingface.co/Snowflake/snowflake-arctic-embed-l-v2.0"),
    Family(r"arctic-embed", _INSTRUCTION, "", "https://huggingface.co/Snowflake/snowflake-arctic-embed-m-v1.5"),
    Family(
        r"mxbai-embed-de",
        "query: ",
        "passage: ",
        "https://huggingface.co/mixedbread-ai/deepset-mxbai-embed-de-large-v1",
    ),
    Family(r"mxbai-embed", _INSTRUCTION, "", "https://huggingface.co/mixedbread-ai/mxbai-embed-large-v1"),
    Family(
        r"nomic-embed-text",
        "search_query: ",
        "search_document: ",
        "https://huggingface.co/nomic-ai/nomic-embed-text-v1.5",
    ),
)
"""The first that fits decides, so the narrower stands before the wider."""

_QUESTION_NAMES = ("query", "retrieval.query", "search_query", "s2p_query")
_PASSAGE_NAMES = ("document", "passage", "retrieval.passage", "search_document")
"""What models call their prompts; jina-embeddings-v3 names its tasks by them too
(https://huggingface.co/jinaai/jina-embeddings-v3), stella its questions (https://huggingface.co/dunzhang/stella_en_400M_v5)."""


def choose_prompts(name: str, defined: Mapping[str, str | None]) -> Prompts:
    """The prompts that a model defines, by their names there; else those of its family; else none.

    >>> choose_prompts("some/model", {"query": "fråga: ", "document": "text: "}).passage
    'text: '
    >>> choose_prompts("intfloat/multilingual-e5-large", {}).question
    'query: '
    >>> choose_prompts("KBLab/sentence-bert-swedish-cased", {"query": "", "document": ""}).question
    ''
    """
    asked, told = _first(_QUESTION_NAMES, defined), _first(_PASSAGE_NAMES, defined)
    if asked or told:
        return Prompts(defined.get(asked) or "", defined.get(told) or "", *_tasks(defined))
    for family in FAMILIES:
        if re.search(rf"(^|[-_/\\]){family.name}([-_./\\]|$)", name.lower()):
            return Prompts(family.question, family.passage)
    return Prompts("", "")


def _first(names: tuple[str, ...], defined: Mapping[str, str | None]) -> str:
    """The first name under which a prompt is defined, "" when under none."""
    return next((name for name in names if defined.get(name)), "")


def _tasks(defined: Mapping[str, str | None]) -> tuple[str, ...]:
    dotted = ("retrieval.query", "retrieval.passage")
    return dotted if all(name in defined for name in dotted) else ()
