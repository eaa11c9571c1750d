"""Simulator of users and providers of connectors: OAuth consent, resources, failures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from sqlite3 import Row

from memsy.local.domain.providers import PROVIDERS
from memsy.local.endpoints.connector_resources import ROOT, replace_available, replace_selection
from memsy.local.http.parsing import trim
from memsy.local.http.validators import check_not_blank
from memsy.local.storage.store import Store
from memsy.models import ResourceSelection


class ConnectorSimulator:
    """Simulator for the OAuth consent, the resources and the failures of connectors."""

    def __init__(
        self, store: Store, transaction: Callable[[], AbstractContextManager[int]]
    ) -> None:
        self._store = store
        self._transaction = transaction

    def authorize(self, connector_id: str, *, account: str = "Local workspace") -> None:
        """
        Simulate the consent of the user at the provider.

        A failed connector accepts a new consent.

        Args:
            connector_id: Id of the connector.
            account: Display name of the connected account.

        Raises:
            ValueError: The connector does not exist, or a user has consented already.
        """
        with self._transaction() as now:
            row = self._get(connector_id)
            if row["is_authorized"] and row["status"] != "error":
                raise ValueError(f"a user has already consented to the connector {connector_id!r}")
            is_active = PROVIDERS[row["provider"]].is_active_after_consent
            statement = """
                UPDATE connectors
                SET is_authorized = 1, display_name = ?, external_account_id = ?,
                    status = ?, last_sync_at = ?, last_error = NULL
                WHERE connector_id = ?
            """
            connector_id = row["connector_id"]
            account_id = f"{row['provider']}-{connector_id}"
            state = ("active", now) if is_active else ("pending", None)
            self._store.write(statement, [account, account_id, *state, connector_id])
            if is_active:
                workspace = ResourceSelection(account_id, "workspace", account)
                replace_selection(self._store, connector_id, [workspace])

    def offer(
        self,
        connector_id: str,
        resources: Iterable[ResourceSelection],
        *,
        parent: str | None = None,
    ) -> None:
        """
        Replace the resources that the provider offers for selection.

        Args:
            connector_id: Id of the connector.
            resources: All resources below `parent`.
            parent: Id of a OneDrive folder, or of a GitHub repository for its branches. None is
                the root.

        Raises:
            ValueError: The connector does not exist, or `parent` is empty.
        """
        if parent is not None:
            check_not_blank("parent", parent)
        with self._transaction():
            row = self._get(connector_id)
            parent_id = trim(parent or "") or ROOT
            replace_available(self._store, row["connector_id"], parent_id, resources)

    def fail(self, connector_id: str, error: str) -> None:
        """
        Set the status of a connector to `error`.

        Args:
            connector_id: Id of the connector.
            error: Reason, which the API returns as `last_error`.

        Raises:
            ValueError: The connector does not exist.
        """
        with self._transaction():
            row = self._get(connector_id)
            statement = "UPDATE connectors SET status = 'error', last_error = ? WHERE seq = ?"
            self._store.write(statement, [error, row["seq"]])

    def _get(self, connector_id: str) -> Row:
        query = "SELECT * FROM connectors WHERE connector_id = ?"
        row = self._store.row(query, [trim(connector_id)])
        if row is None:
            raise ValueError(
                f"there is no connector {connector_id!r}: use an id from connectors.create()"
            )
        return row
