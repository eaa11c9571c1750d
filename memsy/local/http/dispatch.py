"""Request dispatch: authentication, routing, authorization, the endpoint call and its response."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.plane import Plane
from memsy._core.text import printable
from memsy.exceptions import MemsyClientClosedError
from memsy.local.config import ServiceConfig
from memsy.local.domain import api_keys, usage
from memsy.local.http.context import NO_KEY, RequestContext
from memsy.local.http.errors import ErrorResponse, insufficient_storage, json_response
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routing_table import ROUTES
from memsy.local.storage.store import Store, is_disk_failure

_logger = logging.getLogger("memsy.local")


@runtime_checkable
class Transaction(Protocol):
    """Function that opens a transaction of the store and gives the current time."""

    def __call__(self, *, read_only: bool = ...) -> AbstractContextManager[int]:
        """Open a transaction. An error rolls it back, and `read_only` skips all writes."""
        ...


def dispatch(
    request: HTTPRequest, store: Store, config: ServiceConfig, transaction: Transaction
) -> HTTPResponse:
    """
    Handle `request` completely or not at all, and return the response.

    On a full or read-only disk, a write gets a 507. A read succeeds, but its usage and its recalls
    are not stored.

    Args:
        request: Request with its full path, such as `/v1/search`.
        store: Storage of the service.
        config: Settings of the service.
        transaction: Opens a transaction of the store.

    Raises:
        MemsyClientClosedError: The store is closed. All other errors become responses.
    """
    target = request.target.encode("utf-8", "replace").decode("utf-8")
    path, _, query = target.partition("?")
    plane = Plane.from_path(path)

    def attempt(*, read_only: bool = False) -> HTTPResponse:
        with transaction(read_only=read_only) as now:
            return _handle_authorized(request, plane, path, query, store, config, now)

    try:
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if is_interrupt(error) or not is_disk_failure(error):
                raise
            if ROUTES.is_read(request.method, path):
                return attempt(read_only=True)
            _logger.warning("%s: 507, %s", printable(f"{request.method} {path}"), error)
            raise insufficient_storage(str(error)) from None
    except MemsyClientClosedError:
        raise
    except ErrorResponse as error:
        return error.response(plane)
    except Exception as error:
        if is_interrupt(error):
            raise
        _logger.exception("%s failed", printable(f"{request.method} {path}"))
        failure = ErrorResponse(
            500, "internal_error", "the local service failed: see the log `memsy.local`"
        )
        return failure.response(plane)


def _handle_authorized(
    request: HTTPRequest,
    plane: Plane,
    path: str,
    query: str,
    store: Store,
    config: ServiceConfig,
    now: int,
) -> HTTPResponse:
    """
    Return the success response to `request`.

    Raises:
        ErrorResponse: The service rejects the request.
    """
    authorization = request.headers.get("authorization")
    if ROUTES.is_open(request.method, path):
        key = NO_KEY
    else:
        key = api_keys.authenticate(store, authorization, now, by_gateway=config.gateway_auth)
    route, ids = ROUTES.find(request.method, path)
    route.authorize(key)
    context = RequestContext(store, config, key, ids, now)
    content_type = request.headers.get("content-type")
    inputs = RequestInput(query, request.body, content_type, config, authorization)
    payload = route.handle(context, inputs)
    api_keys.record_use(store, key, now)
    if plane is Plane.CONTROL:
        return json_response(route.status, payload)
    used = usage.consume(context, "api_calls", 1)
    return json_response(route.status, payload, usage.headers(context, used))
