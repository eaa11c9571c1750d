"""Outbox under failures: forked writers, a full disk, clock jumps, and a service that refuses."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from attrs import frozen

from memsy._core.http import HTTPRequest
from memsy._core.time_source import SystemTimeSource
from memsy.outbox import OutboxError
from memsy.testing import LocalService
from tests.chaos.child_process import Raised, forked, report_background_errors
from tests.chaos.clients import KEY
from tests.chaos.metric import SYNC, Metric
from tests.chaos.numbered_events import (
    ArrivalReport,
    Put,
    all_violations,
    audit_arrival,
    numbered_event,
    numbered_events,
)
from tests.chaos.outbox_calls import (
    OUTBOXES,
    OpenOutbox,
    OutboxCalls,
    OutboxSetup,
    create_async,
    create_sync,
    opened_in_loop,
)
from tests.chaos.proxy import running
from tests.chaos.proxy_faults import FaultSampler, ProxyFault
from tests.chaos.recording_proxy import RecordingProxy
from tests.support.raw_server import Peer, RawServer, response

DAY = 86_400.0
EVENTS = 10_000
_FORKS, _DISKS = 20, 5
_MAX_SECONDS_AFTER_JUMP = 10.0
"""The outbox may meet two pauses of its backoff."""
_MAX_OVERRUN = 0.25
_MAX_PAUSED_REQUESTS = 1
_MAX_REQUESTS = 60
"""20 batches, 10 halvings of one batch, and as many small batches afterwards."""
_TIMEOUT = 30.0
_NO_FAULTS = 0.0
_POLL_INTERVAL = 0.01
_MAX_LIFETIME = 0.06


@contextmanager
def _service(seed: int, rate: float) -> Iterator[tuple[LocalService, RecordingProxy, str]]:
    """Run a service behind a proxy, and return both with the base URL."""
    with LocalService(api_key=KEY) as service:
        proxy = RecordingProxy(service, FaultSampler(seed, rate))
        with running(proxy) as url:
            yield service, proxy, url


def _audit(puts: list[Put], service: LocalService, proxy: RecordingProxy) -> ArrivalReport:
    report = audit_arrival(puts, service.events)
    for process, event in proxy.sent_again:
        report.add("sent_again", 1, (process, event))
    return report


def fork_writers(mode: str, seed: int, path: Path, *, events: int = 200) -> ArrivalReport:
    """
    Let three forked processes put events into one outbox that was created before the fork.

    One of them kills itself at a random time. A sync outbox was also used before the fork, and
    sends in a thread of the parent.
    """
    random = Random(seed)
    with _service(seed, 0.3) as (service, _, url):
        setup = OutboxSetup(url, path)
        report, puts = ArrivalReport(), dict[range, Put]()
        lifetime = random.uniform(0, _MAX_LIFETIME)
        with forked(_fork_writers, mode, setup, events, lifetime) as child:
            for message in child.messages():
                if isinstance(message, Raised):
                    report.add("raised" if message.is_typed else "untyped", 1, message.text)
                else:
                    puts[message.numbers] = message
        report.merge(audit_arrival(puts.values(), service.events))
    return report


def _fork_writers(
    mailbox: Connection, mode: str, setup: OutboxSetup, events: int, lifetime: float
) -> None:
    report_background_errors(mailbox.send)
    try:
        _run_writers(mailbox, mode, setup, events, lifetime)
    except Exception as error:  # noqa: BLE001 - the report judges every exception
        mailbox.send(Raised.of(error))


def _run_writers(
    mailbox: Connection, mode: str, setup: OutboxSetup, events: int, lifetime: float
) -> None:
    """Fork three writers, and flush the outbox after they have ended."""
    with ExitStack() as stack:
        if mode == SYNC:
            client, outbox = create_sync(setup)
            stack.enter_context(client)
            calls: OutboxCalls = stack.enter_context(outbox)
            _put(mailbox, calls, "parent", range(events))
            children = [
                _fork(partial(_write, mailbox, calls, number, events, lifetime))
                for number in range(3)
            ]
        else:
            async_client, async_outbox = create_async(setup)

            def write(number: int) -> None:
                with opened_in_loop(async_client, async_outbox) as calls:
                    _write(mailbox, calls, number, events, lifetime)

            children = [_fork(partial(write, number)) for number in range(3)]
            calls = stack.enter_context(opened_in_loop(async_client, async_outbox))
        for child in children:
            os.waitpid(child, 0)
        left = calls.flush(_TIMEOUT)
        if left:
            mailbox.send(Raised(f"flush left {left}", is_typed=True))


def _fork(run: Callable[[], None]) -> int:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    child = os.fork()
    if not child:
        try:
            run()
        finally:
            os._exit(0)
    return child


def _write(
    mailbox: Connection, outbox: OutboxCalls, number: int, events: int, lifetime: float
) -> None:
    report_background_errors(mailbox.send)
    if number == 0:
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        timer = threading.Timer(lifetime, os.kill, [os.getpid(), signal.SIGKILL])
        timer.daemon = True
        timer.start()
    try:
        first = (number + 1) * 1_000_000
        _put(mailbox, outbox, f"writer-{number}", range(first, first + events))
        outbox.close(_TIMEOUT)
    except Exception as error:  # noqa: BLE001 - the report judges every exception
        mailbox.send(Raised.of(error))


def _put(mailbox: Connection, outbox: OutboxCalls, writer: str, numbers: range) -> None:
    for number in numbers:
        one = range(number, number + 1)
        mailbox.send(Put(writer, one, returned=False))
        outbox.put(numbered_event(writer, number))
        mailbox.send(Put(writer, one))


def fill_disk(open_outbox: OpenOutbox, seed: int, path: Path) -> ArrivalReport:
    """
    Put events until the disk is full, flush, and continue after there is space again.

    The system refuses to extend files, as on a full disk. The outbox can send, but it may be unable
    to delete what is acknowledged. Beside the violations of the arrival, the report counts
    `not_refused` (1 if no `put` raised an `OutboxError`).
    """
    with _service(seed, _NO_FAULTS) as (service, proxy, url):
        setup = OutboxSetup(url, path, process="writer")
        report, puts = ArrivalReport(), list[Put]()
        with forked(_fill_disk, open_outbox, setup) as child:
            for message in child.messages():
                if isinstance(message, Raised):
                    report.add("raised" if message.is_typed else "untyped", 1, message.text)
                elif isinstance(message, Put):
                    puts.append(message)
                else:
                    violation, count = message
                    report.add(violation, count, "disk full")
        report.merge(_audit(puts, service, proxy))
    return report


def _fill_disk(mailbox: Connection, open_outbox: OpenOutbox, setup: OutboxSetup) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import resource

    report_background_errors(mailbox.send)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    number = 0
    try:
        with open_outbox(setup) as outbox:
            outbox.put_many(numbered_events("writer", range(100)))
            mailbox.send(Put("writer", range(100)))
            sizes = [file.stat().st_size for file in setup.path.parent.iterdir()]
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) + 2**16, hard))
            refused = 0
            for number in range(100, 10_000):
                refused = _refuses(outbox, number)
                if refused:
                    break
                mailbox.send(Put("writer", range(number, number + 1)))
            mailbox.send(("not_refused", 1 - refused))
            with suppress(OutboxError):
                outbox.flush(5.0)
            refused = _refuses(outbox, number + 1)
            if not refused:
                mailbox.send(Put("writer", range(number + 1, number + 2)))
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            outbox.put(numbered_event("writer", number + 2))
            mailbox.send(Put("writer", range(number + 2, number + 3)))
            mailbox.send(("left", outbox.flush(_TIMEOUT)))
    except Exception as error:  # noqa: BLE001 - the report judges every exception
        mailbox.send(Raised.of(error))


def _refuses(outbox: OutboxCalls, number: int) -> int:
    try:
        outbox.put(numbered_event("writer", number))
    except OutboxError:
        return 1
    return 0


class JumpingClock(SystemTimeSource):
    """System clock whose date jumps, as after a correction by the administrator."""

    def __init__(self) -> None:
        self.offset = 0.0
        """Seconds between this date and the date of the system."""

    def time(self) -> float:
        return super().time() + self.offset


@frozen
class ClockJump:
    """Outcome of an outbox whose clock jumps."""

    report: ArrivalReport
    seconds: float
    """Longest time from a jump to the empty outbox."""


def jump_clock(open_outbox: OpenOutbox, seed: int, path: Path) -> ClockJump:
    """Move the date forward and backward by a day while the outbox sends in the background."""
    clock = JumpingClock()
    seconds, puts = list[float](), list[Put]()
    with _service(seed, 0.3) as (service, proxy, url):
        with open_outbox(OutboxSetup(url, path, clock=clock)) as outbox:
            for jump, offset in enumerate((0.0, DAY, -DAY, 0.0)):
                numbers = range(100 * jump, 100 * jump + 100)
                for number in numbers:
                    outbox.put(numbered_event("writer", number))
                puts.append(Put("writer", numbers))
                clock.offset = offset
                seconds.append(_seconds_until(lambda: not outbox.status().pending))
        return ClockJump(_audit(puts, service, proxy), max(seconds))


def _seconds_until(condition: Callable[[], bool]) -> float:
    """Poll `condition` until it holds, for at most 30 s."""
    started_at = time.monotonic()
    while not condition() and time.monotonic() < started_at + _TIMEOUT:
        time.sleep(_POLL_INTERVAL)
    return time.monotonic() - started_at


@frozen
class Hang:
    """Outcome of an outbox before a service that does not respond."""

    overrun: float
    """Seconds that `flush` or `close` took longer than its timeout."""
    miscounted: int
    """Calls that did not return the number of events left."""


def hang(open_outbox: OpenOutbox, path: Path, timeout: float = 0.5) -> Hang:
    """Flush and close an outbox whose service reads requests and never responds."""

    def never_respond(peer: Peer) -> None:
        peer.read()
        peer.pause(60.0)

    overruns, left = list[float](), list[int]()
    with RawServer(never_respond) as server:
        with open_outbox(OutboxSetup(f"http://127.0.0.1:{server.port}/v1", path)) as outbox:
            outbox.put_many(numbered_events("writer", range(10)))
            for wait in (outbox.flush, outbox.flush, outbox.close):
                started_at = time.monotonic()
                left.append(wait(timeout))
                overruns.append(time.monotonic() - started_at - timeout)
        return Hang(max(overruns), sum(count != 10 for count in left))


class SwitchedSampler(FaultSampler):
    """Sampler of one fault that hits each request while it is switched on."""

    def __init__(self, fault: ProxyFault) -> None:
        super().__init__(0, _NO_FAULTS)
        self._fault = fault
        self.is_on = False

    def next_fault(self) -> ProxyFault | None:
        return self._fault if self.is_on else None


@frozen
class RevokedKey:
    """Outcome of an outbox whose key was revoked for a while."""

    report: ArrivalReport
    """With `unnoticed`: 1 if the status did not show the pause."""
    requests: int
    """Requests in the second after the pause began."""


def revoke_key(open_outbox: OpenOutbox, path: Path) -> RevokedKey:
    """Refuse the key with 401, put more events, accept the key again, and flush."""
    body = response(b'{"detail":"Invalid API key"}', status="401 Unauthorized")
    sampler = SwitchedSampler(ProxyFault("401", False, to_bytes=lambda response: body))
    puts = [Put("writer", range(100 * part, 100 * part + 100)) for part in range(3)]
    with LocalService(api_key=KEY) as service:
        proxy = RecordingProxy(service, sampler)
        with running(proxy) as url, open_outbox(OutboxSetup(url, path)) as outbox:
            outbox.put_many(numbered_events("writer", puts[0].numbers))
            left = outbox.flush(_TIMEOUT)
            sampler.is_on = True
            outbox.put_many(numbered_events("writer", puts[1].numbers))
            waited = _seconds_until(lambda: outbox.status().paused is not None)
            before = proxy.requests
            outbox.put_many(numbered_events("writer", puts[2].numbers))
            time.sleep(1.0)
            requests = proxy.requests - before
            sampler.is_on = False
            left += outbox.flush(_TIMEOUT)
        report = _audit(puts, service, proxy)
    report.add("unnoticed", int(waited >= _TIMEOUT), "401")
    report.add("left", left, "401")
    return RevokedKey(report, requests)


class PoisonProxy(RecordingProxy):
    """Proxy that refuses each request with a certain event, without the name of the event."""

    def __init__(self, service: LocalService, poison: int) -> None:
        super().__init__(service, FaultSampler(0, _NO_FAULTS))
        self._poison = poison
        data = response(b'{"detail":"refused"}', status="422 Unprocessable Entity")
        self._fault = ProxyFault("422", False, to_bytes=lambda response: data)

    def _next_fault(self, request: HTTPRequest) -> ProxyFault | None:
        fault = super()._next_fault(request)
        is_poisoned = f'"tea {self._poison}"'.encode() in (request.body or b"")
        return self._fault if is_poisoned else fault


@frozen
class Poison:
    """Outcome of an outbox with an event that the service refuses."""

    report: ArrivalReport
    """With `dead`: wrong dead letters."""
    requests: int


def poison(open_outbox: OpenOutbox, seed: int, path: Path, *, events: int = EVENTS) -> Poison:
    """Flush an outbox with an event that the service refuses, without saying which one it is."""
    refused = Random(seed).randrange(events)
    with LocalService(api_key=KEY) as service:
        proxy = PoisonProxy(service, refused)
        with running(proxy) as url, open_outbox(OutboxSetup(url, path)) as outbox:
            outbox.put_many(numbered_events("writer", range(events)))
            left = outbox.flush(_TIMEOUT)
            dead = [letter.event.content for letter in outbox.dead_letters()]
        puts = [Put("writer", range(refused)), Put("writer", range(refused + 1, events))]
        report = _audit(puts, service, proxy)
    report.add("left", left, "poison")
    report.add("dead", int(dead != [f"tea {refused}"]), dead)
    return Poison(report, proxy.requests)


def measure(seed: int) -> Iterator[Metric]:
    """Count violations under each failure, and measure times and requests."""
    yield all_violations(
        f"{_FORKS} x 3 forked writers, one killed: violations",
        {mode: _merged(seed, _FORKS, partial(fork_writers, mode)) for mode in OUTBOXES},
    )
    yield all_violations(
        "full disk: violations",
        {mode: _merged(seed, _DISKS, partial(fill_disk, OUTBOXES[mode])) for mode in OUTBOXES},
    )
    yield from _measure_clock(seed)
    yield from _measure_refusals(seed)


def _merged(seed: int, runs: int, run: Callable[[int, Path], ArrivalReport]) -> ArrivalReport:
    """Return the sum of several runs, each with a seed and a file of its own."""
    report = ArrivalReport()
    for number in range(runs):
        with TemporaryDirectory() as directory:
            report.merge(run(seed + number, Path(directory) / "outbox.db"))
    return report


def _measure_clock(seed: int) -> Iterator[Metric]:
    with TemporaryDirectory() as directory:
        jumps = {
            mode: jump_clock(OUTBOXES[mode], seed, Path(directory) / f"jump-{mode}.db")
            for mode in OUTBOXES
        }
        hangs = {mode: hang(OUTBOXES[mode], Path(directory) / f"{mode}.db") for mode in OUTBOXES}
    yield all_violations(
        "clock jumps of a day: violations", {mode: jump.report for mode, jump in jumps.items()}
    )
    yield Metric(
        "clock jumps of a day: time until the outbox is empty",
        _MAX_SECONDS_AFTER_JUMP,
        {mode: jump.seconds for mode, jump in jumps.items()},
        "s",
    )
    yield Metric(
        "hung service: flush and close beyond their timeout",
        _MAX_OVERRUN,
        {mode: hang.overrun for mode, hang in hangs.items()},
        "s",
    )
    yield Metric(
        "hung service: wrong numbers of events left",
        0,
        {mode: hang.miscounted for mode, hang in hangs.items()},
    )


def _measure_refusals(seed: int) -> Iterator[Metric]:
    with TemporaryDirectory() as directory:
        keys = {
            mode: revoke_key(OUTBOXES[mode], Path(directory) / f"key-{mode}.db")
            for mode in OUTBOXES
        }
        poisons = {
            mode: poison(OUTBOXES[mode], seed, Path(directory) / f"{mode}.db") for mode in OUTBOXES
        }
    yield all_violations(
        "revoked key that comes back: violations", {mode: key.report for mode, key in keys.items()}
    )
    yield Metric(
        "revoked key: requests in a second of the pause",
        _MAX_PAUSED_REQUESTS,
        {mode: key.requests for mode, key in keys.items()},
    )
    yield all_violations(
        f"one refused event of {EVENTS:,}: violations",
        {mode: outcome.report for mode, outcome in poisons.items()},
    )
    yield Metric(
        f"one refused event of {EVENTS:,}: requests",
        _MAX_REQUESTS,
        {mode: outcome.requests for mode, outcome in poisons.items()},
    )
