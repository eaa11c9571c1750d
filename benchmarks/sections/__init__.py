"""Sections of the benchmark: the measurements and comparisons of one subject each."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.comparisons import Section
from benchmarks.sections import async_calls, fakes, models, start, sync_calls

SECTIONS: Mapping[str, Section] = {
    module.SECTION.name: module.SECTION
    for module in (async_calls, sync_calls, models, start, fakes)
}
