"""Documents that were refused, kept between runs, so that the same bad file does not cost its five minutes again."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_TABLE = (
    "CREATE TABLE IF NOT EXISTS refusal"
    " (identifier TEXT PRIMARY KEY, mark TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID"
)


class RefusalMemory:
    """Reasons by document and mark; a mark is a digest of all that decides whether the document is refused."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def reason(self, identifier: str, mark: str) -> str | None:
        """Why a document was refused, if it was under the same mark."""
        query = "SELECT reason FROM refusal WHERE identifier = ? AND mark = ?"
        row = self._connection.execute(query, (identifier, mark)).fetchone()
        return str(row[0]) if row else None

    def remember(self, identifier: str, mark: str, reason: str) -> None:
        """Keep a refusal, at once: the run may be killed while it reads the next document."""
        with self._connection:
            row = (identifier, mark, reason)
            self._connection.execute("INSERT OR REPLACE INTO refusal VALUES (?, ?, ?)", row)

    def forget(self, identifier: str) -> None:
        """Drop what is known of a document that has been taken in."""
        with self._connection:
            self._connection.execute("DELETE FROM refusal WHERE identifier = ?", (identifier,))

    def keep_only(self, identifiers: Collection[str]) -> None:
        """Drop what is known of all other documents."""
        known = [str(row[0]) for row in self._connection.execute("SELECT identifier FROM refusal")]
        with self._connection:
            gone = [(identifier,) for identifier in known if identifier not in identifiers]
            self._connection.executemany("DELETE FROM refusal WHERE identifier = ?", gone)


@contextmanager
def open_refusals(path: Path) -> Iterator[RefusalMemory]:
    """Open the file, which is made when it is missing, and anew when it is damaged: it can always be done without."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(_connect(path)) as connection:
        yield RefusalMemory(connection)


@contextmanager
def no_refusals() -> Iterator[RefusalMemory]:
    """A memory that lasts as long as the run."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(_TABLE)
        yield RefusalMemory(connection)


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute(_TABLE)
        connection.execute("SELECT identifier, mark, reason FROM refusal LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
