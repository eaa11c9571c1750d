"""Imports, creation of a client, and the first call of a process."""

from __future__ import annotations

import json

from attrs import frozen

from benchmarks.canned import API_KEY
from benchmarks.comparisons import Comparison, Measurement, Quantity, Section, at_most
from benchmarks.lab import Lab, Sample


@frozen
class ClientCreation:
    """Import of `AsyncMemsyClient` and, at the step `build`, the creation of a client."""

    step: str = "build"

    def __call__(self, lab: Lab, environment: str) -> Sample:
        return Sample(**json.loads(lab.output(lab.command(environment, "build_client", self.step))))


@frozen
class FirstCall:
    """Import, creation of the client and first search of a process, without its start."""

    contender: str

    def __call__(self, lab: Lab, environment: str) -> Sample:
        command = lab.command(environment, "first_call", self.contender, lab.static_url, API_KEY)
        return Sample(**json.loads(lab.output(command)))


def start_to_first_search(lab: Lab, environment: str) -> Sample:
    """Measure the time from the start of a process to the result of its first async search."""
    return lab.time_to_first_line(
        lab.command(environment, "first_call", "memsy async", lab.static_url, API_KEY)
    )


@frozen
class Interpreter:
    """A whole process that runs `code`."""

    code: str

    def __call__(self, lab: Lab, environment: str) -> Sample:
        return lab.time_process([str(lab.pythons[environment]), "-c", self.code])


_aiohttp = Measurement("aiohttp", "plain", FirstCall("aiohttp"))

SECTION = Section(
    "start",
    "Start of a process",
    [
        Comparison(
            "import and build AsyncMemsyClient, over the official SDK",
            Measurement("memsy", "ours", ClientCreation()),
            Measurement("official SDK", "official", ClientCreation()),
            at_most(0.75),
        ),
        Comparison(
            "import AsyncMemsyClient alone, over the official SDK",
            Measurement("memsy", "ours", ClientCreation("import")),
            Measurement("official SDK", "official", ClientCreation("import")),
        ),
        Comparison(
            "process start to the first async search, over the official SDK",
            Measurement("memsy", "ours", start_to_first_search),
            Measurement("official SDK", "official", start_to_first_search),
            at_most(1.1),
        ),
        Comparison(
            "import memsy, over a bare interpreter",
            Measurement("import memsy", "ours", Interpreter("import memsy")),
            Measurement("bare interpreter", "ours", Interpreter("pass")),
            at_most(10),
            Quantity.DIFFERENCE,
        ),
        Comparison(
            "first async call (import, client, search), over aiohttp",
            Measurement("memsy", "ours", FirstCall("memsy async")),
            _aiohttp,
            at_most(1.25),
        ),
        Comparison(
            "first async call, aiohttp over the official SDK",
            _aiohttp,
            Measurement("official SDK", "official", FirstCall("memsy async")),
        ),
        Comparison(
            "first sync call (import, client, search), over requests",
            Measurement("memsy", "ours", FirstCall("memsy")),
            Measurement("requests", "plain", FirstCall("requests")),
            at_most(1.6),
        ),
    ],
    set_factor=4,
)
