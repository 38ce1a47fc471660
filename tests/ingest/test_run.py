from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.vocabulary import Vocabulary
from ingest.run import Workshop, ingest
from ingest.sources import Discovery, SourceFile
from ontology.errors import InputError
from ontology.iris import Iris


def test_pruning_without_having_seen_every_folder_is_refused(iris: Iris, tmp_path: Path) -> None:
    discovery = Discovery((SourceFile("a", tmp_path / "a.txt"),), (), complete=False)
    workshop = Workshop("auto", tmp_path, Vocabulary({}), b"", iris, ())
    with pytest.raises(InputError, match="--prune"):
        ingest(ox.Store(), discovery, workshop, jobs=1, prune=True, advance=print)
