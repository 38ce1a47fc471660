"""The rules that are data: TOML files of this package, read and compiled once for each process."""

import tomllib
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any


@cache
def load_rules(name: str) -> dict[str, Any]:
    """The content of `rules/{name}.toml`."""
    return tomllib.loads((files("ingest") / "rules" / f"{name}.toml").read_text(encoding="utf-8"))


def rules_digest() -> str:
    """Changes whenever a file of rules does, so that documents are read again."""
    folder = files("ingest") / "rules"
    paths = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.name)
    return sha256(b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in paths)).hexdigest()[:16]
