"""A setting that names a model of the sentence-transformers library → what to load, and the name that caches go by.

Encoders and rerankers are found, loaded and named alike; neither torch nor the library is imported here.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ontology.errors import ModelUnavailable

Model = TypeVar("Model")

_NUMBERED_AFTER_PADDING = {"camembert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl"}
"""Kinds whose first token has the position after that of padding, so that they read fewer than they have positions for
(https://huggingface.co/docs/transformers/model_doc/roberta)."""

_DECIDING = {".bin", ".json", ".model", ".py", ".safetensors", ".txt"}
"""Files that decide what a model answers: configuration, vocabulary, weights, code."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A model by its name on the hub, or by folder; a folder is read without any call to the network."""

    name: str
    folder: Path | None
    trusted: bool
    """Whether Python code that comes with the model may run."""

    def load(self, make: Callable[..., Model]) -> Model:
        """Make the model by the library's class. Raises ModelUnavailable when that fails, in whatever way."""
        try:
            return make(
                str(self.folder or self.name),
                local_files_only=self.folder is not None,
                trust_remote_code=self.trusted,
            )
        except Exception as error:  # the library lets errors of the hub, of torch and of transformers through
            advice = "Kontrollera namnet eller mappen, och att modellen har hämtats."
            if "trust_remote_code" in str(error):
                advice = "Modellen har egen programkod. Litar du på den: sätt VIPGRAF_MODEL_CODE=trust."
            raise ModelUnavailable(
                f"Modellen {self.name} kan inte läsas av sentence-transformers: {error}. {advice}"
            ) from error

    def identity(self, body: Any, library: str) -> str:
        """Name and revision: of a folder its content, of a hub's model its commit, else the library's version."""
        if self.folder is not None:
            return f"sentence-transformers:{self.folder.resolve().name}@{_digest(self.folder)}"
        return f"sentence-transformers:{self.name}@{_commit(body) or f'library-{library}'}"


def find_pretrained(name_or_folder: str | Path, *, trusted: bool = False) -> Pretrained:
    """What a setting names. Raises ModelUnavailable for what looks like a path and is no folder.

    >>> find_pretrained("KBLab/sentence-bert-swedish-cased").folder is None
    True
    """
    name = str(name_or_folder)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return Pretrained(name, folder, trusted)
    if re.match(r"[.~]{0,2}[/\\]|[A-Za-z]:", name):
        raise ModelUnavailable(f"Modellmappen {name} finns inte. Ange en mapp som finns eller ett modellnamn.")
    return Pretrained(name, None, trusted)


def tokens_max(config: Any) -> int | None:
    """How many tokens a transformers model has positions for; None where its configuration does not tell.

    The library takes the number of positions, where a model states no length, and breaks off at longer texts.
    """
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions < 1:
        return None
    return positions - config.pad_token_id - 1 if config.model_type in _NUMBERED_AFTER_PADDING else positions


def missing_library(name: str) -> ModelUnavailable:
    """The error for an installation without the optional libraries."""
    return ModelUnavailable(
        f"Modellen {name} kräver biblioteket sentence-transformers. Kör: pip install 'vipgraf[models]'"
    )


def _commit(body: Any) -> str | None:
    """The commit that the hub served, where the transformers model tells."""
    commit = getattr(getattr(body, "config", None), "_commit_hash", None)
    return str(commit)[:12] if commit else None


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _DECIDING and path.is_file():
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:12]
