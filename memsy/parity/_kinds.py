"""Kinds of members, and the kinds that may stand for each other."""

from __future__ import annotations

from typing import Final

METHOD: Final = "a method"
CLASS_METHOD: Final = "a class method"
STATIC_METHOD: Final = "a static method"
PROPERTY: Final = "a property"
SETTABLE_PROPERTY: Final = "a settable property"
CACHED_PROPERTY: Final = "a cached property"
CLASS_PROPERTY: Final = "a class property"
ATTRIBUTE: Final = "an attribute"
READ_ONLY: Final = "a read-only attribute"
CLASS_VALUE: Final = "an attribute with a value in the class body"
CLASS_VARIABLE: Final = "a class variable"
NESTED_CLASS: Final = "a nested class"
TYPE_ALIAS: Final = "a type alias"

METHOD_KINDS: Final = frozenset({METHOD, CLASS_METHOD, STATIC_METHOD})
CLASS_METHOD_KINDS: Final = frozenset({CLASS_METHOD, STATIC_METHOD})
CONSTANT_KINDS: Final = frozenset({CLASS_VARIABLE, READ_ONLY})

_ATTRIBUTES: Final = {ATTRIBUTE, CLASS_VALUE}
_INTERCHANGEABLE: Final = {
    ATTRIBUTE: _ATTRIBUTES,
    CLASS_VALUE: {*_ATTRIBUTES, CLASS_VARIABLE, NESTED_CLASS, TYPE_ALIAS},
    CLASS_VARIABLE: {CLASS_VALUE},
    # `Config = Client.Config` in the class body.
    NESTED_CLASS: {CLASS_VALUE, TYPE_ALIAS},
    TYPE_ALIAS: {CLASS_VALUE, NESTED_CLASS},
}
"""Kinds that are the same for the caller in both marks, by the kind in the reference class."""

_READ_ONLY_FORMS: Final = {
    *(PROPERTY, SETTABLE_PROPERTY, CACHED_PROPERTY, READ_ONLY, CLASS_VARIABLE),
    *_ATTRIBUTES,
}
_IMPLEMENTATIONS: Final = {
    PROPERTY: _READ_ONLY_FORMS,
    CACHED_PROPERTY: _READ_ONLY_FORMS,
    READ_ONLY: _READ_ONLY_FORMS,
    SETTABLE_PROPERTY: _ATTRIBUTES,
    ATTRIBUTE: {SETTABLE_PROPERTY},
    CLASS_VALUE: {SETTABLE_PROPERTY},
}
"""Kinds of an implementation that offer all that the kind in the reference class offers."""


def are_compatible(our: str, their: str, *, is_mirror: bool) -> bool:
    """Return True if a member of one kind may stand for a member of the other kind."""
    if our == their or our in _INTERCHANGEABLE.get(their, ()):
        return True
    return not is_mirror and our in _IMPLEMENTATIONS.get(their, ())


def described(kind: str) -> str:
    """Return a kind for messages."""
    return ATTRIBUTE if kind == CLASS_VALUE else kind
