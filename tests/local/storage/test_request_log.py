"""What arrived can be asked after, in the words of callers, and holds no more than it should."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyConnectionError
from memsy.testing import FakeMemsyClient, FakeMemsyControlClient, LocalService
from memsy.testing.contract import (
    CONTRACT_TESTS,
    CONTROL_CONTRACT_TESTS,
    ContractContext,
    ContractTest,
)
from tests.support.contract_subjects import WRONG_KEY, fake

TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")


def test_every_request_is_there_in_its_order(service: LocalService) -> None:
    service.faults.fail_next("search", MemsyConnectionError)
    memsy = FakeMemsyClient(service=service)
    memsy.ingest([TEA])
    memsy.search("tea")
    assert [repr(request) for request in service.requests] == [
        "<POST /v1/ingest -> 200>",
        "<POST /v1/search -> 204, planned: MemsyConnectionError>",
        "<POST /v1/search -> 200>",
    ]


def test_nobody_reads_a_secret_there(service: LocalService) -> None:
    """Of bodies and headers nothing is kept."""
    control = FakeMemsyControlClient(service=service)
    control.connectors.configure_s3(
        access_key_id="AKIA", secret_access_key="a very secret key", region="eu", bucket="tea"
    )
    assert "secret" not in repr(service.requests)
    assert service.api_key not in repr(service.requests)


def test_what_is_no_route_has_no_operation(service: LocalService) -> None:
    FakeMemsyClient("http://memsy.test/v2", service=service, max_retries=0)
    with pytest.raises(Exception, match="no route"):
        FakeMemsyClient("http://memsy.test/v2", service=service).health()
    (request,) = service.requests
    assert (request.operation, request.status) == (None, 404)


def test_it_keeps_the_latest_thousand(service: LocalService) -> None:
    memsy = FakeMemsyClient(service=service)
    for number in range(1005):
        memsy.memories.list(offset=number)
    assert len(service.requests) == 1000
    assert service.requests[0].target.endswith("offset=5")


@pytest.mark.parametrize(
    "promise", [*CONTRACT_TESTS, *CONTROL_CONTRACT_TESTS], ids=lambda promise: promise.__name__
)
def test_an_operation_has_one_name_on_both_sides(promise: ContractTest) -> None:
    """The service knows a request by the name that the client's calls go by."""
    with fake() as opened:
        assert opened.service is not None
        memsy, control = opened.clients_with_key(None)
        stranger, _ = opened.clients_with_key(WRONG_KEY)
        assert isinstance(memsy, FakeMemsyClient)
        assert isinstance(control, FakeMemsyControlClient)
        promise(
            ContractContext(
                memsy,
                control=control,
                unauthorized_client=stranger,
                clients_with_key=opened.clients_with_key,
                consent=opened.service.connectors.authorize,
            )
        )
        calls = (*memsy.calls, *control.calls)
        asked = {call.operation for call in calls if call.attempts}
        # Waiting is a word for asking again and again.
        asked -= {"connectors.wait_until_authorized"}
        assert asked <= {request.operation for request in opened.service.requests}
