"""Interest in the pro plan: said once or more often, and remembered."""

from __future__ import annotations

from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input


def read(inputs: RequestInput) -> str:
    """The name of who is interested. Nobody here would read the rest, so it is only checked."""
    body = inputs.body
    body.text("email", most=256)
    for name in ("company", "use_case", "notes"):
        body.optional_text(name, most=32_000)
    return body.text("name", most=256)


def express(context: RequestContext, name: str) -> object:
    context.store.write(
        "INSERT OR REPLACE INTO interest VALUES (?, ?)", [context.org_id, context.now]
    )
    return {"message": f"Thank you, {name}: your interest in the pro plan is noted."}


def status(context: RequestContext) -> object:
    query = "SELECT count(*) FROM interest WHERE org_id = ?"
    return {"expressed": context.store.number(query, [context.org_id]) > 0}


ROUTES = (
    route_with_input("interest.express", "POST", "/interest/pro", read, express, scope="write"),
    route("interest.status", "GET", "/interest/pro/status", status, scope="read"),
)
