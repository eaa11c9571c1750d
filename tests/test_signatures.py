"""Code for the official client runs on ours: on both colours, on the fakes, on the protocols."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, NamedTuple

import pytest

import memsy
from memsy import control_resources, protocols, resources, testing
from tests import official

if TYPE_CHECKING:
    from memsy import client, control

SURFACES = {
    name: surface
    for name, surface in vars(official).items()
    if inspect.isclass(surface) and surface.__module__ == official.__name__
}

OF_OUR_OWN = {"MemsyClient": {"clear"}}
"""Methods that we add."""
OPTIONS = {"retry", "proxy", "ca_file", "client_cert", "trust_environment"}
"""What we add to the constructors, by keyword."""
OPTIONS_OF_FAKES = OPTIONS | {"service"}


class Implementation(NamedTuple):
    surface: str
    ours: type


def implementations() -> dict[str, Implementation]:
    """Of each surface: the class of each colour, its protocol, and its fake if it has one."""
    found = {}
    for surface in SURFACES:
        protocol = f"{surface.removesuffix('Resource')}Protocol"
        for name in (surface, f"Async{surface}", protocol, f"Async{protocol}"):
            found[name] = Implementation(surface, named(name))
        if surface.endswith("Client"):
            for name in (f"Fake{surface}", f"FakeAsync{surface}"):
                found[name] = Implementation(surface, named(name))
    return found


def named(name: str) -> type:
    for package in (memsy, resources, control_resources, protocols, testing):
        if hasattr(package, name):
            found = getattr(package, name)
            assert isinstance(found, type)
            return found
    raise LookupError(name)


IMPLEMENTATIONS = implementations()
METHODS = [
    *((name, "__init__") for name in IMPLEMENTATIONS if name.endswith("Client")),
    *(
        (name, method)
        for name, (surface, _) in IMPLEMENTATIONS.items()
        for method, function in vars(SURFACES[surface]).items()
        if inspect.isfunction(function) and not method.startswith("_")
    ),
]


def parameters(function: object) -> list[inspect.Parameter]:
    assert inspect.isfunction(function)
    _, *rest = inspect.signature(function).parameters.values()
    return [parameter.replace(annotation=parameter.empty) for parameter in rest]


def public_methods(cls: type) -> set[str]:
    return {
        name
        for name, value in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_")
    }


def additions(name: str, method: str) -> set[str]:
    if method != "__init__":
        return set()
    return OPTIONS_OF_FAKES if name.startswith("Fake") else OPTIONS


def test_nothing_of_the_official_client_is_missing_from_the_table() -> None:
    """4 clients in two colours, 11 nouns; 57 methods, constructors included."""
    assert len(SURFACES) == 2 + 11
    assert sum(name in SURFACES for name, _ in METHODS) == 57


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_a_call_for_the_official_client_means_the_same_to_ours(name: str, method: str) -> None:
    """Its parameters come first, alike; what we add comes after them, by keyword, and may lack."""
    surface, ours = IMPLEMENTATIONS[name]
    mine = parameters(getattr(ours, method))
    if method == "__init__":
        theirs = parameters(official.constructor)
        # Where to, and as whom, the environment may say.
        theirs[:2] = [parameter.replace(default=None) for parameter in theirs[:2]]
    else:
        theirs = parameters(vars(SURFACES[surface])[method])
    assert mine[: len(theirs)] == theirs
    added = mine[len(theirs) :]
    assert {parameter.name for parameter in added} == additions(name, method)
    assert {parameter.kind for parameter in added} <= {inspect.Parameter.KEYWORD_ONLY}
    assert not any(parameter.default is parameter.empty for parameter in added)


@pytest.mark.parametrize("name", [name for name, _ in METHODS if name.startswith("Fake")])
def test_the_constructor_of_a_fake_is_that_of_the_client_and_service(name: str) -> None:
    real = named(name.removeprefix("Fake"))
    *same, service = list(inspect.signature(named(name)).parameters.values())
    assert service.name == "service"
    assert same == list(inspect.signature(real).parameters.values())


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_a_call_is_awaited_in_the_awaiting_colour_alone(name: str, method: str) -> None:
    is_awaited = "Async" in name and method != "__init__"
    function = getattr(IMPLEMENTATIONS[name].ours, method)
    assert inspect.iscoroutinefunction(function) is is_awaited


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_there_is_no_method_but_these(name: str) -> None:
    surface, ours = IMPLEMENTATIONS[name]
    theirs = public_methods(SURFACES[surface])
    assert public_methods(ours) == theirs | OF_OUR_OWN.get(surface, set())


@pytest.mark.parametrize("name", [name for name in IMPLEMENTATIONS if "Client" in name])
def test_every_noun_is_an_attribute_of_its_class(name: str) -> None:
    surface, ours = IMPLEMENTATIONS[name]
    colour = "Async" if "Async" in name else ""
    nouns = inspect.get_annotations(SURFACES[surface])
    properties = dict(inspect.getmembers(ours, lambda member: isinstance(member, property)))
    assert {
        noun: inspect.signature(attribute.fget).return_annotation
        for noun, attribute in properties.items()
    } == {
        noun: colour + (of.replace("Resource", "Protocol") if "Protocol" in name else of)
        for noun, of in nouns.items()
    }


if TYPE_CHECKING:
    # What `inspect` cannot compare, mypy does: each type that a call may have, and gives.

    def hot(
        ours: client.MemsyClient,
    ) -> tuple[
        official.OrgsResource,
        official.RolesResource,
        official.TeamsResource,
        official.MemoriesResource,
        official.ActorsResource,
    ]:
        return ours.orgs, ours.roles, ours.teams, ours.memories, ours.actors

    def account(
        ours: control.MemsyControlClient,
    ) -> tuple[
        official.UsageResource,
        official.BillingResource,
        official.KeysResource,
        official.EventsResource,
        official.InterestResource,
        official.ConnectorsResource,
    ]:
        return (
            *(ours.usage, ours.billing, ours.keys),
            *(ours.events, ours.interest, ours.connectors),
        )
