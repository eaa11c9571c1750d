"""Profiles of the official tools: base URL and API key from `.memsy/config.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import attrs

from memsy._core.encode import most_similar
from memsy._core.json_codec import parse
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.cli.text_encoding import remove_bom

_FILE = Path(".memsy", "config.json")
_DEFAULT_BASE_URL = "https://api.memsy.io/v1"
_LEGACY_NAME = "default"
"""Name of the profile in a file that is one profile, without a name."""


@attrs.frozen
class Profile:
    """
    One profile of a file.

    Attributes:
        name: Name of the profile.
        file: File that contains the profile.
        is_project_file: True for the file of the working directory, which may come from others.
        base_url: Base URL of the data plane.
        api_key: API key, or None if the profile has none.
    """

    name: str
    file: Path
    is_project_file: bool
    base_url: str
    api_key: str | None = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"profile {self.name!r} of {self.file}"


@attrs.frozen
class _ProfileFile:
    path: Path
    is_project_file: bool
    active_name: str | None
    profiles: Mapping[str, object] = attrs.field(repr=False)  # contains the keys


def named_profile(name: str) -> Profile:
    """
    Return a profile by its name. The file of the working directory comes before the global file.

    Raises:
        CommandError: No file has the profile, or a file or the profile is invalid.
    """
    return _select(name, _read_files(), source="")


def active_profile() -> Profile | None:
    """
    Return the active profile of the first file that names one, or None without any profile.

    Raises:
        CommandError: There are profiles, but none is active; or a file or the profile is invalid.
    """
    files = _read_files()
    for file in files:
        if file.active_name is not None:
            return _select(file.active_name, files, source=f" (active_profile of {file.path})")
    if not _names(files):
        return None
    paths = " and ".join(str(file.path) for file in files)
    raise CommandError(
        f"no active profile: {paths} has no active_profile; choose one with --profile or "
        f"MEMSY_PROFILE: {', '.join(_names(files))}",
        ExitCode.USAGE,
    )


def profile_names() -> list[str]:
    """Return the names of all profiles for shell completion. An invalid file has none."""
    try:
        return _names(_read_files())
    except CommandError:
        return []


def _select(name: str, files: Sequence[_ProfileFile], source: str) -> Profile:
    for file in files:
        if name in file.profiles:
            return _profile(name, file)
    raise CommandError(f"unknown profile {name!r}{source}: {_advice(name, files)}", ExitCode.USAGE)


def _advice(name: str, files: Sequence[_ProfileFile]) -> str:
    names = {known.lower(): known for known in _names(files)}
    if not names:
        return f"there are no profiles in {' or '.join(map(str, _paths()))}"
    if nearest := most_similar(name, names):
        return f"did you mean {names[nearest]!r}?"
    return f"use one of {', '.join(names.values())}"


def _names(files: Sequence[_ProfileFile]) -> list[str]:
    return list(dict.fromkeys(name for file in files for name in file.profiles))


def _profile(name: str, file: _ProfileFile) -> Profile:
    place = f"profile {name!r} of {file.path}"
    fields = _object(file.profiles[name], place)
    return Profile(
        name=name,
        file=file.path,
        is_project_file=file.is_project_file,
        base_url=_text(fields, "base_url", place) or _DEFAULT_BASE_URL,
        api_key=_text(fields, "api_key", place),
    )


def _read_files() -> list[_ProfileFile]:
    contents = [(path, _read(path)) for path in _paths()]
    return [_parse(path, content) for path, content in contents if content is not None]


def _paths() -> list[Path]:
    """Return the file of the working directory, and the file of the user."""
    with suppress(FileNotFoundError):  # the working directory is deleted
        return list(dict.fromkeys([Path.cwd() / _FILE, _home() / _FILE]))
    return [_home() / _FILE]


def _home() -> Path:
    # Path.home() raises if a user has no home directory.
    return Path(os.path.expanduser("~"))  # noqa: PTH111


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CommandError(f"cannot read the profiles of {path}: {error.strerror}") from None


def _parse(path: Path, content: bytes) -> _ProfileFile:
    try:
        root = _object(parse(remove_bom(content)), str(path))
    except json.JSONDecodeError as error:
        reason = f"{error.msg} (line {error.lineno}, column {error.colno})"
        raise CommandError(f"{path} is not JSON: {reason}", ExitCode.USAGE) from None
    except ValueError as error:
        # The text of the error could repeat a part of the file, and with it a key.
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else "invalid text"
        raise CommandError(f"{path} is not JSON: {reason}", ExitCode.USAGE) from None
    is_project_file = path != _home() / _FILE
    if "profiles" in root or not root:
        profiles = _object(root.get("profiles", {}), f'"profiles" of {path}')
        active_name = _text(root, "active_profile", str(path))
    else:
        profiles, active_name = {_LEGACY_NAME: root}, _LEGACY_NAME
    return _ProfileFile(path, is_project_file, active_name, profiles)


def _object(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CommandError(
            f"{place} must be a JSON object, got {type(value).__name__}", ExitCode.USAGE
        )
    return cast("dict[str, Any]", value)


def _text(fields: Mapping[str, object], name: str, place: str) -> str | None:
    """Return a text field, or None if it is missing, null or empty. Never show its value."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise CommandError(
            f"{place}: {name} must be a text, got {type(value).__name__}", ExitCode.USAGE
        )
    return value or None
