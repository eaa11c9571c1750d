"""Interest in the pro plan."""

from __future__ import annotations

import pytest

from tests.support.service_requests import ServiceClient

INTEREST = {"email": "gene@example.invalid", "name": "Gene"}


def test_interest_is_remembered(ask: ServiceClient) -> None:
    assert ask.get("/api/interest/pro/status").body == {"expressed": False}
    for _ in range(2):
        answer = ask.post("/api/interest/pro", {**INTEREST, "company": None, "notes": "soon"})
        assert answer.status == 200
        assert "Gene" in answer.body["message"]
        assert ask.get("/api/interest/pro/status").body == {"expressed": True}
    theirs = ServiceClient(ask.service, ask.service.issue_key(org_id="org_other"))
    assert theirs.get("/api/interest/pro/status").body == {"expressed": False}


@pytest.mark.parametrize(
    ("fields", "name", "kind"),
    [
        ({"email": ""}, "email", "string_too_short"),
        ({"name": None}, "name", "string_type"),
        ({"company": 7}, "company", "string_type"),
    ],
)
def test_a_bad_interest_is_refused(
    ask: ServiceClient, fields: dict[str, object], name: str, kind: str
) -> None:
    assert ask.post("/api/interest/pro", {**INTEREST, **fields}).validation_errors == [
        (["body", name], kind)
    ]
