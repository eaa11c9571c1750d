"""Run-time check of the marked classes of a module."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from memsy.parity import MARKED, Drift, check
from memsy.parity._decorators import Target
from tests._parity.kinds.kind import Kind


def measure_runtime_check(kinds: Sequence[Kind], directory: Path) -> tuple[set[str], set[str]]:
    """Return the names of the kinds that the check notices, and of the honest twins it accuses."""
    noticed, accused = set[str](), set[str]()
    for kind in kinds:
        for twin, text, names in (
            ("drifted", kind.drifted, noticed),
            ("honest", kind.honest, accused),
        ):
            path = directory / f"{kind.slug}__{twin}.py"
            path.write_text(text)
            if has_drift(path):
                names.add(kind.name)
    return noticed, accused


def has_drift(path: Path) -> bool:
    """Import a file, and return True if a mark finds a difference, or refuses its use."""
    try:
        return bool(drifts(path))
    except TypeError as error:
        # A decorator without `functools.wraps` returns a nested function.
        refusals = ("mypy does not check its uses", "must be a function of a module")
        if any(text in str(error) for text in refusals):
            return True
        raise


def drifts(path: Path) -> list[Drift]:
    """Import a file, and return the differences that its marks find."""
    with _imported(path) as targets:
        marked = [(mark.reference, target) for target in targets for mark in MARKED[target]]
        return [drift for pair in marked for drift in check(*pair)]


@contextmanager
def _imported(path: Path) -> Iterator[list[Target]]:
    """Import a file, yield what it marks, and remove the module and the marks again."""
    name = f"parity_kinds_{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        yield [target for target in MARKED if target.__module__ == name]
    finally:
        del sys.modules[name]
        for target in [target for target in MARKED if target.__module__ == name]:
            del MARKED[target]
