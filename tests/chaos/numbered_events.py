"""Events with numbers, and the audit of their arrival in the service: lost, twice, out of order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import define, field, frozen

from memsy.local.storage.records import Event
from memsy.models import EventPayload
from tests.chaos.metric import Metric

_MAX_EVIDENCE = 3


def numbered_event(writer: str, number: int, sessions: int = 3) -> EventPayload:
    """Return the event `number` of `writer`; the numbers of a session increase."""
    return EventPayload(writer, f"session-{number % sessions}", "user_message", f"tea {number}")


def numbered_events(
    writer: str, numbers: Iterable[int], sessions: int = 3
) -> Iterator[EventPayload]:
    """Yield the events of `writer`, one at a time."""
    return (numbered_event(writer, number, sessions) for number in numbers)


def number_of(content: str) -> int:
    """Return the number of the event with this content."""
    return int(content.removeprefix("tea "))


@frozen
class Put:
    """Events that a writer put in one call."""

    writer: str
    numbers: range
    returned: bool = True
    """False if the writer was killed, or the call raised: all of the events are there, or none."""


@define
class ArrivalReport:
    """Numbers of violations, with evidence for the first of them."""

    events: int = 0
    """Events of calls that returned."""
    violations: Counter[str] = field(factory=Counter[str])
    """
    Numbers by violation.

    `lost`: events of a call that returned, which are not stored. `twice`: further copies of stored
    events. `order`: events stored after a later one of their session. `partial`: calls that did
    not return, of which a part is stored. `unknown`: stored events that no call has put.
    """
    evidence: list[str] = field(factory=list)

    def add(self, violation: str, count: int, evidence: object) -> None:
        """Count a violation."""
        self.violations[violation] += count
        if count and sum(text.startswith(violation) for text in self.evidence) < _MAX_EVIDENCE:
            self.evidence.append(f"{violation}: {evidence!r}")

    def merge(self, other: ArrivalReport) -> None:
        """Add the numbers and the evidence of another report."""
        self.events += other.events
        self.violations.update(other.violations)
        self.evidence += other.evidence


def audit_arrival(puts: Iterable[Put], stored: Sequence[Event]) -> ArrivalReport:
    """
    Compare the events of `puts` with the events that the service has `stored`.

    Args:
        puts: All calls of all writers.
        stored: Events in the order in which the service stored them.
    """
    report = ArrivalReport()
    copies = Counter((event.actor_id, number_of(event.content)) for event in stored)
    sent = set[tuple[str, int]]()
    for put in puts:
        events = [(put.writer, number) for number in put.numbers]
        found = sum(event in copies for event in events)
        sent.update(events)
        if put.returned:
            report.events += len(events)
            report.add("lost", len(events) - found, put)
        else:
            report.add("partial", int(0 < found < len(events)), put)
    for event, count in copies.items():
        report.add("twice", count - 1, event)
        report.add("unknown", int(event not in sent), event)
    _audit_order(report, stored)
    return report


def _audit_order(report: ArrivalReport, stored: Sequence[Event]) -> None:
    """Compare the first copy of each event with the one before it in its session."""
    sessions = defaultdict[tuple[str, str], dict[int, None]](dict)
    for event in stored:
        sessions[event.actor_id, event.session_id].setdefault(number_of(event.content))
    for session, numbers in sessions.items():
        for earlier, later in pairwise(numbers):
            report.add("order", int(earlier > later), (session, earlier, later))


def violations(
    name: str, descriptions: Mapping[str, str], reports: Mapping[str, ArrivalReport]
) -> Iterator[Metric]:
    """Yield one metric for each kind of violation."""
    events = sum(report.events for report in reports.values())
    for number, (violation, description) in enumerate(descriptions.items()):
        yield Metric(
            f"{name}: {description}",
            0,
            {mode: report.violations[violation] for mode, report in reports.items()},
            note="" if number else f"of {events} events",
            evidence=_evidence(reports, violation),
        )


def all_violations(name: str, reports: Mapping[str, ArrivalReport]) -> Metric:
    """Return one metric for all kinds of violations."""
    events = sum(report.events for report in reports.values())
    counts = {mode: report.violations.total() for mode, report in reports.items()}
    return Metric(name, 0, counts, note=f"of {events} events", evidence=_evidence(reports, ""))


def _evidence(reports: Mapping[str, ArrivalReport], violation: str) -> str:
    texts = (text for report in reports.values() for text in report.evidence)
    return next((text for text in texts if text.startswith(violation)), "")
