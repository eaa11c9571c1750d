"""OpenTelemetry: the span of a call, alone and with the stock instrumentations of HTTP clients."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from opentelemetry import context, trace
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    Decision,
    Sampler,
    SamplingResult,
    StaticSampler,
)
from opentelemetry.trace import SpanKind, StatusCode, TraceFlags

from memsy import (
    AsyncMemsyClient,
    EventPayload,
    MemsyClient,
    MemsyConfigurationError,
    MemsyError,
    MemsyTimeoutError,
    NotFoundError,
    RetryPolicy,
)
from memsy._core.extras import install_hint
from memsy._core.http import HTTPRequest
from memsy._core.tracing import automatic_tracing
from memsy.hooks import AttemptEnd
from memsy.integrations.otel import TracingHook
from memsy.local import LocalServer, LocalService
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, FakeMemsyControlClient

TEA = EventPayload("ann", "chat-1", "user_message", "I like green tea")

in_both_modes = pytest.mark.parametrize("make_fake", [FakeMemsyClient, FakeAsyncMemsyClient])


class Tracer:
    """A tracer provider with an exporter in memory."""

    def __init__(self, sampler: Sampler | None = None) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler, shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def hook(self, *, capture_content: bool = False) -> TracingHook:
        return TracingHook(capture_content=capture_content, tracer_provider=self.provider)

    @contextmanager
    def span(self, name: str) -> Iterator[trace.Span]:
        with self.provider.get_tracer("test").start_as_current_span(name) as span:
            yield span

    @property
    def spans(self) -> list[ReadableSpan]:
        """The finished spans, without those of the test itself."""
        return [span for span in self.all_spans if scope(span) != "test"]

    @property
    def all_spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())


def scope(span: ReadableSpan) -> str:
    assert span.instrumentation_scope is not None
    return span.instrumentation_scope.name


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def span_id(span: ReadableSpan | trace.Span) -> int:
    span_context = span.get_span_context()
    assert span_context is not None
    return span_context.span_id


@pytest.fixture
def tracer() -> Tracer:
    return Tracer()


class RecordingService(LocalService):
    """Service that keeps the requests with their headers."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[HTTPRequest] = []

    def deliver(self, request: HTTPRequest) -> Any:  # noqa: ANN401 - as in the base class
        self.received.append(request)
        return super().deliver(request)


def run(value: Any) -> Any:  # noqa: ANN401 - of any method
    return asyncio.run(value) if inspect.iscoroutine(value) else value


@in_both_modes
def test_call_is_one_client_span(make_fake: Callable[..., Any], tracer: Tracer) -> None:
    fake = make_fake(hooks=[tracer.hook()])
    fake.service.seed([TEA])
    run(fake.search("tea", actor_id="ann"))
    (span,) = tracer.spans
    assert (span.name, span.kind) == ("POST /search", SpanKind.CLIENT)
    assert span.status.status_code is StatusCode.UNSET
    assert scope(span) == "memsy"
    assert attributes(span) == {
        "gen_ai.memory.record.count": 1,
        "gen_ai.operation.name": "search_memory",
        "gen_ai.provider.name": "memsy",
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "memsy.operation": "search",
        "memsy.request_id": "req_1",
        "server.address": "memsy.test",
        "server.port": 80,
        "url.template": "/search",
    }


