"""Comparison of the keys of two `TypedDict` classes."""

from __future__ import annotations

from collections.abc import Iterator

from mypy.expandtype import expand_type
from mypy.nodes import TypeInfo
from mypy.types import TypedDictType

from memsy._parity.matching import Matching
from memsy._parity.type_variables import renaming
from memsy._parity.wording import Wording


class TypedDictComparison:
    """Differences between two typed dictionaries, as messages for the class line."""

    def __init__(self, matching: Matching, wording: Wording) -> None:
        self._matching, self._wording = matching, wording

    def differences(self, our: TypeInfo, their: TypeInfo) -> Iterator[str]:
        """Yield a message for each key that differs."""
        ours, theirs = our.typeddict_type, their.typeddict_type
        if ours is None or theirs is None:
            return
        names = renaming(their.defn.type_vars, our.defn.type_vars)
        theirs = theirs.copy_modified(
            item_types=[expand_type(item, names) for item in theirs.items.values()]
        )
        for key in {**theirs.items, **ours.items}:
            subject = f'"{key}" of "{our.name}"'
            if key not in ours.items:
                yield f'"{our.name}" has no "{key}", but "{their.name}" has: add it to "{our.name}"'
            elif key not in theirs.items:
                yield f'{subject} is public but not in "{their.name}": add it there or remove it'
            elif not self._matching.matches(ours.items[key], theirs.items[key]):
                yield f"{subject} is {self._wording.types(ours.items[key], theirs.items[key])}"
            elif (kind := _kind(key, ours)) != (their_kind := _kind(key, theirs)):
                fix = f"make it {their_kind}"
                yield f"{subject} is {self._wording.difference(kind, their_kind, fix)}"


def _kind(key: str, typed_dict: TypedDictType) -> str:
    requirement = "required" if key in typed_dict.required_keys else "not required"
    # mypy 1.8 has no read-only keys.
    is_read_only = key in getattr(typed_dict, "readonly_keys", ())
    return f"{requirement} and read-only" if is_read_only else requirement
