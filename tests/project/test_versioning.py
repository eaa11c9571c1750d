"""Page `docs/versioning.md`: its facts about stored data and Python are those of the code."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import nox
import pytest

from memsy import MemsyError
from memsy.bulk import Ledger, bulk_ingest
from memsy.local import LocalService
from memsy.outbox import Outbox
from memsy.testing import FakeMemsyClient
from tests.project.files import PYPROJECT, ROOT

PAGE = (ROOT / "docs/versioning.md").read_text(encoding="utf-8")
FORMATS = {
    name.split(" (")[0]: (int(version), error)
    for name, version, error in re.findall(r"\| (.+?) \| (\d+) \| `(\w+)` \|", PAGE)
}


def _use_outbox(path: Path) -> None:
    with FakeMemsyClient() as client, Outbox(client, path, background=False):
        pass


def _use_ledger(path: Path) -> None:
    with FakeMemsyClient() as client, Ledger(path) as ledger:
        bulk_ingest(client, [], ledger=ledger, source="empty")


def _use_database(path: Path) -> None:
    LocalService(path).close()


DATABASES: dict[str, Callable[[Path], None]] = {
    "Outbox": _use_outbox,
    "Ledger of a load": _use_ledger,
    "Database of the local service": _use_database,
}


@pytest.mark.parametrize("name", DATABASES)
def test_database_of_another_version_is_refused_and_unchanged(name: str, tmp_path: Path) -> None:
    version, error = FORMATS[name]
    path = tmp_path / "file.db"
    DATABASES[name](path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        connection.execute("PRAGMA user_version = 99")
    content = path.read_bytes()
    with pytest.raises(Exception, match="99") as caught:
        DATABASES[name](path)
    assert type(caught.value).__name__ == error
    assert isinstance(caught.value, MemsyError)
    assert re.search(rf"\b{version}\b", str(caught.value))
    assert path.read_bytes() == content


def test_snapshot_of_another_version_is_refused() -> None:
    version, error = FORMATS["Snapshot of the local service"]
    text = LocalService().snapshot()
    assert f'"version": {version},' in text
    with pytest.raises(MemsyError, match="it has version 99") as caught:
        LocalService.from_snapshot(text.replace(f'"version": {version},', '"version": 99,'))
    assert type(caught.value).__name__ == error


def test_page_names_every_format() -> None:
    assert FORMATS.keys() == {*DATABASES, "Snapshot of the local service"}


def test_page_names_the_supported_versions_of_python() -> None:
    first, *_, last = nox.project.python_versions(PYPROJECT)
    assert f"Python {first} to {last}" in PAGE
