"""
Sign-ups of users interested in the pro plan: register and read (wire contract 6.12, 6.13).

* `POST /interest/pro`
* `GET /interest/pro/status`
"""

from __future__ import annotations

from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input


def read_name(inputs: RequestInput) -> str:
    """Return the `name` of the body. The other fields are checked and not stored."""
    body = inputs.body
    body.text("email", max_length=256)
    for name in ("company", "use_case", "notes"):
        body.optional_text(name, max_length=32_000)
    return body.text("name", max_length=256)


def express_interest(context: RequestContext, name: str) -> object:
    """Handle `POST /interest/pro`. The interest is stored once for each organisation."""
    context.store.write(
        "INSERT OR REPLACE INTO interest VALUES (?, ?)", [context.org_id, context.now]
    )
    return {"message": f"Thank you, {name}: your interest in the pro plan is recorded."}


def get_interest_status(context: RequestContext) -> object:
    """Handle `GET /interest/pro/status`."""
    query = "SELECT count(*) FROM interest WHERE org_id = ?"
    return {"expressed": context.store.number(query, [context.org_id]) > 0}


ROUTES = (
    route_with_input(
        "interest.express",
        "POST",
        "/interest/pro",
        read_name,
        express_interest,
        scope="write",
    ),
    route("interest.status", "GET", "/interest/pro/status", get_interest_status, scope="read"),
)
