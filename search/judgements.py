"""Files of judged questions → values: a JSON object a line, with the documents or the direct answer that are right.

    {"id", "query", "relevant": [document identifier, …], "answer": [value, …],
     "kind", "source", "part", "as_of", "filters": {facet: [value, …]}}

`query` and one of `relevant` and `answer` are needed. An empty `answer` says that the question has none, so that
answering it is wrong. What else a line holds is for people.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ontology.dates import is_date
from ontology.errors import QuestionError
from search.types import Question


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with what is right: identifiers of documents, and values of the direct answer.

    `relevant` is empty where only the answer is judged; `answer` is None where only the documents are, and empty where
    the question has no answer.
    """

    identifier: str
    query: str
    relevant: tuple[str, ...]
    kind: str = ""
    source: str = ""
    part: str = ""
    """Of the set: questions to tune with, and questions to check with, are not the same."""
    answer: tuple[str, ...] | None = None
    as_of: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def question(self) -> Question:
        """What is asked."""
        return Question(self.query, as_of=self.as_of, filters=self.filters)


def read_all(paths: Sequence[Path]) -> tuple[JudgedQuestion, ...]:
    """Read files as one set.

    Raises QuestionError, naming file and line, for what `read_questions` does, and when a question comes twice: it
    would count twice, and make the figures look surer than they are.
    """
    found: dict[tuple[str, str], JudgedQuestion] = {}
    for path in paths:
        for place, judged in _read(path):
            if found.setdefault((judged.identifier, judged.query), judged) is not judged:
                raise QuestionError(f"{place}: frågan {judged.identifier} finns redan. Ta bort den ena.")
    return tuple(found.values())


def read_questions(path: Path) -> tuple[JudgedQuestion, ...]:
    """Read one JSON object a line. Raises QuestionError, naming file and line, when it cannot be used."""
    return tuple(judged for _, judged in _read(path))


def _read(path: Path) -> Iterable[tuple[str, JudgedQuestion]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"Frågefilen {path} går inte att läsa: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            place = f"{path}, rad {number}"
            yield place, _parse(line, place, f"{path.name}:{number}")


def _parse(line: str, place: str, unnamed: str) -> JudgedQuestion:
    try:
        stored: Mapping[str, object] = json.loads(line)
        query = stored["query"]
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionError(
            f"{place}: varje rad ska vara ett JSON-objekt med query och relevant eller answer ({error})."
        ) from error
    if not isinstance(query, str) or not query.strip():
        raise QuestionError(f"{place}: query ska vara en text.")
    relevant, answer = _texts(stored, "relevant", place), _texts(stored, "answer", place)
    if answer is None and not relevant:
        raise QuestionError(
            f"{place}: relevant ska vara en lista med minst en identifierare, eller answer en lista med det rätta "
            "svarets värden."
        )
    as_of = stored.get("as_of")
    if as_of is not None and not is_date(str(as_of)):
        raise QuestionError(f"{place}: as_of {as_of!r} är inget datum. Skriv ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD.")
    return JudgedQuestion(
        identifier=str(stored.get("id", unnamed)),
        query=query,
        relevant=relevant or (),
        kind=str(stored.get("kind", "")),
        source=str(stored.get("source", "")),
        part=str(stored.get("part", "")),
        answer=answer,
        as_of=None if as_of is None else str(as_of),
        filters=_filters(stored, place),
    )


def _texts(stored: Mapping[str, object], key: str, place: str) -> tuple[str, ...] | None:
    texts = stored.get(key)
    if texts is None:
        return None
    if not isinstance(texts, list):
        raise QuestionError(f"{place}: {key} ska vara en lista med texter.")
    return tuple(dict.fromkeys(str(text) for text in texts))


def _filters(stored: Mapping[str, object], place: str) -> dict[str, tuple[str, ...]]:
    filters = stored.get("filters") or {}
    if not isinstance(filters, dict):
        raise QuestionError(f"{place}: filters ska vara ett objekt med en lista med värden för varje facett.")
    return {str(facet): _texts(filters, facet, f"{place}, filters") or () for facet in filters}
