"""Sets of providers, and `ResourceSelection`."""

from __future__ import annotations

import pytest

from memsy import (
    NON_OAUTH_PROVIDERS,
    ORG_SCOPED_PROVIDERS,
    USER_SCOPED_PROVIDERS,
    ConnectorResourceItem,
    ResourceSelection,
    requires_org_admin,
)


def test_provider_sets_match_the_wire_contract() -> None:
    assert {"google_drive", "onedrive"} == USER_SCOPED_PROVIDERS
    assert {"slack", "s3", "notion", "github"} == ORG_SCOPED_PROVIDERS
    assert {"s3"} == NON_OAUTH_PROVIDERS


def test_provider_sets_are_immutable() -> None:
    for providers in (USER_SCOPED_PROVIDERS, ORG_SCOPED_PROVIDERS, NON_OAUTH_PROVIDERS):
        assert isinstance(providers, frozenset)


@pytest.mark.parametrize("provider", [*sorted(ORG_SCOPED_PROVIDERS), "jira", ""])
def test_provider_that_is_not_user_scoped_requires_an_admin(provider: str) -> None:
    """An unknown provider requires one, too."""
    assert requires_org_admin(provider=provider) is True


@pytest.mark.parametrize("provider", sorted(USER_SCOPED_PROVIDERS))
def test_user_scoped_provider_does_not_require_an_admin(provider: str) -> None:
    assert requires_org_admin(provider) is False


def test_from_item_selects_a_listed_item() -> None:
    item = ConnectorResourceItem("acme/app#main", "branch", "main", selected=True)
    assert ResourceSelection.from_item(item) == ResourceSelection("acme/app#main", "branch", "main")


def test_to_dict_has_the_name_only_if_it_is_given() -> None:
    assert ResourceSelection("C1").to_dict() == {"external_id": "C1", "resource_type": "channel"}
    assert ResourceSelection("C1", "folder", "").to_dict() == {
        "external_id": "C1",
        "resource_type": "folder",
        "name": "",
    }


def test_item_is_an_unselected_channel_by_default() -> None:
    item = ConnectorResourceItem.from_dict({"external_id": "C1"})
    assert item == ConnectorResourceItem("C1", "channel", None, selected=False)
