"""What a client is told at construction: checked there, completed, and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from memsy import MemsyConfigurationError, RetryPolicy, Timeout
from memsy._core.plane import Plane
from memsy._core.proxy import Proxy
from memsy._core.secret import wrap_secret
from memsy._core.settings import USER_AGENT, Settings, resolve

KEY = "msy_0123456789abcdef0123456789abcdef"
URL = "https://api.memsy.io/v1"


def told(
    base_url: str | None = URL,
    api_key: str | None = KEY,
    *,
    plane: Plane = Plane.DATA,
    environment: dict[str, str] | None = None,
    **options: Any,  # noqa: ANN401 - whatever a constructor takes, and some things that none does
) -> Settings:
    given: dict[str, Any] = {
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
    given["proxy"] = wrap_secret(given["proxy"])
    return resolve(plane, base_url, wrap_secret(api_key), **given, environment=environment or {})


def test_what_was_told_is_kept() -> None:
    settings = told(timeout=5, max_retries=7, retry_backoff=0.5)
    assert settings.base_url == URL
    assert settings.api_key.reveal() == KEY
    assert settings.timeout == Timeout(total=5)
    assert settings.retry == RetryPolicy(max_retries=7, backoff=0.5)
    assert (settings.connection.proxy, settings.connection.ca_file) == (None, None)


def test_the_environment_says_what_was_not_told() -> None:
    environment = {"MEMSY_BASE_URL": "http://other/v1", "MEMSY_API_KEY": "msy_other"}
    settings = told(None, None, environment=environment)
    assert (settings.base_url, settings.api_key.reveal()) == ("http://other/v1", "msy_other")
    assert told(environment=environment).base_url == URL


@pytest.mark.parametrize(
    ("base_url", "api_key", "message"),
    [
        (None, KEY, "no base URL: pass base_url=... or set MEMSY_BASE_URL"),
        ("", KEY, "no base URL: pass base_url=... or set MEMSY_BASE_URL"),
        (URL, None, "no API key: pass api_key=... or set MEMSY_API_KEY"),
        (URL, "", "no API key: pass api_key=... or set MEMSY_API_KEY"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(
    base_url: str | None, api_key: str | None, message: str
) -> None:
    with pytest.raises(MemsyConfigurationError) as raised:
        told(base_url, api_key)
    assert str(raised.value) == message


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
def test_the_control_plane_is_where_it_is_said_to_be_or_else_beside_the_hot_path(
    environment: dict[str, str], url: str
) -> None:
    assert told(None, plane=Plane.CONTROL, environment=environment).base_url == url


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
def test_the_control_plane_is_not_guessed_at(environment: dict[str, str]) -> None:
    with pytest.raises(MemsyConfigurationError) as raised:
        told(None, plane=Plane.CONTROL, environment=environment)
    assert str(raised.value) == (
        "no base URL: pass base_url=... or set MEMSY_CONTROL_URL "
        "(or a MEMSY_BASE_URL that ends in /v1)"
    )


def test_each_plane_has_a_variable_of_its_own() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"or set MEMSY_BASE_URL$"):
        told(None, environment={"MEMSY_CONTROL_URL": "http://control/api"})
    assert told(plane=Plane.CONTROL, environment={"MEMSY_CONTROL_URL": "http://x"}).base_url == URL


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.memsy.io/v1/", URL),
        ("https://api.memsy.io/v1///", URL),
        ("http://localhost", "http://localhost"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        ("HTTPS://API.memsy.io/v1", "HTTPS://API.memsy.io/v1"),
        ("https://h/@team/v1", "https://h/@team/v1"),
    ],
)
def test_a_base_url_loses_its_slashes_and_nothing_else(url: str, kept: str) -> None:
    assert told(url).base_url == kept


@pytest.mark.parametrize(
    "url",
    [
        *("api.memsy.io/v1", "ftp://h/v1", "file:///etc/passwd", "https://", "https:///v1", "/v1"),
        *("https://h:0/v1", "https://h:99999/v1", "https://h:x/v1", "http://[::1/v1"),
        *("https://h/v1?", "https://h/v1?a=b", "https://h/v1#", "https://h/v1#x"),
        *("https://h /v1", "https://h/v1\r\nX: y", "https://h/v1\n", "https://ä/v1", "\thttps://h"),
        *(7, b"https://h/v1", ["https://h/v1"]),
    ],
    ids=repr,
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="base_url"):
        told(url)


@pytest.mark.parametrize("url", ["https://u:hunter2@h/v1", "https://hunter2@h/v1", "https://@h"])
def test_a_base_url_holds_no_credentials_and_the_message_neither(url: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="may hold no user") as raised:
        told(url)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "affix",
    ["\n", "\r", "\r\nX-Evil: 1", "\0", " ", "\t", "\x7f", "\x1b", "ä", "\u2028", "🔑", "\ud800"],
    ids=ascii,
)
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(affix: str) -> None:
    for key in (KEY + affix, affix + KEY, KEY[:9] + affix + KEY[9:]):
        with pytest.raises(MemsyConfigurationError, match="api_key") as raised:
            told(api_key=key)
        assert KEY[:9] not in repr(raised.value)
        assert KEY[9:] not in repr(raised.value)


def test_what_is_told_empty_is_not_filled_in_from_the_environment() -> None:
    """Else a forgotten key would quietly become somebody else's."""
    environment = {"MEMSY_BASE_URL": "http://other/v1", "MEMSY_API_KEY": "msy_other"}
    with pytest.raises(MemsyConfigurationError, match="no API key"):
        told(URL, "", environment=environment)
    with pytest.raises(MemsyConfigurationError, match="no base URL"):
        told("", KEY, environment=environment)


