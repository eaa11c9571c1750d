"""Option `--profile`: files, precedence and errors of the profiles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from memsy import MemsyClient, MemsyConfigurationError, MemsyControlClient
from tests.cli.conftest import CommandLine
from tests.support.platforms import needs_posix_deletion

SECRET = "msy_profile_secret"


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")


Write = Callable[[str, object], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes the configuration file of `project` or `home`."""

    def write_file(directory: str, content: object) -> Path:
        file = tmp_path / directory / ".memsy" / "config.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        file.write_text(text, encoding="utf-8")
        return file

    return write_file


Run = Callable[..., Result]


@pytest.fixture
def run(cli: CommandLine, tmp_path: Path) -> Run:
    """Return a function that runs a command without a service in the environment."""

    def run_command(*arguments: str, **environment: str) -> Result:
        home = str(tmp_path / "home")
        variables = {"MEMSY_BASE_URL": "", "MEMSY_API_KEY": "", "HOME": home, "USERPROFILE": home}
        return cli(*arguments, **{**variables, **environment})

    return run_command


@pytest.fixture
def local(cli: CommandLine) -> dict[str, object]:
    """Profile of the local server."""
    return {"base_url": cli.server.base_url, "api_key": cli.server.api_key, "actor_id": "ann"}


WRONG = {"base_url": "http://127.0.0.1:1/v1", "api_key": SECRET}


@pytest.mark.parametrize("command", [("health",), ("me",), ("memories",), ("keys", "list")])
def test_active_profile_sets_url_and_key_of_both_planes(
    run: Run, write: Write, local: dict[str, object], command: tuple[str, ...]
) -> None:
    write("home", {"active_profile": "work", "profiles": {"work": local, "other": WRONG}})
    assert run(*command).exit_code == 0


def test_option_and_variable_name_a_profile(
    run: Run, write: Write, local: dict[str, object]
) -> None:
    write("home", {"active_profile": "other", "profiles": {"work": local, "other": WRONG}})
    assert run("health", "--profile", "work").exit_code == 0
    assert run("health", MEMSY_PROFILE="work").exit_code == 0
    assert run("health", "--profile", "other", MEMSY_PROFILE="work").exit_code == 6


def test_options_and_variables_win_over_the_profile(
    cli: CommandLine, run: Run, write: Write
) -> None:
    write("home", {"active_profile": "work", "profiles": {"work": WRONG}})
    url, key = cli.server.base_url, cli.server.api_key
    assert run("health", "--base-url", url, "--api-key", key).exit_code == 0
    assert run("health", MEMSY_BASE_URL=url, MEMSY_API_KEY=key).exit_code == 0
    assert run("health", "--profile", "work", MEMSY_BASE_URL=url, MEMSY_API_KEY=key).exit_code == 0


def test_key_of_the_environment_is_used_with_the_url_of_the_own_profile(
    cli: CommandLine, run: Run, write: Write
) -> None:
    profile = {"base_url": cli.server.base_url, "api_key": SECRET}
    write("home", {"active_profile": "work", "profiles": {"work": profile}})
    assert run("health", MEMSY_API_KEY=cli.server.api_key).exit_code == 0


def test_project_file_comes_before_the_global_file(
    run: Run, write: Write, local: dict[str, object]
) -> None:
    write("home", {"active_profile": "work", "profiles": {"work": WRONG}})
    write("project", {"active_profile": "work", "profiles": {"work": local}})
    assert run("health").exit_code == 0


def test_profile_that_the_project_lacks_comes_from_the_global_file(
    run: Run, write: Write, local: dict[str, object]
) -> None:
    write("home", {"profiles": {"work": local}})
    write("project", {"active_profile": "work", "profiles": {"other": WRONG}})
    assert run("health").exit_code == 0


def test_project_file_does_not_get_a_key_of_the_environment(
    cli: CommandLine, run: Run, write: Write
) -> None:
    """A checkout of other people could send the user's key to their service."""
    write("project", {"active_profile": "evil", "profiles": {"evil": WRONG}})
    result = run("health", MEMSY_API_KEY=cli.server.api_key)
    assert result.exit_code == 2
    assert "would send your API key to http://127.0.0.1:1/v1: name the profile" in result.stderr
    assert run("health", "--profile", "evil", MEMSY_API_KEY="k").exit_code == 6


def test_flat_file_is_the_profile_default(run: Run, write: Write, local: dict[str, object]) -> None:
    write("home", local)
    assert run("health").exit_code == 0
    assert run("health", "--profile", "default").exit_code == 0


def test_profile_without_a_url_uses_the_service(run: Run, write: Write) -> None:
    write("home", {"active_profile": "work", "profiles": {"work": {"api_key": "a b"}}})
    result = run("health")
    assert result.exit_code == 2
    assert "api_key of profile 'work'" in result.stderr


