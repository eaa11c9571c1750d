"""Ray Data: `MemsyDatasink` ingests a dataset. Needs the extra `ray`."""

from __future__ import annotations

from memsy._core.extras import install_hint
from memsy.integrations._ray.writer import ClientFactory, DatasinkSummary

try:
    from memsy.integrations._ray.datasink import MemsyDatasink
except ModuleNotFoundError as _error:
    if _error.name is None or _error.name.partition(".")[0] not in {"ray", "pyarrow", "pandas"}:
        raise
    raise ImportError(f"memsy.integrations.ray needs Ray. {install_hint('ray')}") from _error

__all__ = ["ClientFactory", "DatasinkSummary", "MemsyDatasink"]
