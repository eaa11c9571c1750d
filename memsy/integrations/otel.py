"""OpenTelemetry: `TracingHook`, a span for each call. Needs `pip install "memsy[otel]"`."""

from __future__ import annotations

try:
    from memsy._core.otel import TracingHook
except ModuleNotFoundError as error:
    if error.name is None or error.name.partition(".")[0] != "opentelemetry":
        raise
    raise ImportError(
        'memsy.integrations.otel needs OpenTelemetry: pip install "memsy[otel]"'
    ) from error

__all__ = ["TracingHook"]
