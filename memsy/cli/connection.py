"""Clients for the service that the options, the environment or a profile name."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import nullcontext
from functools import cached_property, wraps
from typing import Any

import attrs

from memsy import MemsyClient, MemsyControlClient, MemsyError
from memsy._core.environment import Environment
from memsy._core.plane import Plane
from memsy.cli import options
from memsy.cli.base_url_hint import base_url_hint
from memsy.cli.error_reporting import exit_on_error
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.cli.profiles import Profile, active_profile, named_profile
from memsy.cli.verbose_log import logging_to_stderr
from memsy.exceptions import MemsyConfigurationError

_URL_OPTIONS = {Plane.DATA: options.BaseUrl, Plane.CONTROL: options.ControlUrl}


@attrs.frozen
class Target:
    """Base URL and API key of a service. None means that nothing sets it."""

    base_url: str | None
    api_key: str | None = attrs.field(repr=False)
    url_source: str
    """Option, variable or profile that sets the base URL, for error messages."""
    key_source: str
    """Option, variable or profile that sets the API key."""


@attrs.frozen
class Connection:
    """
    Connection options of one command. An option or environment variable wins over the profile.

    Attributes:
        plane: Plane that the command calls.
        base_url: Value of `--base-url` or of its environment variable.
        api_key: Value of `--api-key` or of its environment variable.
        profile: Value of `--profile` or of its environment variable.
        timeout: Seconds for one call.
    """

    plane: Plane
    base_url: str | None
    api_key: str | None = attrs.field(repr=False)
    profile: str | None
    timeout: float

    def client(self) -> MemsyClient:
        """
        Return a client of the data plane.

        Raises:
            CommandError: Base URL or API key is missing, or the profile is unusable.
        """
        return MemsyClient(self.required_url, self._required_key, timeout=self.timeout)

    def control_client(self) -> MemsyControlClient:
        """
        Return a client of the control plane.

        Raises:
            CommandError: Base URL or API key is missing, or the profile is unusable.
        """
        return MemsyControlClient(self.required_url, self._required_key, timeout=self.timeout)

    def target(self, *, use_active_profile: bool) -> Target:
        """
        Return the base URL and the API key.

        Raises:
            CommandError: The profile is unusable.
        """
        url, source = self._url_and_source()
        variable_key = Environment(os.environ).get("MEMSY_API_KEY")
        key_source = "MEMSY_API_KEY" if self.api_key in (None, variable_key) else "--api-key"
        target = Target(url, self.api_key, url_source=source, key_source=key_source)
        is_complete = url is not None and self.api_key is not None
        if self.profile is not None:
            return self._with_profile(target, named_profile(self.profile))
        profile = active_profile() if use_active_profile and not is_complete else None
        if profile is None:
            return target
        if profile.is_project_file and url is None and self.api_key is not None:
            raise CommandError(
                f"{profile} would send your API key to {profile.base_url}: name the profile with "
                "--profile to allow this, or use --base-url",
                ExitCode.USAGE,
            )
        return self._with_profile(target, profile)

    def _with_profile(self, target: Target, profile: Profile) -> Target:
        if target.base_url is None:
            variables = {Plane.DATA.variable: profile.base_url}
            url = self.plane.base_url_from_environment(Environment(variables))
            if url is None:
                raise CommandError(
                    f"base_url of {profile} must end in {Plane.DATA.prefix} for this command: "
                    f"change it, or use --base-url or {self.plane.variable}",
                    ExitCode.USAGE,
                )
            target = attrs.evolve(target, base_url=url, url_source=f"base_url of {profile}")
        if target.api_key is None:
            target = attrs.evolve(
                target, api_key=profile.api_key, key_source=f"api_key of {profile}"
            )
        return target

    def _url_and_source(self) -> tuple[str | None, str]:
        environ = Environment(os.environ)
        url = self.plane.base_url_from_environment(environ)
        if self.base_url in (None, url):
            is_own_variable = environ.get(self.plane.variable) is not None
            return url, self.plane.variable if is_own_variable else Plane.DATA.variable
        return self.base_url, "--base-url"

    @cached_property
    def _target(self) -> Target:
        return self.target(use_active_profile=True)

    @property
    def required_url(self) -> str:
        """
        Base URL of the service.

        Raises:
            CommandError: Nothing sets the base URL, or the profile is unusable.
        """
        url = self._target.base_url
        if not url:
            raise CommandError(
                f"no base URL: use --base-url, set {self.plane.url_variables}, or choose a "
                "profile with --profile",
                ExitCode.USAGE,
            )
        return url

    @property
    def _required_key(self) -> str:
        key = self._target.api_key
        if not key:
            raise CommandError(
                "no API key: set MEMSY_API_KEY, use --api-key, or choose a profile that has one "
                "with --profile",
                ExitCode.USAGE,
            )
        return key

    def hint(self, error: MemsyError) -> str:
        """Return a hint at a mistyped base URL for the end of an error message, or ""."""
        if isinstance(error, MemsyConfigurationError):
            return ""
        try:
            return base_url_hint(error, self.required_url, self.plane)
        except CommandError:  # a demo on its own service needs no base URL
            return ""

    def name_source(self, error: MemsyConfigurationError) -> None:
        """Name the source of the base URL or API key in a message, in place of the argument."""
        argument, _, rest = str(error).partition(" ")
        if argument in ("base_url", "api_key"):
            target = self._target
            source = target.url_source if argument == "base_url" else target.key_source
            error.args = (f"{source} {rest}",)


def make_command(
    name: str, function: Callable[..., None], plane: Plane = Plane.DATA
) -> Callable[..., None]:
    """
    Return the command for a function: errors are reported, and connection options are added.

    Args:
        name: Name of the command, such as `keys create`, for error messages.
        function: A parameter `connection` stands for the options of the connection. The function
            also receives an option that it declares itself.
        plane: Plane that the command calls.
    """
    signature = inspect.signature(function, eval_str=True)
    parameters = dict(signature.parameters)
    needs_connection = parameters.pop("connection", None) is not None
    own_names = list(parameters)

    @wraps(function)
    def command(**arguments: Any) -> None:  # noqa: ANN401 - the types are those of the signature
        if not needs_connection:
            exit_on_error(name, lambda: function(**arguments))
            return
        values = {option: arguments[option] for option in _connection_options(plane)}
        own_arguments = {name: arguments[name] for name in own_names}
        is_verbose = values.pop("verbose")
        connection = Connection(plane, **values)
        with logging_to_stderr() if is_verbose else nullcontext():
            exit_on_error(name, lambda: _run(function, connection, own_arguments), connection.hint)

    if needs_connection:
        # Options come last, and an option of the function replaces that of the connection.
        parameters = {**parameters, **_connection_options(plane), **parameters}
    vars(command)["__signature__"] = signature.replace(parameters=list(parameters.values()))
    command.__annotations__ = {
        **{parameter.name: parameter.annotation for parameter in parameters.values()},
        "return": None,
    }
    return command


def _run(function: Callable[..., None], connection: Connection, arguments: dict[str, Any]) -> None:
    try:
        function(connection=connection, **arguments)
    except MemsyConfigurationError as error:
        connection.name_source(error)
        raise


def _connection_options(plane: Plane) -> dict[str, inspect.Parameter]:
    options_and_defaults: dict[str, tuple[object, object]] = {
        "base_url": (_URL_OPTIONS[plane], None),
        "api_key": (options.ApiKey, None),
        "profile": (options.ProfileName, None),
        "timeout": (options.CallTimeout, 30.0),
        "verbose": (options.Verbose, False),
    }
    return {
        name: inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option
        )
        for name, (option, default) in options_and_defaults.items()
    }