def test_options_of_another_type_are_refused() -> None:
    for options in ({"proxy": ""}, {"proxy": 5}, {"ca_file": 5}, {"retry": 5}, {"client_cert": 5}):
        with pytest.raises(MemsyConfigurationError, match=next(iter(options))):
            told(**options)


@pytest.mark.parametrize("key", [7, b"msy_secret", ["msy_secret"], {"key": "msy_secret"}], ids=repr)
def test_a_key_of_another_type_is_not_shown_either(key: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(MemsyConfigurationError, match="api_key must be a str") as raised:
        told(api_key=key)
    assert "msy_secret" not in str(raised.value)


def test_no_repr_shows_the_key_or_the_password_of_a_proxy() -> None:
    settings = told(proxy="http://user:hunter2@proxy:3128")
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
    assert told(base_url=url).peer == peer


@pytest.mark.parametrize("url", ["https://api.memsy.io/v1", "http://127.0.0.1:8765/v1"])
def test_peer_is_the_proxy_if_there_is_one(url: str) -> None:
    settings = told(base_url=url, proxy="http://user:hunter2@proxy.test:3128")
    assert settings.peer == ("proxy.test", 3128)


def test_the_headers_name_us_and_carry_the_key() -> None:
    assert told().headers() == {
        "authorization": f"Bearer {KEY}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": USER_AGENT,
    }


def test_a_whole_policy_stands_in_place_of_its_parts() -> None:
    policy = RetryPolicy(max_retries=1, dedup_window=10.0)
    assert told(max_retries=9, retry=policy).retry is policy


@pytest.mark.parametrize(
    "options", [{"timeout": 0}, {"timeout": None}, {"max_retries": -1}, {"retry_backoff": "1"}]
)
def test_impatience_of_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(MemsyConfigurationError):
        told(**options)


def test_settings_do_not_change() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        told().base_url = "http://evil"  # type: ignore[misc]  # that it is an error is the promise


PROXIES = {"https_proxy": "http://theirs:1"}


def test_the_environment_says_no_proxy_unless_trusted() -> None:
    assert told(environment=PROXIES).connection.proxy is None
    trusting = told(environment=PROXIES, trust_environment=True)
    assert trusting.connection.proxy == Proxy("http://theirs:1")


def test_what_is_told_outranks_the_environment() -> None:
    settings = told(environment=PROXIES, trust_environment=True, proxy="http://mine:1")
    assert settings.connection.proxy == Proxy("http://mine:1")


def test_a_file_that_is_not_there_is_named_at_once(tmp_path: Path) -> None:
    for name in ("ca_file", "client_cert"):
        gone: dict[str, Any] = {name: tmp_path / "gone.pem"}
        with pytest.raises(MemsyConfigurationError, match=f"{name}: there is no file"):
            told(**gone)
    with pytest.raises(MemsyConfigurationError, match="client_cert: there is no file"):
        told(client_cert=(__file__, str(tmp_path / "gone.pem")))


def test_files_are_kept_as_paths(tmp_path: Path) -> None:
    file = tmp_path / "some.pem"
    file.touch()
    connection = told(ca_file=file, client_cert=str(file)).connection
    assert (connection.ca_file, connection.client_cert) == (str(file), (str(file), None))
    pair = told(client_cert=(str(file), str(file))).connection
    assert pair.client_cert == (str(file), str(file))


def test_a_trusted_environment_says_whom_to_trust(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.pem", tmp_path / "theirs.pem"
    ours.touch()
    theirs.touch()
    environment = {"REQUESTS_CA_BUNDLE": str(theirs)}
    trusting: dict[str, Any] = {"environment": environment, "trust_environment": True}
    assert told(environment=environment).connection.ca_file is None
    assert told(**trusting).connection.ca_file == str(theirs)
    assert told(**trusting, ca_file=ours).connection.ca_file == str(ours)
    environment["SSL_CERT_FILE"] = str(ours)
    assert told(**trusting).connection.ca_file == str(ours)
    environment["SSL_CERT_FILE"] = str(tmp_path / "gone.pem")
    with pytest.raises(MemsyConfigurationError, match="SSL_CERT_FILE: there is no file"):
        told(**trusting)
