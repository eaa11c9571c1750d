"""TLS: certificates of servers and clients, CA bundles and handshakes (T01 to T07)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from attrs import evolve

from memsy import (
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyTLSError,
)
from tests.faults.calls import search
from tests.faults.case import Case
from tests.faults.certificates import (
    another_authority,
    authority,
    ca_directory_of,
    ca_file_of,
    expired,
    of_another_host,
    requiring_client_cert,
    requiring_client_cert_in_tls_1_2,
    valid,
)
from tests.faults.expectations import (
    Expectation,
    raises,
    raises_before_sending,
    returns,
    times_out,
)
from tests.faults.scenario import (
    FOUND_RESPONSE,
    Endpoint,
    Scenario,
    http_url,
    https_url,
    responses,
    with_new_script,
)
from tests.support.raw_server import Peer, RawServer, respond_with
from tests.support.search_responses import FOUND, FOUND_BYTES
from tests.support.server_scripts import read_nothing


def tls_server(context: Callable[[], ssl.SSLContext], host: str = "127.0.0.1") -> Scenario:
    """One server with that TLS context that responds well."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        with RawServer(respond_with(FOUND_BYTES), context()) as server:
            yield Endpoint(base_url=https_url(server, host), servers=[server])

    return scenario


def with_ca_file(scenario: Scenario) -> Scenario:
    """Return `scenario` for a client with the right `ca_file`."""

    @contextmanager
    def changed() -> Iterator[Endpoint]:
        with scenario() as endpoint, ca_file_of(authority()) as path:
            yield evolve(endpoint, options={"ca_file": path})

    return changed


def with_ca_directory(scenario: Scenario, variable: str = "") -> Scenario:
    """Return `scenario` for a client whose `ca_file` or `variable` names a directory."""

    @contextmanager
    def changed() -> Iterator[Endpoint]:
        with scenario() as endpoint, ca_directory_of(authority()) as path:
            if variable:
                yield evolve(endpoint, environment={variable: path})
            else:
                yield evolve(endpoint, options={"ca_file": path})

    return changed


def with_client_cert(scenario: Scenario, *, in_one_file: bool) -> Scenario:
    """Return `scenario` for a client with a certificate and key, in one file or in two."""

    @contextmanager
    def changed() -> Iterator[Endpoint]:
        issued = authority().issue_cert("someone@example.org")
        with ExitStack() as files:
            endpoint = files.enter_context(with_ca_file(scenario)())
            both = files.enter_context(issued.private_key_and_cert_chain_pem.tempfile())
            key = files.enter_context(issued.private_key_pem.tempfile())
            certificate = both if in_one_file else (both, key)
            yield evolve(endpoint, options={**endpoint.options, "client_cert": certificate})

    return changed


def with_bundles(
    scenario: Scenario, *right_variables: str, wrong_variables: tuple[str, ...] = ()
) -> Scenario:
    """Return `scenario` with environment variables that name the right or the wrong bundle."""

    @contextmanager
    def changed() -> Iterator[Endpoint]:
        with (
            scenario() as endpoint,
            ca_file_of(authority()) as right,
            ca_file_of(another_authority()) as wrong,
        ):
            variables = {
                **dict.fromkeys(right_variables, right),
                **dict.fromkeys(wrong_variables, wrong),
            }
            yield evolve(endpoint, environment={**endpoint.environment, **variables})

    return changed


def respond_400_to_handshake(peer: Peer) -> None:
    """Respond to a TLS handshake as a plain HTTP server does."""
    peer.read_some()
    peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    peer.finish()


@contextmanager
def https_url_of_plain_server() -> Iterator[Endpoint]:
    with RawServer(respond_400_to_handshake) as server:
        yield Endpoint(base_url=https_url(server), servers=[server])


@contextmanager
def http_url_of_tls_server() -> Iterator[Endpoint]:
    with RawServer(respond_with(FOUND_BYTES), valid()) as server:
        yield Endpoint(base_url=http_url(server), servers=[server])


@contextmanager
def stalled_handshake() -> Iterator[Endpoint]:
    with RawServer(read_nothing) as server:
        yield Endpoint(base_url=https_url(server), servers=[server])


def raises_tls_error(*message_has: str) -> Expectation:
    return raises(MemsyTLSError, *message_has, connections=1, requests=0, maybe_processed=False)


