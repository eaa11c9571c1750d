"""Validated settings of a client, from constructor arguments and environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from attrs import Factory, evolve, field, frozen

from memsy._core import encode
from memsy._core.api_key import ApiKeyFunction, check_api_key
from memsy._core.authority import HOST_RULE, normalize_authority
from memsy._core.client_headers import UncheckedHeaders, check_headers, is_token, secrets_in
from memsy._core.environment import Environment
from memsy._core.interrupts import is_interrupt
from memsy._core.plane import Plane
from memsy._core.proxy import Proxy, parse_proxy, proxy_from_environment
from memsy._core.retry import RetryPolicy, check_seconds
from memsy._core.secret import MaskedStr, Secret, wrap_secret
from memsy._core.text import is_printable, plain, preview
from memsy._core.timeout import Timeout
from memsy._core.tracing import is_tracing_enabled
from memsy._core.unset import UNSET, Unset
from memsy._version import __version__
from memsy.exceptions import MemsyConfigurationError

CaptureMode: TypeAlias = Literal["ambient", "explicit"]
"""Origin of events: recorded ones, or events that a user asked to store."""

USER_AGENT = f"memsy-python/{__version__}"
DEFAULT_MAX_CONNECTIONS = 256

_DEFAULT_PORTS = {"http": 80, "https": 443}

_CA_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name certificate authorities, by precedence."""

