"""Connectors: other services whose contents become memories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from memsy._core.decode import optional
from memsy._core.secret import mask
from memsy.models._model import Model

if TYPE_CHECKING:
    from typing_extensions import Self

ORG_SCOPED_PROVIDERS = frozenset({"slack", "s3", "notion", "github"})
"""Providers of which an organisation has one connection, shared by all its members."""

USER_SCOPED_PROVIDERS = frozenset({"google_drive", "onedrive"})
"""Providers to which each member connects on their own."""

NON_OAUTH_PROVIDERS = frozenset({"s3"})
"""Providers that are configured with credentials, not by consent in a browser."""


def requires_org_admin(provider: str) -> bool:
    """Whether only an admin, or an API key, may connect *provider*: unless it is user-scoped."""
    return provider not in USER_SCOPED_PROVIDERS


@frozen
class ConnectorConnection(Model):
    """A connector that waits for consent: send the user's browser to *authorize_url*."""

    connector_id: str
    authorize_url: str


@frozen
class Connector(Model):
    """
    A connection to another service.

    *status* is `pending` until there is consent and a selection, then `active`, or `error` with
    *last_error*. *bucket* and *region* are those of S3. Times are ISO 8601.
    """

    id: str
    provider: str
    status: str
    display_name: str | None = field(metadata=optional(None))
    external_account_id: str | None = field(metadata=optional(None))
    configured_by_email: str | None = field(metadata=optional(None))
    scopes: list[str] = field(metadata=optional([]))
    last_sync_at: str | None = field(metadata=optional(None))
    next_sync_at: str | None = field(metadata=optional(None))
    last_error: str | None = field(metadata=optional(None))
    created_at: str
    bucket: str | None = None
    region: str | None = None


@frozen
class ConnectorResourceItem(Model):
    """
    Something of the other service that can be selected.

    *resource_type* is such as `channel`, `bucket`, `workspace`, `repo`, `branch`, `folder`, `file`.
    """

    external_id: str
    resource_type: str = field(metadata=optional("channel"))
    name: str | None = field(metadata=optional(None))
    selected: bool = field(metadata=optional(False))


@frozen
class ResourceSelection:
    """Something that shall be selected."""

    external_id: str
    resource_type: str = "channel"
    name: str | None = None

    @classmethod
    def from_item(cls, item: ConnectorResourceItem) -> Self:
        """Select what was listed."""
        return cls(item.external_id, item.resource_type, item.name)

    def to_dict(self) -> dict[str, Any]:
        """As it is sent: a name that is None is left out."""
        every = {"external_id": self.external_id, "resource_type": self.resource_type}
        return every if self.name is None else {**every, "name": self.name}


@frozen
class ConnectorStatus(Model):
    """Whether a provider is connected, and as what."""

    connected: bool
    display_name: str | None = None


@frozen
class PickerConfig(Model):
    """
    What Google's file picker needs in a browser.

    *access_token* is a live credential for *expires_in* seconds; no `repr` shows it or *api_key*.
    """

    access_token: str = field(repr=mask)
    expires_in: int
    api_key: str = field(repr=mask)
    app_id: str
