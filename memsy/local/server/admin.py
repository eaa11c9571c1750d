"""Admin endpoints of a local server: faults, chaos, quota and reset over HTTP, with a token."""

from __future__ import annotations

from hmac import compare_digest

from attrs import fields_dict

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy.local.http.errors import ErrorResponse, ValidationErrorResponse, json_response, no_route
from memsy.local.http.json_body import check_media_type, decode
from memsy.local.server.admin_commands import COMMANDS, Command, check_known
from memsy.local.service import LocalService

ADMIN_PREFIX = "/__admin/"


class Admin:
    """
    Admin endpoints of one service, protected by a bearer token.

    A request body is a JSON object with the fields of a command in
    `memsy.local.server.admin_commands`.

    ==========================  =====================================================
    ``POST /__admin/faults``    Schedule a fault.
    ``GET /__admin/faults``     List the scheduled faults.
    ``DELETE /__admin/faults``  Clear all faults and restore exhausted quotas.
    ``POST /__admin/chaos``     Start random faults.
    ``POST /__admin/quota``     Exhaust a quota.
    ``GET /__admin/requests``   List the last 1,000 requests.
    ``POST /__admin/signups``   Approve or refuse the sign-up of an agent.
    ``POST /__admin/reset``     Reset the service.
    ==========================  =====================================================

    Args:
        service: The controlled service.
        token: Bearer token. The API key of the service is not accepted.
    """

    def __init__(self, service: LocalService, token: str) -> None:
        self._service = service
        self._token = token

    def handle(self, request: HTTPRequest, *, is_local: bool) -> HTTPResponse:
        """
        Authorize a request, execute its command, and return the response.

        Args:
            request: Request with a path below `/__admin/`.
            is_local: True if the request comes from this machine. All other requests get a 403.
        """
        try:
            self._authorize(request, is_local)
            return json_response(200, self._execute(request))
        except ErrorResponse as error:
            return error.response(Plane.DATA)

    def _authorize(self, request: HTTPRequest, is_local: bool) -> None:
        if not is_local:
            message = "the admin endpoints accept requests from the same machine only"
            raise ErrorResponse(403, "not_local", message)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        # Header bytes that are not UTF-8 arrive as lone surrogates, which strict UTF-8 rejects.
        is_valid = compare_digest(
            token.strip().encode("utf-8", "surrogatepass"), self._token.encode()
        )
        if scheme.lower() != "bearer" or not is_valid:
            message = "the admin token is missing or wrong: send Authorization: Bearer ADMIN_TOKEN"
            raise ErrorResponse(401, "unauthenticated", message)

    def _execute(self, request: HTTPRequest) -> object:
        path, _, query = request.target.partition("?")
        command = COMMANDS.get((request.method, path.removeprefix(ADMIN_PREFIX)))
        if command is None or query:
            raise no_route(request.method, request.target)
        try:
            return _parse_command(request, command).execute(self._service)
        except (ValueError, TypeError) as error:
            raise _invalid_body_error(str(error)) from None


def _parse_command(request: HTTPRequest, command: type[Command]) -> Command:
    """
    Return the command that the body describes; an empty body is an object without fields.

    Raises:
        ErrorResponse: 415 or 422, the body is not JSON or does not fit the command.
        ValueError: The body has an unknown field.
    """
    payload: object = {}
    if request.body:
        check_media_type(request.headers.get("content-type"))
        payload = decode(request.body)
    if isinstance(payload, dict):
        check_known("field", payload, fields_dict(command))
    try:
        return structure(payload, command)
    except SchemaMismatch as mismatch:
        raise _invalid_body_error(str(mismatch)) from None


def _invalid_body_error(message: str) -> ValidationErrorResponse:
    return ValidationErrorResponse([{"loc": ["body"], "msg": message, "type": "value_error"}])
