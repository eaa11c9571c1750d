"""`memsy me`: whose key it is."""

from __future__ import annotations

from rich.table import Table

from memsy import MemsyControlClient, MeResponse
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, ControlUrl
from memsy.cli.output import emit


def me(as_json: AsJson = False, base_url: ControlUrl = None, api_key: ApiKey = None) -> None:
    """Say whose key this is: the person, the organisation, the plan."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.me(), view, as_json=as_json)


def view(whose: MeResponse) -> Table:
    """What is known of them, a line each."""
    rights = {"billing admin": whose.is_billing_admin, "superadmin": whose.is_superadmin}
    return tables.facts(
        [
            ("email", whose.email),
            ("organisation", whose.org_id),
            ("role", whose.org_role),
            ("plan", whose.tier),
            ("also", ", ".join(name for name, has in rights.items() if has)),
            ("user", whose.user_id),
            ("customer", whose.customer_id),
        ]
    )
