"""From a request to its reply: who asks, for what, and whether anything speaks against it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy.exceptions import MemsyClientClosedError
from memsy.testing.service import keys, usage
from memsy.testing.service.call import Call
from memsy.testing.service.reading import Given
from memsy.testing.service.refusals import Refusal, reply_saying
from memsy.testing.service.rules import Rules
from memsy.testing.service.store import Store
from memsy.testing.service.table import ROUTES

_logger = logging.getLogger("memsy.testing")


def answer(
    request: HTTPRequest,
    store: Store,
    rules: Rules,
    transaction: Callable[[], AbstractContextManager[int]],
) -> HTTPResponse:
    """
    Do what *request* asks, whole or not at all, in a *transaction* that gives its moment.

    Raises:
        MemsyClientClosedError: the store is closed; nothing else is raised.
    """
    target = request.target.encode("utf-8", "replace").decode("utf-8")
    path, _, query = target.partition("?")
    plane = Plane.of(path)
    try:
        with transaction() as now:
            return _granted(request, path, query, store, rules, now)
    except MemsyClientClosedError:
        raise
    except Refusal as refusal:
        return refusal.response(plane)
    except Exception:
        _logger.exception("%s %s failed", request.method, path)
        failure = Refusal(500, "internal_error", "the local service failed; its log says why")
        return failure.response(plane)


def _granted(
    request: HTTPRequest, path: str, query: str, store: Store, rules: Rules, now: int
) -> HTTPResponse:
    """
    The reply to a request that nothing speaks against.

    Raises:
        Refusal: something does.
    """
    authorization = request.headers.get("authorization")
    key = keys.authenticate(store, authorization, now, by_gateway=rules.gateway_auth)
    route, ids = ROUTES.find(request.method, path)
    route.admit(key)
    call = Call(store, rules, key, ids, now)
    content_type = request.headers.get("content-type")
    said = route.answer(call, Given(query, request.body, content_type, rules))
    keys.touch(store, key, now)
    if Plane.of(path) is Plane.CONTROL:
        return reply_saying(200, said)
    spent = usage.spend(call, "api_calls", 1)
    return reply_saying(200, said, usage.headers(call, spent))
