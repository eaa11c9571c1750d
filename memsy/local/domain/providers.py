"""Providers of connectors: scope, consent and activation of each (wire contract 6.15)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen(kw_only=True)
class Provider:
    """Rules of one provider."""

    is_user_scoped: bool = False
    """True: one connection for each member. False: one for the organisation."""
    has_consent: bool = True
    """True: OAuth consent in a browser. False: configured credentials."""
    is_chosen_at_consent: bool = False
    """True: the user selects resources at the provider, so consent activates the connector."""
    scopes: tuple[str, ...] = ()
    """OAuth scopes."""


PROVIDERS: Mapping[str, Provider] = {
    "slack": Provider(scopes=("channels:history", "channels:read")),
    "google_drive": Provider(is_user_scoped=True, scopes=("drive.file",)),
    "s3": Provider(has_consent=False),
    "notion": Provider(is_chosen_at_consent=True),
    "github": Provider(scopes=("repo",)),
    "onedrive": Provider(is_user_scoped=True, scopes=("Files.Read", "offline_access")),
}
