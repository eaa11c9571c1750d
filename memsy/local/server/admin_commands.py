"""Operations of the admin endpoints, validated and run: faults, quotas, sign-ups, reset."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from attrs import asdict, frozen

from memsy import exceptions
from memsy.exceptions import MemsyError
from memsy.local.faults import Faults
from memsy.local.http.fault_errors import ErrorDetails
from memsy.local.operation_names import FaultOperation
from memsy.local.service import LocalService
from memsy.local.signups.simulator import DEFAULT_INBOX, SignupRefusal


@frozen
class Command(ABC):
    """A command for a service; its attributes are the fields of the JSON body."""

    @abstractmethod
    def execute(self, service: LocalService) -> object:
        """
        Execute the command, and return the JSON of the response; None is an empty body.

        Raises:
            ValueError: A field has a bad value.
            TypeError: A field has a value of the wrong type.
        """


_FAULT_FIELDS = ("error", "status", "delay", "drip", "truncate")


@frozen
class ScheduleFault(Command):
    """
    Schedule a fault for the next requests; the response lists the scheduled faults.

    Exactly one of `error`, `status`, `delay`, `drip` and `truncate` is required. `times`, `after`,
    `stored`, `detail` and `details` are the parameters of `Faults.fail_next()`.
    """

    operation: str
    """Name of an operation, or `*`."""
    error: str | None = None
    """Name of an exception class of `memsy.exceptions`."""
    status: int | None = None
    """HTTP status, 300 to 599."""
    delay: float | None = None
    """Seconds."""
    drip: bool = False
    truncate: bool = False
    times: int | None = 1
    after: int = 0
    stored: bool = False
    detail: str | None = None
    details: dict[str, Any] | None = None

    def execute(self, service: LocalService) -> object:
        given_fields = [name for name in _FAULT_FIELDS if getattr(self, name) not in (None, False)]
        if len(given_fields) != 1:
            names = ", ".join(_FAULT_FIELDS)
            raise ValueError(f"exactly one of {names} is required, got {len(given_fields)}")
        if self.error is not None:
            self._schedule_failure(service.faults, _exception_class(self.error))
        elif self.status is not None:
            self._schedule_failure(service.faults, self.status)
        else:
            self._schedule_bad_delivery(service.faults)
        return ListFaults().execute(service)

    @property
    def _fault_operation(self) -> FaultOperation:
        return cast("FaultOperation", self.operation)  # the methods of Faults check it

    def _schedule_failure(self, faults: Faults, error: type[MemsyError] | int) -> None:
        details = self.details or {}
        # A detail with the name of a parameter of fail_next() would set that parameter.
        check_known("detail", details, ErrorDetails.__annotations__)
        faults.fail_next(
            self._fault_operation,
            error,
            times=self.times,
            after=self.after,
            stored=self.stored,
            detail=self.detail,
            **cast("ErrorDetails", details),
        )

    def _schedule_bad_delivery(self, faults: Faults) -> None:
        if self.stored or self.detail or self.details:
            raise ValueError("stored, detail and details require error or status")
        if self.delay is not None:
            faults.delay_next(self._fault_operation, self.delay, times=self.times, after=self.after)
            return
        schedule = faults.drip_next if self.drip else faults.truncate_next
        schedule(self._fault_operation, times=self.times, after=self.after)


@frozen
class ListFaults(Command):
    """List the scheduled faults that still have requests to hit."""

    def execute(self, service: LocalService) -> object:
        return {
            "pending": [
                {
                    "operation": scheduled.operation,
                    "fault": scheduled.fault.name,
                    "times": scheduled.times,
                    "after": scheduled.after,
                }
                for scheduled in service.faults.pending
            ]
        }


@frozen
class ClearFaults(Command):
    """Remove all scheduled and random faults, and restore exhausted quotas."""

    def execute(self, service: LocalService) -> None:
        service.faults.clear()


@frozen
class StartChaos(Command):
    """Start random faults, as `Faults.chaos()` does."""

    rate: float = 0.3
    seed: int = 0

    def execute(self, service: LocalService) -> None:
        service.faults.chaos(self.rate, seed=self.seed)


@frozen
class ExhaustQuota(Command):
    """Exhaust the quota of a dimension, as `Faults.exhaust_quota()` does."""

    dimension: str

    def execute(self, service: LocalService) -> None:
        service.faults.exhaust_quota(self.dimension)


@frozen
class ListRequests(Command):
    """List the last 1,000 requests, oldest first."""

    def execute(self, service: LocalService) -> object:
        return {"requests": [asdict(record) for record in service.requests]}


@frozen
class DecideSignup(Command):
    """Approve the sign-up of an agent, or refuse it, as `LocalService.signups` does."""

    authorize_url: str
    inbox_id: str = DEFAULT_INBOX
    error: str | None = None
    """Code of the refusal; None approves the sign-up."""

    def execute(self, service: LocalService) -> None:
        if self.error is None:
            service.signups.approve(self.authorize_url, self.inbox_id)
        else:
            service.signups.refuse(self.authorize_url, cast("SignupRefusal", self.error))


@frozen
class ResetService(Command):
    """Delete all data and clear all faults, as `LocalService.reset()` does."""

    def execute(self, service: LocalService) -> None:
        service.reset()


COMMANDS: Mapping[tuple[str, str], type[Command]] = {
    ("POST", "faults"): ScheduleFault,
    ("GET", "faults"): ListFaults,
    ("DELETE", "faults"): ClearFaults,
    ("POST", "chaos"): StartChaos,
    ("POST", "quota"): ExhaustQuota,
    ("GET", "requests"): ListRequests,
    ("POST", "signups"): DecideSignup,
    ("POST", "reset"): ResetService,
}
"""Command by HTTP method and by path below `/__admin/`."""


def check_known(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    """
    Check that `known` contains all `names`.

    Raises:
        ValueError: A name is unknown. The message lists the known names.
    """
    for name in names:
        if name not in known:
            hint = f"choose from {', '.join(known)}" if known else "none is allowed"
            raise ValueError(f"unknown {kind} {name!r}: {hint}")


def _exception_class(name: str) -> type[MemsyError]:
    value = vars(exceptions).get(name)
    if isinstance(value, type) and issubclass(value, MemsyError):
        return value
    raise ValueError(f"unknown exception {name!r}: choose a subclass of MemsyError")
