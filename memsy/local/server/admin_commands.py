"""What the back door of a local server does, and how it is asked for in JSON."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from attrs import asdict, frozen

from memsy import exceptions
from memsy.exceptions import MemsyError
from memsy.local.http.fault_errors import ErrorDetails

if TYPE_CHECKING:
    from memsy.local.faults import Faults
    from memsy.local.service import LocalService


@frozen
class Command(ABC):
    """What can be done to a service; its fields are those of the JSON that asks for it."""

    @abstractmethod
    def do(self, service: LocalService) -> object:
        """
        Do it, and give what there is to say, as JSON.

        Raises:
            ValueError, TypeError: it cannot be done like this.
        """


_WAYS = ("error", "status", "delay", "drip", "truncate")


@frozen
class ScheduleFault(Command):
    """
    What is to befall the next requests: one of *error* (the name of an exception), *status*,
    *delay* (seconds), *drip* and *truncate* (true). All else is as in `Faults`.
    """

    operation: str
    error: str | None = None
    status: int | None = None
    delay: float | None = None
    drip: bool = False
    truncate: bool = False
    times: int | None = 1
    after: int = 0
    stored: bool = False
    detail: str | None = None
    details: dict[str, Any] | None = None

    def do(self, service: LocalService) -> object:
        ways = [way for way in _WAYS if getattr(self, way) not in (None, False)]
        if len(ways) != 1:
            raise ValueError(f"say one of {', '.join(_WAYS)}")
        if self.error is not None:
            self._fail(service.faults, _class_named(self.error))
        elif self.status is not None:
            self._fail(service.faults, self.status)
        else:
            self._hinder(service.faults)
        return ListFaults().do(service)

    def _fail(self, faults: Faults, error: type[MemsyError] | int) -> None:
        details = self.details or {}
        # Else one that is called like an argument of `fail_next` would be taken for that.
        refuse_unknown("detail", details, ErrorDetails.__annotations__)
        faults.fail_next(
            self.operation,
            error,
            times=self.times,
            after=self.after,
            stored=self.stored,
            detail=self.detail,
            **cast("ErrorDetails", details),
        )

    def _hinder(self, faults: Faults) -> None:
        if self.stored or self.detail or self.details:
            raise ValueError("stored, detail and details are for error and status")
        if self.delay is not None:
            faults.delay_next(self.operation, self.delay, times=self.times, after=self.after)
            return
        hinder = faults.drip_next if self.drip else faults.truncate_next
        hinder(self.operation, times=self.times, after=self.after)


@frozen
class ListFaults(Command):
    def do(self, service: LocalService) -> object:
        return {
            "pending": [
                {
                    "operation": planned.operation,
                    "fault": planned.fault.name,
                    "times": planned.times,
                    "after": planned.after,
                }
                for planned in service.faults.pending
            ]
        }


@frozen
class ClearFaults(Command):
    def do(self, service: LocalService) -> None:
        service.faults.clear()


@frozen
class StartChaos(Command):
    """As in `Faults.chaos`."""

    rate: float = 0.3
    seed: int = 0

    def do(self, service: LocalService) -> None:
        service.faults.chaos(self.rate, seed=self.seed)


@frozen
class ExhaustQuota(Command):
    """As in `Faults.exhaust_quota`."""

    dimension: str

    def do(self, service: LocalService) -> None:
        service.faults.exhaust_quota(self.dimension)


@frozen
class ListRequests(Command):
    def do(self, service: LocalService) -> object:
        return {"requests": [asdict(received) for received in service.requests]}


@frozen
class ResetService(Command):
    def do(self, service: LocalService) -> None:
        service.reset()


COMMANDS: Mapping[tuple[str, str], type[Command]] = {
    ("POST", "faults"): ScheduleFault,
    ("GET", "faults"): ListFaults,
    ("DELETE", "faults"): ClearFaults,
    ("POST", "chaos"): StartChaos,
    ("POST", "quota"): ExhaustQuota,
    ("GET", "requests"): ListRequests,
    ("POST", "reset"): ResetService,
}
"""By the method, and by the path below `/__admin/`."""


def refuse_unknown(what: str, names: Iterable[str], known: Collection[str]) -> None:
    """
    Check that all *names* are *known*.

    Raises:
        ValueError: one is not; the message says which there are.
    """
    for name in names:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise ValueError(f"there is no {what} {name!r}; there are {there_are}")


def _class_named(name: str) -> type[MemsyError]:
    found = vars(exceptions).get(name)
    if isinstance(found, type) and issubclass(found, MemsyError):
        return found
    raise ValueError(f"there is no exception {name!r}; there are those of memsy.exceptions")
