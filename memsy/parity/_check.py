"""Comparison of a class with its reference class at run time, without mypy."""

from __future__ import annotations

from collections.abc import Sequence

from memsy.parity._comparison import ClassComparison, is_mirror_of
from memsy.parity._decorators import MARKED, Mark, implements, mirrors
from memsy.parity._drift import Drift
from memsy.parity._source import file_of


def check(
    surface: type[object],
    implementation: type[object],
    *,
    more: Sequence[str] = (),
    sync: Sequence[str] = (),
    mirror: bool | None = None,
) -> list[Drift]:
    """
    Compare a class with its surface, and return the differences. The list is empty without drift.

    The comparison needs no mark and no mypy. In a test, `assert check(Store, AsyncStore) == []`
    shows each difference with its file and line.

    Args:
        surface: The reference class: a protocol, or the sync class of a mirror.
        implementation: The class to compare. The classes in its types correspond to the classes
            of the surface if they have marks.
        more: Public members that only the implementation has, besides those of its mark.
        sync: Methods that are a plain `def` in the mirror, too, besides those of its mark.
        mirror: True if the implementation is the async form of the surface. By default, its mark
            for the surface decides. Without such a mark, the implementation is a mirror if it has
            coroutines or async special methods where the surface has plain ones.

    Raises:
        TypeError: An argument has a wrong type.
    """
    for name, value in (("surface", surface), ("implementation", implementation)):
        if not isinstance(value, type):
            raise TypeError(f"check: {name} must be a class, got {value!r}")
    for name, names in (("more", more), ("sync", sync)):
        if not _are_names(names):
            raise TypeError(
                f'check: {name} must be a sequence of names such as ("calls",), got {names!r}'
            )
    if mirror not in (None, True, False):
        raise TypeError(f"check: mirror must be True, False or None, got {mirror!r}")
    mark = _mark(surface, implementation, mirror)
    if mirror is None:
        mirror = isinstance(mark, mirrors) if mark else is_mirror_of(implementation, surface)
    comparison = ClassComparison(
        implementation,
        surface,
        mirror,
        more=dict.fromkeys([*more, *(mark.more if isinstance(mark, implements) else ())]),
        sync=dict.fromkeys([*sync, *(mark.sync if isinstance(mark, mirrors) else ())]),
    )
    drifts = [
        Drift(
            member=member,
            expected=difference.expected,
            actual=difference.actual,
            message=difference.text,
            path=file_of(cls),
            line=difference.line,
            cls=cls,
        )
        for cls, member, difference in comparison.differences()
    ]
    return sorted(drifts, key=lambda drift: drift.line)


def _mark(surface: type[object], implementation: type[object], mirror: bool | None) -> Mark | None:
    for mark in MARKED.get(implementation, ()):
        if mark.reference is surface and mirror in (None, isinstance(mark, mirrors)):
            return mark
    return None


def _are_names(names: object) -> bool:
    if isinstance(names, str) or not isinstance(names, Sequence):
        return False
    return all(isinstance(name, str) for name in names)
