"""Working graph → immutable release; and which release serves.

    {data}/releases/20261122T081500Z-1f2e3d4c/
        graph/          checkpoint of the working graph
        index/          what `search` built from that checkpoint
        manifest.json   versions, models, counts, and a SHA-256 of every file
    {data}/current      one line: the name of the release that serves

A release is written under a temporary name, verified, renamed, and only then named in `current`, each step atomic. So
whenever the process dies, the former release serves, and the next run clears what was left.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph import queries
from graph.store import checkpoint, open_release
from ontology import terms as t
from ontology.errors import BrokenRelease, NoRelease, ReleaseError

FORMAT = 1
_TEMPORARY = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is made of; `index` is what the builder of the index said of it."""

    name: str
    created: str
    version: str
    base_iri: str
    graph_digest: str
    quads: int
    counts: dict[str, int]
    index: dict[str, Any]
    files: dict[str, str]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Release:
    """A release on disk."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its name, which sorts by time."""
        return self.manifest.name

    @property
    def graph_path(self) -> Path:
        """Folder of the checkpoint."""
        return self.path / "graph"

    @property
    def index_path(self) -> Path:
        """Folder of the search index."""
        return self.path / "index"


BuildIndex = Callable[[ox.Store, Path], dict[str, Any]]
"""Builds an index of a graph into an empty folder; returns what the manifest should say of it."""


def make_release(
    store: ox.Store, data: Path, *, base_iri: str, version: str, index_identity: str, build_index: BuildIndex
) -> tuple[Release, bool]:
    """Make a release of the working graph and let it serve; or find that the serving one is the same.

    A serving release that is damaged counts as none, so publishing mends it. Returns the release and whether it is
    new. `index_identity` names software and models of the index. The caller holds the working graph's lock, so nobody
    else makes one meanwhile.
    """
    releases = data / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(releases)
    digest = _graph_digest(store, index_identity, base_iri, version)
    serving = _whole_current(data)
    if serving is not None and serving.manifest.graph_digest == digest:
        return serving, False
    created = datetime.now(UTC)
    name = f"{created:%Y%m%dT%H%M%S%fZ}-{digest[:8]}"
    folder = releases / f"{_TEMPORARY}{name}"
    folder.mkdir()
    checkpoint(store, folder / "graph")
    snapshot = open_release(folder / "graph")
    (folder / "index").mkdir()
    manifest = Manifest(
        name=name,
        created=created.isoformat(timespec="seconds"),
        version=version,
        base_iri=base_iri,
        graph_digest=digest,
        quads=len(snapshot),
        counts=count(snapshot),
        index=build_index(snapshot, folder / "index"),
        files=_digests(folder),
    )
    del snapshot
    _write_durably(folder / "manifest.json", json.dumps(asdict(manifest), indent=1, ensure_ascii=False, sort_keys=True))
    check_files(Release(folder, manifest))
    _sync_tree(folder)
    folder.rename(releases / name)
    _sync(releases)
    activate(data, name)
    return Release(releases / name, manifest), True


def activate(data: Path, name: str) -> Release:
    """Let a release serve: switch the pointer in one step. Raises NoRelease when there is none of that name."""
    release = open_named(data, name)
    _write_durably(data / "current", name + "\n")
    return release


def current_name(data: Path) -> str | None:
    """Name of the serving release; None before the first."""
    try:
        return (data / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def find_current(data: Path) -> Release | None:
    """The serving release; None before the first."""
    name = current_name(data)
    return None if name is None else open_named(data, name)


def current(data: Path) -> Release:
    """The serving release. Raises NoRelease before the first."""
    release = find_current(data)
    if release is None:
        raise NoRelease("Ingenting är publicerat ännu. Kör först `vipgraf ingest PATH` och sedan `vipgraf publish`.")
    return release


def open_named(data: Path, name: str) -> Release:
    """A release by name. Raises NoRelease when it is missing, BrokenRelease when its manifest cannot be read."""
    path = data / "releases" / name
    if not name or name.startswith(".") or Path(name).name != name or not path.is_dir():
        raise NoRelease(f"Det finns ingen release {name!r}. `vipgraf releases` visar vilka som finns.")
    try:
        manifest = Manifest(**json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BrokenRelease(f"Releasen {name} har inget läsbart manifest: {error}. Kör `vipgraf publish`.") from error
    if manifest.format != FORMAT:
        raise BrokenRelease(f"Releasen {name} har format {manifest.format}, inte {FORMAT}. Kör `vipgraf publish`.")
    return Release(path, manifest)


def releases(data: Path) -> tuple[Release, ...]:
    """All releases with a readable manifest, oldest first; their files are not looked at (see `check_files`)."""
    folder = data / "releases"
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found = []
    for name in names:
        with suppress(ReleaseError):
            found.append(open_named(data, name))
    return tuple(found)


def previous(data: Path) -> Release:
    """The newest whole release made before the serving one. Raises NoRelease when there is none."""
    serving = current_name(data) or ""
    for release in reversed([release for release in releases(data) if release.name < serving]):
        with suppress(BrokenRelease):
            check_files(release)
            return release
    raise NoRelease(f"Det finns ingen hel release före {serving or 'den första'} att gå tillbaka till.")


def check_files(release: Release) -> None:
    """Compare every file, and the number of statements, with the manifest. Raises BrokenRelease at the first fault."""
    found = _digests(release.path)
    for name, digest in release.manifest.files.items():
        if name not in found:
            raise BrokenRelease(f"Filen {name} saknas i releasen {release.name}. Kör `vipgraf rollback`.")
        if found[name] != digest:
            raise BrokenRelease(f"Filen {name} i releasen {release.name} är ändrad. Kör `vipgraf rollback`.")
    if extra := sorted(set(found) - set(release.manifest.files)):
        raise BrokenRelease(f"Filen {extra[0]} hör inte till releasen {release.name}. Kör `vipgraf rollback`.")
    store = open_release(release.graph_path)
    if len(store) != release.manifest.quads or count(store) != release.manifest.counts:
        raise BrokenRelease(f"Grafen i releasen {release.name} har inte det innehåll som manifestet anger.")


def count(store: ox.Store) -> dict[str, int]:
    """Number of resources of each main class, by the class's name."""
    return {
        queries.string(row, "class").removeprefix(t.VIP): int(queries.string(row, "number"))
        for row in queries.select(store, "counts")
    }


def _whole_current(data: Path) -> Release | None:
    try:
        serving = find_current(data)
        if serving is not None:
            check_files(serving)
    except ReleaseError:
        return None
    return serving


def _graph_digest(store: ox.Store, *identities: str) -> str:
    total = hashlib.sha256("\0".join(identities).encode())
    for line in sorted((store.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines()):
        total.update(line + b"\n")
    return total.hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): _file_digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"manifest.json", "LOCK", "LOG"}
    }


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _clear_unfinished(releases_folder: Path) -> None:
    for left in releases_folder.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(left)


def _write_durably(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
