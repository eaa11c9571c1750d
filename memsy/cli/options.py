"""The options that several commands have in common."""

from __future__ import annotations

from typing import Annotated

import typer

_SERVICE = "Service"

BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar="MEMSY_BASE_URL",
        metavar="URL",
        help="Where the service is, with its version: https://api.memsy.io/v1",
        rich_help_panel=_SERVICE,
    ),
]
ControlUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar="MEMSY_CONTROL_URL",
        metavar="URL",
        help="Where the control plane is: https://api.memsy.io/api; "
        "by default beside MEMSY_BASE_URL, if that ends in /v1.",
        rich_help_panel=_SERVICE,
    ),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        envvar="MEMSY_API_KEY",
        metavar="KEY",
        help="Better given by the environment, which other users of the machine cannot see.",
        rich_help_panel=_SERVICE,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs to read.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")]
