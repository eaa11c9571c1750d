"""Table of connector providers: personal or shared, with or without OAuth (wire contract 6.15)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen(kw_only=True)
class Provider:
    """Rules of one provider."""

    is_user_scoped: bool = False
    """True: one connector for each member. False: one connector for the organisation."""
    uses_oauth: bool = True
    """True: OAuth consent in a browser. False: configured credentials."""
    is_active_after_consent: bool = False
    """True: the user selects the resources during the consent. False: in a later request."""
    scopes: tuple[str, ...] = ()
    """OAuth scopes."""


PROVIDERS: Mapping[str, Provider] = {
    "slack": Provider(scopes=("channels:history", "channels:read")),
    "google_drive": Provider(is_user_scoped=True, scopes=("drive.file",)),
    "s3": Provider(uses_oauth=False),
    "notion": Provider(is_active_after_consent=True),
    "github": Provider(scopes=("repo",)),
    "onedrive": Provider(is_user_scoped=True, scopes=("Files.Read", "offline_access")),
}
