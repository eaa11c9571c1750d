"""
Mutation test of the mypy plugin: every mutation of every member of every compared class.

`parity_drifts.py` tests that the plugin reports every kind of difference; this module tests that it
covers every member. It copies the real modules without bodies. Each copy applies one mutation to
all members on one side of every comparison, and mypy must report each member on its line.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from mypy import api

import memsy
from tests._parity.marked_classes import compared_classes
from tests._parity.mutations import (
    MUTATIONS,
    Definition,
    Mutation,
    iterator_in_other_mode,
)
from tests._parity.skeletons import ASYNC_NAMES, Skeleton

ORIGINAL = Skeleton.read(Path(memsy.__file__).parent)
CONFIGURATION = """
[mypy]
plugins = memsy.mypy_plugin
disable_error_code = assignment, empty-body, misc, override
"""


class ExpectedError(NamedTuple):
    """Expected error of mypy, on any line of a definition."""

    path: Path
    lines: range
    name: str
    """Member that the message must name."""


@pytest.mark.slow
def test_every_mutation_of_a_member_is_reported_on_its_line(tmp_path: Path) -> None:
    """No other line has an error, and the unchanged copy has none."""
    ORIGINAL.copy("unchanged", lambda member: [], set()).write(tmp_path)
    expected: list[ExpectedError] = []
    for mutation, (number, side) in product(MUTATIONS, enumerate(ORIGINAL.sides())):
        copy = ORIGINAL.copy(f"{mutation.__name__}_{number}", mutation, side)
        expected += expected_errors(copy.write(tmp_path), tmp_path)
    output = run_mypy(tmp_path)
    reported = parity_errors(output)
    for path, lines, name in expected:
        assert any(f'"{name}"' in reported.get((path, line), "") for line in lines), (path, name)
    assert reported.keys() <= {(path, line) for path, lines, _ in expected for line in lines}
    assert str(tmp_path / "unchanged") not in output


def test_every_applicable_mutation_is_applied_to_every_member() -> None:
    """The expected number comes from the classes and their signatures."""
    for cls in compared_classes():
        definition = ORIGINAL.classes[cls.__name__]
        assert definition.module == cls.__module__
        for name, member in vars(cls).items():
            if not name.startswith("_") or name in definition.members:
                mutations = applicable(definition.members[name])
                assert len(mutations) >= min_mutations(member), (cls, name)


def test_every_mutation_applies_to_a_member() -> None:
    """Except the one for iterators, because no member returns an iterator yet."""
    members = [f for cls in ORIGINAL.classes.values() for f in cls.members.values()]
    used = {mutation for member in members for mutation in applicable(member)}
    assert used | {iterator_in_other_mode} == set(MUTATIONS)


def applicable(member: Definition) -> list[Mutation]:
    return [mutation for mutation in MUTATIONS if mutation(deepcopy(member))]


def min_mutations(member: object) -> int:
    """Return the minimum number of mutations that apply to a member."""
    if isinstance(member, property):
        return 6
    assert inspect.isfunction(member)
    parameters = list(inspect.signature(member).parameters.values())[1:]
    count = 5 * bool(parameters) + 2 * any(p.default is not p.empty for p in parameters)
    return count if member.__name__ == "__init__" else count + 7


def run_mypy(root: Path) -> str:
    """Return the output of mypy for the packages in a directory."""
    (root / "mypy.ini").write_text(CONFIGURATION)
    options = ["--config-file", str(root / "mypy.ini"), "--no-incremental", "--show-absolute-path"]
    output, failure, _ = api.run([*options, "--no-error-summary", str(root)])
    assert not failure
    return output


def parity_errors(output: str) -> dict[tuple[Path, int], str]:
    """Return the messages of the plugin by file and line."""
    errors: defaultdict[tuple[Path, int], str] = defaultdict(str)
    for path, line, text in re.findall(r"(?m)^(.+?):(\d+): error: (.+)  \[parity\]$", output):
        errors[Path(path), int(line)] += text
    return errors


def expected_errors(copy: Skeleton, root: Path) -> Iterator[ExpectedError]:
    """Yield an error for each pair of members that differs from the pair in the original."""
    for marked, reference, is_mirror in ORIGINAL.comparisons:
        async_names = ASYNC_NAMES if is_mirror else {}
        reference_names = {
            async_names.get(name, name): name for name in member_names(copy, reference)
        }
        for name in {**reference_names, **dict.fromkeys(member_names(copy, marked))}:
            pair = [(marked, name), (reference, reference_names.get(name, name))]
            if is_inherited_by_both(copy, pair):
                continue
            before = [as_text(ORIGINAL, cls, member, is_mirror) for cls, member in pair]
            after = [as_text(copy, cls, member, is_mirror) for cls, member in pair]
            if before != after and any(after):
                path, lines = location(copy, marked, name if after[0] else "", root)
                yield ExpectedError(path, lines, name)


def is_inherited_by_both(skeleton: Skeleton, pair: list[tuple[str, str]]) -> bool:
    """Return True if both classes share one definition, so that it cannot differ."""
    own, referenced = (skeleton.definition(cls, member) for cls, member in pair)
    return own is not None and referenced is not None and own[1] is referenced[1]


def member_names(copy: Skeleton, cls: str) -> list[str]:
    """Return the member names of a class in the original and in the copy."""
    skeletons = (ORIGINAL, copy)
    return [name for s in skeletons for c in s.lineage(cls) for name in s.classes[c].members]


def as_text(skeleton: Skeleton, cls: str, name: str, is_mirror: bool) -> str:
    """Return the syntax tree of a member as text; empty if the mark does not compare it."""
    found = skeleton.definition(cls, name)
    if found is None:
        return ""
    member = found[1]
    is_constructor = name == "__init__" or "classmethod" in map(ast.unparse, member.decorator_list)
    return ast.dump(member) if is_mirror or not is_constructor else ""


def location(skeleton: Skeleton, cls: str, name: str, root: Path) -> tuple[Path, range]:
    """Return the lines of a member with its decorators, or of the class for another file."""
    own = skeleton.classes[cls]
    path = skeleton.path(root, own.module)
    found = skeleton.definition(cls, name)
    if found is None or found[0].module != own.module:
        return path, range(own.node.lineno, own.node.lineno + 1)
    member = found[1]
    first = min(node.lineno for node in (member, *member.decorator_list))
    return path, range(first, member.lineno + 1)
