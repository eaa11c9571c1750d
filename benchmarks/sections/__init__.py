"""Sections of the benchmark: the measurements and comparisons of one subject each."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.comparisons import Section
from benchmarks.sections import (
    async_calls,
    fakes,
    ingest_command,
    local_search,
    local_server,
    models,
    start,
    sync_calls,
)

_MODULES = (
    *(async_calls, sync_calls, models, start),
    *(fakes, ingest_command, local_server, local_search),
)

SECTIONS: Mapping[str, Section] = {module.SECTION.name: module.SECTION for module in _MODULES}
