"""Check of a database file that changes neither the file nor its directory."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from memsy.local.storage import schema, validation

_LOG, _JOURNAL = "-wal", "-journal"


def is_new(path: str, descriptor: int, template: sqlite3.Connection) -> bool:
    """
    Return True for an empty file, and False for an intact database.

    A process that was killed leaves a log or a journal beside the file. SQLite applies these to the
    file as soon as it opens the file, so this function checks a copy.

    Args:
        path: Database file, which no other connection uses.
        descriptor: Descriptor of the file. Closing another one would end the locks.
        template: Database with the expected tables.

    Raises:
        sqlite3.DatabaseError: The file is anything else. The message has the reason.
        OSError: A file beside the database is not a regular file or not readable.
    """
    logs = [suffix for suffix in (_LOG, _JOURNAL) if _has_content(path + suffix)]
    if not os.fstat(descriptor).st_size:
        if _LOG in logs:
            raise sqlite3.DatabaseError(f"it is empty, but the log {path + _LOG!r} is not")
        return True
    with _open_unchanged(path, descriptor, logs) as connection:
        connection.row_factory = sqlite3.Row
        if logs and not _number(connection, "PRAGMA page_count") and not _file_size(connection):
            return True  # a process was killed while it created the database
        _check_identity(connection, template)
        _check_integrity(connection)
    return False


def _has_content(path: str) -> bool:
    if not os.path.lexists(path):
        return False
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode):
        raise sqlite3.DatabaseError(f"{path!r} is not a regular file")
    return status.st_size > 0


@contextmanager
def _open_unchanged(
    path: str, descriptor: int, logs: Sequence[str]
) -> Iterator[sqlite3.Connection]:
    if not logs:
        uri = f"{Path(path).as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            yield connection
        return
    with TemporaryDirectory(prefix="memsy-") as directory:
        copy = Path(directory, "copy.db")
        with open(descriptor, "rb", closefd=False) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
        for suffix in logs:
            shutil.copyfile(path + suffix, f"{copy}{suffix}")
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            yield connection


def _file_size(connection: sqlite3.Connection) -> int:
    """Return the size of the checked file, after SQLite has applied its log or journal."""
    return Path(connection.execute("PRAGMA database_list").fetchone()["file"]).stat().st_size


def _check_identity(connection: sqlite3.Connection, template: sqlite3.Connection) -> None:
    if _number(connection, "PRAGMA application_id") != schema.APPLICATION_ID:
        raise sqlite3.DatabaseError("it is not a database of the local service")
    version = _number(connection, "PRAGMA user_version")
    if version != schema.VERSION:
        raise sqlite3.DatabaseError(
            f"it has version {version}, not {schema.VERSION}, of the local service"
        )
    if _definitions(connection) != _definitions(template):
        raise sqlite3.DatabaseError("its tables are not those of the local service")


def _definitions(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return the names and definitions of all objects that the schema defines."""
    # SQLite itself defines the tables of the search index and some indexes.
    return {
        (name, sql)
        for type_, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master")
        if not name.startswith("sqlite_")
        and not (type_ == "table" and name.startswith("memory_index_"))
    }


def _check_integrity(connection: sqlite3.Connection) -> None:
    """Check pages, tables, indexes, the search index, and all values."""
    (result,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if result != "ok":
        raise sqlite3.DatabaseError(f"it is damaged: {' '.join(str(result).split())}")
    _check_search_index(connection)
    invalid = validation.find_invalid_value(connection.execute)
    if invalid is not None:
        keys = ", ".join(f"{key} {invalid.row[key]!r}" for key in invalid.keys)
        raise sqlite3.DatabaseError(
            f"it is damaged: the table {invalid.table} has an invalid {invalid.column}"
            + (f" at {keys}" if keys else "")
        )


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _check_search_index(connection: sqlite3.Connection) -> None:
    """Read the search index. The integrity check of SQLite before 3.44 does not read it."""
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, memory_index, row)")
    # Read all words in order, and find each word again.
    query = """
        SELECT count(*) FROM temp.words AS word WHERE NOT EXISTS (
            SELECT 1 FROM temp.words AS found
            WHERE found.term = word.term AND found.doc = word.doc AND found.cnt = word.cnt
        )
    """
    lost_words = _number(connection, query)
    # The size of a document is one number for each of its two columns, in 7 bits of each byte.
    query = """
        SELECT count(*) FROM memory_index_docsize
        WHERE typeof(sz) <> 'blob' OR length(sz) < 2 OR substr(hex(sz), -2, 1) > '7'
    """
    lost_sizes = _number(connection, query)
    if lost_words or lost_sizes:
        raise sqlite3.DatabaseError("it is damaged: the search index is not consistent")
    # A rank is computed from the totals of all documents.
    query = "SELECT min(rank) FROM memory_index WHERE memory_index MATCH '\ue000'"
    connection.execute(query).fetchone()
