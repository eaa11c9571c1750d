"""What a client is told once, at construction: where, as whom, how patiently, through what."""

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


@frozen(kw_only=True)
class Connection:
    """
    How a client reaches the service.

    Without a *proxy*, directly. *ca_file* is a PEM bundle that is trusted in place of the
    default one. *client_cert* is a PEM file with certificate and key, or a pair of such files.
    """

    proxy: Proxy | None = None
    ca_file: str | None = None
    client_cert: tuple[str, str | None] | None = None


@frozen(kw_only=True)
class Settings:
    """All that a client was told, checked; its transport and its caller are made from it."""

    plane: Plane
    base_url: str
    """Without a slash at the end; *targets* of requests are appended to it."""
    api_key: Secret
    timeout: Timeout
    retry: RetryPolicy
    connection: Connection

    @property
    def peer(self) -> tuple[str, int]:
        """Host and port that a client with these settings connects to: the proxy, if any."""
        proxy = self.connection.proxy
        url = urlsplit(proxy.url if proxy else self.base_url)
        return url.hostname or "", url.port or {"http": 80, "https": 443}[url.scheme]

    def headers(self) -> dict[str, str]:
        """The headers of every request. To be expanded in the call that sends, and kept nowhere."""
        return {
            "authorization": MaskedStr(f"Bearer {self.api_key.reveal()}"),
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": USER_AGENT,
        }


def resolve(
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
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """
    Check what a constructor was given, and fill in from the environment what it was not.

    The key and the proxy come as `hidden` leaves them, so that no frame below holds their texts.

    Raises:
        MemsyConfigurationError: something is missing or unusable; the message says which.
    """
    environ = Environment(os.environ if environment is None else environment)
    # What is given counts, even if it is empty: not to be replaced by somebody else's key.
    url = _base_url(plane, plane.url_from(environ) if base_url is None else base_url)
    key = _api_key(wrap_secret(environ.get("MEMSY_API_KEY")) if api_key is None else api_key)
    if not isinstance(retry, RetryPolicy | None):
        raise MemsyConfigurationError(f"retry must be a RetryPolicy, got {type(retry).__name__}")
    return Settings(
        plane=plane,
        base_url=url,
        api_key=key,
        timeout=Timeout.of(timeout),
        retry=retry or RetryPolicy(max_retries=max_retries, backoff=retry_backoff),
        connection=Connection(
            proxy=parse_proxy(proxy, "proxy")
            or (proxy_from_environment(environ, url) if trust_environment else None),
            ca_file=_file("ca_file", ca_file)
            or (_ca_file_from(environ) if trust_environment else None),
            client_cert=_certificate(client_cert),
        ),
    )


def _base_url(plane: Plane, url: object) -> str:
    if not url:
        raise MemsyConfigurationError(f"no base URL: pass base_url=... or set {plane.remedy}")
    if not isinstance(url, str) or not is_printable(url):
        raise MemsyConfigurationError(
            f"base_url {url!r} is no URL: only printable ASCII without spaces may stand in one"
        )
    host = url.partition("//")[2].partition("/")[0]
    if "@" in host or "?" in url or "#" in url:
        # The value is left out: it may hold a password.
        raise MemsyConfigurationError("base_url may hold no user, query or fragment")
    if not has_host(url) or urlsplit(url).scheme not in ("http", "https"):
        raise MemsyConfigurationError(
            f"base_url {url!r} is not an http(s) URL; "
            f"it should look like {plane.url_at('https://api.memsy.io')}"
        )
    return url.rstrip("/")


def _api_key(key: Secret | type | None) -> Secret:
    # No message of this function may hold the key, or a part of it.
    if isinstance(key, type):
        raise MemsyConfigurationError(f"api_key must be a str, got {key.__name__}")
    if key is None or not key.reveal():
        raise MemsyConfigurationError("no API key: pass api_key=... or set MEMSY_API_KEY")
    if not is_printable(key.reveal()):
        raise MemsyConfigurationError(
            "api_key holds characters that no key has: only printable ASCII without spaces "
            "may stand in one (is there a line break at its end?)"
        )
    return key


def _file(name: str, path: object) -> str | None:
    if path is None:
        return None
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise MemsyConfigurationError(f"{name} must be a path, got {type(path).__name__}")
    if not Path(text).is_file():
        raise MemsyConfigurationError(f"{name}: there is no file {text!r}")
    return text


def _certificate(
    files: str | os.PathLike[str] | tuple[str, str] | None,
) -> tuple[str, str | None] | None:
    if files is None:
        return None
    if isinstance(files, tuple) and len(files) != 2:
        raise MemsyConfigurationError(
            "client_cert must be a path, or a pair of certificate and key"
        )
    certificate, key = files if isinstance(files, tuple) else (files, None)
    return (str(_file("client_cert", certificate)), _file("client_cert", key))


def _ca_file_from(environ: Environment) -> str | None:
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if environ.get(variable):
            return _file(variable, environ.get(variable))
    return None
