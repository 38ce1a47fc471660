"""The notebooks: valid, stored without outputs, and every cell runs."""

import json
from pathlib import Path

import pytest

from api.settings import Settings

REPOSITORY = Path(__file__).parents[2]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_is_a_notebook_for_each_part_and_one_on_models() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "01-ontology",
        "02-ingest",
        "03-search",
        "04-evaluation",
        "05-models",
    ]


@each_notebook
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@each_notebook
def test_a_notebook_holds_no_logic_of_its_own(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert not any(line.startswith(("def ", "class ")) for line in source.splitlines())


@pytest.fixture(scope="module")
def environment(deployment: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One data folder for all notebooks, as a person has it: what one takes in, the next finds."""
    models = str(deployment.models)
    return {
        "VIPGRAF_NOTEBOOK_DATA": str(tmp_path_factory.mktemp("notebooks")),
        "VIPGRAF_MODELS": models,
        "VIPGRAF_COMPARE_MODELS": "./no-such-model",
    }


@pytest.mark.slow
@each_notebook
def test_every_cell_of_a_notebook_runs(
    path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbclient
    import nbformat

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    # The kernel python3 is that of the interpreter that runs the tests; it starts where the packages are.
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(REPOSITORY)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    if path.stem == "05-models":
        assert any("no-such-model" in str(output) and "finns inte" in str(output) for output in outputs)
