"""The registry of endpoints: complete, and in agreement with clients, local service and tests."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from memsy import control_resources, models, resources
from memsy._core.operation import Endpoint
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy._endpoints import endpoints
from memsy.local.http.routing_table import OPERATIONS, ROUTES
from tests import control_resources as control_rows
from tests import resources as data_rows
from tests.fuzz.client_calls import CALLS
from tests.fuzz.examples import examples
from tests.support.endpoints import full_path, methods, names

ROWS = {Plane.DATA: data_rows, Plane.CONTROL: control_rows}
BUILT = {"Operation", "Polling", "Series"}
NOT_AN_ENDPOINT = {"close", "connectors.wait_until_authorized"}
"""Methods that call no endpoint of their own: the latter polls `connectors.list_resources`."""

every_endpoint = pytest.mark.parametrize(
    "endpoint", endpoints(), ids=lambda one: f"{one.plane.name.lower()}-{one.name}"
)
on_each_plane = pytest.mark.parametrize("plane", Plane, ids=lambda plane: plane.name.lower())


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in iter_modules(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


def operation_functions() -> list[Callable[..., object]]:
    """Return the functions of the resource modules that build operations."""
    return [
        function
        for module in (*modules(resources), *modules(control_resources))
        for function in vars(module).values()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and str(inspect.get_annotations(function)["return"]).partition("[")[0] in BUILT
    ]


def request_rows(plane: Plane) -> Iterator[tuple[str, str, str | None]]:
    """Yield method, path and body of each request in the tables `CASES` of the resource tests."""
    for module in modules(ROWS[plane]):
        for case in vars(module).get("CASES", {}).values():
            yield case.method, case.target.partition("?")[0], case.body


def rows_of(endpoint: Endpoint[Any]) -> list[str | None]:
    """Return the bodies of the rows of *endpoint*."""
    path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(endpoint.path))
    fixed = {one.path for one in endpoints() if one.plane is endpoint.plane}
    return [
        body
        for method, target, body in request_rows(endpoint.plane)
        if method == endpoint.method
        and re.fullmatch(path, target)
        and (target == endpoint.path or target not in fixed)
    ]


def test_names_and_routes_are_unique() -> None:
    named = Counter((one.plane, one.name) for one in endpoints())
    routed = Counter((one.plane, one.route) for one in endpoints())
    assert set(named.values()) == set(routed.values()) == {1}


@on_each_plane
def test_every_client_method_calls_an_endpoint(plane: Plane) -> None:
    assert methods(plane).keys() - NOT_AN_ENDPOINT == names(plane)


@every_endpoint
def test_a_method_returns_the_response_of_its_endpoint(endpoint: Endpoint[Any]) -> None:
    method = methods(endpoint.plane)[endpoint.name]
    assert get_type_hints(method)["return"] == endpoint.response


@every_endpoint
def test_the_models_of_a_response_are_public(endpoint: Endpoint[Any]) -> None:
    shapes = (endpoint.response, *get_args(endpoint.response))
    for model in (shape for shape in shapes if inspect.isclass(shape) and attrs.has(shape)):
        assert getattr(models, model.__name__) is model


@every_endpoint
def test_a_get_is_safe_to_repeat_and_has_no_body(endpoint: Endpoint[Any]) -> None:
    if endpoint.method == "GET":
        assert (endpoint.retry_safety, endpoint.body) == (RetrySafety.ALWAYS, ())


def test_the_local_service_has_the_same_endpoints() -> None:
    local = {(one.name, one.method, f"/{'/'.join(one.pattern)}") for one in ROUTES}
    assert local == {(one.name, one.method, full_path(one)) for one in endpoints()}


def test_faults_can_be_scheduled_for_every_endpoint() -> None:
    assert {one.name for one in endpoints()} == OPERATIONS


def test_the_local_service_accepts_one_call_of_every_endpoint() -> None:
    assert [call.endpoint for call in CALLS] == list(endpoints())
    responses = {example.call.name: example.response for example in examples()}
    rejected = {name for name, response in responses.items() if response.status not in (200, 204)}
    assert not rejected


@every_endpoint
def test_the_bytes_of_an_endpoint_are_tested(endpoint: Endpoint[Any]) -> None:
    package = ROWS[endpoint.plane].__name__.replace(".", "/")
    assert rows_of(endpoint), f"add a row for {endpoint.route} to CASES of a module in {package}/"


@every_endpoint
def test_a_body_has_the_declared_fields(endpoint: Endpoint[Any]) -> None:
    sent = set[str]()
    for body in rows_of(endpoint):
        assert (body is None) == (not endpoint.body)
        sent |= json.loads(body or "{}").keys()
    assert sent == set(endpoint.body)


@pytest.mark.parametrize("function", operation_functions(), ids=lambda one: one.__qualname__)
def test_arguments_that_could_be_swapped_are_passed_by_keyword(
    function: Callable[..., object],
) -> None:
    """More than three parameters, or two of one type, are keyword-only; None is no type."""
    parameters = inspect.signature(function).parameters.values()
    types = Counter(str(one.annotation).removesuffix(" | None") for one in parameters)
    if len(parameters) > 3 or set(types.values()) > {1}:
        positional = [one.name for one in parameters if one.kind is not one.KEYWORD_ONLY]
        assert len(positional) <= 1
        assert all(types[str(one.annotation)] == 1 for one in parameters if one.name in positional)
