"""Environment variables → settings, read once at the edge and passed down as values."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ontology.errors import SettingError

DEFAULT_BASE_IRI = "https://vipgraf.example/"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a deployment may choose. The README lists the variables."""

    data: Path
    base_iri: str
    model: str
    model_query_prompt: str | None
    model_passage_prompt: str | None
    model_code_trusted: bool
    reranker: str
    models: Path
    pipeline: str
    threads: int
    document_timeout_s: float
    document_memory_mb: int
    query_timeout_s: float
    query_memory_mb: int
    query_output_mb: int
    query_workers: int
    query_queue: int
    fetch_contact: str
    fetch_delay_s: float
    fetch_timeout_s: float
    fetch_limit: int
    fetch_allow: str

    @property
    def graph(self) -> Path:
        """Folder of the working graph."""
        return self.data / "graph"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingError, naming the variable, when a value cannot be used."""
    data = Path(environment.get("VIPGRAF_DATA") or "data")
    return Settings(
        data=data,
        base_iri=_base_iri(environment.get("VIPGRAF_BASE_IRI") or DEFAULT_BASE_IRI),
        model=environment.get("VIPGRAF_MODEL") or "bundled",
        model_query_prompt=_prompt(environment, "VIPGRAF_MODEL_QUERY_PROMPT"),
        model_passage_prompt=_prompt(environment, "VIPGRAF_MODEL_PASSAGE_PROMPT"),
        model_code_trusted=_trusted(environment.get("VIPGRAF_MODEL_CODE") or ""),
        reranker=environment.get("VIPGRAF_RERANKER") or "",
        models=Path(environment.get("VIPGRAF_MODELS") or data / "models"),
        pipeline=environment.get("VIPGRAF_PIPELINE") or "auto",
        threads=int(_number(environment, "VIPGRAF_THREADS", os.cpu_count() or 1, 1, 1024)),
        document_timeout_s=_number(environment, "VIPGRAF_DOCUMENT_TIMEOUT_S", 300, 1, 86_400),
        document_memory_mb=int(_number(environment, "VIPGRAF_DOCUMENT_MEMORY_MB", 2000, 100, 1_000_000)),
        query_timeout_s=_number(environment, "VIPGRAF_QUERY_TIMEOUT_S", 10, 0.1, 3600),
        query_memory_mb=int(_number(environment, "VIPGRAF_QUERY_MEMORY_MB", 2048, 256, 1_000_000)),
        query_output_mb=int(_number(environment, "VIPGRAF_QUERY_OUTPUT_MB", 64, 1, 1_000_000)),
        query_workers=int(_number(environment, "VIPGRAF_QUERY_WORKERS", 2, 1, 256)),
        query_queue=int(_number(environment, "VIPGRAF_QUERY_QUEUE", 16, 0, 10_000)),
        fetch_contact=_contact(environment.get("VIPGRAF_FETCH_CONTACT") or ""),
        fetch_delay_s=_number(environment, "VIPGRAF_FETCH_DELAY_S", 1, 0, 3600),
        fetch_timeout_s=_number(environment, "VIPGRAF_FETCH_TIMEOUT_S", 60, 1, 3600),
        fetch_limit=int(_number(environment, "VIPGRAF_FETCH_LIMIT", 50_000, 1, 1_000_000)),
        fetch_allow=environment.get("VIPGRAF_FETCH_ALLOW") or "",
    )


def _number(environment: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = environment.get(name) or str(default)
    try:
        value = float(text)
    except ValueError as error:
        raise SettingError(f"{name}={text!r} är inget tal. Ange ett tal mellan {low:g} och {high:g}.") from error
    if not low <= value <= high:
        raise SettingError(f"{name}={text} ska ligga mellan {low:g} och {high:g}.")
    return value


def _prompt(environment: Mapping[str, str], name: str) -> str | None:
    r"""What goes before every text: None leaves it to the model, "-" is nothing at all, "\n" a new line."""
    text = environment.get(name)
    if not text:
        return None
    if (environment.get("VIPGRAF_MODEL") or "bundled") in {"bundled", "hash"}:
        raise SettingError(
            f"{name} gäller bara modeller ur sentence-transformers. Ange en sådan i VIPGRAF_MODEL, eller ta bort den."
        )
    return "" if text == "-" else text.replace("\\n", "\n")


def _trusted(text: str) -> bool:
    if text not in {"", "trust"}:
        raise SettingError(f"VIPGRAF_MODEL_CODE={text!r} går inte att använda. Lämna den tom, eller skriv trust.")
    return text == "trust"


def _contact(text: str) -> str:
    """Check what stands in a header: it must not be able to end it."""
    if not re.fullmatch(r"[!-'*-~]*", text):
        raise SettingError(
            f"VIPGRAF_FETCH_CONTACT={text!r} går inte att skicka. Ange en webb- eller e-postadress utan blanksteg, "
            "parenteser och å, ä, ö."
        )
    return text


def _base_iri(text: str) -> str:
    """Check the base against DIGG's rules of form: http(s), a domain name, no port, query, fragment or user."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    fits = (
        parts.scheme in {"http", "https"}
        and "." in host
        and not host.replace(".", "").isdigit()
        and parts.netloc == host
        and not (parts.query or parts.fragment)
        and text.endswith("/")
    )
    if not fits:
        raise SettingError(
            f"VIPGRAF_BASE_IRI={text!r} duger inte som bas för beständiga identifierare. Ange en http(s)-adress på ett "
            "domännamn, utan port, fråga och fragment, som slutar med snedstreck, till exempel https://id.exempel.se/."
        )
    return text
