"""
Mutations of a class, and the verdict that the plugin must give.

A mutation first prepares all classes: it writes the same form on both sides. In the classes of one
side it makes the change instead.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias

from tests._parity import signature_changes
from tests._parity.class_sources import is_member
from tests._parity.signature_changes import Definition
from tests._parity.statement_changes import (
    FOR,
    IF,
    TRY,
    WITH,
    aliased,
    annotated_result,
    attribute,
    cached,
    decorated,
    decorated_property,
    documented,
    in_both_arms,
    limited,
    limited_alias,
    limited_below,
    moved_below,
    optional_unions,
    overloaded,
    overloaded_in_other_order,
    quoted,
    renamed_everywhere,
    reordered_unions,
    settable,
    with_private_neighbour,
)

Change: TypeAlias = Callable[[Definition], Sequence[ast.stmt]]
Verdict: TypeAlias = Literal[
    "drift",
    "honest in implementations",
    "honest in protocols",
    "honest in implementations and protocols",
    "honest in mirrors",
    "honest",
]
"""
Expected verdict: the changes that the plugin must not report.

An implementation is the marked class of `@implements`, and a protocol its reference.
"""


class Mutation(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def is_one_sided(self) -> bool: ...
    def rewrite(self, cls: ast.ClassDef, *, is_changed: bool) -> None: ...
    def verdict(self, member: str) -> Verdict: ...


class MemberMutation(NamedTuple):
    """Change of every member that a class defines."""

    name: str
    change: Change
    prepare: Change = lambda definition: []
    expected: Verdict = "drift"
    is_one_sided: bool = True

    def rewrite(self, cls: ast.ClassDef, *, is_changed: bool) -> None:
        change = self.change if is_changed or not self.is_one_sided else self.prepare
        for f in [s for s in cls.body if isinstance(s, Definition) and is_member(s.name)]:
            place = cls.body.index(f)
            cls.body[place : place + 1] = change(deepcopy(f)) or [f]

    def verdict(self, member: str) -> Verdict:
        return self.expected


class MembersReversed:
    """Opposite order of the methods and properties."""

    name: Final = "members_reversed"
    is_one_sided: Final = True

    def rewrite(self, cls: ast.ClassDef, *, is_changed: bool) -> None:
        if is_changed:
            definitions = [s for s in cls.body if isinstance(s, Definition)]
            others = [s for s in cls.body if s not in definitions]
            cls.body[:] = [*others, *reversed(definitions)]

    def verdict(self, member: str) -> Verdict:
        return "honest"


SIGNATURE_CHANGES: Final[list[Change]] = [
    signature_changes.parameter_renamed,
    signature_changes.parameter_widened,
    signature_changes.parameter_narrowed,
    signature_changes.parameters_reordered,
    signature_changes.parameter_added,
    signature_changes.parameter_removed,
    signature_changes.parameter_made_keyword_only,
    signature_changes.parameter_made_positional,
    signature_changes.parameter_made_positional_only,
    signature_changes.default_dropped,
    signature_changes.default_added,
    signature_changes.default_changed,
    signature_changes.result_widened,
    signature_changes.result_narrowed,
    signature_changes.result_in_other_mode,
    signature_changes.result_in_sync_form,
    signature_changes.iterator_in_other_mode,
    signature_changes.member_renamed,
    signature_changes.member_removed,
    signature_changes.member_added,
    signature_changes.method_made_property,
    signature_changes.method_made_class_method,
    signature_changes.property_made_method,
]

DRIFTS: Final[list[Mutation]] = [
    *(MemberMutation(change.__name__, change) for change in SIGNATURE_CHANGES),
    MemberMutation(
        "default_of_other_module",
        lambda f: limited(f, "frozenset({parity_others.LIMIT})"),
        lambda f: limited(f, "frozenset({parity_values.LIMIT})"),
    ),
    MemberMutation(
        "default_below_try",
        lambda f: limited_below(f, TRY, "2"),
        lambda f: limited_below(f, TRY, "1"),
    ),
    MemberMutation(
        "default_below_with",
        lambda f: limited_below(f, WITH, "2"),
        lambda f: limited_below(f, WITH, "1"),
    ),
    MemberMutation(
        "default_below_for",
        lambda f: limited_below(f, FOR, "2"),
        lambda f: limited_below(f, FOR, "1"),
    ),
    MemberMutation(
        "default_below_if",
        lambda f: limited_below(f, IF, "2"),
        lambda f: limited_below(f, IF, "1"),
    ),
    MemberMutation(
        "default_in_second_arm", lambda f: in_both_arms(f, "2"), lambda f: in_both_arms(f, "1")
    ),
    MemberMutation(
        "default_of_overloaded", lambda f: overloaded(f, "2"), lambda f: overloaded(f, "1")
    ),
    MemberMutation(
        "overloads_reordered",
        overloaded_in_other_order,
        lambda f: overloaded(f, "1"),
    ),
    MemberMutation(
        "default_of_alias", lambda f: limited_alias(f, "2"), lambda f: limited_alias(f, "1")
    ),
    MemberMutation(
        "default_of_cached",
        lambda f: cached(f, "2"),
        lambda f: cached(f, "1"),
    ),
    MemberMutation(
        "decorator_argument_changed",
        lambda f: decorated(f, "parity_values.retried(2)"),
        lambda f: decorated(f, "parity_values.retried(1)"),
    ),
    MemberMutation("deprecated", lambda f: decorated(f, "typing_extensions.deprecated('Old.')")),
    MemberMutation(
        "annotated_metadata_changed",
        lambda f: annotated_result(f, "2"),
        lambda f: annotated_result(f, "1"),
    ),
    MemberMutation(
        "property_made_cached",
        lambda f: decorated_property(f, "functools.cached_property"),
        expected="honest in implementations and protocols",
    ),
    MemberMutation(
        "property_made_attribute",
        lambda f: attribute(f, "{}"),
        expected="honest in implementations",
    ),
    MemberMutation(
        "attribute_made_class_variable",
        lambda f: attribute(f, "typing.ClassVar[{}]"),
        lambda f: attribute(f, "{}"),
    ),
    MemberMutation(
        "setter_with_other_type",
        lambda f: settable(f, "{} | int", has_deleter=False),
        lambda f: settable(f, "{}", has_deleter=False),
    ),
    MemberMutation(
        "setter_removed",
        lambda f: settable(f, "", has_deleter=False),
        lambda f: settable(f, "{}", has_deleter=False),
        "honest in protocols",
    ),
    MemberMutation(
        "deleter_removed",
        lambda f: settable(f, "{}", has_deleter=False),
        lambda f: settable(f, "{}", has_deleter=True),
    ),
]

HONEST: Final[list[Mutation]] = [
    MembersReversed(),
    *(
        MemberMutation(change.__name__, change, expected="honest")
        for change in (
            aliased,
            documented,
            with_private_neighbour,
            quoted,
            reordered_unions,
            optional_unions,
        )
    ),
    *(
        MemberMutation(
            f"moved_below_{name}", partial(moved_below, statement=below), expected="honest"
        )
        for name, below in {"try": TRY, "with": WITH, "for": FOR, "if": IF}.items()
    ),
    MemberMutation(
        "constant_in_place_of_literal",
        lambda f: limited(f, "parity_values.LIMIT"),
        lambda f: limited(f, "10"),
        "honest",
    ),
    MemberMutation(
        "overloaded_everywhere", lambda f: overloaded(f, "1"), expected="honest", is_one_sided=False
    ),
    MemberMutation(
        "parameter_renamed_everywhere", renamed_everywhere, expected="honest", is_one_sided=False
    ),
    MemberMutation(
        "decorated_everywhere",
        lambda f: decorated(f, "parity_values.retried(1)"),
        expected="honest",
        is_one_sided=False,
    ),
]
