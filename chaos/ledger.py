"""What the callers of ingests were told, held against what the service has stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attrs import define, field, frozen

from memsy import MemsyError
from memsy.local.storage.records import Event
from memsy.models import EventPayload, IngestResponse

_MENTIONED = 3


@frozen
class Entry:
    """One ingest, and its end: the ids that it got, or the error that it raised."""

    contents: Sequence[str]
    """Of its events; no event of another ingest has one of them."""
    event_ids: Sequence[str] = ()
    error: Exception | None = None

    @classmethod
    def of(
        cls,
        ingest: Callable[[Sequence[EventPayload]], IngestResponse],
        events: Sequence[EventPayload],
    ) -> Entry:
        """Ingest *events*, and note what came of it."""
        contents = [event.content for event in events]
        try:
            return cls(contents, ingest(events).event_ids)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be judged
            return cls(contents, error=error)


@define
class Verdict:
    """How many events, or ingests, had a fate that none should have; and which, for a start."""

    lost: int = 0
    """Events that were acknowledged, and are not there, under that id and with that content."""
    doubled: int = 0
    """Events that are there more than once."""
    half: int = 0
    """Ingests of which a part is there."""
    invented: int = 0
    """Events that are there, and were never sent."""
    untyped: int = 0
    """Ingests that raised what is no `MemsyError`."""
    untrue: int = 0
    """Ingests of which something is there, although their error denies it."""
    raised: int = 0
    """Ingests that raised at all."""
    cautious: int = 0
    """Ingests of which nothing is there, although their error would not rule it out."""
    unlucky: list[Entry] = field(factory=list)
    """Those that raised."""
    evidence: list[str] = field(factory=list)

    @property
    def wrongs(self) -> Mapping[str, int]:
        """All that must be 0."""
        names = ("lost", "doubled", "half", "invented", "untyped", "untrue")
        return {name: getattr(self, name) for name in names}

    def charge(self, wrong: str, times: int, evidence: object) -> None:
        """Count another *times* of that *wrong*."""
        if times:
            setattr(self, wrong, getattr(self, wrong) + times)
            if len(self.evidence) < _MENTIONED:
                self.evidence.append(f"{wrong}: {evidence!r}")


def judge(entries: Sequence[Entry], stored: Sequence[Event]) -> Verdict:
    """What is to be said of *entries*, where the service has *stored* that."""
    verdict = Verdict()
    copies = Counter(event.content for event in stored)
    by_id = {event.event_id: event.content for event in stored}
    sent = {content for entry in entries for content in entry.contents}
    for content, times in copies.items():
        verdict.charge("doubled", times - 1, content)
        verdict.charge("invented", int(content not in sent), content)
    for entry in entries:
        there = sum(content in copies for content in entry.contents)
        verdict.charge("half", int(0 < there < len(entry.contents)), entry)
        if entry.error is None:
            verdict.charge("lost", _lost(entry, by_id), entry)
        else:
            _judge_error(verdict, entry, entry.error, is_there=there > 0)
    return verdict


def _lost(entry: Entry, by_id: Mapping[str, str]) -> int:
    if len(entry.event_ids) != len(entry.contents):
        return len(entry.contents)
    pairs = zip(entry.contents, entry.event_ids, strict=True)
    return sum(by_id.get(event_id) != content for content, event_id in pairs)


def _judge_error(verdict: Verdict, entry: Entry, error: Exception, *, is_there: bool) -> None:
    verdict.raised += 1
    verdict.unlucky.append(entry)
    if not isinstance(error, MemsyError):
        verdict.charge("untyped", 1, entry)
    elif is_there and not error.maybe_processed:
        verdict.charge("untrue", 1, entry)
    elif not is_there and error.maybe_processed:
        verdict.cautious += 1
