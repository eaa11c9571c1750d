"""T: whom a client trusts."""

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
from tests.matrix.calls import FOUND, search
from tests.matrix.certificates import (
    another_authority,
    authority,
    expired,
    file_of,
    good,
    of_another_host,
    suspicious,
    suspicious_at_once,
)
from tests.matrix.expecting import answers, raises, refuses, times_out
from tests.matrix.faults import never_accept_a_byte
from tests.matrix.row import Row
from tests.matrix.stage import FINE, GOOD, Place, Stage, http, https, replies, serving
from tests.raw_server import Peer, RawServer, answering


def over_tls(context: Callable[[], ssl.SSLContext], host: str = "127.0.0.1") -> Stage:
    """A server that answers well to those who trust it."""

    @contextmanager
    def stage() -> Iterator[Place]:
        with RawServer(answering(FINE), context()) as server:
            yield Place(base_url=https(server, host), servers=[server])

    return stage


def trusting(stage: Stage, **variables: str) -> Stage:
    """The same, for a client that is given the right *ca_file*."""

    @contextmanager
    def changed() -> Iterator[Place]:
        with stage() as place, file_of(authority()) as path:
            yield evolve(place, options={"ca_file": path}, environment=variables)

    return changed


def showing(stage: Stage, *, together: bool) -> Stage:
    """The same, for a client that has a certificate: with its key in one file, or in two."""

    @contextmanager
    def changed() -> Iterator[Place]:
        ours = authority().issue_cert("someone@example.org")
        with ExitStack() as files:
            place = files.enter_context(trusting(stage)())
            both = files.enter_context(ours.private_key_and_cert_chain_pem.tempfile())
            key = files.enter_context(ours.private_key_pem.tempfile())
            certificate = both if together else (both, key)
            yield evolve(place, options={**place.options, "client_cert": certificate})

    return changed


def with_bundles(stage: Stage, *ours: str, theirs: tuple[str, ...] = ()) -> Stage:
    """The same, where variables name a bundle: *ours* the right one, *theirs* another."""

    @contextmanager
    def changed() -> Iterator[Place]:
        with (
            stage() as place,
            file_of(authority()) as good_path,
            file_of(another_authority()) as other,
        ):
            variables = {**dict.fromkeys(ours, good_path), **dict.fromkeys(theirs, other)}
            yield evolve(place, environment={**place.environment, **variables})

    return changed


def speak_plainly(peer: Peer) -> None:
    """What a server without TLS makes of a handshake."""
    peer.read_some()
    peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    peer.finish()


@contextmanager
def a_plain_port() -> Iterator[Place]:
    with RawServer(speak_plainly) as server:
        yield Place(base_url=https(server), servers=[server])


@contextmanager
def a_tls_port_taken_for_a_plain_one() -> Iterator[Place]:
    with RawServer(answering(FINE), good()) as server:
        yield Place(base_url=http(server), servers=[server])


@contextmanager
def a_stalled_handshake() -> Iterator[Place]:
    with RawServer(never_accept_a_byte) as server:
        yield Place(base_url=https(server), servers=[server])


def distrusts(*says: str) -> Any:  # noqa: ANN401
    return raises(MemsyTLSError, *says, connections=1, requests=0, maybe_processed=False)


SERVER = over_tls(good)
OPTED_IN: dict[str, Any] = {"trust_environment": True}
BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
EVERY_BUNDLE = (*BUNDLES, "CURL_CA_BUNDLE")
MISSING = "/no/such/bundle.pem"

ROWS = [
    Row("T01", "an unknown authority", SERVER, distrusts("is not trusted; pass ca_file=")),
    Row("T01", "an expired certificate", trusting(over_tls(expired)), distrusts("has expired")),
    *(
        Row(
            "T01",
            f"a certificate of another host than {host}",
            trusting(over_tls(of_another_host, host)),
            distrusts("is one for another host"),
        )
        for host in ("127.0.0.1", "localhost")
    ),
    Row(
        "T02",
        "an authority of one's own",
        trusting(SERVER),
        answers(FOUND, requests=2, connections=1),
        [search, search],
    ),
    *(
        Row(
            "T02",
            f"a certificate is to be shown, and is{' in one file' if together else ''}",
            showing(over_tls(suspicious), together=together),
            answers(FOUND, connections=1),
        )
        for together in (False, True)
    ),
    Row(
        "T02",
        "a certificate is to be shown, and is not",
        trusting(over_tls(suspicious_at_once)),
        distrusts("no TLS handshake"),
        why="in TLS 1.2; from 1.3 on it is told after the handshake, and who hears of it is luck",
    ),
    *(
        Row(
            "T03",
            f"our authority, and others in the environment, opted in: {opted_in}",
            with_bundles(trusting(SERVER), theirs=EVERY_BUNDLE),
            answers(FOUND),
            options={"trust_environment": opted_in},
        )
        for opted_in in (False, True)
    ),
    *(
        Row(
            "T04",
            f"our authority in {variable} only, opted in",
            with_bundles(SERVER, variable),
            answers(FOUND),
            options=OPTED_IN,
            is_fresh=True,
        )
        for variable in BUNDLES
    ),
    Row(
        "T04",
        "our authority in the environment only, not opted in",
        with_bundles(SERVER, *EVERY_BUNDLE),
        distrusts("is not trusted; pass ca_file="),
        is_fresh=True,
    ),
    Row(
        "T04",
        "two bundles in the environment, opted in",
        with_bundles(SERVER, "SSL_CERT_FILE", theirs=("REQUESTS_CA_BUNDLE",)),
        answers(FOUND),
        options=OPTED_IN,
        why="SSL_CERT_FILE goes first in both clients, as it does in OpenSSL",
    ),
    Row(
        "T05",
        "a handshake that stalls",
        a_stalled_handshake,
        times_out("no connection to", "within 0.2 s", maybe_processed=False, requests=0),
        options={"timeout": 0.2},
    ),
    Row(
        "T06",
        "https to a plain port",
        a_plain_port,
        distrusts("should the base URL begin with http://?"),
    ),
    Row(
        "T06",
        "http to a TLS port",
        a_tls_port_taken_for_a_plain_one,
        raises(MemsyConnectionError, attempts=4, requests=0, connections=4, maybe_processed=True),
        luck={"text"},
        why="the server may tell what is wrong, or only hang up, as it likes",
    ),
    *(
        Row(
            "T07",
            f"{option} is missing",
            replies(GOOD),
            refuses(
                MemsyConfigurationError,
                f"{option}: there is no file '{MISSING}'",
                is_made=False,
            ),
            options={option: MISSING},
        )
        for option in ("ca_file", "client_cert")
    ),
    *(
        Row(
            "T07",
            f"{option} is no certificate",
            serving(lambda: answering(FINE)),
            refuses(
                MemsyConfigurationError, f"{option}: ", "it should be a PEM file", is_made=False
            ),
            options={option: __file__},
            why="a fake reads no certificates",
        )
        for option in ("ca_file", "client_cert")
    ),
]
