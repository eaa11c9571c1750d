"""The back door of a local server: misfortune over HTTP, for tests in whatever language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, cast

from attrs import asdict, fields_dict, frozen

from memsy import exceptions
from memsy._core.structure import Mismatch, structure
from memsy.exceptions import MemsyError
from memsy.testing.service.decoding import check_media_type, decode
from memsy.testing.service.provoking import Details
from memsy.testing.service.refusals import Invalid, Refusal, no_route, reply_saying

if TYPE_CHECKING:
    from memsy._core.wire import Reply, Request
    from memsy.testing.service import LocalService
    from memsy.testing.service.faults import Faults

PREFIX = "/__admin/"


class Admin:
    """
    Does to *service* what a test in its own process would do, for whoever has the *token*.

    ==========================  ==================================================================
    ``POST /__admin/faults``    `Plan`: plans it
    ``GET /__admin/faults``     what is planned and has not befallen anybody yet
    ``DELETE /__admin/faults``  nothing befalls anybody any more
    ``POST /__admin/chaos``     `Chaos`: begins it
    ``POST /__admin/quota``     `Quota`: is used up
    ``GET /__admin/requests``   the latest thousand requests
    ``POST /__admin/reset``     the service is as new
    ==========================  ==================================================================
    """

    def __init__(self, service: LocalService, token: str) -> None:
        self._service = service
        self._token = token

    def answer(self, request: Request, *, is_near: bool) -> Reply:
        """Do what *request* says, if it *is_near*: if it comes from this machine."""
        try:
            self._check(request, is_near)
            return reply_saying(200, self._do(request))
        except Refusal as refusal:
            return refusal.reply("hot")

    def _check(self, request: Request, is_near: bool) -> None:
        if not is_near:
            raise Refusal(403, "not_local", "only this machine may use the admin routes")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        # Bytes that are no text arrive as halves of surrogate pairs, which strict UTF-8 refuses.
        is_known = compare_digest(
            token.strip().encode("utf-8", "surrogatepass"), self._token.encode()
        )
        if scheme.lower() != "bearer" or not is_known:
            raise Refusal(401, "unauthenticated", "the admin token is missing or wrong")

    def _do(self, request: Request) -> object:
        path, _, query = request.target.partition("?")
        command = _COMMANDS.get((request.method, path.removeprefix(PREFIX)))
        if command is None or query:
            raise no_route(request.method, request.target)
        try:
            return _read(request, command).do(self._service)
        except (ValueError, TypeError) as error:
            raise _invalid(str(error)) from None


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
class Plan(Command):
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
        return Pending().do(service)

    def _fail(self, faults: Faults, error: type[MemsyError] | int) -> None:
        details = self.details or {}
        # Else one that is called like an argument of `fail_next` would be taken for that.
        _refuse_unknown("detail", details, Details.__annotations__)
        faults.fail_next(
            self.operation,
            error,
            times=self.times,
            after=self.after,
            stored=self.stored,
            detail=self.detail,
            **cast("Details", details),
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
class Pending(Command):
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
class NoMisfortune(Command):
    def do(self, service: LocalService) -> None:
        service.faults.clear()


@frozen
class Chaos(Command):
    """As in `Faults.chaos`."""

    rate: float = 0.3
    seed: int = 0

    def do(self, service: LocalService) -> None:
        service.faults.chaos(self.rate, seed=self.seed)


@frozen
class Quota(Command):
    """As in `Faults.use_up`."""

    dimension: str

    def do(self, service: LocalService) -> None:
        service.faults.use_up(self.dimension)


@frozen
class Requests(Command):
    def do(self, service: LocalService) -> object:
        return {"requests": [asdict(received) for received in service.requests]}


@frozen
class Reset(Command):
    def do(self, service: LocalService) -> None:
        service.reset()


_COMMANDS: Mapping[tuple[str, str], type[Command]] = {
    ("POST", "faults"): Plan,
    ("GET", "faults"): Pending,
    ("DELETE", "faults"): NoMisfortune,
    ("POST", "chaos"): Chaos,
    ("POST", "quota"): Quota,
    ("GET", "requests"): Requests,
    ("POST", "reset"): Reset,
}


def _read(request: Request, shape: type[Command]) -> Command:
    """
    The command that the body describes; without a body, all of its fields are missing.

    Raises:
        Refusal: 415 or 422, it describes none.
        ValueError: it names a field that such a command has not.
    """
    described: object = {}
    if request.body:
        check_media_type(request.headers.get("content-type"))
        described = decode(request.body)
    if isinstance(described, dict):
        _refuse_unknown("field", described, fields_dict(shape))
    try:
        return structure(described, shape)
    except Mismatch as mismatch:
        raise _invalid(str(mismatch)) from None


def _refuse_unknown(what: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise ValueError(f"there is no {what} {name!r}; there are {there_are}")


def _invalid(message: str) -> Invalid:
    return Invalid([{"loc": ["body"], "msg": message, "type": "value_error"}])


def _class_named(name: str) -> type[MemsyError]:
    found = vars(exceptions).get(name)
    if isinstance(found, type) and issubclass(found, MemsyError):
        return found
    raise ValueError(f"there is no exception {name!r}; there are those of memsy.exceptions")
