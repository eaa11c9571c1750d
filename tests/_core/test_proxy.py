"""HTTP proxy of a client: URL, credentials, environment variables."""

from __future__ import annotations

from base64 import b64encode
from importlib.metadata import version

import pytest
from requests.utils import should_bypass_proxies

from memsy._core.environment import Environment
from memsy._core.proxy import Proxy, parse_proxy, proxy_from_environment
from memsy._core.secret import Secret, wrap_secret
from memsy.exceptions import MemsyConfigurationError

URL = "https://api.memsy.io/v1"

PROXIES = {
    "https_proxy": "http://lower:1",
    "HTTPS_PROXY": "http://upper:1",
    "http_proxy": "http://plain:1",
    "all_proxy": "http://all:1",
}


def without(*names: str) -> dict[str, str]:
    return {name: url for name, url in PROXIES.items() if name not in names}


def proxy_from(environment: dict[str, str], url: str = URL) -> Proxy | None:
    return proxy_from_environment(Environment(environment), url)


@pytest.mark.parametrize(
    ("text", "url", "credentials"),
    [
        ("http://127.0.0.1:3128", "http://127.0.0.1:3128", None),
        ("http://127.0.0.1:3128/", "http://127.0.0.1:3128", None),
        ("proxy.corp:3128", "http://proxy.corp:3128", None),
        ("http://[::1]:3128", "http://[::1]:3128", None),
        ("HTTP://Proxy.corp:80", "http://proxy.corp", None),
        ("http://user:hunter2@proxy", "http://proxy", "user:hunter2"),
        ("user:hunter2@proxy:3128", "http://proxy:3128", "user:hunter2"),
    ],
)
def test_proxy_url_is_split_into_url_and_credentials(
    text: str, url: str, credentials: str | None
) -> None:
    """The credentials are not part of the URL, and no `repr` shows them."""
    expected = Proxy(url, None if credentials is None else Secret(credentials))
    assert parse_proxy(Secret(text), "proxy") == expected
    assert "hunter2" not in repr(expected)


def test_proxy_of_none_is_none() -> None:
    assert parse_proxy(None, "proxy") is None


@pytest.mark.parametrize(
    "proxy",
    [
        *("socks5://hunter2@h", "https://hunter2@h", "http://", "http://hunter2@[::1"),
        *("http://h:hunter2", "http://hunter2@h:80\r\nX: y", "hunter2 @h", "", 5, b"hunter2"),
        *(
            "http://127.1",
            "http://prox%79",
            "http://[fe80::1%lo]:80",
            "http://h:0",
            "http://h:65536",
        ),
        *("http://me:12/hunter2@h:80", "http://me:1?hunter2@h", "http://me:1#hunter2@h"),
    ],
)
def test_invalid_proxy_url_is_rejected_and_not_shown(proxy: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="its source is not the URL") as excinfo:
        parse_proxy(wrap_secret(proxy), "its source")
    assert "hunter2" not in str(excinfo.value)


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ("me:secret", b"me:secret"),
        ("us%40er:pa%3Ass", b"us@er:pa:ss"),
        ("caf%C3%A9:x", "caf\u00e9:x".encode()),
        ("me", b"me:"),
    ],
)
def test_authorization_header_has_the_decoded_credentials(
    credentials: str, expected: bytes
) -> None:
    header = Proxy("http://h", Secret(credentials)).authorization()
    assert header == f"Basic {b64encode(expected).decode()}"
    assert repr(header) == "'***'"


def test_proxy_without_credentials_has_no_authorization_header() -> None:
    assert Proxy("http://h").authorization() is None


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        (URL, PROXIES, "http://lower:1"),
        (URL, without("https_proxy"), "http://upper:1"),
        (URL, without("https_proxy", "HTTPS_PROXY"), "http://all:1"),
        ("http://h/v1", PROXIES, "http://plain:1"),
        ("http://h/v1", {"HTTP_PROXY": "http://upper:1"}, "http://upper:1"),
        ("http://h/v1", {"HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"}, None),
        (URL, {}, None),
    ],
)
def test_proxy_variables_by_precedence(
    url: str, environment: dict[str, str], proxy: str | None
) -> None:
    """In a CGI process a request header can set `HTTP_PROXY`, so the client ignores it."""
    assert proxy_from(environment, url) == (Proxy(proxy) if proxy else None)


