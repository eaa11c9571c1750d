"""Random drifts: each changes one member of a class, or returns the same member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeAlias

from tests._parity.random_members import (
    DEFAULTS,
    FORMS,
    KINDS,
    METHODS,
    Member,
    Parameter,
    parameter_type,
    random_type,
)

Drift: TypeAlias = Callable[[Random, Member], Member]

FORM_GROUPS = [
    {"method", "alias", "guarded", "tried"},
    {"iterator", "generator"},
    {"context", "manager"},
    {"sync method"},
    {"class method"},
    {"property", "settable", "cached", "attribute"},
]
"""Forms that can be the same for a caller."""


def parameter_renamed(random: Random, member: Member) -> Member:
    return _with_parameter(
        random, member, lambda p: replace(p, name=p.name + "_") if p.kind != KINDS[0] else p
    )


def parameter_retyped(random: Random, member: Member) -> Member:
    return _with_parameter(random, member, lambda p: replace(p, annotation=parameter_type(random)))


def parameter_moved(random: Random, member: Member) -> Member:
    return _with_parameter(random, member, lambda p: replace(p, kind=random.choice(KINDS)))


def default_changed(random: Random, member: Member) -> Member:
    return _with_parameter(
        random, member, lambda p: replace(p, default=random.choice([*DEFAULTS, ""]))
    )


def parameter_added(random: Random, member: Member) -> Member:
    added = Parameter("added", random.choice(KINDS), random_type(random), random.choice(DEFAULTS))
    return (
        replace(member, parameters=(*member.parameters, added))
        if member.form in METHODS
        else member
    )


def parameter_removed(random: Random, member: Member) -> Member:
    if not member.parameters:
        return member
    gone = random.choice(member.parameters)
    return replace(member, parameters=tuple(p for p in member.parameters if p is not gone))


def result_changed(random: Random, member: Member) -> Member:
    return replace(member, result=random_type(random))


def value_changed(random: Random, member: Member) -> Member:
    return replace(member, value=random.choice(DEFAULTS)) if member.value else member


def form_changed(random: Random, member: Member) -> Member:
    """Replace the form by one that differs for a caller."""
    form = random.choice(list(FORMS))
    groups = [group for group in FORM_GROUPS if {form, member.form} & group]
    if len(groups) < 2:
        return member
    return replace(member, form=form)


def member_renamed(random: Random, member: Member) -> Member:
    return replace(member, name=member.name + "_too")


DRIFTS: list[Drift] = [
    parameter_renamed,
    parameter_retyped,
    parameter_moved,
    default_changed,
    parameter_added,
    parameter_removed,
    result_changed,
    value_changed,
    form_changed,
    member_renamed,
]


def _with_parameter(
    random: Random, member: Member, change: Callable[[Parameter], Parameter]
) -> Member:
    if not member.parameters:
        return member
    place = random.randrange(len(member.parameters))
    parameters = list(member.parameters)
    parameters[place] = change(parameters[place])
    return replace(member, parameters=tuple(parameters))
