"""OpenTelemetry: `TracingHook`, a span for each call. Needs the extra `otel`."""

from __future__ import annotations

from memsy._core.extras import install_hint

try:
    from memsy._core.otel import TracingHook
except ModuleNotFoundError as _error:
    if _error.name is None or _error.name.partition(".")[0] != "opentelemetry":
        raise
    raise ImportError(
        f"memsy.integrations.otel needs OpenTelemetry. {install_hint('otel')}"
    ) from _error

__all__ = ["TracingHook"]
