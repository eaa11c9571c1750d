"""Code for the official SDK runs on our clients, fakes and protocols, sync and async."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, NamedTuple

import pytest

import memsy
from memsy import control_resources, protocols, resources, testing
from memsy._core.plane import Plane
from tests.support import official_surface
from tests.support.endpoints import method_names, resource_names

if TYPE_CHECKING:
    from memsy import client, control

SURFACES = {
    name: surface
    for name, surface in vars(official_surface).items()
    if inspect.isclass(surface) and surface.__module__ == official_surface.__name__
}

PLANES = {"MemsyClient": Plane.DATA, "MemsyControlClient": Plane.CONTROL}
RESOURCES = {
    of: (PLANES[client], noun)
    for client in PLANES
    for noun, of in inspect.get_annotations(SURFACES[client]).items()
}
"""Plane and attribute name of each resource: `ActorsResource` is `actors` of the data plane."""

NEXT_OFFICIAL = ["surface", "capture_mode"]
"""Constructor parameters of the next official SDK, which follow those of 0.3.5."""
OPTIONS = {
    *("retry", "proxy", "ca_file", "client_cert", "trust_environment", "max_connections"),
    *("default_headers", "app_info", "hooks"),
}
"""Keyword parameters that our constructors add."""
PLAIN_METHODS = {"with_options"}
"""Methods of clients that send nothing. They are plain methods of async clients, too."""
OPTIONS_OF_FAKES = OPTIONS | {"service"}


CONVENIENCES = {
    "MemsyClient": {"wait_until_processed"},
    **{
        f"{noun}Resource": {"iterate"}
        for noun in ("Roles", "Teams", "Memories", "Actors", "Events")
    },
}
"""Methods that this package adds. They call endpoints of other methods."""
ITERATORS = {"iterate"}
"""Methods that are a plain `def` in the async form, too."""


class Implementation(NamedTuple):
    surface: str
    cls: type


def implementations() -> dict[str, Implementation]:
    """Return the sync and async class, protocol and fake of each official class."""
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


def endpoint_methods(surface: str) -> set[str]:
    """Return the methods of an official class that call an endpoint of the registry."""
    plane, noun = (PLANES[surface], None) if surface in PLANES else RESOURCES[surface]
    return method_names(plane, noun)


def additions(name: str, method: str) -> set[str]:
    if method != "__init__":
        return set()
    return OPTIONS_OF_FAKES if name.startswith("Fake") else OPTIONS


def test_table_has_all_official_methods() -> None:
    """2 clients and 11 resources with 57 methods, constructors included."""
    assert len(SURFACES) == 2 + 11
    assert sum(name in SURFACES for name, _ in METHODS) == 57


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_official_parameters_come_first_and_other_parameters_are_optional_keywords(
    name: str, method: str
) -> None:
    surface, cls = IMPLEMENTATIONS[name]
    declared = parameters(getattr(cls, method))
    if method == "__init__":
        official = parameters(official_surface.constructor)
        # URL and key are optional, because the environment can provide them.
        official[:2] = [parameter.replace(default=None) for parameter in official[:2]]
    else:
        official = parameters(vars(SURFACES[surface])[method])
    assert declared[: len(official)] == official
    added = declared[len(official) :]
    if method == "__init__":
        following = added[: len(NEXT_OFFICIAL)]
        assert [parameter.name for parameter in following] == NEXT_OFFICIAL
        assert {parameter.kind for parameter in following} == {
            inspect.Parameter.POSITIONAL_OR_KEYWORD
        }
        assert {parameter.default for parameter in following} == {None}
        added = added[len(NEXT_OFFICIAL) :]
    assert {parameter.name for parameter in added} == additions(name, method)
    assert {parameter.kind for parameter in added} <= {inspect.Parameter.KEYWORD_ONLY}
    assert not any(parameter.default is parameter.empty for parameter in added)


@pytest.mark.parametrize("name", [name for name in IMPLEMENTATIONS if name.startswith("Fake")])
def test_fake_has_the_constructor_of_its_client_and_service(name: str) -> None:
    real = named(name.removeprefix("Fake"))
    *same, service = list(inspect.signature(named(name)).parameters.values())
    assert service.name == "service"
    assert same == list(inspect.signature(real).parameters.values())


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_only_methods_of_async_classes_are_coroutine_functions(name: str) -> None:
    cls = IMPLEMENTATIONS[name].cls
    for method in public_methods(cls) - ITERATORS - PLAIN_METHODS:
        assert inspect.iscoroutinefunction(getattr(cls, method)) is ("Async" in name), method


@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_every_public_method_is_official_or_calls_an_endpoint(name: str) -> None:
    surface, cls = IMPLEMENTATIONS[name]
    plain_methods = PLAIN_METHODS if surface in PLANES else set()
    official = public_methods(SURFACES[surface])
    added = endpoint_methods(surface) | CONVENIENCES.get(surface, set())
    assert public_methods(cls) == official | added | plain_methods


@pytest.mark.parametrize("name", [name for name in IMPLEMENTATIONS if "Client" in name])
def test_every_resource_is_an_attribute_of_its_class(name: str) -> None:
    surface, cls = IMPLEMENTATIONS[name]
    mode = "Async" if "Async" in name else ""
    of_registry = {noun: f"{noun.title()}Resource" for noun in resource_names(PLANES[surface])}
    properties = dict(inspect.getmembers(cls, lambda member: isinstance(member, property)))
    assert {
        noun: inspect.signature(attribute.fget).return_annotation
        for noun, attribute in properties.items()
    } == {
        noun: mode + (of.replace("Resource", "Protocol") if "Protocol" in name else of)
        for noun, of in (inspect.get_annotations(SURFACES[surface]) | of_registry).items()
    }


if TYPE_CHECKING:
    # mypy compares the types of parameters and results, which `inspect` cannot.

    def data_resources(
        memsy_client: client.MemsyClient,
    ) -> tuple[
        official_surface.OrgsResource,
        official_surface.RolesResource,
        official_surface.TeamsResource,
        official_surface.MemoriesResource,
        official_surface.ActorsResource,
    ]:
        return (
            *(memsy_client.orgs, memsy_client.roles, memsy_client.teams),
            *(memsy_client.memories, memsy_client.actors),
        )

    def control_resources_of(
        control_client: control.MemsyControlClient,
    ) -> tuple[
        official_surface.UsageResource,
        official_surface.BillingResource,
        official_surface.KeysResource,
        official_surface.EventsResource,
        official_surface.InterestResource,
        official_surface.ConnectorsResource,
    ]:
        return (
            *(control_client.usage, control_client.billing, control_client.keys),
            *(control_client.events, control_client.interest, control_client.connectors),
        )
