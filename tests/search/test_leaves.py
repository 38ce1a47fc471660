from search.leaves import leaves
from tests.search.understanding import Understanding


def test_the_parts_of_parts_are_found_and_the_parts_are_not_said_again(understanding: Understanding) -> None:
    pipeline = understanding.pipeline
    assert pipeline.words("arbetslivsinriktad")[0].parts == ("arbetsliv", "inrikta")
    assert list(leaves(pipeline.words("arbetslivsinriktad"), pipeline)) == ["arbete", "liv"]
    assert list(leaves(pipeline.words("vård"), pipeline)) == []
