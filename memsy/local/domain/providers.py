"""What connectors can connect to, and how one differs from another."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen(kw_only=True)
class Provider:
    """A service whose contents can become memories."""

    is_user_scoped: bool = False
    """Each member connects to it on their own; otherwise the organisation does, once."""
    has_consent: bool = True
    """A user consents in a browser; otherwise there are credentials to be configured."""
    is_chosen_at_consent: bool = False
    """What it gives is chosen on its own screen, so that it is active as soon as that is done."""
    scopes: tuple[str, ...] = ()
    """What it is asked to allow."""


PROVIDERS: Mapping[str, Provider] = {
    "slack": Provider(scopes=("channels:history", "channels:read")),
    "google_drive": Provider(is_user_scoped=True, scopes=("drive.file",)),
    "s3": Provider(has_consent=False),
    "notion": Provider(is_chosen_at_consent=True),
    "github": Provider(scopes=("repo",)),
    "onedrive": Provider(is_user_scoped=True, scopes=("Files.Read", "offline_access")),
}
