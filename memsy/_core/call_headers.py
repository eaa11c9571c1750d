"""Headers that a client adds to the requests of a call: its own, and a key from a function."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TypeVar

from attrs import frozen

from memsy._core.api_key import ApiKeyFunction
from memsy._core.exchange import Attempt, Flow
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.redaction import Redactor
from memsy._core.secret import Secret
from memsy._core.settings import Settings, bearer
from memsy._core.timeout import Deadline

T = TypeVar("T")


class CallHeaders:
    """
    Headers of the requests of one call, and the redactor of the secrets in it.

    Attributes:
        redactor: Masks the secrets of the client, and every key that the call has sent.
    """

    def __init__(self, settings: Settings) -> None:
        self._headers: Mapping[str, str] = settings.extra_headers
        key = settings.api_key
        self._key_function = key if isinstance(key, ApiKeyFunction) else None
        self._keys: list[Secret] = []
        self.redactor = Redactor(settings.secrets(), self._keys)

    @property
    def is_shareable(self) -> bool:
        """True if all calls of the client may use this object: their keys do not differ."""
        return self._key_function is None

    def add_to(self, flow: Flow[T]) -> Flow[T]:
        """Return a flow whose requests have the headers."""
        return self._run(flow) if self._headers or self._key_function else flow

    def current(self) -> dict[str, str]:
        """Return the headers for an attempt that starts now."""
        headers = dict(self._headers)
        if self._key_function is not None:
            key = self._key_function.current_key()
            if key not in self._keys:
                self._keys.append(key)
            headers["authorization"] = bearer(key)
        return headers

    def _run(self, flow: Flow[T]) -> Generator[Attempt, HTTPResponse, T]:
        try:
            attempt = next(flow)
            while True:
                try:
                    response = yield _CompletedAttempt(
                        request=attempt.request,
                        pause=attempt.pause,
                        deadline=attempt.deadline,
                        attempt=attempt,
                        headers=self,
                    )
                except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                    attempt = flow.throw(error)
                else:
                    attempt = flow.send(response)
        except StopIteration as stop:
            result: T = stop.value
            return result


@frozen(kw_only=True, eq=False, repr=False)
class _CompletedAttempt(Attempt):
    """An attempt whose request gets its headers once the pause before it is over."""

    deadline: Deadline  # again, so that tools can evaluate the annotations of `__init__` here
    attempt: Attempt
    headers: CallHeaders

    def begin(self) -> HTTPRequest:
        headers = self.headers.current()  # first: without a key, the attempt does not start
        request = self.attempt.begin()
        merged = {**headers, **request.headers}
        return HTTPRequest(request.method, request.target, request.body, merged)
