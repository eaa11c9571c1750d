"""Sync calls of our client, of plain libraries and of the official SDK to the static server."""

from __future__ import annotations

from attrs import frozen

from benchmarks.canned import request
from benchmarks.comparisons import Comparison, Measurement, Section, at_least, at_most
from benchmarks.lab import Lab, Sample

_COUNT = 2_000


@frozen
class SyncCalls:
    """Sequential calls of one client over one session."""

    contender: str
    operation: str = "search"

    def __call__(self, lab: Lab, environment: str) -> Sample:
        task = {
            "contender": self.contender,
            "url": lab.static_url,
            **request(self.operation),
            "calls": lab.calls(_COUNT),
        }
        return lab.run(environment, "sync_calls", task)


_memsy = Measurement("memsy", "ours", SyncCalls("memsy"))

SECTION = Section(
    "sync",
    "Sync calls",
    [
        Comparison(
            "search over urllib3",
            _memsy,
            Measurement("urllib3", "plain", SyncCalls("urllib3")),
            at_most(1.25),
        ),
        Comparison(
            "search, official SDK over memsy",
            Measurement("official SDK", "official", SyncCalls("memsy")),
            _memsy,
            at_least(1.3),
        ),
        Comparison(
            "search, requests.Session over memsy",
            Measurement("requests", "plain", SyncCalls("requests")),
            _memsy,
            at_least(1.7),
        ),
        Comparison(
            "ingest of 50 events over urllib3",
            Measurement("memsy", "ours", SyncCalls("memsy", "ingest")),
            Measurement("urllib3", "plain", SyncCalls("urllib3", "ingest")),
            at_most(1.4),
        ),
    ],
)