def test_error_names_the_variable_with_an_invalid_proxy_url() -> None:
    with pytest.raises(MemsyConfigurationError, match="https_proxy is not the URL"):
        proxy_from({"https_proxy": "gar bage"})


@pytest.mark.parametrize(
    ("url", "no_proxy", "is_exempt", "others"),
    # `others`: the libraries and tools that decide otherwise. C: curl 7.88, R: requests 2.34.
    [
        (URL, "*", True, ""),
        (URL, "other, *", True, "CR"),
        (URL, "api.memsy.io", True, ""),
        (URL, "memsy.io", True, ""),
        (URL, ".memsy.io", True, ""),
        ("https://memsy.io/v1", ".memsy.io", True, ""),
        (URL, "*.memsy.io", True, "CR"),
        (URL, "localhost, MEMSY.IO ,", True, ""),
        (URL, "localhost memsy.io", True, "R"),
        (URL, "localhost\tmemsy.io", True, "R"),
        (URL, "memsy.io.", True, "R"),
        ("https://api.memsy.io./v1", "memsy.io", True, "R"),
        ("https://API.Memsy.io/v1", "memsy.io", True, ""),
        ("https://xn--bcher-kva.example/v1", "b\u00fccher.example", True, "CR"),
        ("https://xn--bcher-kva.example/v1", ".B\u00dcCHER.example", True, "CR"),
        (URL, "api.memsy.io:443", True, "CR"),
        (URL, "api.memsy.io:80", False, ""),
        ("https://h:8443/v1", "h:8443", True, "C"),
        ("https://h:8443/v1", "h:443", False, ""),
        ("https://h:8443/v1", "*:8443", True, "CR"),
        (URL, "", False, ""),
        (URL, " , ", False, ""),
        (URL, ". :443", False, ""),
        (URL, "emsy.io", False, ""),
        (URL, "api.memsy.io.evil", False, ""),
        (URL, "10.0.0.0/8", False, ""),
        ("http://10.1.2.3/v1", "10.1.2.3", True, ""),
        ("http://10.1.2.3/v1", "10.1.2.3:80", True, "CR"),
        ("http://10.1.2.3/v1", "10.0.0.0/8", True, ""),
        ("http://10.1.2.3/v1", "10.1.2.9/255.0.0.0", True, "CR"),
        ("http://10.1.2.3/v1", "10.1.2.9/8", True, ""),
        ("http://10.1.2.3/v1", "11.0.0.0/8", False, ""),
        ("http://10.1.2.3/v1", "10.0.0.0/33", False, ""),
        ("http://10.1.2.3/v1", "fd00::/8, ::/0", False, ""),
        ("http://10.1.2.3/v1", "2.3", False, "R"),
        ("http://[::1]/v1", "::1", True, ""),
        ("http://[::1]:8443/v1", "::1", True, ""),
        ("http://[::1]/v1", "[::1]", True, "CR"),
        ("http://[::1]:8443/v1", "[::1]:8443", True, "CR"),
        ("http://[::1]:8443/v1", "[::1]:443", False, ""),
        ("http://[0:0:0:0:0:0:0:1]/v1", "::1", True, "R"),
        ("http://[fd00::1]/v1", "fd00::/8", True, "CR"),
        ("http://[fe80::1]/v1", "fd00::/8", False, ""),
    ],
)
def test_no_proxy_exempts_hosts(url: str, no_proxy: str, others: str, *, is_exempt: bool) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        assert (proxy_from({**PROXIES, name: no_proxy}, url) is None) is is_exempt
    if not version("requests").startswith(("2.32", "2.33")):  # they match parts of a label
        assert should_bypass_proxies(url, no_proxy) is (is_exempt ^ ("R" in others))


def test_no_proxy_entry_that_is_not_text_is_ignored() -> None:
    """An undecodable byte of the environment becomes a lone surrogate."""
    assert proxy_from({**PROXIES, "no_proxy": "\ud800.example"}) is not None
    assert proxy_from({**PROXIES, "no_proxy": "\ud800, memsy.io"}) is None
