"""The back door of a local server: misfortune over HTTP, for tests in whatever language."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from attrs import fields_dict

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.plane import Plane
from memsy.local.http.errors import ErrorResponse, ValidationErrorResponse, json_response, no_route
from memsy.local.http.json_body import check_media_type, decode
from memsy.local.server.admin_commands import COMMANDS, Command, refuse_unknown

if TYPE_CHECKING:
    from memsy._core.http import HTTPRequest, HTTPResponse
    from memsy.local.service import LocalService

PREFIX = "/__admin/"


class Admin:
    """
    Does to *service* what a test in its own process would do, for whoever has the *token*.

    A body says in JSON what the commands in `memsy.local.server.admin_commands` have for fields.

    ==========================  =====================================================
    ``POST /__admin/faults``    plans misfortune
    ``GET /__admin/faults``     what is planned and has not befallen anybody yet
    ``DELETE /__admin/faults``  nothing befalls anybody any more
    ``POST /__admin/chaos``     chaos begins
    ``POST /__admin/quota``     a quota is used up
    ``GET /__admin/requests``   the latest thousand requests
    ``POST /__admin/reset``     the service is as new
    ==========================  =====================================================
    """

    def __init__(self, service: LocalService, token: str) -> None:
        self._service = service
        self._token = token

    def handle(self, request: HTTPRequest, *, is_near: bool) -> HTTPResponse:
        """Do what *request* says, if it *is_near*: if it comes from this machine."""
        try:
            self._check(request, is_near)
            return json_response(200, self._do(request))
        except ErrorResponse as refusal:
            return refusal.response(Plane.DATA)

    def _check(self, request: HTTPRequest, is_near: bool) -> None:
        if not is_near:
            raise ErrorResponse(403, "not_local", "only this machine may use the admin routes")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        # Bytes that are no text arrive as halves of surrogate pairs, which strict UTF-8 refuses.
        is_known = compare_digest(
            token.strip().encode("utf-8", "surrogatepass"), self._token.encode()
        )
        if scheme.lower() != "bearer" or not is_known:
            raise ErrorResponse(401, "unauthenticated", "the admin token is missing or wrong")

    def _do(self, request: HTTPRequest) -> object:
        path, _, query = request.target.partition("?")
        command = COMMANDS.get((request.method, path.removeprefix(PREFIX)))
        if command is None or query:
            raise no_route(request.method, request.target)
        try:
            return _read(request, command).do(self._service)
        except (ValueError, TypeError) as error:
            raise _invalid(str(error)) from None


def _read(request: HTTPRequest, shape: type[Command]) -> Command:
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
        refuse_unknown("field", described, fields_dict(shape))
    try:
        return structure(described, shape)
    except SchemaMismatch as mismatch:
        raise _invalid(str(mismatch)) from None


def _invalid(message: str) -> ValidationErrorResponse:
    return ValidationErrorResponse([{"loc": ["body"], "msg": message, "type": "value_error"}])
