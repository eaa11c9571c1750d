"""Options that several commands share."""

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
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile",
        envvar="MEMSY_PROFILE",
        metavar="NAME",
        help="Take a missing base URL and API key from this profile of .memsy/config.json, here "
        "or in the home directory. Default: the active profile.",
        rich_help_panel=_SERVICE,
    ),
]
CallTimeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="Limit of one call to the service, retries included.",
        rich_help_panel=_SERVICE,
    ),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Log the requests to stderr.",
        rich_help_panel=_SERVICE,
    ),
]
WaitTimeout = Annotated[
    float,
    typer.Option("--wait-timeout", metavar="SECONDS", min=0.1, help="Limit of the --wait."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the response as JSON.")]
All = Annotated[
    bool,
    typer.Option(
        "--all", help="Print the items of all pages, one JSON object per line, as they arrive."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Skip the confirmation prompt.")]
