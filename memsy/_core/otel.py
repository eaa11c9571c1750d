"""`TracingHook`: an OpenTelemetry span for each call. This module imports OpenTelemetry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from opentelemetry import context, propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider

from memsy._core.events import CallEnd, CallStart
from memsy._core.hooks import CallObserver, ObservedCall
from memsy._version import __version__
from memsy.exceptions import MemsyAPIError

_MEMORY_OPERATIONS: Mapping[str, str] = {
    "search": "search_memory",
    # The service decides which memories it creates or updates.
    "ingest": "upsert_memory",
    "clear": "delete_memory",
}
"""`gen_ai.operation.name` of the methods that work on memories."""


_SUPPRESSION_KEY = "suppress_instrumentation"
"""Key of the context that `opentelemetry.instrumentation.utils.suppress_instrumentation` sets."""


@frozen
class _ActiveSpan:
    span: Span
    outer: Context
    """The context at the start of the call."""


class TracingHook(CallObserver):
    """
    Hook that creates a span of the kind CLIENT for each call, retries included.

    Clients add it themselves once the program has set a tracer provider. Pass one in `hooks=` to
    capture contents or to use another provider.

    The name of a span is HTTP method and path template, such as `POST /search`. The attributes are
    those of the conventions for HTTP clients and for memory operations of generative AI. The
    requests of the call carry the header `traceparent`.

    Args:
        capture_content: Add the query of a search, and the texts of memories and events, to the
            spans. They may be personal data.
        tracer_provider: Creates the spans. Default: the global tracer provider.
    """

    is_tracing: bool = True
    """The hook creates spans, so the client adds none of its own."""

    def __init__(
        self, *, capture_content: bool = False, tracer_provider: TracerProvider | None = None
    ) -> None:
        self._captures_content = capture_content
        self._tracer = trace.get_tracer("memsy", __version__, tracer_provider)
        self._active: dict[CallStart, _ActiveSpan] = {}

    def on_call_start(self, event: CallStart, call: ObservedCall) -> None:
        """Start the span of a call, and add its `traceparent` to the requests."""
        if context.get_value(_SUPPRESSION_KEY):
            return
        span = self._tracer.start_span(
            event.route, kind=SpanKind.CLIENT, attributes=dict(_start_attributes(event, call))
        )
        outer = context.get_current()
        current = trace.set_span_in_context(span, outer)
        self._active[event] = _ActiveSpan(span, outer)
        context.attach(current)
        propagate.inject(call.headers, current)
        if self._captures_content and span.is_recording():
            span.set_attributes(dict(_sent_content(event, call)))

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        """End the span of a call, with its result or error."""
        active = self._active.pop(event.call, None)
        if active is None:
            return  # suppressed, or an interrupt arrived before the span was started
        span = active.span
        try:
            if span.is_recording():
                span.set_attributes(dict(_end_attributes(event, call)))
                if self._captures_content and event.error is None:
                    span.set_attributes(dict(_received_content(event, call)))
                if event.error is not None:
                    # Without a description: the text of an error may quote the response.
                    span.set_status(StatusCode.ERROR)
        finally:
            span.end()
            # A closed coroutine may end in another context, so this uses no token of `attach`.
            if trace.get_current_span() is span:
                context.attach(active.outer)


def _start_attributes(event: CallStart, call: ObservedCall) -> Iterator[tuple[str, str | int]]:
    method, _, template = event.route.partition(" ")
    yield "http.request.method", method
    yield "url.template", template
    yield "server.address", call.server[0]
    yield "server.port", call.server[1]
    yield "memsy.operation", event.operation
    if event.operation in _MEMORY_OPERATIONS:
        yield "gen_ai.operation.name", _MEMORY_OPERATIONS[event.operation]
        yield "gen_ai.provider.name", "memsy"


def _end_attributes(event: CallEnd, call: ObservedCall) -> Iterator[tuple[str, str | int]]:
    if event.status is not None:
        yield "http.response.status_code", event.status
    if event.retries:
        yield "http.request.resend_count", event.retries
    if event.request_id is not None:
        yield "memsy.request_id", event.request_id
    if event.error is not None:
        yield "error.type", _error_type(event.error)
    elif event.operation == "search":
        yield "gen_ai.memory.record.count", len(call.result.results)


def _error_type(error: BaseException) -> str:
    """Return the status of an error response, or the class of another error."""
    return str(error.status_code) if isinstance(error, MemsyAPIError) else type(error).__qualname__


def _sent_content(event: CallStart, call: ObservedCall) -> Iterator[tuple[str, str]]:
    bodies: list[Any] = [
        json.loads(operation.request.body or b"{}") for operation in call.operations
    ]
    if event.operation == "search":
        yield "gen_ai.memory.query.text", bodies[0]["query"]
    elif event.operation == "ingest":
        records = [{"content": item["content"]} for body in bodies for item in body["events"]]
        yield "gen_ai.memory.records", json.dumps(records, ensure_ascii=False)


def _received_content(event: CallEnd, call: ObservedCall) -> Iterator[tuple[str, str]]:
    if event.operation == "search":
        records = [
            {"id": memory.id, "content": memory.content, "score": memory.score}
            for memory in call.result.results
        ]
        yield "gen_ai.memory.records", json.dumps(records, ensure_ascii=False)
