"""Simulator of the identity provider of agents: approval and refusal of sign-ups."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal, TypeAlias, get_args

from memsy.local.http.parsing import trim
from memsy.local.http.validators import check_not_blank
from memsy.local.signups import storage
from memsy.local.storage.store import Store

SignupRefusal: TypeAlias = Literal["access_denied", "invalid_id_token", "owner_signup_limit"]
"""Reason for the refusal of a sign-up."""


DEFAULT_INBOX = "agent@agentmail.test"


class SignupSimulator:
    """Simulator of the identity provider of agents: approval and refusal of sign-ups."""

    def __init__(
        self, store: Store, transaction: Callable[[], AbstractContextManager[int]]
    ) -> None:
        self._store = store
        self._transaction = transaction

    def approve(
        self,
        authorize_url: str,
        inbox_id: str = DEFAULT_INBOX,
        agentmail_api_key: str | None = None,
    ) -> None:
        """
        Approve a pending sign-up. Pass this method as `approve=` of `agent_signup`.

        Args:
            authorize_url: URL of the approval.
            inbox_id: Inbox of the agent. Equal inboxes get the same organisation.
            agentmail_api_key: API key of AgentMail. The service does not check it.

        Raises:
            ValueError: No pending sign-up has this URL, or `inbox_id` is empty.
        """
        check_not_blank("inbox_id", inbox_id)
        self._decide(authorize_url, "approved", inbox_id=trim(inbox_id))

    def refuse(self, authorize_url: str, error: SignupRefusal = "access_denied") -> None:
        """
        Refuse a pending sign-up.

        Args:
            authorize_url: URL of the approval.
            error: Reason, which the service returns.

        Raises:
            ValueError: No pending sign-up has this URL, or `error` is unknown.
        """
        if error not in get_args(SignupRefusal):
            known = ", ".join(get_args(SignupRefusal))
            raise ValueError(f"unknown error {error!r}: choose from {known}")
        self._decide(authorize_url, "refused", error=error)

    def _decide(
        self, url: str, status: str, *, inbox_id: str | None = None, error: str | None = None
    ) -> None:
        signup_id = storage.signup_id_in(url)
        with self._transaction() as now:
            if signup_id is None or not storage.decide(
                self._store, signup_id, now, status=status, inbox=inbox_id, error=error
            ):
                raise ValueError(
                    f"no pending sign-up has the URL {url!r}: use the authorize_url of a sign-up "
                    f"that started less than {storage.LIFETIME} s ago"
                )
