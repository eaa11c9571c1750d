"""Automatic tracing with OpenTelemetry, in programs that have set a tracer provider."""

from __future__ import annotations

import sys
from typing import Any

from memsy._core.environment import Environment
from memsy._core.hooks import CallObserver
from memsy._fork import lazy_import


def is_tracing_enabled(environ: Environment) -> bool:
    """
    Return False if `MEMSY_OTEL` is `off`.

    Raises:
        MemsyConfigurationError: `MEMSY_OTEL` is neither `on` nor `off`.
    """
    return environ.word("MEMSY_OTEL", ("on", "off")) != "off"


def automatic_tracing() -> CallObserver | None:
    """Return the observer that creates spans, or None if the program has no tracer provider."""
    # Only a program that has imported this module can have set a provider. A module that another
    # thread still imports lacks the function.
    trace = sys.modules.get("opentelemetry.trace")
    get_tracer_provider = getattr(trace, "get_tracer_provider", None)
    if trace is None or get_tracer_provider is None:
        return None
    provider = get_tracer_provider()
    return None if isinstance(provider, trace.ProxyTracerProvider) else _hook_of(provider)


_hooks: dict[int, tuple[object, CallObserver]] = {}
"""The hook of each provider, by the id of the provider: one that compares may have no hash."""


def _hook_of(provider: Any) -> CallObserver:  # noqa: ANN401 - the type belongs to an extra
    if id(provider) not in _hooks:
        with lazy_import():
            from memsy._core.otel import TracingHook  # noqa: PLC0415 - imports an extra

        _hooks[id(provider)] = provider, TracingHook(tracer_provider=provider)
    return _hooks[id(provider)][1]
