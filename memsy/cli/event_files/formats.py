"""Formats of event files, and the format that the name of a file says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from memsy._core import encode
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.cli.options import any_of

FileFormat: TypeAlias = Literal["jsonl", "csv", "parquet"]

_SUFFIXES: dict[str, FileFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}
_COMPRESSED = ".gz"


def file_format(path: Path, name: str | None) -> FileFormat:
    """
    Return the format of a file.

    Args:
        path: Path of the file. A final `.gz` does not count.
        name: Value of `--format`, which wins over the suffix, or None.

    Raises:
        CommandError: The suffix is unknown.
        MemsyConfigurationError: `name` is not a format.
    """
    if name is not None:
        return cast("FileFormat", encode.choice("--format", name, get_args(FileFormat)))
    plain = path.with_suffix("") if path.suffix.lower() == _COMPRESSED else path
    try:
        return _SUFFIXES[plain.suffix.lower()]
    except KeyError:
        known = ", ".join(_SUFFIXES)
        raise CommandError(
            f"the name of {path} does not end in {known} or one of these with {_COMPRESSED}: "
            f"name its format with --format {any_of(FileFormat)}",
            ExitCode.USAGE,
        ) from None
