"""Validation of constructor arguments, and defaults from environment variables."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from memsy import MemsyConfigurationError, RetryPolicy, Timeout
from memsy._core.api_key import wrap_api_key
from memsy._core.client_headers import check_headers, mask_headers
from memsy._core.plane import Plane
from memsy._core.proxy import Proxy
from memsy._core.secret import Secret, wrap_secret
from memsy._core.settings import (
    USER_AGENT,
    CertificateAuthorities,
    Settings,
    resolve_settings,
)

KEY = "msy_0123456789abcdef0123456789abcdef"
URL = "https://api.memsy.io/v1"


def resolve_with(
    base_url: str | None = URL,
    api_key: object = KEY,
    *,
    plane: Plane = Plane.DATA,
    environment: dict[str, str] | None = None,
    **options: Any,  # noqa: ANN401 - valid and invalid constructor arguments
) -> Settings:
    arguments: dict[str, Any] = {
        "timeout": 30.0,
        "max_retries": 3,
        "retry_backoff": 1.0,
        "retry": None,
        "proxy": None,
        "ca_file": None,
        "client_cert": None,
        "trust_environment": False,
        **options,
    }
    arguments["proxy"] = wrap_secret(arguments["proxy"])
    if "default_headers" in arguments:
        arguments["default_headers"] = mask_headers(arguments["default_headers"])
    return resolve_settings(
        plane, base_url, wrap_api_key(api_key), **arguments, environment=environment or {}
    )


def test_arguments_become_settings() -> None:
    settings = resolve_with(timeout=5, max_retries=7, retry_backoff=0.5)
    assert settings.base_url == URL
    assert settings.api_key == Secret(KEY)
    assert settings.timeout == Timeout(total=5)
    assert settings.retry == RetryPolicy(max_retries=7, backoff=0.5)
    assert (settings.connection.proxy, settings.connection.authorities) == (None, None)


def test_environment_completes_missing_arguments() -> None:
    environment = {"MEMSY_BASE_URL": "http://other/v1", "MEMSY_API_KEY": "msy_other"}
    settings = resolve_with(None, None, environment=environment)
    assert (settings.base_url, settings.api_key) == ("http://other/v1", Secret("msy_other"))
    assert resolve_with(environment=environment).base_url == URL


@pytest.mark.parametrize(
    ("base_url", "api_key", "message"),
    [
        (None, KEY, "no base URL: pass base_url=... or set MEMSY_BASE_URL"),
        ("", KEY, "no base URL: pass base_url=... or set MEMSY_BASE_URL"),
        (URL, None, "no API key: pass api_key=... or set MEMSY_API_KEY"),
        (URL, "", "no API key: pass api_key=... or set MEMSY_API_KEY"),
    ],
)
def test_error_names_the_missing_argument_and_variable(
    base_url: str | None, api_key: str | None, message: str
) -> None:
    with pytest.raises(MemsyConfigurationError) as excinfo:
        resolve_with(base_url, api_key)
    assert str(excinfo.value) == message


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"MEMSY_CONTROL_URL": "http://control/api/"}, "http://control/api"),
        ({"MEMSY_CONTROL_URL": "http://control/api", "MEMSY_BASE_URL": URL}, "http://control/api"),
        ({"MEMSY_BASE_URL": URL}, "https://api.memsy.io/api"),
        ({"MEMSY_CONTROL_URL": "", "MEMSY_BASE_URL": URL}, "https://api.memsy.io/api"),
        ({"MEMSY_BASE_URL": f"{URL}/"}, "https://api.memsy.io/api"),
        ({"MEMSY_BASE_URL": f"{URL}///"}, "https://api.memsy.io/api"),
        ({"MEMSY_BASE_URL": "http://127.0.0.1:8000/v1/v1"}, "http://127.0.0.1:8000/v1/api"),
    ],
)
def test_control_url_comes_from_its_variable_or_the_data_plane_url(
    environment: dict[str, str], url: str
) -> None:
    assert resolve_with(None, plane=Plane.CONTROL, environment=environment).base_url == url


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"MEMSY_BASE_URL": ""},
        {"MEMSY_BASE_URL": "https://api.memsy.io"},
        {"MEMSY_BASE_URL": "https://api.memsy.io/V1"},
        {"MEMSY_BASE_URL": "https://api.memsy.io/v12"},
        {"MEMSY_BASE_URL": "https://api.memsy.io/rev1"},
        {"MEMSY_BASE_URL": "https://api.memsy.io/v1/v2"},
    ],
)
def test_control_url_is_not_derived_from_an_url_without_v1(environment: dict[str, str]) -> None:
    with pytest.raises(MemsyConfigurationError) as excinfo:
        resolve_with(None, plane=Plane.CONTROL, environment=environment)
    assert str(excinfo.value) == (
        "no base URL: pass base_url=... or set MEMSY_CONTROL_URL "
        "(or a MEMSY_BASE_URL that ends in /v1)"
    )


def test_each_plane_has_its_own_variable() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"or set MEMSY_BASE_URL$"):
        resolve_with(None, environment={"MEMSY_CONTROL_URL": "http://control/api"})
    assert (
        resolve_with(plane=Plane.CONTROL, environment={"MEMSY_CONTROL_URL": "http://x"}).base_url
        == URL
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.memsy.io/v1/", URL),
        ("https://api.memsy.io/v1///", URL),
        ("http://localhost", "http://localhost"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        ("HTTPS://API.memsy.io:443/V1", "https://api.memsy.io/V1"),
        ("http://h:/v1", "http://h/v1"),
        ("http://h//v1/../%7e", "http://h//v1/../%7e"),
        ("https://h/@team/v1", "https://h/@team/v1"),
    ],
)
def test_base_url_has_one_spelling(url: str, expected: str) -> None:
    assert resolve_with(url).base_url == expected


@pytest.mark.parametrize(
    "url",
    [
        *("api.memsy.io/v1", "ftp://h/v1", "file:///etc/passwd", "https://", "https:///v1", "/v1"),
        *("https://h:0/v1", "https://h:99999/v1", "https://h:x/v1", "http://[::1/v1"),
        *("http:h/v1", "http:/h/v1", "http:///h/v1", "//h/v1", "http:\\\\h", "http://h\\v1"),
        *("http://127.1/v1", "http://2130706433/v1", "http://local%68ost/v1", "http://[::1%lo]/v1"),
        *("https://h/v1?", "https://h/v1?a=b", "https://h/v1#", "https://h/v1#x"),
        *("https://h /v1", "https://h/v1\r\nX: y", "https://h/v1\n", "https://ä/v1", "\thttps://h"),
        *(7, b"https://h/v1", ["https://h/v1"]),
    ],
    ids=repr,
)
def test_invalid_base_url_is_rejected(url: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="base_url"):
        resolve_with(url)


@pytest.mark.parametrize("url", ["https://u:hunter2@h/v1", "https://hunter2@h/v1", "https://@h"])
def test_base_url_with_credentials_is_rejected_and_not_shown(url: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="must not contain a user") as excinfo:
        resolve_with(url)
    assert "hunter2" not in str(excinfo.value)


@pytest.mark.parametrize(
    "url",
    [
        *("u:hunter2@h/v1", "http:u:hunter2@h/v1", "https:/u:hunter2@h/v1", "ftp://u:hunter2@h/v1"),
        *("https://u:hunter2@h/v1\n", " https://u:hunter2@h", "https://h/\u2028?token=hunter2"),
        *("https://u:hunter2@b\u00fccher.example/v1", b"https://u:hunter2@h/v1"),
    ],
    ids=ascii,
)
def test_other_faults_of_a_base_url_with_credentials_do_not_show_it(url: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(MemsyConfigurationError, match="base_url") as excinfo:
        resolve_with(url)
    assert "hunter2" not in str(excinfo.value)


@pytest.mark.parametrize(
    ("plane", "variable", "url"),
    [
        (Plane.DATA, "MEMSY_BASE_URL", "http://127.1/v1"),
        (Plane.DATA, "MEMSY_BASE_URL", "https://u:hunter2@h/v1"),
        (Plane.CONTROL, "MEMSY_BASE_URL", "ftp://h/v1"),
        (Plane.CONTROL, "MEMSY_CONTROL_URL", "http://h /api"),
    ],
)
def test_error_names_the_variable_with_an_invalid_base_url(
    plane: Plane, variable: str, url: str
) -> None:
    with pytest.raises(MemsyConfigurationError, match=rf"^{variable} ") as excinfo:
        resolve_with(None, plane=plane, environment={variable: url})
    assert "hunter2" not in str(excinfo.value)


def test_error_names_the_variable_with_an_unprintable_key() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^MEMSY_API_KEY must consist of printable"):
        resolve_with(api_key=None, environment={"MEMSY_API_KEY": f"{KEY}\n"})


def test_message_about_an_invalid_host_states_the_rule() -> None:
    with pytest.raises(MemsyConfigurationError) as excinfo:
        resolve_with("http://127.1:8765/v1")
    assert str(excinfo.value) == (
        "base_url 'http://127.1:8765/v1' has no valid host and port: the host must be a DNS name "
        "in ASCII, an IPv4 address of four decimal numbers, or an IPv6 address without a zone "
        "(in brackets); the port must be 1 to 65535"
    )


@pytest.mark.parametrize(
    "affix",
    ["\n", "\r", "\r\nX-Evil: 1", "\0", " ", "\t", "\x7f", "\x1b", "ä", "\u2028", "🔑", "\ud800"],
    ids=ascii,
)
def test_unprintable_key_is_rejected_and_not_shown(affix: str) -> None:
    for key in (KEY + affix, affix + KEY, KEY[:9] + affix + KEY[9:]):
        with pytest.raises(MemsyConfigurationError, match="api_key") as excinfo:
            resolve_with(api_key=key)
        assert KEY[:9] not in repr(excinfo.value)
        assert KEY[9:] not in repr(excinfo.value)


def test_empty_argument_is_not_completed_from_the_environment() -> None:
    """The key of the environment may belong to another account."""
    environment = {"MEMSY_BASE_URL": "http://other/v1", "MEMSY_API_KEY": "msy_other"}
    with pytest.raises(MemsyConfigurationError, match="no API key"):
        resolve_with(URL, "", environment=environment)
    with pytest.raises(MemsyConfigurationError, match="no base URL"):
        resolve_with("", KEY, environment=environment)


def test_option_of_another_type_is_rejected() -> None:
    for options in ({"proxy": ""}, {"proxy": 5}, {"ca_file": 5}, {"retry": 5}, {"client_cert": 5}):
        with pytest.raises(MemsyConfigurationError, match=next(iter(options))):
            resolve_with(**options)


@pytest.mark.parametrize("key", [7, b"msy_secret", ["msy_secret"], {"key": "msy_secret"}], ids=repr)
def test_key_of_another_type_is_not_shown(key: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(MemsyConfigurationError, match="api_key must be a str") as excinfo:
        resolve_with(api_key=key)
    assert "msy_secret" not in str(excinfo.value)


def test_repr_shows_neither_key_nor_proxy_password() -> None:
    settings = resolve_with(proxy="http://user:hunter2@proxy:3128")
    assert KEY not in repr(settings)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "peer"),
    [
        ("https://api.memsy.io/v1", ("api.memsy.io", 443)),
        ("http://api.memsy.io/v1", ("api.memsy.io", 80)),
        ("http://API.memsy.io:8765/v1", ("api.memsy.io", 8765)),
        ("https://[::1]:8765/v1", ("::1", 8765)),
    ],
)
def test_peer_is_host_and_port_of_the_base_url(url: str, peer: tuple[str, int]) -> None:
    assert resolve_with(base_url=url).peer == peer


@pytest.mark.parametrize("url", ["https://api.memsy.io/v1", "http://127.0.0.1:8765/v1"])
def test_peer_is_the_proxy_if_there_is_one(url: str) -> None:
    settings = resolve_with(base_url=url, proxy="http://user:hunter2@proxy.test:3128")
    assert settings.peer == ("proxy.test", 3128)


def test_headers_have_key_and_user_agent() -> None:
    assert resolve_with().headers() == {
        "authorization": f"Bearer {KEY}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": USER_AGENT,
    }


def test_retry_policy_is_used_as_it_is() -> None:
    policy = RetryPolicy(max_retries=1, dedup_window=10.0)
    assert resolve_with(retry=policy).retry is policy
    assert resolve_with(max_retries=3, retry_backoff=1.0, retry=policy).retry is policy


@pytest.mark.parametrize(("name", "value"), [("max_retries", 9), ("retry_backoff", 0.5)])
def test_retry_policy_beside_another_retry_option_is_rejected(name: str, value: Any) -> None:  # noqa: ANN401 - of either option
    message = f"pass either retry or {name}, not both: got {name}={value} beside a RetryPolicy"
    with pytest.raises(MemsyConfigurationError, match=re.escape(message)):
        resolve_with(retry=RetryPolicy(), **{name: value})


@pytest.mark.parametrize(
    "options", [{"timeout": 0}, {"timeout": None}, {"max_retries": -1}, {"retry_backoff": "1"}]
)
def test_invalid_timeout_or_retry_option_is_rejected(options: dict[str, Any]) -> None:
    with pytest.raises(MemsyConfigurationError):
        resolve_with(**options)


@pytest.mark.parametrize("limit", [0, -1, True, 2.0, "8", None])
def test_invalid_max_connections_is_rejected(limit: object) -> None:
    message = f"max_connections must be a whole number, 1 or more, got {limit!r}"
    with pytest.raises(MemsyConfigurationError, match=f"^{re.escape(message)}$"):
        resolve_with(max_connections=limit)


def test_unusable_retry_backoff_is_named_as_the_argument() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^retry_backoff must be a finite number"):
        resolve_with(retry_backoff=-1.0)


def test_max_connections_is_256_by_default() -> None:
    assert resolve_with().connection.max_connections == 256
    assert resolve_with(max_connections=1).connection.max_connections == 1


def test_settings_are_immutable() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        resolve_with().base_url = "http://evil"  # type: ignore[misc]  # the test expects the error


PROXIES = {"https_proxy": "http://proxy:1"}


def test_proxy_variable_is_ignored_without_trust_environment() -> None:
    assert resolve_with(environment=PROXIES).connection.proxy is None
    trusted = resolve_with(environment=PROXIES, trust_environment=True)
    assert trusted.connection.proxy == Proxy("http://proxy:1")


def test_proxy_argument_overrides_the_environment() -> None:
    settings = resolve_with(environment=PROXIES, trust_environment=True, proxy="http://mine:1")
    assert settings.connection.proxy == Proxy("http://mine:1")


NO_PATHS = ["missing.pem", "x" * 5000, "nul\0", "\ud800", ""]


@pytest.mark.parametrize("path", NO_PATHS, ids=lambda path: ascii(path[:12]))
@pytest.mark.parametrize("name", ["ca_file", "client_cert"])
def test_missing_certificate_file_is_rejected(name: str, path: str) -> None:
    options: dict[str, Any] = {name: path}
    with pytest.raises(MemsyConfigurationError, match=rf"^{name}: file .* does not exist$"):
        resolve_with(**options)


def test_missing_key_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^client_cert: file .* does not exist"):
        resolve_with(client_cert=(__file__, str(tmp_path / "missing.pem")))


def test_certificate_files_are_stored_as_text_paths(tmp_path: Path) -> None:
    file = tmp_path / "some.pem"
    file.touch()
    connection = resolve_with(ca_file=file, client_cert=str(file)).connection
    assert connection.authorities == CertificateAuthorities(
        str(file), "ca_file", is_directory=False
    )
    assert connection.client_cert == (str(file), None)
    pair = resolve_with(client_cert=(str(file), str(file))).connection
    assert pair.client_cert == (str(file), str(file))


CA_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def test_ca_variables_need_trust_environment(tmp_path: Path) -> None:
    (tmp_path / "authority.pem").touch()
    environment = dict.fromkeys(CA_VARIABLES, str(tmp_path / "authority.pem"))
    assert resolve_with(environment=environment).connection.authorities is None


def test_ca_file_overrides_the_variables_which_have_an_order(tmp_path: Path) -> None:
    environment = {}
    for source in reversed(CA_VARIABLES):
        path = tmp_path / source
        path.touch()
        environment[source] = str(path)
        trusted = resolve_with(environment=environment, trust_environment=True).connection
        assert trusted.authorities == CertificateAuthorities(str(path), source, is_directory=False)
    (tmp_path / "ca_file").touch()
    settings = resolve_with(
        environment=environment, trust_environment=True, ca_file=tmp_path / "ca_file"
    )
    assert settings.connection.authorities == CertificateAuthorities(
        str(tmp_path / "ca_file"), "ca_file", False
    )


@pytest.mark.parametrize("variable", CA_VARIABLES)
def test_variable_may_name_directories_of_hashed_certificates(
    tmp_path: Path, variable: str
) -> None:
    (tmp_path / "9d66eef0.0").touch()
    for path in (f"{tmp_path}", f"/no/such/directory{os.pathsep}{tmp_path}"):
        settings = resolve_with(environment={variable: path}, trust_environment=True)
        assert settings.connection.authorities == CertificateAuthorities(
            path, variable, is_directory=True
        )


@pytest.mark.parametrize("variable", CA_VARIABLES)
@pytest.mark.parametrize("path", [path for path in NO_PATHS if path])
def test_error_names_the_variable_with_a_missing_path(variable: str, path: str) -> None:
    with pytest.raises(MemsyConfigurationError) as excinfo:
        resolve_with(environment={variable: path}, trust_environment=True)
    assert str(excinfo.value) == f"{variable}: file or directory {path!r} does not exist"


@pytest.mark.parametrize("source", ["ca_file", *CA_VARIABLES])
def test_directory_without_hashed_certificates_is_rejected(tmp_path: Path, source: str) -> None:
    """OpenSSL would trust no certificate at all."""
    for name in ("authority.pem", "9d66eef0.r0", "9d66eef0"):
        (tmp_path / name).touch()
    options: dict[str, Any] = (
        {"ca_file": tmp_path}
        if source == "ca_file"
        else {"environment": {source: str(tmp_path)}, "trust_environment": True}
    )
    with pytest.raises(MemsyConfigurationError) as excinfo:
        resolve_with(**options)
    assert str(excinfo.value) == (
        f"{source}: directory {str(tmp_path)!r} has no certificates under their hashes, such as "
        "9d66eef0.0; run `openssl rehash`, or name a PEM file"
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Authorization", "Bearer x", "must not contain 'Authorization': create a client with"),
        ("HOST", "x", "must not contain 'HOST': create a client with base_url="),
        ("content-length", "0", "must not contain 'content-length': the client describes the body"),
        ("Transfer-Encoding", "chunked", "must not contain 'Transfer-Encoding'"),
        ("Content-Type", "text/plain", "must not contain 'Content-Type'"),
        ("Accept-Encoding", "br", "must not contain 'Accept-Encoding': the client decodes"),
        ("User-Agent", "x", "must not contain 'User-Agent': create a client with app_info="),
        ("X-Memsy-Surface", "x", "create a client with surface="),
        ("X Tenant", "x", "'X Tenant' is not a header name"),
        ("X-Tenant\r\nHost", "x", "is not a header name"),
        ("", "x", "'' is not a header name"),
        ("X-Ténant", "x", "is not a header name"),
        (7, "x", "7 is not a header name"),
        ("X-Tenant", 7, "the value of 'X-Tenant' must be a str, got int"),
    ],
)
def test_unusable_header_is_named_in_the_error(name: object, value: object, message: str) -> None:
    with pytest.raises(MemsyConfigurationError, match=re.escape(message)):
        resolve_with(default_headers={name: value})


@pytest.mark.parametrize("value", ["", " x", "x ", "x\n", "x\r\nHost: y", "xé", "\0x"])
def test_unusable_header_value_is_not_shown_in_the_error(value: str) -> None:
    headers = mask_headers({"X-Tenant": value.replace("x", "hunter22")})
    message = "must consist of printable ASCII, at least"
    with pytest.raises(MemsyConfigurationError, match=message) as excinfo:
        check_headers("headers", headers)
    assert "'X-Tenant'" in str(excinfo.value)
    # From Python 3.13 on, the variables of a frame are live, also those of this assert.
    shown = str([entry.frame.f_locals for entry in excinfo.traceback])
    assert "hunter22" not in f"{excinfo.value} {shown}"


def test_headers_that_are_not_a_mapping_are_an_error() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"default_headers must be a mapping .* list"):
        resolve_with(default_headers=["x"])


def test_header_names_are_lower_case_and_values_are_masked() -> None:
    settings = resolve_with(default_headers={"X-Tenant": "acme corp"})
    assert settings.extra_headers == {"x-tenant": "acme corp"}
    assert "acme" not in repr(settings)


def test_values_of_headers_with_a_secret_name_are_secrets() -> None:
    settings = resolve_with(default_headers={"X-Gateway-Token": "hunter22", "X-Tenant": "acme"})
    assert [secret.reveal() for secret in settings.secrets()] == [KEY, "hunter22"]


def test_app_info_is_the_end_of_the_user_agent() -> None:
    settings = resolve_with(app_info=("shop", "1.2+local"))
    assert settings.headers()["user-agent"] == f"{USER_AGENT} shop/1.2+local"
    assert resolve_with().headers()["user-agent"] == USER_AGENT


@pytest.mark.parametrize(
    "app_info", ["shop/1", ("shop",), ("shop", ""), ("my shop", "1"), ("shop", "1\n"), ("shop", 1)]
)
def test_unusable_app_info_is_an_error(app_info: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="app_info must be a pair of name"):
        resolve_with(app_info=app_info)


@pytest.mark.parametrize("surface", ["mcp", "mcp/claude-code", "A.b_c-1", f"{'a' * 64}/b"])
def test_surface_is_a_header(surface: str) -> None:
    assert resolve_with(surface=surface).headers()["x-memsy-surface"] == surface


def test_empty_surface_counts_as_unset() -> None:
    headers = resolve_with(surface="").headers()
    assert not any(name.startswith("x-memsy") for name in headers)


@pytest.mark.parametrize("surface", ["a b", "a/", "/a", "a/b/c", "a" * 65, "a\n", "é", 7])
def test_unusable_surface_is_an_error(surface: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="surface must be 'name' or 'name/detail'"):
        resolve_with(surface=surface)


@pytest.mark.parametrize("mode", ["ambient", "explicit"])
def test_capture_mode_is_a_header(mode: str) -> None:
    assert resolve_with(capture_mode=mode).headers()["x-memsy-capture"] == mode


@pytest.mark.parametrize(
    ("mode", "problem"),
    [
        ("", "must be 'ambient' or 'explicit', got ''"),
        ("Ambient", "must be 'ambient' or 'explicit', got 'Ambient': did you mean 'ambient'?"),
        ("other", "must be 'ambient' or 'explicit', got 'other'"),
        (7, "must be a str, got 7"),
    ],
)
def test_unusable_capture_mode_is_an_error(mode: object, problem: str) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"^{re.escape(f'capture_mode {problem}')}$"):
        resolve_with(capture_mode=mode)


def test_key_function_is_not_called_at_construction() -> None:
    def fail() -> str:
        raise AssertionError

    settings = resolve_with(api_key=fail)
    assert "authorization" not in settings.headers()


def test_coroutine_function_as_key_is_an_error() -> None:
    async def key() -> str:
        return KEY

    with pytest.raises(MemsyConfigurationError, match="api_key must be a str or a plain function"):
        resolve_with(api_key=key)
