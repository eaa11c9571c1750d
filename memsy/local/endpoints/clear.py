"""`DELETE /clear/{container_tag}`, which never cleared anything."""

from __future__ import annotations

from typing import NoReturn

from memsy._core.plane import Plane
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ErrorResponse, no_route
from memsy.local.http.routes import route


def clear(context: RequestContext) -> NoReturn:
    """Refuse, as the service did while it had the route, or as it does since it has not."""
    if context.config.clear_status == 404:
        raise no_route("DELETE", f"{Plane.DATA.prefix}/clear/{context.ids['container_tag']}")
    raise ErrorResponse(501, "not_implemented", "clear is not implemented: nothing was deleted")


ROUTES = (route("clear", "DELETE", "/clear/{container_tag}", clear, scope="write"),)
