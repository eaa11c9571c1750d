"""Options that several commands share: base URL, API key, `--json`, `--yes`."""

from __future__ import annotations

from typing import Annotated

import typer

from memsy._core.plane import Plane

_SERVICE = "Service"
_ROOT_URL = "https://api.memsy.io"
_API_KEY_HELP = (
    "API key. Prefer the environment variable: other users of this machine can read command lines."
)

BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar=Plane.DATA.variable,
        metavar="URL",
        help=f"Base URL of the service, such as {Plane.DATA.base_url(_ROOT_URL)}.",
        rich_help_panel=_SERVICE,
    ),
]
ControlUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar=Plane.CONTROL.variable,
        metavar="URL",
        help=f"Base URL of the control plane, such as {Plane.CONTROL.base_url(_ROOT_URL)}. "
        f"Default: {Plane.DATA.variable} with {Plane.CONTROL.prefix} in place of a final "
        f"{Plane.DATA.prefix}.",
        rich_help_panel=_SERVICE,
    ),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        envvar="MEMSY_API_KEY",
        metavar="KEY",
        help=_API_KEY_HELP,
        rich_help_panel=_SERVICE,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the response as JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Skip the confirmation prompt.")]
