"""An exchange that runs on scripted outcomes, without a transport, on a manual clock."""

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


def _decode_text(response: HTTPResponse) -> str | None:
    return response.text


def endpoint(
    name: str,
    route: str,
    *,
    decode: Callable[[HTTPResponse], str | None] = _decode_text,
    retry_safety: RetrySafety | None = None,
) -> Endpoint[str | None]:
    """Declare an endpoint whose responses are decoded as text by default."""
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
    """Return 0.5, as a random source: pauses have half of their upper bound."""
    return 0.5


@define
class ScriptedExchange:
    """One exchange of `operation`, and a record of its attempts."""

    operation: Operation[str | None] = READ
    policy: RetryPolicy = field(factory=RetryPolicy)
    total: float = 30.0
    budget: RetryBudget = field(factory=RetryBudget)
    random_source: Callable[[], float] = half
    clock: Clock = field(factory=Clock)

    attempts: list[Attempt] = field(factory=list, init=False)
    start_times: list[float] = field(factory=list, init=False)
    """Start of each attempt, in seconds since the start of the exchange."""
    end_times: list[float] = field(factory=list, init=False)
    """End of each attempt, in seconds since the start of the exchange."""
    result: str | None = field(default=None, init=False)
    error: MemsyError | None = field(default=None, init=False)

    def run(self, *outcomes: HTTPResponse | MemsyError, latency: float = 0.0) -> ScriptedExchange:
        """
        Run the exchange and return it.

        Args:
            outcomes: The end of each attempt. The last outcome repeats.
            latency: Seconds that each attempt takes. One beyond its deadline times out.
        """
        started_at = self.clock.monotonic()
        flow = exchange(
            self.operation,
            RetryState(self.policy, self.budget, self.random_source),
            Deadline.start(self.clock, Timeout(total=self.total)),
        )
        remaining = list(outcomes)
        try:
            attempt = next(flow)
            while True:
                self.attempts.append(attempt)
                self.clock.advance(attempt.pause)
                self.start_times.append(self.clock.monotonic() - started_at)
                outcome = remaining.pop(0) if len(remaining) > 1 else remaining[0]
                if latency > attempt.deadline.remaining():
                    outcome = timeout_error()
                self.clock.advance(min(latency, attempt.deadline.remaining()))
                self.end_times.append(self.clock.monotonic() - started_at)
                attempt = (
                    flow.send(outcome) if isinstance(outcome, HTTPResponse) else flow.throw(outcome)
                )
        except StopIteration as stop:
            self.result = stop.value
        except MemsyError as error:
            self.error = error
        return self

    @property
    def pauses(self) -> list[float]:
        """The pauses before the retries."""
        return [attempt.pause for attempt in self.attempts[1:]]


def timeout_error() -> MemsyTimeoutError:
    return maybe_processed(MemsyTimeoutError("no response in time"))


def maybe_processed(error: E) -> E:
    """Return `error`, marked as one after which the service may have executed the request."""
    error.maybe_processed = True
    return error
