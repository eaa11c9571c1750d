"""Audit of ingests: results and errors of the client against the events in the service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attrs import define, field, frozen

from memsy import MemsyError
from memsy.local.storage.records import Event
from memsy.models import EventPayload, IngestResponse

_MAX_EVIDENCE = 3


@frozen
class IngestRecord:
    """One ingest with the ids that it returned, or the error that it raised."""

    contents: Sequence[str]
    """Contents of its events, unique among all ingests."""
    event_ids: Sequence[str] = ()
    error: Exception | None = None

    @classmethod
    def of(
        cls,
        ingest: Callable[[Sequence[EventPayload]], IngestResponse],
        events: Sequence[EventPayload],
    ) -> IngestRecord:
        """Ingest `events`, and return the record."""
        contents = [event.content for event in events]
        try:
            return cls(contents, ingest(events).event_ids)
        except Exception as error:  # noqa: BLE001 - the audit judges every exception
            return cls(contents, error=error)


@define
class AuditReport:
    """Numbers of violations, with evidence for the first of them."""

    lost: int = 0
    """Events that were acknowledged, but are not stored under their id with their content."""
    duplicated: int = 0
    """Events that are stored more than once."""
    partial: int = 0
    """Ingests of which only a part is stored."""
    unknown: int = 0
    """Events that are stored, but were never sent."""
    untyped: int = 0
    """Ingests that raised another exception than a `MemsyError`."""
    denied: int = 0
    """Ingests that are stored, although `maybe_processed` of their error is false."""
    raised: int = 0
    """Ingests that raised an exception."""
    cautious: int = 0
    """Ingests that are not stored, although `maybe_processed` of their error is true."""
    failed_ingests: list[IngestRecord] = field(factory=list)
    evidence: list[str] = field(factory=list)

    @property
    def violations(self) -> Mapping[str, int]:
        """All numbers that must be 0."""
        names = ("lost", "duplicated", "partial", "unknown", "untyped", "denied")
        return {name: getattr(self, name) for name in names}

    def add(self, violation: str, count: int, evidence: object) -> None:
        """Count a violation."""
        if count:
            setattr(self, violation, getattr(self, violation) + count)
            if len(self.evidence) < _MAX_EVIDENCE:
                self.evidence.append(f"{violation}: {evidence!r}")


def audit(records: Sequence[IngestRecord], stored: Sequence[Event]) -> AuditReport:
    """Compare `records` with the events that the service has `stored`."""
    report = AuditReport()
    copies = Counter(event.content for event in stored)
    by_id = {event.event_id: event.content for event in stored}
    sent = {content for record in records for content in record.contents}
    for content, count in copies.items():
        report.add("duplicated", count - 1, content)
        report.add("unknown", int(content not in sent), content)
    for record in records:
        found = sum(content in copies for content in record.contents)
        report.add("partial", int(0 < found < len(record.contents)), record)
        if record.error is None:
            report.add("lost", _lost(record, by_id), record)
        else:
            _audit_error(report, record, record.error, is_stored=found > 0)
    return report


def _lost(record: IngestRecord, by_id: Mapping[str, str]) -> int:
    if len(record.event_ids) != len(record.contents):
        return len(record.contents)
    pairs = zip(record.contents, record.event_ids, strict=True)
    return sum(by_id.get(event_id) != content for content, event_id in pairs)


def _audit_error(
    report: AuditReport, record: IngestRecord, error: Exception, *, is_stored: bool
) -> None:
    report.raised += 1
    report.failed_ingests.append(record)
    if not isinstance(error, MemsyError):
        report.add("untyped", 1, record)
    elif is_stored and not error.maybe_processed:
        report.add("denied", 1, record)
    elif not is_stored and error.maybe_processed:
        report.cautious += 1
