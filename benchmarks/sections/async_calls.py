"""Async calls of our client, of plain aiohttp and of the official SDK to the static server."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from benchmarks.canned import request
from benchmarks.comparisons import Comparison, Measurement, Section, at_least, at_most
from benchmarks.lab import Lab, Sample

_THRESHOLDS = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "4194304"}
"""Thresholds of glibc above the 256 KiB that asyncio allocates for each read of a socket."""


@frozen
class AsyncCalls:
    """Concurrent calls of one client over one session."""

    contender: str
    in_flight: int = 16
    operation: str = "search"
    count: int = 4_000
    uvloop: bool = False
    variables: Mapping[str, str] = field(factory=dict)

    def __call__(self, lab: Lab, environment: str) -> Sample:
        task = {
            "contender": self.contender,
            "url": lab.static_url,
            **request(self.operation),
            "in_flight": self.in_flight,
            "calls": lab.calls(self.count),
            "uvloop": self.uvloop,
        }
        return lab.run(environment, "async_calls", task, self.variables)


_memsy_16 = Measurement("memsy", "ours", AsyncCalls("memsy"))
_memsy_64 = Measurement("memsy", "ours", AsyncCalls("memsy", in_flight=64))

SECTION = Section(
    "async",
    "Async calls",
    [
        Comparison(
            "search, 1 in flight, over aiohttp",
            Measurement("memsy", "ours", AsyncCalls("memsy", in_flight=1)),
            Measurement("aiohttp", "plain", AsyncCalls("aiohttp", in_flight=1)),
            at_most(1.35),
        ),
        Comparison(
            "search, 16 in flight, over aiohttp",
            _memsy_16,
            Measurement("aiohttp", "plain", AsyncCalls("aiohttp")),
            at_most(1.5),
        ),
        Comparison(
            "search, 64 in flight, over aiohttp",
            _memsy_64,
            Measurement("aiohttp", "plain", AsyncCalls("aiohttp", in_flight=64)),
            at_most(1.5),
        ),
        Comparison(
            "ingest of 50 events, 16 in flight, over aiohttp",
            Measurement("memsy", "ours", AsyncCalls("memsy", operation="ingest")),
            Measurement("aiohttp", "plain", AsyncCalls("aiohttp", operation="ingest")),
            at_most(1.5),
        ),
        Comparison(
            "search, 64 in flight, official SDK over memsy",
            Measurement("official SDK", "official", AsyncCalls("memsy", in_flight=64, count=800)),
            _memsy_64,
            at_least(8),
        ),
        Comparison(
            "search, 16 in flight, over aiohttp, both with uvloop",
            Measurement("memsy, uvloop", "ours", AsyncCalls("memsy", uvloop=True)),
            Measurement("aiohttp, uvloop", "plain", AsyncCalls("aiohttp", uvloop=True)),
        ),
        Comparison(
            "search, 16 in flight, higher thresholds of malloc over the default",
            Measurement(
                "memsy, higher thresholds", "ours", AsyncCalls("memsy", variables=_THRESHOLDS)
            ),
            _memsy_16,
        ),
    ],
)
