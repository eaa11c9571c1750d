"""Members of wheels and source distributions."""

from __future__ import annotations

import calendar
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias


class Member(NamedTuple):
    """File in an archive."""

    content: bytes
    permissions: int
    modified: int
    """Modification time in seconds."""
    owner: str = ""


Archive: TypeAlias = Mapping[str, Member]


def read_wheel(path: Path) -> Archive:
    """Return the members of a wheel, by path."""
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename: Member(
                archive.read(info),
                info.external_attr >> 16 & 0o777,
                calendar.timegm((*info.date_time, 0, 0, 0)),
            )
            for info in archive.infolist()
        }


def read_sdist(path: Path) -> Archive:
    """Return the files of a source distribution, by path below its root folder."""
    root = path.name.removesuffix(".tar.gz") + "/"
    with tarfile.open(path) as archive:
        return {
            info.name.removeprefix(root): Member(
                content.read(), info.mode & 0o777, int(info.mtime), info.uname
            )
            for info in archive
            if (content := archive.extractfile(info))
        }


def read_archive(path: Path) -> Archive:
    """Return the members of a wheel or of a source distribution."""
    return read_wheel(path) if path.suffix == ".whl" else read_sdist(path)


def differences(first: Path, second: Path) -> Iterator[str]:
    """Yield the differences between two archives; nothing if they are equal byte for byte."""
    if first.read_bytes() == second.read_bytes():
        return
    one, other = read_archive(first), read_archive(second)
    for path in sorted(one.keys() ^ other.keys()):
        yield f"{path}: only in the {'first' if path in one else 'second'} {first.name}"
    different = [path for path in one if path in other and one[path] != other[path]]
    for path in different:
        fields = [
            name
            for name, a, b in zip(Member._fields, one[path], other[path], strict=True)
            if a != b
        ]
        yield f"{path}: different {' and '.join(fields)}"
    if one.keys() == other.keys() and not different:
        yield f"{first.name}: equal members, but different order, compression or headers"