def test_unknown_profile_names_the_nearest(run: Run, write: Write) -> None:
    write("home", {"profiles": {"Work": WRONG, "other": WRONG}})
    result = run("health", "--profile", "wrok")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "memsy health: unknown profile 'wrok': did you mean 'Work'?\n"
    assert run("health", "--profile", "x").stderr == (
        "memsy health: unknown profile 'x': use one of Work, other\n"
    )


def test_unknown_active_profile_names_its_file(run: Run, write: Write) -> None:
    file = write("home", {"active_profile": "gone", "profiles": {"work": WRONG}})
    result = run("health")
    assert result.exit_code == 2
    assert f"unknown profile 'gone' (active_profile of {file}): use one of work" in result.stderr


def test_profile_without_any_file_names_both_files(run: Run, tmp_path: Path) -> None:
    result = run("health", "--profile", "work")
    assert result.exit_code == 2
    assert str(tmp_path / "home" / ".memsy" / "config.json") in result.stderr


def test_no_active_profile_lists_the_profiles(run: Run, write: Write) -> None:
    file = write("home", {"profiles": {"work": WRONG, "other": WRONG}})
    result = run("health")
    assert result.exit_code == 2
    assert result.stderr == (
        f"memsy health: no active profile: {file} has no active_profile; choose one with "
        "--profile or MEMSY_PROFILE: work, other\n"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f'{{"api_key": "{SECRET}"', "is not JSON: Expecting"),
        ([SECRET], "must be a JSON object, got list"),
        ({"profiles": SECRET}, "must be a JSON object, got str"),
        ({"active_profile": [SECRET], "profiles": {}}, "active_profile must be a text, got list"),
        ({"active_profile": "a", "profiles": {"a": SECRET}}, "must be a JSON object, got str"),
        (
            {"active_profile": "a", "profiles": {"a": {"api_key": [SECRET]}}},
            "api_key must be a text, got list",
        ),
        (
            {"active_profile": "a", "profiles": {"a": {**WRONG, "base_url": 1}}},
            "base_url must be a text, got int",
        ),
        (
            {"active_profile": "a", "profiles": {"a": {**WRONG, "base_url": "ftp://x"}}},
            "base_url of profile 'a' of ",
        ),
    ],
    ids=str,
)
def test_invalid_file_is_reported_without_the_key(
    run: Run, write: Write, content: object, reason: str
) -> None:
    file = write("home", content)
    result = run("health")
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
    assert str(file) in result.stderr
    assert result.stderr.count("\n") == 1
    assert SECRET not in result.output


def test_file_that_cannot_be_read_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home" / ".memsy" / "config.json").mkdir(parents=True)
    result = run("health")
    assert result.exit_code == 1
    assert "cannot read the profiles of " in result.stderr


def test_complete_environment_ignores_an_invalid_file(cli: CommandLine, write: Write) -> None:
    write("project", "{")
    assert cli("health").exit_code == 0


def test_control_command_needs_a_url_that_ends_in_v1(run: Run, write: Write) -> None:
    profile = {"base_url": "http://127.0.0.1:1", "api_key": "k"}
    write("home", {"active_profile": "a", "profiles": {"a": profile}})
    result = run("me")
    assert result.exit_code == 2
    assert "must end in /v1 for this command" in result.stderr


def test_demo_ignores_the_active_profile(run: Run, write: Write) -> None:
    write("home", {"active_profile": "a", "profiles": {"a": WRONG}})
    assert run("demo").exit_code == 0
    assert run("demo", "--profile", "a").exit_code == 6


@needs_posix_deletion
def test_deleted_working_directory_has_no_profiles(
    run: Run, write: Write, local: dict[str, object]
) -> None:
    Path.cwd().rmdir()
    write("home", {"active_profile": "work", "profiles": {"work": local}})
    assert run("health").exit_code == 0


@pytest.mark.parametrize("client", [MemsyClient, MemsyControlClient])
def test_library_reads_no_profiles(
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    client: type[MemsyClient | MemsyControlClient],
) -> None:
    for directory in ("home", "project"):
        write(directory, {"active_profile": "work", "profiles": {"work": WRONG}})
    for variable in ("MEMSY_BASE_URL", "MEMSY_CONTROL_URL", "MEMSY_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.setenv("MEMSY_PROFILE", "work")
    with pytest.raises(MemsyConfigurationError, match="base_url"):
        client(api_key="msy_local")
    with pytest.raises(MemsyConfigurationError, match="api_key"):
        client("http://127.0.0.1:1/v1" if client is MemsyClient else "http://127.0.0.1:1/api")


def test_variable_of_the_profile_wins_over_the_active_profile(
    run: Run, write: Write, local: dict[str, object]
) -> None:
    write("project", {"active_profile": "other", "profiles": {"other": WRONG}})
    write("home", {"profiles": {"work": local}})
    assert run("health", MEMSY_PROFILE="work").exit_code == 0
    assert run("health", MEMSY_PROFILE="").exit_code == 6, "an empty variable counts as unset"