@in_both_modes
def test_retries_are_one_span_with_their_number(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    fake = make_fake(hooks=[tracer.hook()])
    fake.service.faults.fail_next("health", 503, times=2)
    run(fake.health())
    (span,) = tracer.spans
    assert attributes(span)["http.request.resend_count"] == 2
    assert attributes(span)["http.response.status_code"] == 200
    assert "error.type" not in attributes(span)


@in_both_modes
@pytest.mark.parametrize(
    ("operation", "name"),
    [("ingest", "upsert_memory"), ("search", "search_memory"), ("health", None)],
)
def test_memory_operations_have_the_names_of_the_conventions(
    make_fake: Callable[..., Any], operation: str, name: str | None, tracer: Tracer
) -> None:
    fake = make_fake(hooks=[tracer.hook()])
    arguments: dict[str, Any] = {"ingest": [[TEA]], "search": ["tea"], "health": []}
    run(getattr(fake, operation)(*arguments[operation]))
    (span,) = tracer.spans
    assert attributes(span).get("gen_ai.operation.name") == name


@in_both_modes
def test_failed_call_has_an_error_status_and_type(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    fake = make_fake(hooks=[tracer.hook()], retry=RetryPolicy(max_retries=0))
    fake.service.faults.fail_next("search", 503)
    fake.service.faults.delay_next("health", 3600)
    fake.service.faults.fail_next("memories.stats", NotFoundError)
    for call in (lambda: fake.search("tea"), fake.health, fake.memories.stats):
        with pytest.raises(MemsyError):
            run(call())
    assert [span.status.status_code for span in tracer.spans] == [StatusCode.ERROR] * 3
    assert [span.status.description for span in tracer.spans] == [None] * 3
    assert [attributes(span)["error.type"] for span in tracer.spans] == [
        *("503", "MemsyTimeoutError", "404")
    ]
    assert [attributes(span).get("http.response.status_code") for span in tracer.spans] == [
        *(503, None, 404)
    ]


@in_both_modes
def test_error_type_names_the_error_of_the_call_not_the_last_status(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    class Interrupting:
        def on_attempt_end(self, event: AttemptEnd) -> None:
            raise KeyboardInterrupt

    fake = make_fake(hooks=[tracer.hook(), Interrupting()])
    fake.service.faults.fail_next("search", 503)
    with pytest.raises(KeyboardInterrupt):
        run(fake.search("tea"))
    (span,) = tracer.spans
    shown = attributes(span)
    assert (shown["error.type"], shown["http.response.status_code"]) == ("KeyboardInterrupt", 503)


def test_wait_is_one_span_with_the_type_of_its_timeout(tracer: Tracer) -> None:
    fake = FakeMemsyControlClient(hooks=[tracer.hook()])
    connector_id = fake.connectors.create("slack").connector_id
    with pytest.raises(MemsyTimeoutError):
        fake.connectors.wait_until_authorized(connector_id, timeout=10)
    _, span = tracer.spans
    shown = attributes(span)
    assert (shown["error.type"], shown["http.response.status_code"]) == ("MemsyTimeoutError", 409)
    assert "http.request.resend_count" not in shown


@in_both_modes
def test_large_ingest_is_one_span(make_fake: Callable[..., Any], tracer: Tracer) -> None:
    fake = make_fake(hooks=[tracer.hook()])
    run(fake.ingest([TEA] * 501))
    (span,) = tracer.spans
    assert "http.request.resend_count" not in attributes(span)
    assert attributes(span)["memsy.request_id"] == "req_2"


@in_both_modes
def test_each_page_of_an_iteration_is_a_span(make_fake: Callable[..., Any], tracer: Tracer) -> None:
    """An iteration that ends early leaves no span open."""
    fake = make_fake(hooks=[tracer.hook()])
    fake.service.seed([TEA, evolve(TEA, content="I like coffee")])

    async def first() -> None:
        async for _ in fake.memories.iterate(actor_id="ann", page_size=1):
            break

    if isinstance(fake, FakeAsyncMemsyClient):
        asyncio.run(first())
    else:
        next(fake.memories.iterate(actor_id="ann", page_size=1))
    assert [span.name for span in tracer.spans] == ["GET /console/memories"]
    assert trace.get_current_span() is trace.INVALID_SPAN


@in_both_modes
def test_suppressed_instrumentation_creates_no_span(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    service = RecordingService()
    fake = make_fake(hooks=[tracer.hook()], service=service)
    with suppress_instrumentation():
        run(fake.health())
    assert tracer.spans == []
    assert "traceparent" not in service.received[0].headers


@in_both_modes
def test_requests_carry_the_decision_not_to_sample(make_fake: Callable[..., Any]) -> None:
    tracer = Tracer(ALWAYS_OFF)
    service = RecordingService()
    fake = make_fake(hooks=[tracer.hook(capture_content=True)], service=service)
    run(fake.search("tea"))
    assert tracer.spans == []
    flags = int(service.received[0].headers["traceparent"].rpartition("-")[2], 16)
    assert not flags & TraceFlags.SAMPLED


@in_both_modes
def test_sampler_sees_the_attributes_of_the_start(make_fake: Callable[..., Any]) -> None:
    class RecordingSampler(StaticSampler):
        def __init__(self) -> None:
            super().__init__(Decision.DROP)
            self.seen: list[Any] = []

        def should_sample(self, *args: Any, **options: Any) -> SamplingResult:  # noqa: ANN401
            self.seen.append({**options, **dict(enumerate(args))})
            return super().should_sample(*args, **options)

    sampler = RecordingSampler()
    run(make_fake(hooks=[Tracer(sampler).hook()]).search("tea"))
    assert "search_memory" in repr(sampler.seen)
    assert "url.template" in repr(sampler.seen)


@in_both_modes
def test_spans_have_no_content_by_default(make_fake: Callable[..., Any], tracer: Tracer) -> None:
    fake = make_fake(hooks=[tracer.hook()])
    run(fake.ingest([TEA]))
    run(fake.search("which drink", actor_id="ann"))
    with pytest.raises(NotFoundError):
        run(fake.actors.get("nobody-at-all"))
    shown = "".join(span.to_json() for span in tracer.spans)
    for content in ("green tea", "which drink", "ann", "nobody", fake.service.api_key):
        assert content not in shown


@in_both_modes
def test_capture_content_adds_query_and_memories(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    fake = make_fake(hooks=[tracer.hook(capture_content=True)])
    run(fake.ingest([TEA]))
    (memory,) = run(fake.search("green tea", actor_id="ann")).results
    ingested, searched = map(attributes, tracer.spans)
    assert json.loads(ingested["gen_ai.memory.records"]) == [{"content": TEA.content}]
    assert searched["gen_ai.memory.query.text"] == "green tea"
    assert json.loads(searched["gen_ai.memory.records"]) == [
        {"id": memory.id, "content": memory.content, "score": memory.score}
    ]


@in_both_modes
def test_requests_carry_the_traceparent_of_the_span(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    service = RecordingService()
    fake = make_fake(hooks=[tracer.hook()], service=service)
    service.faults.fail_next("health", 503)
    with tracer.span("outer") as outer:
        run(fake.health())
    (span,) = tracer.spans
    trace_id = outer.get_span_context().trace_id
    expected = f"00-{trace_id:032x}-{span_id(span):016x}"
    sent = [request.headers["traceparent"] for request in service.received]
    assert [header.rpartition("-")[0] for header in sent] == [expected] * 2


@in_both_modes
def test_span_is_current_within_the_call_only(
    make_fake: Callable[..., Any], tracer: Tracer
) -> None:
    seen: list[str] = []

    class Look:
        def on_attempt_start(self, event: object) -> None:
            seen.append(getattr(trace.get_current_span(), "name", ""))

    fake = make_fake(hooks=[tracer.hook(), Look()])
    with tracer.span("outer") as outer:
        run(fake.health())
        assert trace.get_current_span() is outer
    (span,) = tracer.spans
    assert seen == ["GET /health"]
    assert span.parent is not None
    assert span.parent.span_id == span_id(outer)


async def test_spans_of_parallel_tasks_have_the_same_parent(tracer: Tracer) -> None:
    fake = FakeAsyncMemsyClient(hooks=[tracer.hook()])
    with tracer.span("outer") as outer:
        await asyncio.gather(fake.health(), fake.search("tea"), fake.memories.stats())
        await fake.health()
    assert [span.parent and span.parent.span_id for span in tracer.spans] == [span_id(outer)] * 4


def test_spans_of_threads_have_their_own_parents(tracer: Tracer) -> None:
    fake = FakeMemsyClient(hooks=[tracer.hook()])

    def work(number: int) -> int:
        with tracer.span(f"worker {number}") as worker:
            fake.search("tea")
            return span_id(worker)

    with ThreadPoolExecutor(4) as pool:
        parents = set(pool.map(work, range(20)))
    assert {span.parent and span.parent.span_id for span in tracer.spans} == parents
    assert len(tracer.spans) == 20


async def test_span_ends_on_cancellation(tracer: Tracer) -> None:
    call = asyncio.create_task(FakeAsyncMemsyClient(hooks=[tracer.hook()]).health())
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (span,) = tracer.spans
    assert attributes(span)["error.type"] == "CancelledError"
    assert span.status.status_code is StatusCode.ERROR


async def test_span_of_a_call_that_ends_in_another_context_ends(
    tracer: Tracer, caplog: pytest.LogCaptureFixture
) -> None:
    """OpenTelemetry logs an error if a token is used in another context."""
    fake = FakeAsyncMemsyClient(hooks=[tracer.hook()])

    async def start() -> Any:  # noqa: ANN401 - a coroutine
        call = fake.health()
        call.send(None)
        return call

    call = await asyncio.create_task(start())
    call.close()
    (span,) = tracer.spans
    assert attributes(span)["error.type"] == "GeneratorExit"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_hook_holds_no_span_after_the_calls(tracer: Tracer) -> None:
    hook = tracer.hook()
    before = context.get_current()
    fake = FakeMemsyClient(hooks=[hook])
    fake.health()
    assert vars(hook)["_active"] == {}
    assert context.get_current() == before


def test_hook_without_a_provider_changes_nothing() -> None:
    service = RecordingService()
    fake = FakeMemsyClient(hooks=[TracingHook(capture_content=True)], service=service)
    assert fake.health().status == "ok"
    assert "traceparent" not in service.received[0].headers


# With the stock instrumentations


def call_over_http(hook: TracingHook, service: LocalService, *, is_async: bool) -> None:
    """Make a search with one retry over HTTP."""
    retry = RetryPolicy(max_retries=1, backoff=0.0)
    service.faults.fail_next("search", 503)

    async def call_async(server: LocalServer) -> None:
        async with AsyncMemsyClient(
            server.base_url, server.api_key, retry=retry, hooks=[hook]
        ) as memsy:
            await memsy.search("tea")

    with LocalServer(service) as server:
        if is_async:
            asyncio.run(call_async(server))
        else:
            with MemsyClient(server.base_url, server.api_key, retry=retry, hooks=[hook]) as memsy:
                memsy.search("tea")


@contextmanager
def instrumented(provider: TracerProvider) -> Iterator[None]:
    instrumentors: list[Any] = [
        AioHttpClientInstrumentor(),
        URLLib3Instrumentor(),
        RequestsInstrumentor(),
    ]
    for instrumentor in instrumentors:
        instrumentor.instrument(tracer_provider=provider)
    try:
        yield
    finally:
        for instrumentor in instrumentors:
            instrumentor.uninstrument()


@pytest.mark.parametrize("is_async", [False, True])
def test_spans_of_http_instrumentations_are_children(*, is_async: bool, tracer: Tracer) -> None:
    """The library of each transport has a span for each attempt, and no second span of the call."""
    service = RecordingService()
    with instrumented(tracer.provider):
        call_over_http(tracer.hook(), service, is_async=is_async)
    (call,) = (span for span in tracer.spans if scope(span) == "memsy")
    attempts = [span for span in tracer.spans if scope(span) != "memsy"]
    library = "aiohttp_client" if is_async else "urllib3"
    assert [scope(span) for span in attempts] == [f"opentelemetry.instrumentation.{library}"] * 2
    assert [span.parent and span.parent.span_id for span in attempts] == [span_id(call)] * 2
    # The service sees the span of the attempt, as its own instrumentation expects.
    assert [request.headers["traceparent"].split("-")[2] for request in service.received] == [
        f"{span_id(span):016x}" for span in attempts
    ]
    assert attributes(call)["server.address"] == "127.0.0.1"


@pytest.mark.parametrize("is_async", [False, True])
def test_traceparent_is_on_the_wire_without_instrumentations(
    *, is_async: bool, tracer: Tracer
) -> None:
    service = RecordingService()
    call_over_http(tracer.hook(), service, is_async=is_async)
    (span,) = tracer.spans
    assert {request.headers["traceparent"].split("-")[2] for request in service.received} == {
        f"{span_id(span):016x}"
    }
    assert len(service.received) == 2


# Automatic tracing

PROGRAM = """
import sys
from memsy.testing import FakeMemsyClient

fake = FakeMemsyClient()
fake.health()
assert "opentelemetry" not in sys.modules, "an unused integration is loaded"

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

fake.health()
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

from memsy.integrations.otel import TracingHook

fake.health()
FakeMemsyClient(hooks=[TracingHook()]).search("tea")
print(*[span.name for span in exporter.get_finished_spans()], sep=", ")
"""


@pytest.mark.parametrize(
    ("word", "spans"),
    [
        (None, "GET /health, POST /search"),
        ("on", "GET /health, POST /search"),
        ("off", "POST /search"),
        ("OFF", "POST /search"),
    ],
)
def test_clients_trace_automatically_once_a_provider_is_set(word: str | None, spans: str) -> None:
    """An explicit hook replaces the automatic one, and works with `MEMSY_OTEL=off`, too."""
    environment = {name: value for name, value in os.environ.items() if name != "MEMSY_OTEL"}
    completed = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=environment if word is None else {**environment, "MEMSY_OTEL": word},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (completed.stdout.strip(), completed.stderr) == (spans, "")


def test_module_that_another_thread_imports_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", ModuleType("opentelemetry.trace"))
    assert FakeMemsyClient().health().status == "ok"


def test_provider_without_a_hash_is_used(monkeypatch: pytest.MonkeyPatch, tracer: Tracer) -> None:
    class Comparable(trace.NoOpTracerProvider):  # noqa: PLW1641 - has no hash on purpose
        def __eq__(self, other: object) -> bool:
            return True

    provider = Comparable()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    assert automatic_tracing() is automatic_tracing() is not None
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: tracer.provider)
    FakeMemsyClient().health()
    assert len(tracer.spans) == 1


def test_unknown_word_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSY_OTEL", "no")
    with pytest.raises(
        MemsyConfigurationError, match=r"^MEMSY_OTEL must be 'on' or 'off', got 'no'"
    ):
        FakeMemsyClient()


def test_module_without_opentelemetry_names_the_extra() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "try: import memsy.integrations.otel\n"
        "except ImportError as error: print(error)"
    )
    completed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert completed.stdout == (
        f"memsy.integrations.otel needs OpenTelemetry. {install_hint('otel')}\n"
    )
