"""Interest endpoints: express interest in the pro plan, and read its status."""

from __future__ import annotations

import pytest

from tests.support.service_requests import ServiceClient

INTEREST = {"email": "gene@example.invalid", "name": "Gene"}


def test_interest_is_stored_per_organisation(api: ServiceClient) -> None:
    assert api.get("/api/interest/pro/status").body == {"expressed": False}
    for _ in range(2):
        response = api.post("/api/interest/pro", {**INTEREST, "company": None, "notes": "soon"})
        assert response.status == 200
        assert "Gene" in response.body["message"]
        assert api.get("/api/interest/pro/status").body == {"expressed": True}
    other_org = ServiceClient(api.service, api.service.issue_key(org_id="org_other"))
    assert other_org.get("/api/interest/pro/status").body == {"expressed": False}


@pytest.mark.parametrize(
    ("fields", "name", "error_type"),
    [
        ({"email": ""}, "email", "string_too_short"),
        ({"name": None}, "name", "string_type"),
        ({"company": 7}, "company", "string_type"),
    ],
)
def test_invalid_interest_is_rejected(
    api: ServiceClient, fields: dict[str, object], name: str, error_type: str
) -> None:
    assert api.post("/api/interest/pro", {**INTEREST, **fields}).validation_errors == [
        (["body", name], error_type)
    ]
