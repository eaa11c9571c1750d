"""The options that several commands have in common."""

from __future__ import annotations

from typing import Annotated

import typer

from memsy._core.plane import Plane

_SERVICE = "Service"
_ROOT_URL = "https://api.memsy.io"

BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar=Plane.DATA.variable,
        metavar="URL",
        help=f"Base URL of the service: {Plane.DATA.url_at(_ROOT_URL)}",
        rich_help_panel=_SERVICE,
    ),
]
ControlUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar=Plane.CONTROL.variable,
        metavar="URL",
        help=f"Base URL of the control plane: {Plane.CONTROL.url_at(_ROOT_URL)}. Default: "
        f"a {Plane.DATA.variable} that ends in {Plane.DATA.prefix}, with {Plane.CONTROL.prefix} "
        "there.",
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
