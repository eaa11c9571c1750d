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
