"""Connectors: the request and response values of the endpoints under `/connectors`."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen
from typing_extensions import Self

from memsy._core.fields import optional
from memsy._core.secret import mask
from memsy.models._model import Model, Payload

ORG_SCOPED_PROVIDERS = frozenset({"slack", "s3", "notion", "github"})
"""Providers with one connector for the whole organisation."""

USER_SCOPED_PROVIDERS = frozenset({"google_drive", "onedrive"})
"""Providers with one connector for each member."""

NON_OAUTH_PROVIDERS = frozenset({"s3"})
"""Providers that take credentials instead of consent in a browser."""


def requires_org_admin(provider: str) -> bool:
    """
    Return True if only an administrator or an API key may connect a provider.

    The result is True for every provider outside `USER_SCOPED_PROVIDERS`, also if it is unknown.
    """
    return provider not in USER_SCOPED_PROVIDERS


@frozen(slots=False)
class ConnectorConnection(Model):
    """
    Pending connector that needs the consent of the user.

    Response of `POST /connectors/{provider}/connect` (wire contract, section 6.15).
    """

    connector_id: str
    """Id of the pending connector."""
    authorize_url: str
    """URL to open in the browser of the user."""


@frozen(slots=False)
class Connector(Model):
    """
    Access to another service, whose contents Memsy ingests.

    Response of several endpoints under `/connectors` (wire contract, section 6.15).
    """

    id: str
    """Id of the connector."""
    provider: str
    """Name of the other service, such as `slack`."""
    status: str
    """`pending` until consent and selection, then `active`; `error` after a failure."""
    display_name: str | None = field(metadata=optional(None))
    """Name to show, such as the name of the workspace."""
    external_account_id: str | None = field(metadata=optional(None))
    """Id of the account in the other service."""
    configured_by_email: str | None = field(metadata=optional(None))
    """E-mail address of the member who configured the connector."""
    scopes: list[str] = field(metadata=optional([]))
    """Permissions that the provider granted."""
    last_sync_at: str | None = field(metadata=optional(None))
    """Time of the last sync, ISO 8601."""
    next_sync_at: str | None = field(metadata=optional(None))
    """Time of the next sync, ISO 8601."""
    last_error: str | None = field(metadata=optional(None))
    """Text of the last failure."""
    created_at: str
    """Time of creation, ISO 8601."""
    bucket: str | None = None
    """Bucket of an S3 connector."""
    region: str | None = None
    """AWS region of an S3 connector."""


@frozen(slots=False)
class ConnectorResourceItem(Model):
    """
    Resource of the other service that can be selected.

    Item of `GET /connectors/{id}/resources` and of `GET /connectors/{id}/branches` (wire contract,
    section 6.15).
    """

    external_id: str
    """Id in the other service, such as `acme/app#main` for a branch."""
    resource_type: str = field(metadata=optional("channel"))
    """`channel`, `bucket`, `workspace`, `repo`, `branch`, `default_branch`, `folder` or `file`."""
    name: str | None = field(metadata=optional(None))
    """Name to show."""
    selected: bool = field(metadata=optional(False))
    """True if the connector ingests the resource."""


@frozen(slots=False)
class ResourceSelection(Payload):
    """
    Resource to select.

    Item of the request body of `PUT /connectors/{id}/resources` (wire contract, section 6.15).
    """

    external_id: str
    """Id in the other service."""
    resource_type: str = "channel"
    """Type as in `ConnectorResourceItem.resource_type`."""
    name: str | None = None
    """Name to show. None leaves it out of the request."""

    @classmethod
    def from_item(cls, item: ConnectorResourceItem) -> Self:
        """Return a selection of an item of `connectors.list_resources`."""
        return cls(item.external_id, item.resource_type, item.name)

    def to_dict(self, *, reveal_secrets: bool = False) -> dict[str, Any]:
        """Return the JSON object of the request, without a name that is None."""
        payload = {"external_id": self.external_id, "resource_type": self.resource_type}
        return payload if self.name is None else {**payload, "name": self.name}


@frozen(slots=False)
class ConnectorStatus(Model):
    """
    State of one provider.

    Response of `GET /connectors/{provider}/status` (wire contract, section 6.15).
    """

    connected: bool = field(metadata=optional(False))
    """True if the organisation has a connector, or the caller for a user-scoped provider."""
    display_name: str | None = None
    """Name of the connected account or workspace."""


@frozen(slots=False)
class PickerConfig(Model):
    """
    Configuration of Google's file picker in a browser.

    Response of `GET /connectors/{id}/picker-token` (wire contract, section 6.15). `repr` masks both
    secrets.
    """

    access_token: str = field(repr=mask)
    """Valid access token of the user."""
    expires_in: int
    """Seconds until `access_token` expires."""
    api_key: str = field(repr=mask)
    """API key of Google's file picker."""
    app_id: str
    """Id of the application for Google's file picker."""
