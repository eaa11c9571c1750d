"""
Mutation test of the mypy plugin: every mutation of every member of every compared class.

`parity_drifts.py` tests that the plugin reports every kind of difference; this module tests that it
covers every member. It copies the real modules without bodies. Each copy applies one mutation to
all members on one side of every comparison, and mypy must report each member on its line, and
nothing else. Honest mutations must not be reported at all.
"""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from mypy import api

import memsy
from tests._parity import parity_others, parity_values
from tests._parity.additions import ADDITIONS
from tests._parity.class_sources import ASYNC_NAMES
from tests._parity.marked_classes import compared_classes
from tests._parity.mutations import DRIFTS, HONEST, MemberMutation, Mutation, Verdict
from tests._parity.signature_changes import Definition
from tests._parity.skeletons import ClassPair, Skeleton

CONFIGURATION = """
[mypy]
plugins = memsy.mypy_plugin
mypy_path = $MYPY_CONFIG_FILE_DIR
disable_error_code = assignment, empty-body, misc, no-redef, override
"""
BLOCKED = 2
"""Exit code of mypy after an error that ends the run, such as a syntax error."""
MUTATIONS: list[Mutation] = [*DRIFTS, *HONEST, *ADDITIONS]
CHUNKS = [MUTATIONS[i::4] for i in range(4)]


@cache
def original() -> Skeleton:
    """Return the real modules. Reading them takes a second, which not every worker needs."""
    return Skeleton.read(Path(memsy.__file__).parent)


class ExpectedError(NamedTuple):
    """Expected error of mypy, on any line of a definition."""

    path: Path
    lines: frozenset[int]
    name: str
    """Member that the message must name."""
    cls: str
    mutation: str

    def __str__(self) -> str:
        line = min(self.lines)
        text = self.path.read_text().splitlines()[line - 1].strip()
        return f'{self.mutation} of "{self.name}" of "{self.cls}": {self.path}:{line}: {text}'


@pytest.mark.slow
@pytest.mark.parametrize("mutations", CHUNKS, ids=["first", "second", "third", "fourth"])
def test_every_mutation_of_a_member_is_reported_on_its_line(
    mutations: Sequence[Mutation], tmp_path: Path
) -> None:
    """No other line has a parity error. A mutation without an expected error is honest."""
    expected = [error for m in mutations for error in write_copies(m, tmp_path)]
    reported = parity_errors(run_mypy(tmp_path))
    missed = [
        str(error)
        for error in expected
        if not any(f'"{error.name}"' in reported.get((error.path, n), "") for n in error.lines)
    ]
    for error in expected:
        for line in error.lines:
            reported.pop((error.path, line), None)
    accused = [f"{path}:{line}: {text}" for (path, line), text in reported.items()]
    assert not missed + accused, "\n".join(["Missed:", *missed, "Accused:", *accused])


def test_every_applicable_mutation_is_applied_to_every_member() -> None:
    """The expected number comes from the classes and their signatures."""
    for cls in compared_classes():
        definition = original().classes[cls.__name__]
        assert definition.module == cls.__module__
        for name, member in vars(cls).items():
            if not name.startswith("_") or name in definition.members:
                (function,) = definition.statements[name]
                assert isinstance(function, Definition)
                mutations = applicable(function)
                assert len(mutations) >= min_mutations(member), (cls, name)


def test_every_mutation_applies_to_a_member() -> None:
    """Except the one for iterators, because no member returns an iterator yet."""
    functions = [f for cls in original().classes.values() for f in cls.node.body]
    used = {m.name for f in functions if isinstance(f, Definition) for m in applicable(f)}
    every = {m.name for m in MUTATIONS if isinstance(m, MemberMutation)}
    assert used | {"iterator_in_other_mode"} == every


def applicable(member: Definition) -> list[MemberMutation]:
    mutations = [m for m in MUTATIONS if isinstance(m, MemberMutation)]
    pickled = pickle.dumps(member)  # much faster to copy than with `deepcopy`
    return [mutation for mutation in mutations if mutation.change(pickle.loads(pickled))]


def min_mutations(member: object) -> int:
    """Return the minimum number of mutations that apply to a member."""
    if isinstance(member, property):
        return 6
    assert inspect.isfunction(member)
    parameters = list(inspect.signature(member).parameters.values())[1:]
    count = 5 * bool(parameters) + 2 * any(p.default is not p.empty for p in parameters)
    return count if member.__name__ == "__init__" else count + 7


