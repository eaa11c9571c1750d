"""Database files: anything but an intact database of the service is rejected unchanged."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from memsy.exceptions import MemsyConfigurationError
from memsy.local import LocalService
from memsy.local.storage import database_file, schema
from tests.support.platforms import (
    needs_dev_null,
    needs_file_modes,
    needs_mkfifo,
    needs_posix_names,
    needs_posix_signals,
    needs_resource,
    needs_users,
)
from tests.support.service_requests import ServiceClient

Damage = Callable[[Path], object]

IN_USE = "has it open" if hasattr(database_file, "fcntl") else "is locked"
"""Reason if another process uses the file. On Windows, SQLite gives the reason."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a database with events and memories, which no service has open."""
    path = tmp_path / "memsy.db"
    with LocalService(path) as service:
        ServiceClient(service).ingest(*(f"tea number {n}" for n in range(50)), role_id="r")
    return path


def kill_service(path: Path, *contents: str) -> None:
    """Store events in another process, which is then killed."""
    script = f"""
        import os, signal
        from memsy.local import LocalService
        from memsy.models import EventPayload

        service = LocalService({str(path)!r})
        for content in {contents!r}:
            service.seed([EventPayload("ann", "s", "user_message", content)])
        os.kill(os.getpid(), signal.SIGKILL)
    """
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert killed.returncode == -signal.SIGKILL


def directory_content(directory: Path) -> Mapping[str, bytes | str]:
    """Return the bytes of all files, and the type of everything else."""
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else "no file"
        for path in directory.rglob("*")
    }


@contextmanager
def rejection(path: str | os.PathLike[str], reason: str) -> Iterator[None]:
    """Check that a service rejects the path, and changes nothing in its directory."""
    yield
    before = directory_content(Path(path).parent)
    with pytest.raises(MemsyConfigurationError, match=reason) as excinfo:
        LocalService(path)
    assert repr(os.fspath(path)) in str(excinfo.value)
    assert directory_content(Path(path).parent) == before


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(b"not a database, only text " * 100), "not a database"),
        (lambda path: path.write_bytes(b"x"), "not a database"),
        (lambda path: path.write_bytes(bytes(8192)), "not a database"),
        (lambda path: os.truncate(path, 50), "not a database"),
        (lambda path: os.truncate(path, 4096), "malformed|damaged"),
        (lambda path: os.truncate(path, path.stat().st_size - 4096), "malformed|damaged"),
        (lambda path: overwrite(path, 0, b"s"), "not a database"),
        (lambda path: overwrite(path, 5 * 4096, bytes(4096)), "malformed|damaged"),
        (
            lambda path: execute(path, "PRAGMA application_id = 0"),
            "it is not a database of the local service",
        ),
        (
            lambda path: execute(path, f"PRAGMA user_version = {schema.VERSION - 1}"),
            f"it has version {schema.VERSION - 1}, not {schema.VERSION}",
        ),
        (
            lambda path: execute(path, f"PRAGMA user_version = {schema.VERSION + 1}"),
            f"it has version {schema.VERSION + 1}, not {schema.VERSION}",
        ),
        (lambda path: execute(path, "DROP TABLE selections"), "its tables are not those"),
        (lambda path: execute(path, "DROP INDEX events_pending"), "its tables are not those"),
        (lambda path: execute(path, "CREATE TABLE notes (text)"), "its tables are not those"),
        (
            lambda path: execute(
                path,
                "CREATE TRIGGER memory_index_x DELETE ON keys BEGIN DELETE FROM events; END",
            ),
            "its tables are not those",
        ),
        (
            lambda path: execute(path, "UPDATE events SET ts = 'noon' WHERE seq = 7"),
            "the table events has an invalid ts at seq 7",
        ),
        (lambda path: execute(path, "DELETE FROM counter"), "the table counter has an invalid"),
        (
            lambda path: execute(path, "DELETE FROM events WHERE seq = 3"),
            "the table memories has an invalid event_id at seq",
        ),
        (
            lambda path: execute(path, "UPDATE events SET content = CAST(x'74ff' AS TEXT)"),
            "UTF-8",
        ),
        (
            lambda path: execute(path, "UPDATE memory_index_data SET block = x'00' WHERE id > 10"),
            "malformed|damaged",
        ),
    ],
)
def test_damaged_or_other_file_is_rejected_unchanged(
    path: Path, damage: Damage, reason: str
) -> None:
    with rejection(path, reason):
        damage(path)


