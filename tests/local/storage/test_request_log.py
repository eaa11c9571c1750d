"""Log of requests: operation names, order, maximum length, no secrets."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyConnectionError
from memsy._core.http import HTTPRequest
from memsy.testing import FakeMemsyClient, FakeMemsyControlClient, LocalService
from memsy.testing.contract import (
    CONTRACT_TESTS,
    CONTROL_CONTRACT_TESTS,
    ContractContext,
    ContractTest,
)
from tests.support.contract_subjects import WRONG_KEY, fake

TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")


def test_requests_are_logged_in_order(service: LocalService) -> None:
    service.faults.fail_next("search", MemsyConnectionError)
    memsy = FakeMemsyClient(service=service)
    memsy.ingest([TEA])
    memsy.search("tea")
    assert [repr(request) for request in service.requests] == [
        "<POST /v1/ingest -> 200>",
        "<POST /v1/search -> 204, fault: MemsyConnectionError>",
        "<POST /v1/search -> 200>",
    ]


def test_log_holds_no_secrets(service: LocalService) -> None:
    """Headers and bodies are not logged."""
    control = FakeMemsyControlClient(service=service)
    control.connectors.configure_s3(
        access_key_id="AKIA", secret_access_key="a very secret key", region="eu", bucket="tea"
    )
    assert "secret" not in repr(service.requests)
    assert service.api_key not in repr(service.requests)


def test_request_without_a_route_has_no_operation(service: LocalService) -> None:
    FakeMemsyClient("http://memsy.test/v2", service=service, max_retries=0)
    with pytest.raises(Exception, match="no route"):
        FakeMemsyClient("http://memsy.test/v2", service=service).health()
    (request,) = service.requests
    assert (request.operation, request.status) == (None, 404)


def test_repr_of_a_request_has_no_control_characters(service: LocalService) -> None:
    service.deliver(HTTPRequest("GET\x1b[2J", "/v1/\x9b31m\u202eactors\ud800", None, {}))
    assert [repr(request) for request in service.requests] == [
        r"<GET\x1b[2J /v1/\x9b31m\u202eactors\ud800 -> 401>"
    ]


def test_log_keeps_the_last_thousand_requests(service: LocalService) -> None:
    memsy = FakeMemsyClient(service=service)
    for number in range(1005):
        memsy.memories.list(offset=number)
    assert len(service.requests) == 1000
    assert service.requests[0].target.endswith("offset=5")


@pytest.mark.parametrize(
    "contract_test", [*CONTRACT_TESTS, *CONTROL_CONTRACT_TESTS], ids=lambda test: test.__name__
)
def test_client_and_service_use_the_same_operation_names(contract_test: ContractTest) -> None:
    with fake() as opened:
        assert opened.service is not None
        memsy, control = opened.clients_with_key(None)
        unauthorized, _ = opened.clients_with_key(WRONG_KEY)
        assert isinstance(memsy, FakeMemsyClient)
        assert isinstance(control, FakeMemsyControlClient)
        contract_test(
            ContractContext(
                memsy,
                control=control,
                unauthorized_client=unauthorized,
                clients_with_key=opened.clients_with_key,
                consent=opened.service.connectors.authorize,
            )
        )
        calls = (*memsy.calls, *control.calls)
        called = {call.operation for call in calls if call.attempts}
        # These methods poll another operation.
        called -= {"connectors.wait_until_authorized", "wait_until_processed"}
        assert called <= {request.operation for request in opened.service.requests}
