"""What the documentation promises is there."""

import re
import subprocess
import sys
from pathlib import Path

import click

from api.cli import cli

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")} - {"--help"}


def test_the_table_of_commands_is_the_command_line() -> None:
    rows = re.findall(r"^\| `vipgraf (.*)` \|", README, re.MULTILINE)
    rows += re.findall(r"· `((?:releases|rollback|verify)[^`]*)`", README)
    documented = {row.split()[0]: set(re.findall(r"--[a-z-]+", row)) for row in rows}
    documented["status"] = {"--json"}
    assert set(documented) == set(cli.commands)
    for name, command in cli.commands.items():
        assert documented[name] <= options(command), name
        assert options(command) - documented[name] <= {"--json"}, name


def test_the_two_set_up_commands_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^make (\w+) ", README, re.MULTILINE)
    assert commands == ["demo", "test"]
    assert all(f"\n{target}:" in makefile for target in commands)
    assert "make test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert all((REPOSITORY / link).exists() for link in links)


def test_every_query_shown_in_the_readme_can_be_run() -> None:
    import pyoxigraph as ox

    from ontology.terms import PREFIXES

    queries = re.findall(r"query=\n(.*?)'", README, re.DOTALL)
    assert queries
    for query in queries:
        ox.Store().query(query, prefixes=PREFIXES)


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "13 kept, 0 broken" in done.stdout
