"""OpenTelemetry: `TracingHook`, a span for each call. Needs `pip install "memsy[otel]"`."""

from __future__ import annotations

try:
    from memsy._core.otel import TracingHook
except ModuleNotFoundError as _error:
    if _error.name is None or _error.name.partition(".")[0] != "opentelemetry":
        raise
    raise ImportError(
        'memsy.integrations.otel needs OpenTelemetry: pip install "memsy[otel]"'
    ) from _error

__all__ = ["TracingHook"]