def write_copies(mutation: Mutation, root: Path) -> Iterator[ExpectedError]:
    """Write a copy for each side, and yield the errors that mypy must report in it."""
    prepared = original().copy(mutation.name, mutation, set())
    if not mutation.is_one_sided:
        prepared.write(root)
        return
    for number, side in enumerate(original().sides()):
        copy = original().copy(f"{mutation.name}_{number}", mutation, side).write(root)
        for pair in original().comparisons:
            yield from expected_errors(mutation, pair, (prepared, copy), root)


def run_mypy(root: Path) -> str:
    """Return the output of mypy for the packages in a directory."""
    (root / "mypy.ini").write_text(CONFIGURATION)
    for module in (parity_others, parity_values):
        shutil.copy(inspect.getfile(module), root)
    options = ["--config-file", str(root / "mypy.ini"), "--no-incremental", "--show-absolute-path"]
    output, failure, status = api.run([*options, "--no-error-summary", str(root)])
    assert not failure
    assert status != BLOCKED, output
    return output


def parity_errors(output: str) -> dict[tuple[Path, int], str]:
    """Return the messages of the plugin by file and line."""
    errors: defaultdict[tuple[Path, int], str] = defaultdict(str)
    for path, line, text in re.findall(r"(?m)^(.+?):(\d+): error: (.+)  \[parity\]$", output):
        errors[Path(path), int(line)] += text
    return errors


def expected_errors(
    mutation: Mutation, pair: ClassPair, skeletons: tuple[Skeleton, Skeleton], root: Path
) -> Iterator[ExpectedError]:
    """Yield an error for each pair of members that the mutation made different."""
    copy = skeletons[1]
    async_names = ASYNC_NAMES if pair.is_mirror else {}
    reference_names = {
        async_names.get(name, name): name for name in member_names(skeletons, pair.reference)
    }
    for name in {**reference_names, **dict.fromkeys(member_names(skeletons, pair.marked))}:
        own = [member_text(s, pair.marked, name, pair.is_mirror) for s in skeletons]
        their_name = reference_names.get(name, name)
        referenced = [member_text(s, pair.reference, their_name, pair.is_mirror) for s in skeletons]
        if is_inherited_by_both(copy, pair, name, their_name) or not (own[1] or referenced[1]):
            continue
        is_changed = own[0] != own[1], referenced[0] != referenced[1]
        if is_drift(mutation.verdict(name), pair.is_mirror, is_changed):
            path, lines = location(copy, pair.marked, name if own[1] else "", root)
            yield ExpectedError(path, lines, name, pair.marked, mutation.name)


def is_drift(verdict: Verdict, is_mirror: bool, is_changed: tuple[bool, bool]) -> bool:
    """Return True if the plugin must report a change of the marked class or of the reference."""
    is_marked_changed, is_reference_changed = is_changed
    if is_mirror:
        return any(is_changed) and verdict not in ("honest", "honest in mirrors")
    is_marked_drift = is_marked_changed and "implementations" not in verdict
    is_reference_drift = is_reference_changed and "protocols" not in verdict
    return verdict != "honest" and (is_marked_drift or is_reference_drift)


def is_inherited_by_both(skeleton: Skeleton, pair: ClassPair, own: str, their: str) -> bool:
    """Return True if both classes share one definition, so that it cannot differ."""
    owner = skeleton.owner(pair.marked, own)
    return owner is not None and owner is skeleton.owner(pair.reference, their)


def member_names(skeletons: tuple[Skeleton, Skeleton], cls: str) -> list[str]:
    """Return the member names of a class before and after the change."""
    return [name for s in skeletons for c in s.lineage(cls) for name in s.classes[c].members]


def member_text(skeleton: Skeleton, cls: str, name: str, is_mirror: bool) -> str:
    """Return the syntax tree of a member as text; empty if the mark does not compare it."""
    owner = skeleton.owner(cls, name)
    if owner is None or (not is_mirror and (name == "__init__" or owner.is_class_method(name))):
        return ""
    return owner.text(name)


def location(skeleton: Skeleton, cls: str, name: str, root: Path) -> tuple[Path, frozenset[int]]:
    """Return the lines of a member with its decorators, or of the class for another file."""
    own, owner = skeleton.classes[cls], skeleton.owner(cls, name)
    path = skeleton.path(root, own.module)
    if owner is None or owner.module != own.module:
        return path, frozenset([own.node.lineno])
    return path, frozenset(n for s in owner.definition(name) for n in first_lines(s))


def first_lines(statement: ast.stmt) -> range:
    """Return the lines of a statement with its decorators, without the body of a function."""
    decorators = statement.decorator_list if isinstance(statement, Definition) else []
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return range(first, statement.lineno + 1)
