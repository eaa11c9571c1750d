"""
Mutation test of the gate: each member of each compared class is made to drift in each way.

`parity_drifts.py` shows that every kind of drift is seen; this shows that no member is left out.
The real modules are copied, without bodies. In a copy all members drift in one way, but only on one
side of every comparison, and mypy must complain of every single one, on its line.
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

from mypy import api

import memsy
from tests._parity.marked_classes import compared_classes
from tests._parity.mutations import (
    MUTATIONS,
    Definition,
    Mutation,
    iterator_of_the_other_colour,
)
from tests._parity.skeletons import ASYNC_NAMES, Skeleton

ORIGINAL = Skeleton.of(Path(memsy.__file__).parent)
CONFIGURATION = """
[mypy]
plugins = memsy.mypy_plugin
disable_error_code = assignment, empty-body, misc, override
"""


class Drift(NamedTuple):
    """Where an error must stand: the lines of a definition, any of them."""

    path: Path
    lines: range
    name: str
    """Of the member that the error must speak of."""


def test_every_member_that_drifts_is_reported_on_its_line(tmp_path: Path) -> None:
    """And nothing else is, least of all in a copy that is unchanged."""
    ORIGINAL.copy("unchanged", lambda member: [], set()).write(tmp_path)
    expected: list[Drift] = []
    for mutation, (number, side) in product(MUTATIONS, enumerate(ORIGINAL.sides())):
        copy = ORIGINAL.copy(f"{mutation.__name__}_{number}", mutation, side)
        expected += drifts(copy.write(tmp_path), tmp_path)
    output = said_by_mypy(tmp_path)
    reported = drifts_in(output)
    for path, lines, name in expected:
        assert any(f'"{name}"' in reported.get((path, line), "") for line in lines), (path, name)
    assert reported.keys() <= {(path, line) for path, lines, _ in expected for line in lines}
    assert str(tmp_path / "unchanged") not in output


def test_every_member_is_made_to_drift_in_every_way_that_applies() -> None:
    """Counted a second time, from the classes themselves and from their signatures."""
    for cls in compared_classes():
        found = ORIGINAL.classes[cls.__name__]
        assert found.module == cls.__module__
        for name, member in vars(cls).items():
            if not name.startswith("_") or name in found.members:
                assert len(applicable(found.members[name])) >= ways_to_drift(member), (cls, name)


def test_no_way_to_drift_is_forgotten() -> None:
    """Nothing on the surface iterates yet; what will, drifts without being told."""
    members = [f for cls in ORIGINAL.classes.values() for f in cls.members.values()]
    used = {mutation for member in members for mutation in applicable(member)}
    assert used | {iterator_of_the_other_colour} == set(MUTATIONS)


def applicable(member: Definition) -> list[Mutation]:
    return [mutation for mutation in MUTATIONS if mutation(deepcopy(member))]


def ways_to_drift(member: object) -> int:
    """At least so many: what can befall any member, any parameter, any default value."""
    if isinstance(member, property):
        return 6
    assert inspect.isfunction(member)
    parameters = list(inspect.signature(member).parameters.values())[1:]
    ways = 5 * bool(parameters) + 2 * any(p.default is not p.empty for p in parameters)
    return ways if member.__name__ == "__init__" else ways + 7


def said_by_mypy(root: Path) -> str:
    """Everything that mypy says of the packages in a directory."""
    (root / "mypy.ini").write_text(CONFIGURATION)
    options = ["--config-file", str(root / "mypy.ini"), "--no-incremental", "--show-absolute-path"]
    output, failure, _ = api.run([*options, "--no-error-summary", str(root)])
    assert not failure
    return output


def drifts_in(output: str) -> dict[tuple[Path, int], str]:
    """What the gate says to each line."""
    found: defaultdict[tuple[Path, int], str] = defaultdict(str)
    for path, line, text in re.findall(r"(?m)^(.+?):(\d+): error: (.+)  \[parity\]$", output):
        found[Path(path), int(line)] += text
    return found


def drifts(copy: Skeleton, root: Path) -> Iterator[Drift]:
    """Where the gate must complain, if it is to see all that is not as in the original."""
    for here, there, is_mirror in ORIGINAL.comparisons:
        twins = ASYNC_NAMES if is_mirror else {}
        theirs = {twins.get(name, name): name for name in member_names(copy, there)}
        for name in {**theirs, **dict.fromkeys(member_names(copy, here))}:
            pair = [(here, name), (there, theirs.get(name, name))]
            if is_inherited_by_both(copy, pair):
                continue
            before = [as_text(ORIGINAL, cls, member, is_mirror) for cls, member in pair]
            after = [as_text(copy, cls, member, is_mirror) for cls, member in pair]
            if before != after and any(after):
                path, lines = place(copy, here, name if after[0] else "", root)
                yield Drift(path, lines, name)


def is_inherited_by_both(skeleton: Skeleton, pair: list[tuple[str, str]]) -> bool:
    """Return whether one definition serves both classes, so that they cannot drift apart."""
    one, other = (skeleton.definition(cls, member) for cls, member in pair)
    return one is not None and other is not None and one[1] is other[1]


def member_names(copy: Skeleton, cls: str) -> list[str]:
    """Those of the original and those of the copy."""
    both = (ORIGINAL, copy)
    return [name for s in both for c in s.lineage(cls) for name in s.classes[c].members]


def as_text(skeleton: Skeleton, cls: str, name: str, is_mirror: bool) -> str:
    """How a member is written; empty if it is not there, or if it is of no concern to the mark."""
    found = skeleton.definition(cls, name)
    if found is None:
        return ""
    member = found[1]
    is_constructor = name == "__init__" or "classmethod" in map(ast.unparse, member.decorator_list)
    return ast.dump(member) if is_mirror or not is_constructor else ""


def place(skeleton: Skeleton, cls: str, name: str, root: Path) -> tuple[Path, range]:
    """The lines of a member, decorators included; that of the class, if it is not in its file."""
    own = skeleton.classes[cls]
    path = skeleton.path(root, own.module)
    found = skeleton.definition(cls, name)
    if found is None or found[0].module != own.module:
        return path, range(own.node.lineno, own.node.lineno + 1)
    member = found[1]
    first = min(node.lineno for node in (member, *member.decorator_list))
    return path, range(first, member.lineno + 1)
