"""The far side of connectors, which no API reaches: users who consent, and what providers have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from sqlite3 import Row

from memsy.local.domain.providers import PROVIDERS
from memsy.local.endpoints.connector_resources import TOP, offer, select
from memsy.local.storage.store import Store
from memsy.models import ResourceSelection


class ConnectorSimulator:
    """What a test lets happen to the connectors of a `LocalService`, by their ids."""

    def __init__(
        self, store: Store, transaction: Callable[[], AbstractContextManager[int]]
    ) -> None:
        self._store = store
        self._transaction = transaction

    def authorize(self, connector_id: str, *, account: str = "Local workspace") -> None:
        """
        Let the user consent, who calls the other end of the connection *account*.

        Raises:
            ValueError: there is no such connector, or there is consent already. One that has
                failed takes a new one.
        """
        with self._transaction() as now:
            row = self._named(connector_id)
            if row["is_authorized"] and row["status"] != "error":
                raise ValueError(f"there is consent to the connector {connector_id!r} already")
            is_ready = PROVIDERS[row["provider"]].is_chosen_at_consent
            statement = """
                UPDATE connectors
                SET is_authorized = 1, display_name = ?, external_account_id = ?,
                    status = ?, last_sync_at = ?, last_error = NULL
                WHERE connector_id = ?
            """
            account_id = f"{row['provider']}-{connector_id}"
            state = ("active", now) if is_ready else ("pending", None)
            self._store.write(statement, [account, account_id, *state, connector_id])
            if is_ready:
                chosen = ResourceSelection(account_id, "workspace", account)
                select(self._store, connector_id, [chosen])

    def offer(
        self,
        connector_id: str,
        resources: Iterable[ResourceSelection],
        *,
        below: str | None = None,
    ) -> None:
        """
        Let there be *resources* to choose from, and no others.

        *below* is the folder of OneDrive that they are in, or the repository of GitHub whose
        branches they are; None is the top.

        Raises:
            ValueError: there is no such connector.
        """
        with self._transaction():
            self._named(connector_id)
            offer(self._store, connector_id, below or TOP, resources)

    def fail(self, connector_id: str, error: str) -> None:
        """
        Let the connector be in the state `error`, and say why.

        Raises:
            ValueError: there is no such connector.
        """
        with self._transaction():
            self._named(connector_id)
            statement = """
                UPDATE connectors SET status = 'error', last_error = ? WHERE connector_id = ?
            """
            self._store.write(statement, [error, connector_id])

    def _named(self, connector_id: str) -> Row:
        row = self._store.row("SELECT * FROM connectors WHERE connector_id = ?", [connector_id])
        if row is None:
            raise ValueError(f"there is no connector {connector_id!r}")
        return row
