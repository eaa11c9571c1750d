"""Throughput of the local server, under load from plain aiohttp in another process."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from attrs import frozen

from benchmarks.canned import API_KEY
from benchmarks.comparisons import Comparison, Measurement, Quantity, Section, at_least
from benchmarks.lab import Lab, Sample

_EVENTS = 50_000
_SEARCHES = 4_000


@frozen
class ServedIngest:
    """Ingest of events in batches of 500 over two connections."""

    on_file: bool = False

    def __call__(self, lab: Lab, environment: str) -> Sample:
        with TemporaryDirectory(dir=lab.data) as folder:
            options = ["--db", f"{folder}/memsy.db"] if self.on_file else []
            return _load(lab, environment, options, in_flight=2, events=lab.calls(_EVENTS))


@frozen
class ServedSearch:
    """Searches over 16 connections that find all events of a small service."""

    found: int

    def __call__(self, lab: Lab, environment: str) -> Sample:
        count = lab.calls(_SEARCHES)
        return _load(lab, environment, [], in_flight=16, events=self.found, searches=count)


def _load(
    lab: Lab,
    environment: str,
    options: list[str],
    *,
    in_flight: int,
    events: int,
    searches: int = 0,
) -> Sample:
    with lab.local_server(environment, *options) as url:
        task = {
            "url": url,
            "api_key": API_KEY,
            "file": str(lab.events),
            "batch": 500,
            "in_flight": in_flight,
            "events": events,
            "searches": searches,
        }
        return lab.run("plain", "server_load", task)


SECTION = Section(
    "server",
    "Local server",
    [
        Comparison(
            "events in batches of 500, in memory",
            Measurement("an event", "ours", ServedIngest()),
            None,
            at_least(20_000),
            Quantity.RATE,
        ),
        Comparison(
            "events in batches of 500, on a file",
            Measurement("an event", "ours", ServedIngest(on_file=True)),
            None,
            at_least(15_000),
            Quantity.RATE,
        ),
        Comparison(
            "searches without results, 16 connections",
            Measurement("a search", "ours", ServedSearch(0)),
            None,
            at_least(3_500),
            Quantity.RATE,
        ),
        Comparison(
            "searches with 10 results, 16 connections",
            Measurement("a search", "ours", ServedSearch(10)),
            None,
            at_least(3_500),
            Quantity.RATE,
        ),
    ],
)
