"""Comparison of a class or function with its reference at run time, without mypy."""

from __future__ import annotations

from collections.abc import Sequence

from memsy.parity._comparison import ClassComparison, is_mirror_of
from memsy.parity._decorators import (
    MARKED,
    Mark,
    Target,
    implements,
    mirrors,
    require_class,
    require_function,
)
from memsy.parity._drift import Drift
from memsy.parity._functions import FunctionComparison, is_async
from memsy.parity._source import file_of


def check(
    surface: Target,
    implementation: Target,
    *,
    more: Sequence[str] = (),
    sync: Sequence[str] = (),
    mirror: bool | None = None,
) -> list[Drift]:
    """
    Compare a class with its surface, and return the differences. The list is empty without drift.

    The comparison needs no mark and no mypy. In a test, `assert check(Store, AsyncStore) == []`
    shows each difference with its file and line. Two functions of modules are compared, too.

    Args:
        surface: The reference class: a protocol, or the sync class of a mirror. Or a function.
        implementation: The class to compare. The classes in its types correspond to the classes
            of the surface if they have marks. Or a function, if the surface is one.
        more: Public members that only the implementation has, besides those of its mark. Only for
            classes.
        sync: Methods that are a plain `def` in the mirror, too, besides those of its mark. Only
            for classes.
        mirror: True if the implementation is the async form of the surface. By default, its mark
            for the surface decides. Without such a mark, the implementation is a mirror if it has
            coroutines or async special methods where the surface has plain ones.

    Raises:
        TypeError: An argument has a wrong type.
    """
    if isinstance(surface, type):
        require_class(implementation, "check: implementation")
    else:
        require_function(surface, "check: surface", or_class=True)
        require_function(implementation, "check: implementation")
    for name, names in (("more", more), ("sync", sync)):
        if not _are_names(names):
            raise TypeError(
                f'check: {name} must be a sequence of names such as ("calls",), got {names!r}'
            )
        if names and not isinstance(surface, type):
            raise TypeError(f"check: {name} names members of a class, got {names!r}: remove it")
    if mirror not in (None, True, False):
        raise TypeError(f"check: mirror must be True, False or None, got {mirror!r}")
    mark = _mark(surface, implementation, mirror)
    if mark and mirror is None:
        mirror = isinstance(mark, mirrors)
    comparison: ClassComparison | FunctionComparison
    if isinstance(surface, type) and isinstance(implementation, type):
        comparison = ClassComparison(
            implementation,
            surface,
            is_mirror_of(implementation, surface) if mirror is None else mirror,
            more=dict.fromkeys([*more, *(mark.more if isinstance(mark, implements) else ())]),
            sync=dict.fromkeys([*sync, *(mark.sync if isinstance(mark, mirrors) else ())]),
        )
    else:
        is_mirror = is_async(implementation) and not is_async(surface)
        comparison = FunctionComparison(
            implementation, surface, is_mirror if mirror is None else mirror
        )
    drifts = [
        Drift(
            member=member,
            expected=difference.expected,
            actual=difference.actual,
            message=difference.text,
            path=file_of(target),
            line=difference.line,
            target=target,
        )
        for target, member, difference in comparison.differences()
    ]
    return sorted(drifts, key=lambda drift: drift.line)


def _mark(surface: Target, implementation: Target, mirror: bool | None) -> Mark | None:
    for mark in MARKED.get(implementation, ()):
        if mark.reference is surface and mirror in (None, isinstance(mark, mirrors)):
            return mark
    return None


def _are_names(names: object) -> bool:
    if isinstance(names, str) or not isinstance(names, Sequence):
        return False
    return all(isinstance(name, str) for name in names)
