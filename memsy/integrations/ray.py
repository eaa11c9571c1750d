"""Ray Data: `MemsyDatasink` ingests a dataset. Needs `pip install "memsy[ray]"`."""

from __future__ import annotations

from memsy.integrations._ray.writer import ClientFactory, DatasinkSummary

try:
    from memsy.integrations._ray.datasink import MemsyDatasink
except ModuleNotFoundError as _error:
    if _error.name is None or _error.name.partition(".")[0] not in {"ray", "pyarrow", "pandas"}:
        raise
    raise ImportError('memsy.integrations.ray needs Ray: pip install "memsy[ray]"') from _error

__all__ = ["ClientFactory", "DatasinkSummary", "MemsyDatasink"]
