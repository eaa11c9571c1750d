"""Metadata of a wheel: version, supported versions of Python, extras, links of the readme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import message_from_string
from email.message import Message
from typing import cast

from tests.release.commit import Commit

_CLASSIFIER = re.compile(r"Programming Language :: Python :: (3\.\d+)")
_LINK = re.compile(r"\]\(<?(?![a-z]+:|#)([^)>\s]+)|\b(?:src|href)=\"(?![a-z]+:|#)([^\"]+)")
_EXTRAS = re.compile(r"(?:\bmemsy|\.whl|'\.|\"\.)\[([\w,-]+)\]")


def parse(content: bytes) -> Message:
    """Return the metadata of a METADATA or PKG-INFO file."""
    return message_from_string(content.decode("utf-8"))


def values(metadata: Message, name: str) -> Sequence[str]:
    """Return all values of a field."""
    return cast("list[str]", metadata.get_all(name, []))


def python_versions(metadata: Message) -> Sequence[str]:
    """Return the minor versions of Python that the classifiers name, oldest first."""
    named = [_CLASSIFIER.fullmatch(text) for text in values(metadata, "Classifier")]
    return sorted((match[1] for match in named if match), key=_minor)


def version_problems(metadata: Message, commit: Commit) -> Iterator[str]:
    """Yield the places whose version is not that of the metadata."""
    version = metadata["Version"]
    source = _text(commit, "memsy/_version.py")
    if f'__version__ = "{version}"' not in source:
        yield f"memsy/_version.py: __version__ is not {version!r}, the version of the metadata"
    if not re.search(rf"(?m)^## {re.escape(version)}\b", _text(commit, "CHANGELOG.md")):
        yield f"CHANGELOG.md: it has no section `## {version}`"


def python_problems(metadata: Message) -> Iterator[str]:
    """Yield the contradictions between classifiers and `Requires-Python`."""
    versions = python_versions(metadata)
    if not versions:
        yield "Classifier: none names a version of Python"
        return
    required = metadata["Requires-Python"]
    if required != f">={versions[0]}":
        yield f"Requires-Python: {required!r}, but the classifiers begin at {versions[0]}"
    minors = [_minor(version) for version in versions]
    if minors != list(range(minors[0], minors[-1] + 1)):
        yield f"Classifier: the versions of Python have a gap: {', '.join(versions)}"


def extra_problems(metadata: Message, commit: Commit) -> Iterator[str]:
    """Yield the extras in pages and error texts that the metadata lacks."""
    extras = values(metadata, "Provides-Extra")
    for path in commit.files:
        if path.endswith(".md") or (path.startswith("memsy/") and path.endswith(".py")):
            for match in _EXTRAS.finditer(_text(commit, path)):
                for extra in match[1].split(","):
                    if extra not in extras:
                        yield f"{path}: it names the extra {extra!r}; known are {', '.join(extras)}"


def relative_links(metadata: Message) -> Sequence[str]:
    """Return the links of the readme that are dead on the page of an index."""
    description = cast("str", metadata.get_payload())
    return list(dict.fromkeys(match[1] or match[2] for match in _LINK.finditer(description)))


def is_private(metadata: Message) -> bool:
    """Return True if a classifier makes a public index refuse the distribution."""
    return any(text.startswith("Private ::") for text in values(metadata, "Classifier"))


def _text(commit: Commit, path: str) -> str:
    return commit.files[path].content.decode("utf-8") if path in commit.files else ""


def _minor(version: str) -> int:
    return int(version.partition(".")[2])
