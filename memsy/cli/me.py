"""Command `memsy me`: the user, organisation and plan of the API key."""

from __future__ import annotations

from memsy import MeResponse
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList
from memsy.cli.options import AsJson
from memsy.cli.output import emit


def me(connection: Connection, as_json: AsJson = False) -> None:
    """Show the user, the organisation and the plan of the API key."""
    with connection.control_client() as client:
        emit(client.me(), view, as_json=as_json)


def view(response: MeResponse) -> FieldList:
    """Return a line for each field of the response."""
    rights = {"billing admin": response.is_billing_admin, "superadmin": response.is_superadmin}
    return FieldList(
        [
            ("email", response.email),
            ("organisation", response.org_id),
            ("role", response.org_role),
            ("plan", response.tier),
            ("rights", ", ".join(name for name, is_granted in rights.items() if is_granted)),
            ("user", response.user_id),
            ("customer", response.customer_id),
        ]
    )
