"""The registry of endpoints: complete, and in agreement with clients, local service and tests."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType, NoneType
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import pytest

from memsy import HTTPResponse, MemsyResponseError, control_resources, models, resources
from memsy._core.batch import Batch
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.poll import Polling
from memsy._core.retry import RetrySafety
from memsy._endpoints import endpoints
from memsy.local.http.routing_table import OPERATIONS, ROUTES
from tests import control_resources as control_tests
from tests import resources as data_tests
from tests.fuzz.client_calls import CALLS
from tests.fuzz.examples import examples
from tests.support.endpoints import SIGNUP_ENDPOINTS, full_path, methods, names

TEST_PACKAGES = {Plane.DATA: data_tests, Plane.CONTROL: control_tests}
OPERATION_TYPES = {cls.__name__ for cls in (Operation, Polling, Batch)}
NOT_AN_ENDPOINT = {"close", "wait_until_processed", "connectors.wait_until_authorized"} | {
    f"{noun}.iterate" for noun in ("roles", "teams", "memories", "actors", "events")
}
"""Methods without an endpoint of their own: `wait_until_processed` polls `status`, for example."""

every_endpoint = pytest.mark.parametrize(
    "endpoint", endpoints(), ids=lambda endpoint: f"{endpoint.plane.name.lower()}-{endpoint.name}"
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
        and str(inspect.get_annotations(function)["return"]).partition("[")[0] in OPERATION_TYPES
    ]


def request_cases(plane: Plane) -> Iterator[tuple[str, str, str | None]]:
    """Yield method, path and body of each request in the `CASES` of the resource tests."""
    for module in modules(TEST_PACKAGES[plane]):
        for case in vars(module).get("CASES", {}).values():
            yield case.method, case.target.partition("?")[0], case.body


def bodies_of(endpoint: Endpoint[Any]) -> list[str | None]:
    """Return the bodies of the cases of an endpoint."""
    path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(endpoint.path))
    paths = {other.path for other in endpoints() if other.plane is endpoint.plane}
    return [
        body
        for method, target, body in request_cases(endpoint.plane)
        if method == endpoint.method
        and re.fullmatch(path, target)
        and (target == endpoint.path or target not in paths)
    ]


def test_endpoint_names_and_routes_are_unique() -> None:
    by_name = Counter((endpoint.plane, endpoint.name) for endpoint in endpoints())
    by_route = Counter((endpoint.plane, endpoint.route) for endpoint in endpoints())
    assert set(by_name.values()) == set(by_route.values()) == {1}


@on_each_plane
def test_every_client_method_calls_an_endpoint(plane: Plane) -> None:
    assert methods(plane).keys() - NOT_AN_ENDPOINT == names(plane)


@every_endpoint
def test_method_returns_the_response_of_its_endpoint(endpoint: Endpoint[Any]) -> None:
    method = methods(endpoint.plane)[endpoint.name]
    assert get_type_hints(method)["return"] == endpoint.response


@every_endpoint
def test_models_of_a_response_are_public(endpoint: Endpoint[Any]) -> None:
    shapes = (endpoint.response, *get_args(endpoint.response))
    for model in (shape for shape in shapes if inspect.isclass(shape) and attrs.has(shape)):
        assert getattr(models, model.__name__) is model


@every_endpoint
def test_get_is_safe_to_repeat_and_has_no_body(endpoint: Endpoint[Any]) -> None:
    if endpoint.method == "GET":
        assert (endpoint.retry_safety, endpoint.body) == (RetrySafety.ALWAYS, ())


def test_local_service_has_the_same_endpoints() -> None:
    local = {(route.name, route.method, f"/{'/'.join(route.pattern)}") for route in ROUTES}
    called = {(e.name, e.method, full_path(e)) for e in (*endpoints(), *SIGNUP_ENDPOINTS)}
    assert local == called


def test_faults_can_be_scheduled_for_every_endpoint() -> None:
    assert {endpoint.name for endpoint in (*endpoints(), *SIGNUP_ENDPOINTS)} == OPERATIONS


def test_local_service_accepts_one_call_of_every_endpoint() -> None:
    assert [call.endpoint for call in CALLS] == list(endpoints())
    rejected = {e.call.name: e.response for e in examples() if not 200 <= e.response.status < 300}
    assert not rejected


@every_endpoint
def test_endpoint_has_a_case_in_the_resource_tests(endpoint: Endpoint[Any]) -> None:
    package = TEST_PACKAGES[endpoint.plane].__name__.replace(".", "/")
    assert bodies_of(endpoint), (
        f"{endpoint.route} has no case: add one to CASES of a module in {package}/"
    )


@every_endpoint
def test_body_has_the_declared_fields(endpoint: Endpoint[Any]) -> None:
    sent = set[str]()
    for body in bodies_of(endpoint):
        assert (body is None) == (not endpoint.body)
        sent |= json.loads(body or "{}").keys()
    assert sent == set(endpoint.body)


@every_endpoint
@pytest.mark.parametrize("content", [b"", b"null", b" \r\n"], ids=["empty", "null", "blank"])
def test_only_an_endpoint_that_returns_a_list_accepts_an_empty_body(
    endpoint: Endpoint[Any], content: bytes
) -> None:
    """`interest.status` and the endpoints without a result accept one, too."""
    response = HTTPResponse(200, content=content)
    if get_origin(endpoint.response) is list:
        assert endpoint.decode(response) == []
    elif endpoint.response in (bool, NoneType):
        assert not endpoint.decode(response)
    else:
        with pytest.raises(MemsyResponseError):
            endpoint.decode(response)


def test_every_kind_of_operation_is_checked() -> None:
    results = {inspect.get_annotations(function)["return"] for function in operation_functions()}
    assert {result.partition("[")[0] for result in results} == OPERATION_TYPES


@pytest.mark.parametrize(
    "function", operation_functions(), ids=lambda function: function.__qualname__
)
def test_arguments_that_could_be_swapped_are_passed_by_keyword(
    function: Callable[..., object],
) -> None:
    """More than three parameters, or two of one type apart from None, are keyword-only."""
    parameters = inspect.signature(function).parameters.values()
    types = Counter(str(p.annotation).removesuffix(" | None") for p in parameters)
    if len(parameters) > 3 or set(types.values()) > {1}:
        positional = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
        assert len(positional) <= 1
        assert all(types[str(p.annotation)] == 1 for p in parameters if p.name in positional)
