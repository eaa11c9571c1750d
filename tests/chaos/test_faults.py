"""The dice are fair, and a proxy does what they say."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from chaos.clients import KEY
from chaos.faults import KINDS, Dice, End, Fault
from chaos.proxy import Proxy, standing
from memsy.testing import LocalService

BODY = (
    '{"events": [{"actor_id": "ann", "session_id": "s-1", "kind": "user_message",'
    ' "content": "tea"}]}'
)
HEADERS = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}


def rolled(seed: int, times: int) -> list[str | None]:
    dice = Dice(seed, 0.3)
    return [fault.name if fault else None for fault in (dice.roll() for _ in range(times))]


def test_every_kind_of_fault_comes_as_often_as_any_other() -> None:
    names = Counter(rolled(1, 20_000))
    untouched = names.pop(None)
    assert 0.69 < untouched / 20_000 < 0.71
    assert names.keys() == {fault.name for fault in KINDS}
    assert max(names.values()) < 1.3 * min(names.values())


def test_a_seed_decides_all() -> None:
    assert rolled(1, 100) == rolled(1, 100) != rolled(2, 100)


def test_what_can_go_wrong_goes_wrong_before_and_after() -> None:
    names = {fault.name for fault in KINDS}
    for what in ("reset", "FIN", "500", "502", "503", "504"):
        assert {f"{what} before", f"{what} after"} <= names
    assert {"429", "429 for 0 s", "429 for 0.2 s", "cut"} <= names


@contextmanager
def asked(kind: Fault) -> Iterator[tuple[http.client.HTTPConnection, LocalService]]:
    """A connection on which an ingest was sent to a service behind nothing but that *kind*."""
    with (
        LocalService(api_key=KEY) as service,
        standing(Proxy(service, Dice(1, 1.0, [kind]))) as url,
    ):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        connection.request("POST", "/v1/ingest", BODY, HEADERS)
        yield connection, service
        connection.close()


def kinds_that_end(end: End) -> list[Fault]:
    return [kind for kind in KINDS if kind.end is end]


@pytest.mark.parametrize("kind", kinds_that_end(End.NONE), ids=lambda kind: kind.name)
def test_a_refusal_is_one_and_the_connection_goes_on(kind: Fault) -> None:
    with asked(kind) as (connection, service):
        for _ in range(2):
            response = connection.getresponse()
            assert str(response.status) == kind.name[:3]
            assert response.getheader("retry-after") in (None, "0", "0.2")
            response.read()
            assert bool(service.events) is kind.is_after
            connection.request("POST", "/v1/ingest", BODY, HEADERS)


def test_a_reset_is_one() -> None:
    for kind in kinds_that_end(End.RESET):
        with asked(kind) as (connection, service):
            with pytest.raises(ConnectionResetError):
                connection.getresponse()
            assert bool(service.events) is kind.is_after


def test_an_end_comes_without_an_answer_or_in_the_middle_of_one() -> None:
    for kind in kinds_that_end(End.FIN):
        with asked(kind) as (connection, service):
            with pytest.raises((http.client.RemoteDisconnected, http.client.IncompleteRead)) as end:
                connection.getresponse().read()
            assert (end.type is http.client.IncompleteRead) is (kind.name == "cut")
            assert bool(service.events) is kind.is_after


def test_what_meets_with_no_fault_is_answered_well() -> None:
    with LocalService(api_key=KEY) as service:
        proxy = Proxy(service, Dice(1, 0.0))
        with standing(proxy) as url:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
            connection.request("POST", "/v1/ingest", BODY, HEADERS)
            response = connection.getresponse()
            assert (response.status, len(service.events)) == (200, 1)
            assert service.events[0].event_id in response.read().decode()
            connection.close()
        assert (proxy.requests, proxy.faults, proxy.met) == (1, Counter(), Counter())