@pytest.mark.parametrize("journal_mode", ["delete", "wal", "persist"])
@pytest.mark.parametrize("statement", ["CREATE TABLE notes (text)", "VACUUM"])
def test_database_of_another_program_is_rejected_unchanged(
    tmp_path: Path, journal_mode: str, statement: str
) -> None:
    path = tmp_path / "other.db"
    with rejection(path, "not a database of the local service"):
        execute(path, f"PRAGMA journal_mode = {journal_mode}", statement, "PRAGMA user_version = 3")


@pytest.mark.parametrize("journal_mode", ["delete", "wal"])
def test_database_that_another_program_left_in_a_crash_is_rejected_unchanged(
    tmp_path: Path, journal_mode: str
) -> None:
    """SQLite applies its log or its journal as soon as it opens the file."""
    path, crashed = tmp_path / "other.db", tmp_path / "crashed" / "other.db"
    crashed.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute("CREATE TABLE notes (text)")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO notes VALUES (?)", [["x" * 4000]] * 50)
        if journal_mode == "wal":
            connection.execute("COMMIT")
        for file in tmp_path.glob("other.db*"):
            shutil.copy(file, crashed.parent)
    assert len(directory_content(crashed.parent)) > 1
    with rejection(crashed, "not a database of the local service"):
        pass


def test_every_damaged_byte_is_rejected_or_harmless(path: Path) -> None:
    """A service that opens a damaged file can read, search and store in it."""
    intact, random, rejected = path.read_bytes(), Random(19), 0
    for _ in range(100):
        damaged = bytearray(intact)
        damaged[random.randrange(len(intact))] ^= random.randrange(1, 256)
        for file in path.parent.iterdir():
            file.unlink()
        path.write_bytes(damaged)
        try:
            service = LocalService(path)
        except MemsyConfigurationError:
            rejected += 1
            assert directory_content(path.parent) == {"memsy.db": bytes(damaged)}
        else:
            with service:
                api = ServiceClient(service)
                api.ingest("new tea")
                api.search_texts("tea")
                assert len(service.events) == 51
                assert service.memories
                assert service.snapshot()
    assert rejected > 20


@needs_file_modes
def test_missing_file_is_created_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "memsy.db"
    umask = os.umask(0)
    try:
        with LocalService(path) as service:
            ServiceClient(service).ingest("tea")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(umask)
    assert modes == {"memsy.db": 0o600, "memsy.db-wal": 0o600}
    assert [file.name for file in tmp_path.iterdir()] == ["memsy.db"]


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "memsy.db"
    path.touch()
    LocalService(path).close()
    assert path.read_bytes()[68:72] == b"Mems"


def test_empty_log_is_ignored(path: Path) -> None:
    path.with_name("memsy.db-wal").touch()
    with LocalService(path) as service:
        assert len(service.events) == 50


@pytest.mark.usefixtures("symlinks")
def test_link_to_a_database_is_followed(path: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / "link.db").symlink_to(path)
    (links / "new.db").symlink_to(tmp_path / "new.db")
    with LocalService(links / "link.db") as service:
        assert len(service.events) == 50
    LocalService(links / "new.db").close()
    assert (tmp_path / "new.db").stat().st_size
    assert len(list(links.iterdir())) == 2


