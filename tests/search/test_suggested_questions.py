"""The questions that ship as suggestions are ones that the shipped documents answer, with the real model."""

import pytest

from api import wiring
from api.settings import Settings
from graph.release import current
from search.suggestions import shipped_questions
from search.types import Question

FIRST = 3


@pytest.mark.slow
def test_each_shipped_question_finds_the_document_that_answers_it(shipped_library: Settings) -> None:
    engine = wiring.open_engine(current(shipped_library.data), shipped_library, print)
    missed = {}
    for question, document in shipped_questions():
        hits = engine.search(Question(question)).hits
        found = list(dict.fromkeys(hit.document.identifier for hit in hits))[:FIRST]
        if document not in found:
            missed[question] = found
    assert missed == {}
