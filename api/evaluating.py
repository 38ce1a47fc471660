"""Files of judged questions + a release → figures, and beside them those of another release or of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import wiring
from api.settings import Settings
from ontology.errors import BrokenRelease, NoRelease, QuestionError

if TYPE_CHECKING:
    from graph.release import Release
    from search.comparison import Comparison, Difference
    from search.engine import Engine
    from search.evaluation import QuestionScore


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A measurement of a release, and how it compares with another where one is given."""

    release: Release
    questions: tuple[Path, ...]
    part: str
    """The part of the questions that was asked; "" for all."""
    ended: datetime
    scores: tuple[QuestionScore, ...]
    figures: dict[str, Any]
    against: str
    """What it is compared with: the name of a release or file; "" where nothing is."""
    comparison: Comparison | None


def evaluate(
    settings: Settings,
    paths: Sequence[Path],
    say: wiring.Say,
    *,
    name: str | None = None,
    part: str | None = None,
    against: str | None = None,
) -> Evaluation:
    """Measure a release, the serving one unless named, and compare it with a release or a file of figures.

    `part` keeps only the questions of a part of the set, such as those to tune with.

    Whatever can be wrong with what was asked for is told before the measuring, which may take minutes, begins.

    Raises: QuestionError, ReleaseError.
    """
    from graph.release import current, open_named
    from search.comparison import compare
    from search.evaluation import measure
    from search.figures import figures
    from search.judgements import read_all

    questions = [judged for judged in read_all(paths) if part in (None, judged.part)]
    if not questions:
        raise QuestionError("Det finns inga frågor att mäta med. Se efter i filerna, och vilken --part de har.")
    release = open_named(settings.data, name) if name else current(settings.data)
    former = None if against is None else _former(settings, against)
    engine = wiring.open_engine(release, settings, say)
    beside = former if former is None or isinstance(former, tuple) else _open(former, settings, say, engine)
    scores = measure(engine, questions)
    comparison = None
    if beside is not None:
        before = beside if isinstance(beside, tuple) else measure(beside, questions)
        comparison = compare(before, scores)
    return Evaluation(
        release,
        tuple(paths),
        part or "",
        datetime.now(UTC),
        scores,
        figures(scores),
        Path(against or "").name,
        comparison,
    )


def _former(settings: Settings, against: str) -> tuple[QuestionScore, ...] | Release:
    """Scores of a file, or a release that can be opened beside the one that is measured."""
    from graph.release import open_named
    from search.figures import read_scores

    if Path(against).is_file():
        return read_scores(Path(against))
    try:
        return open_named(settings.data, against)
    except NoRelease as error:
        raise QuestionError(
            f"{against} är varken en fil eller en release. `vipgraf releases` visar vilka releaser som finns."
        ) from error


def _open(release: Release, settings: Settings, say: wiring.Say, beside: Engine) -> Engine:
    """Open another release. Raises QuestionError, with the way round, when it was built with other models."""
    try:
        return wiring.open_engine(release, settings, say, beside)
    except BrokenRelease as error:
        raise QuestionError(
            f"{release.name} kan inte mätas bredvid {beside.release.name}: {error} För att jämföra två modeller, "
            "mät var och en med sin inställning, spara med `vipgraf evaluate … --release "
            f"{release.name} --json > FIL.json`, och ange --against FIL.json."
        ) from error


def evaluation_out(found: Evaluation) -> dict[str, Any]:
    """What `--json` tells: the figures, what was measured, and the comparison where there is one."""
    manifest = found.release.manifest
    return {
        **found.figures,
        "run": {
            "release": found.release.name,
            "version": manifest.version,
            "encoder": manifest.index["encoder"],
            "pipeline": manifest.index["pipeline"],
            "ended": found.ended.isoformat(timespec="seconds"),
            "questions": [path.name for path in found.questions],
            "part": found.part,
        },
        **({} if found.comparison is None else {"comparison": _comparison(found.comparison, found.against)}),
    }


def _comparison(found: Comparison, against: str) -> dict[str, Any]:
    def out(difference: Difference) -> dict[str, Any]:
        return {
            "before": difference.before,
            "after": difference.after,
            "difference": difference.change,
            "interval": list(difference.interval),
        }

    return {
        "against": against,
        "questions": found.questions,
        "left_out": found.left_out,
        "channels": {
            channel: {measure: out(one) for measure, one in by_measure.items()}
            for channel, by_measure in found.channels.items()
        },
        "answers": {measure: out(one) for measure, one in found.answers.items()},
        **{
            name: [
                {
                    "id": one.identifier,
                    "query": one.query,
                    "measure": one.measure,
                    "before": one.before,
                    "after": one.after,
                }
                | {"rank_before": one.rank_before, "rank_after": one.rank_after}
                for one in turned
            ]
            for name, turned in (("won", found.won), ("lost", found.lost))
        },
    }
