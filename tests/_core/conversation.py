"""One exchange with the service, driven by hand: no transport, and a clock that only tests move."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import define, evolve, field

from memsy._core.exchange import Attempt, exchange
from memsy._core.http import HTTPResponse
from memsy._core.json_codec import no_content
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.retry import RetryBudget, RetryPolicy, RetrySafety, RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyError, MemsyTimeoutError
from memsy.local.clock import Clock

E = TypeVar("E", bound=MemsyError)


def _text(response: HTTPResponse) -> str | None:
    return response.text


def endpoint(
    name: str,
    route: str,
    *,
    decode: Callable[[HTTPResponse], str | None] = _text,
    retry_safety: RetrySafety | None = None,
) -> Endpoint[str | None]:
    """Declare an endpoint whose responses are read as text, unless *decode* says otherwise."""
    method, path = route.split(" ")
    declared = Endpoint[str | None](
        name=name,
        plane=Plane.DATA,
        method=method,
        path=path,
        response=str,
        decode=decode,
    )
    return declared if retry_safety is None else evolve(declared, retry_safety=retry_safety)


READ = endpoint("memories.stats", "GET /console/memories/stats").operation()
INGEST = endpoint("ingest", "POST /ingest", retry_safety=RetrySafety.WITHIN_WINDOW).operation(
    json={"events": []}
)
WRITE = endpoint("orgs.create", "POST /orgs").operation(json={})
DELETE = endpoint("orgs.delete", "DELETE /orgs/{org_id}", decode=no_content).operation(
    path_params={"org_id": "o1"}
)

OK = HTTPResponse(200, {}, b"fine")


def half() -> float:
    return 0.5


@define
class Conversation:
    """What happens between a client that asks *operation* and a service that answers at will."""

    operation: Operation[str | None] = READ
    policy: RetryPolicy = field(factory=RetryPolicy)
    total: float = 30.0
    budget: RetryBudget = field(factory=RetryBudget)
    random: Callable[[], float] = half
    clock: Clock = field(factory=Clock)

    attempts: list[Attempt] = field(factory=list, init=False)
    starts: list[float] = field(factory=list, init=False)
    """When each attempt began, in seconds since the first."""
    ends: list[float] = field(factory=list, init=False)
    handle: str | None = field(default=None, init=False)
    error: MemsyError | None = field(default=None, init=False)

    def hear(self, *events: HTTPResponse | MemsyError, took: float = 0.0) -> Conversation:
        """Let each attempt end in one of *events*, the last one as often as it takes."""
        began = self.clock.monotonic()
        flow = exchange(
            self.operation,
            RetryState(self.policy, self.budget, self.random),
            Deadline.start(self.clock, Timeout(total=self.total)),
        )
        left = list(events)
        try:
            attempt = next(flow)
            while True:
                self.attempts.append(attempt)
                self.clock.advance(attempt.after)
                self.starts.append(self.clock.monotonic() - began)
                event = left.pop(0) if len(left) > 1 else left[0]
                if took > attempt.deadline.remaining():
                    event = timed_out()
                self.clock.advance(min(took, attempt.deadline.remaining()))
                self.ends.append(self.clock.monotonic() - began)
                attempt = flow.send(event) if isinstance(event, HTTPResponse) else flow.throw(event)
        except StopIteration as answered:
            self.handle = answered.value
        except MemsyError as error:
            self.error = error
        return self

    @property
    def delays(self) -> list[float]:
        """The pauses before each attempt but the first."""
        return [attempt.after for attempt in self.attempts[1:]]


def timed_out() -> MemsyTimeoutError:
    return unknown(MemsyTimeoutError("no answer in time"))


def unknown(error: E) -> E:
    """*error*, after which nobody knows whether the service did what was asked."""
    error.maybe_processed = True
    return error
