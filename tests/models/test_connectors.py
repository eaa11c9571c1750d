"""What is known of providers beforehand, and how a selection is made of what was listed."""

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


def test_the_providers_are_those_of_the_service() -> None:
    assert {"google_drive", "onedrive"} == USER_SCOPED_PROVIDERS
    assert {"slack", "s3", "notion", "github"} == ORG_SCOPED_PROVIDERS
    assert {"s3"} == NON_OAUTH_PROVIDERS


def test_nobody_changes_them() -> None:
    for providers in (USER_SCOPED_PROVIDERS, ORG_SCOPED_PROVIDERS, NON_OAUTH_PROVIDERS):
        assert isinstance(providers, frozenset)


@pytest.mark.parametrize("provider", [*sorted(ORG_SCOPED_PROVIDERS), "jira", ""])
def test_whatever_is_not_a_members_own_takes_an_admin(provider: str) -> None:
    """Also a provider that nobody knows yet."""
    assert requires_org_admin(provider=provider) is True


@pytest.mark.parametrize("provider", sorted(USER_SCOPED_PROVIDERS))
def test_what_is_a_members_own_takes_none(provider: str) -> None:
    assert requires_org_admin(provider) is False


def test_a_selection_is_made_of_what_was_listed() -> None:
    item = ConnectorResourceItem("acme/app#main", "branch", "main", selected=True)
    assert ResourceSelection.from_item(item) == ResourceSelection("acme/app#main", "branch", "main")


def test_a_selection_says_what_it_was_told() -> None:
    assert ResourceSelection("C1").to_dict() == {"external_id": "C1", "resource_type": "channel"}
    assert ResourceSelection("C1", "folder", "").to_dict() == {
        "external_id": "C1",
        "resource_type": "folder",
        "name": "",
    }


def test_an_item_is_an_unselected_channel_unless_it_says_otherwise() -> None:
    item = ConnectorResourceItem.from_dict({"external_id": "C1"})
    assert item == ConnectorResourceItem("C1", "channel", None, selected=False)