@pytest.mark.parametrize(
    "name",
    [
        *("with space", "hash#1", "100%41", "Чай", "'"),
        pytest.param("question?mode=ro", marks=needs_posix_names),
    ],
)
def test_name_is_taken_literally(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        LocalService(tmp_path / name).close()
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "must not be empty"),
        ("memsy\0.db", "NUL character"),
        ("\0", "NUL character"),
        ("memsy\ud800.db", "a character that the file system lacks"),
        (":memory:", "leave the path out"),
        ("file:memsy.db", "is a URI"),
        ("FILE:memsy.db?mode=ro", "is a URI"),
        ("file::memory:?cache=shared", "is a URI"),
    ],
)
def test_name_that_is_not_a_path_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with LocalService() as service:
        text = service.snapshot()
    for create in (LocalService, lambda name: LocalService.from_snapshot(text, path=name)):
        with pytest.raises(MemsyConfigurationError, match=reason):
            create(name)
    assert list(tmp_path.iterdir()) == []


@needs_posix_names
@pytest.mark.parametrize("name", ["./:memory:", "./file:memsy.db"])
def test_special_name_with_a_directory_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    LocalService(name).close()
    assert [file.name for file in tmp_path.iterdir()] == [name[2:]]


def test_directory_is_rejected(tmp_path: Path) -> None:
    with rejection(tmp_path / "memsy.db", "not a regular file"):
        (tmp_path / "memsy.db").mkdir()


@needs_mkfifo
def test_named_pipe_is_rejected_without_waiting(tmp_path: Path) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    with rejection(tmp_path / "memsy.db", "not a regular file"):
        os.mkfifo(tmp_path / "memsy.db")


@needs_dev_null
def test_device_is_rejected() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"'/dev/null'.*not a regular file"):
        LocalService("/dev/null")


@needs_mkfifo
def test_log_that_is_a_named_pipe_is_rejected(path: Path) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    with rejection(path, r"memsy\.db-wal' is not a regular file"):
        os.mkfifo(f"{path}-wal")


@needs_posix_signals
def test_log_without_its_database_is_rejected(path: Path) -> None:
    """SQLite would delete the log, which may be all that is left of the data."""
    kill_service(path, "tea")
    with rejection(path, "it is empty, but the log"):
        path.unlink()
    with rejection(path, "it is empty, but the log"):
        path.touch()


def test_name_that_is_too_long_is_rejected(tmp_path: Path) -> None:
    """Beside the file, SQLite needs a file with a longer name."""
    for length in (250, 300):
        with rejection(tmp_path / ("x" * length), "cannot use the file"):
            pass


