"""Run a fault case: `run_case(case, kind)` returns the outcome. No test framework is needed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from unittest.mock import patch
from urllib.parse import urlsplit

from attrs import evolve

from memsy._core.http import HTTPRequest
from tests.faults import subprocess_runner
from tests.faults.actions import Task, run_task
from tests.faults.case import Case
from tests.faults.clients import FAKES, KEY, AttemptRecorder, ClientKind, ScriptedService
from tests.faults.outcome import Outcome
from tests.faults.scenario import Endpoint, Responses

_RELEVANT_VARIABLES = re.compile(
    r"MEMSY_\w+|SSL\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|REQUEST_METHOD|\w+_PROXY",
    re.IGNORECASE,
)
"""Names of environment variables that a client or its HTTP library might read."""


def run_case(case: Case, kind: ClientKind) -> Outcome:
    """Run `case` with a client of `kind`, in this process or in a subprocess."""
    if kind in FAKES:
        return _run_on_fake(case, kind)
    with case.scenario() as endpoint:
        outcome = run_calls(case, kind, endpoint)
    raw_requests = tuple(request for server in endpoint.servers for request in server.requests)
    return evolve(
        outcome,
        requests=tuple(map(_parse_request, raw_requests)),
        raw_requests=raw_requests,
        connections=sum(server.connections for server in endpoint.servers),
        forbidden_connections=sum(server.connections for server in endpoint.forbidden_servers),
    ).without_ports(_ports(endpoint))


def run_calls(case: Case, kind: ClientKind, endpoint: Endpoint) -> Outcome:
    """Run the calls of `case` with a client of `kind`, and return what the client sees."""
    task = Task(
        case.calls,
        {"base_url": endpoint.base_url, "api_key": KEY, **endpoint.options, **case.options},
        seed=case.id,
    )
    environment = _environment(case, endpoint.environment)
    if case.in_subprocess:
        return subprocess_runner.run_task(task, kind, environment)
    with patch.dict(os.environ, environment, clear=True):
        return run_task(task, kind, AttemptRecorder(), between_calls=endpoint.between_calls)


def _run_on_fake(case: Case, kind: ClientKind) -> Outcome:
    assert isinstance(case.scenario, Responses), f"a fake cannot run {case.id}"
    recorder = AttemptRecorder()
    with ScriptedService(case.scenario.responses, recorder) as service:
        task = Task(case.calls, {"api_key": KEY, **case.options}, seed=case.id)
        with patch.dict(os.environ, _environment(case), clear=True):
            outcome = run_task(task, kind, recorder, service=service)
        return evolve(outcome, requests=tuple(map(_without_host, service.sent_requests)))


def _environment(case: Case, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of the machine, with the relevant variables as the case sets them."""
    unrelated = {
        name: value for name, value in os.environ.items() if not _RELEVANT_VARIABLES.fullmatch(name)
    }
    return {**unrelated, **case.environment, **(more or {})}


def _ports(endpoint: Endpoint) -> list[int]:
    servers = [server.port for server in (*endpoint.servers, *endpoint.forbidden_servers)]
    return [urlsplit(endpoint.base_url).port or 0, *servers]


def _parse_request(data: bytes) -> HTTPRequest:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return _without_host(HTTPRequest(method, target, body or None, headers))


def _without_host(request: HTTPRequest) -> HTTPRequest:
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    return evolve(request, headers=headers)
