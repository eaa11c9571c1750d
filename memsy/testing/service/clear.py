"""`DELETE /clear/{container_tag}`, which never cleared anything."""

from __future__ import annotations

from typing import NoReturn

from memsy._core.plane import Plane
from memsy.testing.service.call import Call
from memsy.testing.service.refusals import Refusal, no_route
from memsy.testing.service.routes import route


def clear(call: Call) -> NoReturn:
    """Refuse, as the service did while it had the route, or as it does since it has not."""
    if call.rules.clear_status == 404:
        raise no_route("DELETE", f"{Plane.DATA.prefix}/clear/{call.ids['container_tag']}")
    raise Refusal(501, "not_implemented", "clear is not implemented: nothing was deleted")


ROUTES = (route("clear", "DELETE", "/clear/{container_tag}", clear, scope="write"),)