@pytest.fixture
def without_privileges(tmp_path: Path) -> Iterator[None]:
    """Give up the privileges of root, for whom every file is readable and writable."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    if os.geteuid() == 0:
        os.chown(tmp_path, 65534, -1)
        for file in tmp_path.iterdir():
            os.chown(file, 65534, -1)
        directories = [parent for parent in tmp_path.parents if parent.stat().st_mode & 0o11 == 0]
        modes = {directory: stat.S_IMODE(directory.stat().st_mode) for directory in directories}
        for directory, mode in modes.items():
            directory.chmod(mode | 0o11)
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
            for directory, mode in modes.items():
                directory.chmod(mode)
    else:
        yield


@needs_users
@pytest.mark.usefixtures("path", "without_privileges")
@pytest.mark.parametrize("mode", [0o000, 0o200, 0o400])
def test_file_without_permissions_is_rejected(path: Path, mode: int) -> None:
    before = path.read_bytes()
    path.chmod(mode)
    with pytest.raises(MemsyConfigurationError, match=r"memsy\.db'.*Permission denied"):
        LocalService(path)
    path.chmod(0o600)
    assert directory_content(path.parent) == {"memsy.db": before}


@needs_users
@pytest.mark.usefixtures("path", "without_privileges")
def test_directory_without_permissions_is_rejected(path: Path) -> None:
    before = path.read_bytes()
    path.parent.chmod(0o500)
    try:
        for name in ("memsy.db", "new.db"):
            with pytest.raises(MemsyConfigurationError, match=name):
                LocalService(path.with_name(name))
        assert directory_content(path.parent) == {"memsy.db": before}
    finally:
        path.parent.chmod(0o700)


class TestInUse:
    """A file that is open elsewhere is rejected, and its other user keeps it."""

    @pytest.mark.usefixtures("symlinks")
    def test_second_service_of_a_process_is_rejected(self, path: Path) -> None:
        link = path.with_name("link.db")
        link.symlink_to(path)
        with LocalService(path) as service:
            for name in (path, link):
                with pytest.raises(MemsyConfigurationError, match="has it open"):
                    LocalService(name)
            # The rejected service must not have ended the lock of the first one.
            assert self.read_from_another_process(path) == "database is locked"
            ServiceClient(service).ingest("one more")
        with LocalService(path) as service:
            assert len(service.events) == 51

    def test_service_of_another_process_is_rejected(self, path: Path) -> None:
        script = f"""
            from memsy.local import LocalService
            with LocalService({str(path)!r}) as service:
                print("ready", flush=True)
                input()
        """
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], stdin=-1, stdout=-1
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            with rejection(path, IN_USE):
                pass
            process.communicate(b"\n")
        LocalService(path).close()

    def test_file_that_another_program_reads_is_rejected(self, path: Path) -> None:
        execute(path, "PRAGMA journal_mode = DELETE")
        script = f"""
            import sqlite3
            connection = sqlite3.connect({str(path)!r}, isolation_level=None)
            connection.execute("BEGIN")
            connection.execute("SELECT * FROM events").fetchone()
            print("ready", flush=True)
            input()
        """
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], stdin=-1, stdout=-1
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            with rejection(path, IN_USE):
                pass
            process.communicate(b"\n")

    @staticmethod
    def read_from_another_process(path: Path) -> str:
        script = f"""
            import sqlite3
            try:
                sqlite3.connect({str(path)!r}, timeout=0).execute("SELECT * FROM events")
            except sqlite3.OperationalError as error:
                print(error)
        """
        command = [sys.executable, "-c", textwrap.dedent(script)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@needs_posix_signals
class TestCrash:
    """A process that is killed leaves a file that the next service opens."""

    def test_log_of_a_killed_service_is_applied(self, path: Path) -> None:
        kill_service(path, "first", "second")
        assert path.with_name("memsy.db-wal").stat().st_size
        with LocalService(path) as service:
            assert [event.content for event in service.events][50:] == ["first", "second"]
        assert [file.name for file in path.parent.iterdir()] == ["memsy.db"]

    def test_log_is_part_of_the_check(self, path: Path) -> None:
        kill_service(path, "first")
        log = path.with_name("memsy.db-wal")
        with rejection(path, "the table events has an invalid state"):
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("UPDATE events SET state = 'lost' WHERE seq = 1")
                intact, damaged_log = path.read_bytes(), log.read_bytes()
            # Closing the connection has applied the log.
            path.write_bytes(intact)
            log.write_bytes(damaged_log)

    def test_missing_log_loses_no_more_than_its_content(self, path: Path) -> None:
        kill_service(path, "first")
        path.with_name("memsy.db-wal").unlink()
        with LocalService(path) as service:
            assert len(service.events) == 50

    def test_damaged_log_loses_no_more_than_its_content(self, path: Path) -> None:
        kill_service(path, "first")
        overwrite(path.with_name("memsy.db-wal"), 100, b"damage")
        with LocalService(path) as service:
            assert len(service.events) == 50

    @needs_resource
    def test_service_that_was_killed_while_it_created_its_file_starts_again(
        self, tmp_path: Path
    ) -> None:
        """The file is empty or has a journal."""
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        for number, size in enumerate(range(0, 100_000, 12_500)):
            path = tmp_path / f"{number}.db"
            script = f"""
                import resource, signal
                from memsy.local import LocalService
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                LocalService({str(path)!r})
            """
            killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
            assert killed.returncode == -signal.SIGXFSZ
            with LocalService(path) as service:
                ServiceClient(service).ingest("tea")


@needs_resource
@pytest.mark.parametrize("size", [0, 10_000, 60_000])
def test_full_disk_is_reported_and_leaves_no_file(tmp_path: Path, size: int) -> None:
    """With a limit on the size of files, the system refuses to write as on a full disk."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with rejection(tmp_path / "memsy.db", "full|I/O error"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