_SURFACE = re.compile(r"[A-Za-z0-9._-]{1,64}(?:/[A-Za-z0-9._-]{1,64})?")

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""Name that OpenSSL gives a certificate in a directory: the hash of its subject, and a number."""


@frozen
class CertificateAuthorities:
    """Certificate authorities to trust, in place of the default bundle."""

    path: str
    """A PEM bundle, or directories of certificates under their hashes, separated as in PATH."""
    source: str
    """The argument or variable that names `path`, for error messages."""
    is_directory: bool


@frozen(kw_only=True)
class ConnectionSettings:
    """
    Network settings of a client: proxy, TLS files and connection limit.

    Attributes:
        proxy: HTTP proxy. None means a direct connection.
        authorities: Trusted certificate authorities. None means the default bundle.
        client_cert: PEM files with the certificate and the key. The key is None if the first file
            contains both.
        max_connections: Limit of the open connections: of each process in sync clients, of each
            event loop in async clients.
    """

    proxy: Proxy | None = None
    authorities: CertificateAuthorities | None = None
    client_cert: tuple[str, str | None] | None = None
    max_connections: int = DEFAULT_MAX_CONNECTIONS


def bearer(key: Secret) -> MaskedStr:
    """Return the value of the `Authorization` header for an API key."""
    return MaskedStr(f"Bearer {key.reveal()}")


def _fixed_headers(settings: Settings) -> dict[str, str]:
    key = settings.api_key
    return {
        **({"authorization": bearer(key)} if isinstance(key, Secret) else {}),
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        **settings.identification,
    }


@frozen(kw_only=True)
class Settings:
    """All validated settings of a client."""

    plane: Plane
    base_url: str
    """Base URL without a trailing slash. Request targets are appended to it."""
    api_key: Secret | ApiKeyFunction | None
    """None for requests without a key: they have no `Authorization` header of the client."""
    timeout: Timeout
    retry: RetryPolicy
    connection: ConnectionSettings
    is_traced: bool = True
    """False if the client adds no tracing of its own."""
    identification: Mapping[str, str] = field(factory=lambda: {"user-agent": USER_AGENT})
    """Headers that tell the service which program sends the requests."""
    extra_headers: Mapping[str, MaskedStr] = field(factory=dict[str, MaskedStr])
    """Headers of the user, with names in lower case. Each request of the client has them."""
    _fixed_headers: dict[str, str] = field(
        init=False, repr=False, eq=False, default=Factory(_fixed_headers, takes_self=True)
    )
    """The result of `headers()`, built once: the settings do not change."""

    @property
    def peer(self) -> tuple[str, int]:
        """Host and port of the proxy, or of the service if there is no proxy."""
        proxy = self.connection.proxy
        return _host_and_port(proxy.url) if proxy else self.server

    @property
    def server(self) -> tuple[str, int]:
        """Host and port of the service."""
        return _host_and_port(self.base_url)

    def secrets(self) -> list[Secret]:
        """Return the texts that no error message may show, without keys that a function returns."""
        proxy = self.connection.proxy
        return [
            *([self.api_key] if isinstance(self.api_key, Secret) else []),
            *(proxy.secrets() if proxy else []),
            *secrets_in(self.extra_headers),
        ]

    def headers(self) -> dict[str, str]:
        """
        Return the headers of every request, a fixed API key included.

        A key that a function returns, and `extra_headers`, are headers of the request itself: the
        clients of one transport may differ in them.

        Pass the result straight to the sending call. A local variable would show in a traceback.
        """
        return self._fixed_headers.copy()

    def with_options(
        self,
        *,
        timeout: float | Timeout | Unset,
        retry: RetryPolicy | Unset,
        max_retries: int | Unset,
        retry_backoff: float | Unset,
        headers: UncheckedHeaders,
    ) -> Settings:
        """
        Return settings with other options. For the arguments, see `with_options` of the clients.

        Raises:
            MemsyConfigurationError: An argument is unusable. The message names it.
        """
        policy = self.retry
        if retry is not UNSET:
            policy = _retry_policy(
                retry, max_retries=(max_retries, UNSET), retry_backoff=(retry_backoff, UNSET)
            )
        if max_retries is not UNSET:
            policy = evolve(policy, max_retries=max_retries)
        if retry_backoff is not UNSET:
            check_seconds("retry_backoff", retry_backoff)
            policy = evolve(policy, backoff=retry_backoff)
        return evolve(
            self,
            timeout=self.timeout if timeout is UNSET else Timeout.coerce(timeout),
            retry=policy,
            extra_headers={**self.extra_headers, **check_headers("headers", headers)},
        )


def _retry_policy(retry: object, **numbers: tuple[object, object]) -> RetryPolicy:
    """Check a policy. `numbers` has the value and the default of each option that it replaces."""
    if not isinstance(retry, RetryPolicy):
        raise MemsyConfigurationError(f"retry must be a RetryPolicy, got {type(retry).__name__}")
    for name, (value, default) in numbers.items():
        if value != default:
            raise MemsyConfigurationError(
                f"pass either retry or {name}, not both: got {name}={value!r} beside a RetryPolicy"
            )
    return retry


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]


def resolve_settings(
    plane: Plane,
    base_url: str | None,
    api_key: Secret | ApiKeyFunction | type | None,
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
    default_headers: UncheckedHeaders | None = None,
    app_info: tuple[str, str] | None = None,
    surface: str | None = None,
    capture_mode: CaptureMode | None = None,
    has_api_key: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """
    Validate the arguments of a constructor and complete them from the environment variables.

    `api_key`, `proxy` and `default_headers` are results of `wrap_api_key`, `wrap_secret` and
    `mask_headers`, so that no frame holds their texts. For the other arguments, see the constructor
    of the clients. Without `has_api_key`, the requests have no key: both sources are ignored.

    Raises:
        MemsyConfigurationError: An argument is missing or unusable. The message names it.
    """
    environ = Environment(os.environ if environment is None else environment)
    # Do not replace an empty argument with the variable: its key may belong to another account.
    if base_url is None:
        variable = plane.variable if environ.get(plane.variable) else Plane.DATA.variable
        url = _base_url(plane, plane.base_url_from_environment(environ), variable)
    else:
        url = _base_url(plane, base_url, "base_url")
    if not has_api_key:
        key = None
    elif api_key is None:
        key = _api_key(wrap_secret(environ.get("MEMSY_API_KEY")), "MEMSY_API_KEY")
    else:
        key = _api_key(api_key, "api_key")
    if retry is None:
        check_seconds("retry_backoff", retry_backoff)
        policy = RetryPolicy(max_retries=max_retries, backoff=retry_backoff)
    else:
        policy = _retry_policy(
            retry, max_retries=(max_retries, 3), retry_backoff=(retry_backoff, 1.0)
        )
    return Settings(
        plane=plane,
        base_url=url,
        api_key=key,
        timeout=Timeout.coerce(timeout),
        retry=policy,
        connection=ConnectionSettings(
            proxy=parse_proxy(proxy, "proxy")
            or (proxy_from_environment(environ, url) if trust_environment else None),
            authorities=_certificate_authorities(ca_file, environ if trust_environment else None),
            client_cert=_client_cert(client_cert),
            max_connections=_max_connections(max_connections),
        ),
        is_traced=is_tracing_enabled(environ),
        identification={
            "user-agent": _user_agent(app_info),
            **_surface_header(surface),
            **_capture_header(capture_mode),
        },
        extra_headers={}
        if default_headers is None
        else check_headers("default_headers", default_headers),
    )


def _base_url(plane: Plane, url: object, source: str) -> str:
    if not url:
        raise MemsyConfigurationError(
            f"no base URL: pass base_url=... or set {plane.url_variables}"
        )
    if not isinstance(url, str):
        raise MemsyConfigurationError(f"{source} must be a str, got {type(url).__name__}")
    url = plain(url)
    # A message does not show a URL that may contain a password or a token.
    shown = source if set("@?#") & set(url) else f"{source} {url!r}"
    if not is_printable(url):
        raise MemsyConfigurationError(
            f"{shown} is not a URL: use printable ASCII without spaces, "
            "and the xn-- form of an international host name"
        )
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    if "@" in authority or "?" in url or "#" in url:
        raise MemsyConfigurationError(f"{source} must not contain a user, a query or a fragment")
    scheme = scheme.lower()
    if not separator or not authority or scheme not in _DEFAULT_PORTS:
        raise MemsyConfigurationError(
            f"{shown} is not an http(s) URL, such as {plane.base_url('https://api.memsy.io')}"
        )
    peer = normalize_authority(authority, _DEFAULT_PORTS[scheme])
    if peer is None:
        raise MemsyConfigurationError(
            f"{shown} has no valid host and port: {HOST_RULE} (in brackets); "
            "the port must be 1 to 65535"
        )
    return f"{scheme}://{peer}{slash}{path}".rstrip("/")


def _api_key(key: Secret | ApiKeyFunction | type | None, source: str) -> Secret | ApiKeyFunction:
    # No message may contain the key, or a part of it.
    if isinstance(key, ApiKeyFunction):
        if key.is_coroutine_function:
            raise MemsyConfigurationError(
                f"{source} must be a str or a plain function, got a coroutine function"
            )
        return key
    if key is None or (isinstance(key, Secret) and not key.reveal()):
        raise MemsyConfigurationError("no API key: pass api_key=... or set MEMSY_API_KEY")
    return check_api_key(key, source)


def _user_agent(app_info: object) -> str:
    if app_info is None:
        return USER_AGENT
    match app_info:
        case (str(name), str(version)) if is_token(plain(name)) and is_token(plain(version)):
            return f"{USER_AGENT} {plain(name)}/{plain(version)}"
    raise MemsyConfigurationError(
        "app_info must be a pair of name and version, of letters, digits and !#$%&'*+-.^_`|~, "
        f"got {preview(app_info)}"
    )


def _surface_header(surface: object) -> dict[str, str]:
    if surface is None or surface == "":
        return {}
    if not isinstance(surface, str) or not _SURFACE.fullmatch(plain(surface)):
        raise MemsyConfigurationError(
            "surface must be 'name' or 'name/detail', each of 1 to 64 letters, digits and '._-', "
            f"got {preview(surface)}"
        )
    return {"x-memsy-surface": plain(surface)}


def _capture_header(mode: object) -> dict[str, str]:
    if mode is None:
        return {}
    return {"x-memsy-capture": encode.choice("capture_mode", mode, get_args(CaptureMode))}


def _existing_file(name: str, path: object) -> str | None:
    return None if path is None else _file(name, path)


def _file(name: str, path: object) -> str:
    text = _path_text(name, path)
    if not _is_file(text):
        raise MemsyConfigurationError(f"{name}: file {text!r} does not exist")
    return text


def _path_text(name: str, path: object) -> str:
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise MemsyConfigurationError(f"{name} must be a path, got {type(path).__name__}")
    return plain(text)


def _is_file(path: str) -> bool:
    # Path.is_file() raises for a path that is too long or not accessible.
    return os.path.isfile(path)  # noqa: PTH113


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
    return (_file("client_cert", certificate), _existing_file("client_cert", key))


def _max_connections(limit: object) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise MemsyConfigurationError(
            f"max_connections must be a whole number, 1 or more, got {limit!r}"
        )
    return limit


def _certificate_authorities(
    ca_file: object, environ: Environment | None
) -> CertificateAuthorities | None:
    """Return the authorities that the argument names, or else the first variable that is set."""
    sources = {"ca_file": ca_file}
    if environ is not None:
        sources.update({variable: environ.get(variable) for variable in _CA_VARIABLES})
    for source, path in sources.items():
        if path is not None:
            text = _path_text(source, path)
            return CertificateAuthorities(text, source, is_directory=_is_ca_directory(source, text))
    return None


def _is_ca_directory(source: str, path: str) -> bool:
    """Return True for a directory of certificates, and False for a file."""
    if _is_file(path):
        return False
    # OpenSSL takes several directories, separated as in PATH.
    names_by_directory = [_file_names(directory) for directory in path.split(os.pathsep)]
    if all(names is None for names in names_by_directory):
        raise MemsyConfigurationError(f"{source}: file or directory {path!r} does not exist")
    if not any(
        _HASHED_NAME.fullmatch(name) for names in names_by_directory for name in names or ()
    ):
        raise MemsyConfigurationError(
            f"{source}: directory {path!r} has no certificates under their hashes, "
            "such as 9d66eef0.0; run `openssl rehash`, or name a PEM file"
        )
    return True


def _file_names(directory: str) -> list[str] | None:
    try:
        return os.listdir(directory)  # noqa: PTH208 - Path("") is the current directory
    except (OSError, ValueError) as error:
        if is_interrupt(error):
            raise
        return None
