"""What has been fetched, kept on disk: the bytes, and beside them a small record of where and when they came from.

    {folder}/ab/abcdef….json            the record, written last: what it names is whole
    {folder}/ab/abcdef…-0123abcd….html  the body, named by address and content
    {folder}/runs/….json                when an unfinished run began

Everything is written under a temporary name and renamed, so that a run can be killed at any time and goes on from what
it has. Deleting the folder costs nothing but fetching again. Addresses are kept without secrets (`public_url`), so a
record finds its address by digest.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ingest.fetching.address import Address

RESUMABLE = timedelta(days=3)
"""How old an unfinished run may be that is gone on with; after that everything is asked for anew."""
_LEFT_BEHIND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one fetched address."""

    url: str
    final_url: str
    """Where redirects led."""
    final_key: str
    status: int
    media_type: str
    charset: str
    etag: str
    last_modified: str
    fetched_at: datetime
    """When these bytes first came."""
    checked_at: datetime
    """When the server last said that they still hold."""
    sha256: str
    body: str


def key(address: Address) -> str:
    """The name under which an address is kept."""
    return hashlib.sha256(address.url.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder of fetched documents."""

    folder: Path

    def load(self, name: str) -> Record | None:
        """The record of a name, if it can be read and its body is what it says."""
        try:
            record = _read(self._record(name))
            with self.body(record).open("rb") as stream:
                whole = hashlib.file_digest(stream, "sha256").hexdigest() == record.sha256
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return record if whole else None

    def body(self, record: Record) -> Path:
        """Where the bytes of a record lie."""
        return self.folder / record.body[:2] / record.body

    def receive(self, name: str, chunks: Iterable[bytes], suffix: str) -> tuple[str, str]:
        """Write a body as it comes → its file name and SHA-256. Nothing is left of one that breaks off."""
        folder = self.folder / name[:2]
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f"{name}.{os.getpid()}.tmp"
        digest = hashlib.sha256()
        try:
            with unfinished.open("wb") as stream:
                for chunk in chunks:
                    digest.update(chunk)
                    stream.write(chunk)
            body = f"{name}-{digest.hexdigest()[:16]}{suffix}"
            unfinished.replace(folder / body)
        finally:
            unfinished.unlink(missing_ok=True)
        return body, digest.hexdigest()

    def store(self, name: str, record: Record) -> None:
        """Write the record of a body that is there, and remove the body that it replaces."""
        before = self.load(name)
        times = {"fetched_at": record.fetched_at.isoformat(), "checked_at": record.checked_at.isoformat()}
        _write(self._record(name), asdict(record) | times)
        if before is not None and before.body != record.body:
            self.body(before).unlink(missing_ok=True)

    def begin(self, given: Sequence[str], now: datetime) -> datetime:
        """When the run over these addresses began: now, or when the one began that was cut short."""
        self._sweep(now)
        try:
            started = datetime.fromisoformat(json.loads(self._run(given).read_text(encoding="utf-8"))["started"])
            if now - RESUMABLE < started <= now:
                return started
        except (OSError, ValueError, TypeError, KeyError):
            pass
        _write(self._run(given), {"started": now.isoformat()})
        return now

    def end(self, given: Sequence[str]) -> None:
        """Note that a run has seen all its addresses: the next one asks whether anything has changed."""
        self._run(given).unlink(missing_ok=True)

    def _sweep(self, now: datetime) -> None:
        """Remove what killed runs have left half written."""
        for path in self.folder.glob("*/*.tmp"):
            if path.stat().st_mtime < (now - _LEFT_BEHIND).timestamp():
                path.unlink(missing_ok=True)

    def _record(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.json"

    def _run(self, given: Sequence[str]) -> Path:
        digest = hashlib.sha256("\0".join(given).encode(errors="surrogateescape")).hexdigest()[:32]
        return self.folder / "runs" / f"{digest}.json"


def _read(path: Path) -> Record:
    """A record as written. Raises OSError, ValueError, TypeError or KeyError for anything else."""
    found = json.loads(path.read_text(encoding="utf-8"))
    times = {name: datetime.fromisoformat(found[name]) for name in ("fetched_at", "checked_at")}
    if None in (time.tzinfo for time in times.values()) or not re.fullmatch(r"[\w.-]+", found["body"]):
        raise ValueError(path)
    return Record(**found | times)


def _write(path: Path, value: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(path)
