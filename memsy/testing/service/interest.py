"""Interest in the pro plan: said once or more often, and remembered."""

from __future__ import annotations

from memsy.testing.service.call import Call
from memsy.testing.service.reading import Given
from memsy.testing.service.routes import route, route_reading


def read(given: Given) -> str:
    """The name of who is interested. Nobody here would read the rest, so it is only checked."""
    body = given.body
    body.text("email", most=256)
    for name in ("company", "use_case", "notes"):
        body.optional_text(name, most=32_000)
    return body.text("name", most=256)


def express(call: Call, name: str) -> object:
    call.store.write("INSERT OR REPLACE INTO interest VALUES (?, ?)", [call.org_id, call.now])
    return {"message": f"Thank you, {name}: your interest in the pro plan is noted."}


def status(call: Call) -> object:
    query = "SELECT count(*) FROM interest WHERE org_id = ?"
    return {"expressed": call.store.number(query, [call.org_id]) > 0}


ROUTES = (
    route_reading("interest.express", "POST", "/interest/pro", read, express, scope="write"),
    route("interest.status", "GET", "/interest/pro/status", status, scope="read"),
)
