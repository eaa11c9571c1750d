"""Ingests on a road on which three requests in ten meet with a fault, by both."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from chaos import ingests
from chaos.clients import COLOURS, KEY
from chaos.faults import Dice
from chaos.ledger import Entry, Verdict, judge
from chaos.proxy import Proxy, standing
from compare.asking import Stranger
from compare.judging import Told
from memsy import MemsyError
from memsy.testing import LocalService
from tests.matrix.calls import ingesting

CALLS = 1000
_SEED = 1


def show(console: Console, python: str) -> None:
    """Print how many callers were left without an answer, and how many events went astray."""
    table = Table(
        f"of {CALLS} ingests",
        *("raised", "foreign errors", "acknowledged and lost", "stored twice"),
        box=None,
    )
    for colour in COLOURS:
        verdict = ingests.run(colour, _SEED, CALLS, ingests.DEFAULT).verdict
        _add(table, f"memsy, {colour}", verdict)
        _add(table, f"official SDK, {colour}", _theirs(python, colour))
    console.print(table)


def _add(table: Table, who: str, verdict: Verdict) -> None:
    counts = (verdict.raised, verdict.untyped, verdict.lost, verdict.doubled)
    table.add_row(who, *map(str, counts))


def _theirs(python: str, colour: str) -> Verdict:
    with LocalService(api_key=KEY) as service, Stranger(python, colour) as stranger:
        with standing(Proxy(service, Dice(_SEED, ingests.RATE))) as url:
            task = {"options": {"base_url": url, "api_key": KEY, "retry_backoff": 0.01}}
            contents = [f"tea {number}" for number in range(CALLS)]
            told = [stranger.ask({**task, "calls": [ingesting(one)]}, {}) for one in contents]
        entries = [_entry(content, said) for content, said in zip(contents, told, strict=True)]
        return judge(entries, service.events)


def _entry(content: str, told: Told | None) -> Entry:
    if told is not None and "answer" in told:
        return Entry([content], told["answer"])
    is_own = told is not None and "error" in told
    return Entry([content], error=MemsyError(str(told)) if is_own else RuntimeError(str(told)))
