"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, get_args

import typer

from memsy._core.plane import Plane
from memsy.cli.profiles import profile_names

_SERVICE = "Service"
_SECONDS_PER_DAY = 86_400
_ROOT_URL = "https://api.memsy.io"
_API_KEY_HELP = (
    "API key. Prefer the environment variable: other users of this machine can read command lines."
)


def any_of(literal: object) -> str:
    """Return the words of a literal for a help text: `a, b or c`."""
    *words, last = get_args(literal)
    return f"{', '.join(words)} or {last}"


def word(literal: object, help: str, *flags: str) -> Any:  # noqa: ANN401 - as typer.Option
    """
    Return an option with shell completion of words.

    The client checks the value, so that an error names the nearest word.

    Args:
        literal: Literal with the known words.
        help: Effect of the option, with its words.
        flags: Names of the option. Default: the name of the parameter.
    """
    return typer.Option(
        *flags,
        parser=str,  # typer checks the words of a literal without one
        metavar="WORD",
        help=help,
        autocompletion=_completion(lambda: get_args(literal)),
    )


def _completion(words: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [word for word in words() if word.startswith(incomplete)]

    return complete


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
        autocompletion=_completion(profile_names),
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
    typer.Option(
        "--wait-timeout",
        metavar="SECONDS",
        min=0.1,
        max=_SECONDS_PER_DAY,
        help="Limit of the --wait.",
    ),
]
FlushTimeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0.1,
        max=_SECONDS_PER_DAY,
        help="Limit of the whole command.",
        rich_help_panel=_SERVICE,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the response as JSON.")]
All = Annotated[
    bool,
    typer.Option(
        "--all", help="Print the items of all pages, one JSON object per line, as they arrive."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Skip the confirmation prompt.")]
