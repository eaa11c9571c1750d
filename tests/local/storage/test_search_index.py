"""Index of a database that another version of the words or of the schema has filled."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from memsy.local import LocalService
from memsy.local.storage import schema, words
from tests.support.service_requests import ServiceClient


def with_former_unicode(connection: sqlite3.Connection) -> None:
    """Create the index of a Python with an older version of Unicode."""
    connection.executescript(
        f"""
        INSERT INTO memory_index (memory_index) VALUES ('delete-all');
        {schema.BACKGROUND.replace(words.VERSION, "words1unicode520")};
        """
    )


def test_outdated_index_is_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "memsy.db"
    with LocalService(path) as service:
        api = ServiceClient(service)
        api.ingest("我喜歡喝茶", "I like tea", "archived tea")
        before = api.search("tea")
        service.archive(service.memories[-1].memory_id)
    with closing(sqlite3.connect(path)) as connection:
        with_former_unicode(connection)
        connection.commit()
    for _ in range(2):
        with LocalService(path) as service:
            api = ServiceClient(service)
            assert api.search_texts("喝茶", actor_id="lovell") == ["我喜歡喝茶"]
            (result,) = api.search("tea")
            assert result["score"] == pytest.approx(before[0]["score"], rel=0.1)


def test_index_of_the_same_version_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "memsy.db"
    with LocalService(path) as service:
        ServiceClient(service).ingest("I like tea")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE memories SET text = 'I like coffee'")
        connection.commit()
    with LocalService(path) as service:
        assert ServiceClient(service).search_texts("tea") == ["I like coffee"]
