"""Validated settings of a client, from constructor arguments and environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from attrs import frozen

from memsy._core.environment import Environment
from memsy._core.plane import Plane
from memsy._core.proxy import Proxy, parse_proxy, proxy_from_environment
from memsy._core.retry import RetryPolicy
from memsy._core.secret import MaskedStr, Secret, wrap_secret
from memsy._core.text import has_host, is_printable
from memsy._core.timeout import Timeout
from memsy._version import __version__
from memsy.exceptions import MemsyConfigurationError

USER_AGENT = f"memsy-python/{__version__}"
DEFAULT_MAX_CONNECTIONS = 256


@frozen(kw_only=True)
class ConnectionSettings:
    """
    Network settings of a client: proxy, TLS files and connection limit.

    Attributes:
        proxy: HTTP proxy. None means a direct connection.
        ca_file: PEM bundle of trusted certificate authorities. None means the default bundle.
        client_cert: PEM files with the certificate and the key. The key is None if the first file
            contains both.
        max_connections: Limit of the open connections: of each process in sync clients, of each
            event loop in async clients.
    """

    proxy: Proxy | None = None
    ca_file: str | None = None
    client_cert: tuple[str, str | None] | None = None
    max_connections: int = DEFAULT_MAX_CONNECTIONS


@frozen(kw_only=True)
class Settings:
    """All validated settings of a client."""

    plane: Plane
    base_url: str
    """Base URL without a trailing slash. Request targets are appended to it."""
    api_key: Secret
    timeout: Timeout
    retry: RetryPolicy
    connection: ConnectionSettings

    @property
    def peer(self) -> tuple[str, int]:
        """Host and port of the proxy, or of the service if there is no proxy."""
        proxy = self.connection.proxy
        url = urlsplit(proxy.url if proxy else self.base_url)
        return url.hostname or "", url.port or {"http": 80, "https": 443}[url.scheme]

    def headers(self) -> dict[str, str]:
        """
        Return the headers of every request, the API key included.

        Pass the result straight to the sending call. A local variable would show in a traceback.
        """
        return {
            "authorization": MaskedStr(f"Bearer {self.api_key.reveal()}"),
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": USER_AGENT,
        }


def resolve_settings(
    plane: Plane,
    base_url: str | None,
    api_key: Secret | type | None,
    timeout: float | Timeout,
    max_retries: int,
    retry_backoff: float,
    retry: RetryPolicy | None,
    *,
    proxy: Secret | type | None,
    ca_file: str | os.PathLike[str] | None,
    client_cert: str | os.PathLike[str] | tuple[str, str] | None,
    trust_environment: bool,
    max_connections: int = DEFAULT_MAX_CONNECTIONS,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """
    Validate the arguments of a constructor and complete them from the environment variables.

    `api_key` and `proxy` are results of `wrap_secret`, so that no frame holds their texts. For the
    other arguments, see the constructor of the clients.

    Raises:
        MemsyConfigurationError: An argument is missing or unusable. The message names it.
    """
    environ = Environment(os.environ if environment is None else environment)
    # Do not replace an empty argument with the variable: its key may belong to another account.
    url = _base_url(
        plane, plane.base_url_from_environment(environ) if base_url is None else base_url
    )
    key = _api_key(wrap_secret(environ.get("MEMSY_API_KEY")) if api_key is None else api_key)
    if not isinstance(retry, RetryPolicy | None):
        raise MemsyConfigurationError(f"retry must be a RetryPolicy, got {type(retry).__name__}")
    return Settings(
        plane=plane,
        base_url=url,
        api_key=key,
        timeout=Timeout.coerce(timeout),
        retry=retry or RetryPolicy(max_retries=max_retries, backoff=retry_backoff),
        connection=ConnectionSettings(
            proxy=parse_proxy(proxy, "proxy")
            or (proxy_from_environment(environ, url) if trust_environment else None),
            ca_file=_existing_file("ca_file", ca_file)
            or (_ca_file_from_environment(environ) if trust_environment else None),
            client_cert=_client_cert(client_cert),
            max_connections=_max_connections(max_connections),
        ),
    )


def _base_url(plane: Plane, url: object) -> str:
    if not url:
        raise MemsyConfigurationError(
            f"no base URL: pass base_url=... or set {plane.url_variables}"
        )
    if not isinstance(url, str) or not is_printable(url):
        raise MemsyConfigurationError(
            f"base_url {url!r} is not a URL: use printable ASCII without spaces"
        )
    host = url.partition("//")[2].partition("/")[0]
    if "@" in host or "?" in url or "#" in url:
        # The message does not show the value: it may contain a password.
        raise MemsyConfigurationError("base_url must not contain a user, a query or a fragment")
    if not has_host(url) or urlsplit(url).scheme not in ("http", "https"):
        raise MemsyConfigurationError(
            f"base_url {url!r} is not an http(s) URL, "
            f"such as {plane.base_url('https://api.memsy.io')}"
        )
    return url.rstrip("/")


def _api_key(key: Secret | type | None) -> Secret:
    # No message may contain the key, or a part of it.
    if isinstance(key, type):
        raise MemsyConfigurationError(f"api_key must be a str, got {key.__name__}")
    if key is None or not key.reveal():
        raise MemsyConfigurationError("no API key: pass api_key=... or set MEMSY_API_KEY")
    if not is_printable(key.reveal()):
        raise MemsyConfigurationError(
            "api_key must consist of printable ASCII without spaces "
            "(is there a line break at its end?)"
        )
    return key


def _existing_file(name: str, path: object) -> str | None:
    if path is None:
        return None
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise MemsyConfigurationError(f"{name} must be a path, got {type(path).__name__}")
    if not Path(text).is_file():
        raise MemsyConfigurationError(f"{name}: file {text!r} does not exist")
    return text


def _client_cert(
    files: str | os.PathLike[str] | tuple[str, str] | None,
) -> tuple[str, str | None] | None:
    if files is None:
        return None
    if isinstance(files, tuple) and len(files) != 2:
        raise MemsyConfigurationError(
            "client_cert must be a path, or a pair of paths: certificate and key"
        )
    certificate, key = files if isinstance(files, tuple) else (files, None)
    return (str(_existing_file("client_cert", certificate)), _existing_file("client_cert", key))


def _max_connections(limit: object) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise MemsyConfigurationError(
            f"max_connections must be a whole number, 1 or more, got {limit!r}"
        )
    return limit


def _ca_file_from_environment(environ: Environment) -> str | None:
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if environ.get(variable):
            return _existing_file(variable, environ.get(variable))
    return None
