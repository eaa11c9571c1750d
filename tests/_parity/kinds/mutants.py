"""Drifts of the small SDK in `tests/_parity/example`: each mutation of each of its methods."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from tests._parity import example
from tests._parity.kinds.runtime import has_drift
from tests._parity.kinds.static import PLUGIN, Errors, run_mypy, run_pyright
from tests._parity.signature_changes import (
    Definition,
    default_changed,
    member_removed,
    parameter_added,
    parameter_renamed,
    parameter_widened,
    result_widened,
)

Change: TypeAlias = Callable[[Definition], Sequence[ast.stmt]]

PACKAGE = Path(example.__file__).parent
MODULES = ("protocols", "client", "async_client", "fakes")


@frozen
class MutationCounts:
    """Number of drifts by one mutation, and of those that each tool notices."""

    drifts: int
    mypy: int
    pyright: int
    plugin: int
    runtime: int


MUTATIONS: dict[str, tuple[Change, MutationCounts]] = {
    "parameter renamed": (parameter_renamed, MutationCounts(72, 18, 72, 72, 72)),
    "parameter widened": (parameter_widened, MutationCounts(78, 0, 0, 78, 78)),
    "parameter added": (parameter_added, MutationCounts(96, 0, 0, 96, 96)),
    "default value changed": (default_changed, MutationCounts(66, 0, 0, 66, 66)),
    "result widened": (result_widened, MutationCounts(114, 114, 114, 114, 114)),
    "member made private": (member_removed, MutationCounts(114, 114, 114, 114, 114)),
}


@frozen
class Mutant:
    """Module of the SDK with one mutated method."""

    slug: str
    mutation: str
    member: str
    text: str
    uses: str
    """
    Functions that use each class as mypy alone would compare it.

    An implementation is used as its protocol, and a protocol as the original.
    """


def mutants() -> Iterator[Mutant]:
    """Yield every mutant of every method and property, except the overloaded ones."""
    for name, (change, _) in MUTATIONS.items():
        for module in MODULES:
            source = (PACKAGE / f"{module}.py").read_text()
            for cls, member in _members(ast.parse(source)):
                tree = ast.parse(source)
                if _mutate(tree, (cls, member), change):
                    slug = "__".join((name.replace(" ", "_"), module, cls, member))
                    yield Mutant(slug, name, member, f"{ast.unparse(tree)}\n", _uses(tree))


def measure(found: Sequence[Mutant], directory: Path) -> dict[str, MutationCounts]:
    """Return the number of mutants that each tool notices, by mutation."""
    for mutant in found:
        (directory / f"{mutant.slug}.py").write_text(mutant.text + mutant.uses)
    # One run of mypy: the plugin reports no error below the classes, where the uses are.
    mypy, pyright = run_mypy(directory, PLUGIN), run_pyright(directory)
    tests: dict[str, Callable[[Mutant], bool]] = {
        "drifts": lambda mutant: True,
        "mypy": lambda mutant: _has_error_in_uses(mutant, mypy),
        "pyright": lambda mutant: _has_error_in_uses(mutant, pyright),
        "plugin": lambda mutant: _has_parity_error(mutant, mypy),
        "runtime": lambda mutant: has_drift(directory / f"{mutant.slug}.py"),
    }
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mutant in found:
        counts[mutant.mutation].update(tool for tool, test in tests.items() if test(mutant))
    return {
        name: MutationCounts(**{tool: counts[name][tool] for tool in tests}) for name in MUTATIONS
    }


def _has_error_in_uses(mutant: Mutant, errors: Errors) -> bool:
    last_line = mutant.text.count("\n")
    return any(error.line > last_line for error in errors.get(mutant.slug, []))


def _has_parity_error(mutant: Mutant, errors: Errors) -> bool:
    """Return True if an error names the member."""
    found = [error for error in errors.get(mutant.slug, []) if error.code == "parity"]
    return any(f'"{mutant.member}"' in error.message for error in found)


def _members(tree: ast.Module) -> list[tuple[str, str]]:
    """Return the class and the name of each method and property; overloads do not count."""
    found = Counter(
        (cls.name, f.name)
        for cls in _classes(tree)
        for f in cls.body
        if isinstance(f, Definition) and not f.name.startswith("_")
    )
    return [key for key, number in found.items() if number == 1]


def _mutate(tree: ast.Module, key: tuple[str, str], change: Change) -> bool:
    """Replace one method by its mutant. Return False if the mutation does not apply to it."""
    cls = next(cls for cls in _classes(tree) if cls.name == key[0])
    method = next(f for f in cls.body if isinstance(f, Definition) and f.name == key[1])
    place, replacement = cls.body.index(method), change(method)
    cls.body[place : place + 1] = replacement or [method]
    return bool(replacement)


def _uses(tree: ast.Module) -> str:
    lines = [f"from {example.__name__} import protocols as original"]
    for cls in _classes(tree):
        marks = [mark for mark in cls.decorator_list if isinstance(mark, ast.Call)]
        protocols = [ast.unparse(m.args[0]) for m in marks if ast.unparse(m.func) == "implements"]
        expected = f"original.{(protocols or [cls.name])[0]}"
        lines.append(f"def use_{cls.name}(value: {cls.name}) -> {expected}: return value")
    return "\n".join(lines) + "\n"


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [statement for statement in tree.body if isinstance(statement, ast.ClassDef)]