VALID_SERVER = tls_server(valid)
TRUST_ENVIRONMENT: dict[str, Any] = {"trust_environment": True}
BUNDLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables by precedence."""
MISSING_FILE = "/no/such/bundle.pem"

CASES = [
    Case(
        "T01",
        "tls-unknown-authority",
        VALID_SERVER,
        raises_tls_error("is not trusted; pass ca_file="),
    ),
    Case(
        "T01",
        "tls-expired-certificate",
        with_ca_file(tls_server(expired)),
        raises_tls_error("has expired"),
    ),
    *(
        Case(
            "T01",
            f"tls-certificate-not-for-{host}",
            with_ca_file(tls_server(of_another_host, host)),
            raises_tls_error("is for another host"),
        )
        for host in ("127.0.0.1", "localhost")
    ),
    Case(
        "T02",
        "tls-ca-file",
        with_ca_file(VALID_SERVER),
        returns(FOUND, requests=2, connections=1),
        [search, search],
    ),
    *(
        Case(
            "T02",
            f"tls-client-cert-in-{'one-file' if in_one_file else 'two-files'}",
            with_client_cert(tls_server(requiring_client_cert), in_one_file=in_one_file),
            returns(FOUND, connections=1),
        )
        for in_one_file in (False, True)
    ),
    Case(
        "T02",
        "tls-client-cert-missing",
        with_ca_file(tls_server(requiring_client_cert_in_tls_1_2)),
        raises_tls_error("the TLS handshake with"),
        reason="TLS 1.2; a TLS 1.3 server reports it after the handshake, which makes it a race",
    ),
    *(
        Case(
            "T03",
            f"tls-ca-file-before-environment{'-trusted' if trusted else ''}",
            with_bundles(with_ca_file(VALID_SERVER), wrong_variables=BUNDLES),
            returns(FOUND),
            options={"trust_environment": trusted},
        )
        for trusted in (False, True)
    ),
    *(
        Case(
            "T04",
            f"tls-bundle-in-{variable.lower()}",
            with_bundles(VALID_SERVER, variable),
            returns(FOUND),
            options=TRUST_ENVIRONMENT,
            in_subprocess=True,
        )
        for variable in BUNDLES
    ),
    *(
        Case(
            "T04",
            f"tls-directory-in-{variable.lower() or 'ca-file'}",
            with_ca_directory(VALID_SERVER, variable),
            returns(FOUND),
            options=TRUST_ENVIRONMENT,
        )
        for variable in ("", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    ),
    Case(
        "T04",
        "tls-bundle-in-untrusted-environment",
        with_bundles(VALID_SERVER, *BUNDLES),
        raises_tls_error("is not trusted; pass ca_file="),
        in_subprocess=True,
    ),
    *(
        Case(
            "T04",
            f"tls-{variable.lower()}-before-later-variables",
            with_bundles(VALID_SERVER, variable, wrong_variables=BUNDLES[number:]),
            returns(FOUND),
            options=TRUST_ENVIRONMENT,
            reason="SSL_CERT_FILE first, as in OpenSSL; CURL_CA_BUNDLE last, as in requests",
        )
        for number, variable in enumerate(BUNDLES[:-1], start=1)
    ),
    *(
        Case(
            "T07",
            f"tls-{variable.lower()}-{variant}",
            responses(FOUND_RESPONSE),
            raises_before_sending(MemsyConfigurationError, message, client_created=False),
            options=TRUST_ENVIRONMENT,
            environment={variable: path},
        )
        for variable in BUNDLES
        for variant, path, message in [
            ("missing", MISSING_FILE, f"{variable}: file or directory '{MISSING_FILE}' does not"),
            ("without-certificates", "/", f"{variable}: directory '/' has no certificates"),
        ]
    ),
    Case(
        "T07",
        "tls-requests_ca_bundle-not-a-certificate",
        with_new_script(lambda: respond_with(FOUND_BYTES)),
        raises_before_sending(
            MemsyConfigurationError,
            f"REQUESTS_CA_BUNDLE: '{__file__}' cannot be loaded; it must be a PEM file",
            client_created=False,
        ),
        options=TRUST_ENVIRONMENT,
        environment={"REQUESTS_CA_BUNDLE": __file__},
        reason="no fakes: they read no certificates",
    ),
    Case(
        "T05",
        "tls-handshake-stalls",
        stalled_handshake,
        times_out("no connection to", "within 0.2 s", maybe_processed=False, requests=0),
        options={"timeout": 0.2},
    ),
    Case(
        "T06",
        "tls-https-url-of-plain-server",
        https_url_of_plain_server,
        raises_tls_error("use a base URL that begins with http://"),
    ),
    Case(
        "T06",
        "tls-http-url-of-tls-server",
        http_url_of_tls_server,
        raises(MemsyConnectionError, attempts=4, requests=0, connections=4, maybe_processed=True),
        nondeterministic={"text"},
        reason="the server may send an error or only close the connection",
    ),
    *(
        Case(
            "T07",
            f"tls-{option}-missing",
            responses(FOUND_RESPONSE),
            raises_before_sending(
                MemsyConfigurationError,
                f"{option}: {file} '{MISSING_FILE}' does not exist",
                client_created=False,
            ),
            options={option: MISSING_FILE},
        )
        for option, file in [("ca_file", "file or directory"), ("client_cert", "file")]
    ),
    *(
        Case(
            "T07",
            f"tls-{option}-not-a-certificate",
            with_new_script(lambda: respond_with(FOUND_BYTES)),
            raises_before_sending(
                MemsyConfigurationError,
                f"{option}: ",
                "it must be a PEM file",
                client_created=False,
            ),
            options={option: __file__},
            reason="no fakes: they read no certificates",
        )
        for option in ("ca_file", "client_cert")
    ),
]
