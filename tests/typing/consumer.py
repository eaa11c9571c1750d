"""
Calls of every method with the type of the result, for four type checkers.

`make type-checkers` runs ty, pyrefly, mypy and basedpyright over this file. Nothing runs its code.
`test_consumer.py` compares its calls with the protocols.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar

from typing_extensions import assert_type

from memsy import (
    UNSET,
    ActorListResponse,
    ActorResource,
    AgentCredentials,
    AgentSignupError,
    ApiKeyListResponse,
    AsyncMemsyClient,
    AsyncMemsyClientProtocol,
    AsyncMemsyControlClient,
    AsyncMemsyControlClientProtocol,
    BillingSummary,
    ClearResponse,
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    CreateKeyResponse,
    EventItemResponse,
    EventListResponse,
    EventPayload,
    HealthResponse,
    HTTPResponse,
    IngestResponse,
    Invoice,
    MemoryItemResource,
    MemoryListResponse,
    MemoryStatsResponse,
    MemsyClient,
    MemsyClientProtocol,
    MemsyControlClient,
    MemsyControlClientProtocol,
    MeResponse,
    OrgResource,
    PickerConfig,
    ProInterestResponse,
    ResourceSelection,
    RetryPolicy,
    RoleResource,
    SearchResponse,
    StatusResponse,
    TeamResource,
    Unset,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
    agent_signup,
    async_agent_signup,
    capture_responses,
)
from memsy.bulk import (
    BatchResult,
    BulkSummary,
    Ledger,
    async_bulk_ingest,
    async_stream_ingest,
    bulk_ingest,
    stream_ingest,
)
from memsy.exceptions import MemsyError
from memsy.hooks import AttemptEnd, AttemptStart, CallEnd, CallStart, Hook
from memsy.integrations.otel import TracingHook
from memsy.outbox import AsyncOutbox, DeadLetter, Outbox, OutboxStatus
from memsy.parity import mirrors
from memsy.testing import (
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalService,
    fake_agent_signup,
    fake_async_agent_signup,
)


def sync_data_plane(
    client: MemsyClient | FakeMemsyClient | MemsyClientProtocol,
) -> None:
    event = EventPayload("x", "x", "user_message", "x")
    assert_type(client.orgs.create("x", "x", "x"), OrgResource)
    assert_type(client.orgs.get("x"), OrgResource)
    assert_type(client.orgs.update("x"), OrgResource)
    assert_type(client.orgs.regenerate_prompt("x"), OrgResource)
    assert_type(client.orgs.delete("x"), None)
    assert_type(client.orgs.list(), list[OrgResource])
    assert_type(client.roles.create("x", "x", "x"), RoleResource)
    assert_type(client.roles.get("x", "x"), RoleResource)
    assert_type(client.roles.update("x", "x"), RoleResource)
    assert_type(client.roles.regenerate_prompt("x", "x"), RoleResource)
    assert_type(client.roles.delete("x", "x"), None)
    assert_type(client.roles.list("x"), list[RoleResource])
    assert_type(client.roles.iterate("x"), Iterator[RoleResource])
    assert_type(client.teams.create("x", "x", "x"), TeamResource)
    assert_type(client.teams.get("x", "x"), TeamResource)
    assert_type(client.teams.update("x", "x"), TeamResource)
    assert_type(client.teams.regenerate_prompt("x", "x"), TeamResource)
    assert_type(client.teams.delete("x", "x"), None)
    assert_type(client.teams.list("x"), list[TeamResource])
    assert_type(client.teams.iterate("x"), Iterator[TeamResource])
    assert_type(client.memories.stats(), MemoryStatsResponse)
    assert_type(client.memories.get("x"), MemoryItemResource)
    assert_type(client.memories.list(sort="strength_desc"), MemoryListResponse)
    assert_type(client.memories.iterate(), Iterator[MemoryItemResource])
    assert_type(client.actors.get("x"), ActorResource)
    assert_type(client.actors.list(sort="actor_id_asc"), ActorListResponse)
    assert_type(client.actors.iterate(), Iterator[ActorResource])
    assert_type(client.ingest([event]), IngestResponse)
    assert_type(client.search("x"), SearchResponse)
    assert_type(client.status(["x"]), StatusResponse)
    assert_type(client.wait_until_processed(["x"]), StatusResponse)
    assert_type(client.health(), HealthResponse)
    assert_type(client.clear("x"), ClearResponse)
    assert_type(client.close(), None)
    with client as entered:
        entered.health()


async def async_data_plane(
    client: AsyncMemsyClient | FakeAsyncMemsyClient | AsyncMemsyClientProtocol,
) -> None:
    event = EventPayload("x", "x", "user_message", "x")
    assert_type(await client.orgs.create("x", "x", "x"), OrgResource)
    assert_type(await client.orgs.get("x"), OrgResource)
    assert_type(await client.orgs.update("x"), OrgResource)
    assert_type(await client.orgs.regenerate_prompt("x"), OrgResource)
    assert_type(await client.orgs.delete("x"), None)
    assert_type(await client.orgs.list(), list[OrgResource])
    assert_type(await client.roles.create("x", "x", "x"), RoleResource)
    assert_type(await client.roles.get("x", "x"), RoleResource)
    assert_type(await client.roles.update("x", "x"), RoleResource)
    assert_type(await client.roles.regenerate_prompt("x", "x"), RoleResource)
    assert_type(await client.roles.delete("x", "x"), None)
    assert_type(await client.roles.list("x"), list[RoleResource])
    assert_type(client.roles.iterate("x"), AsyncIterator[RoleResource])
    assert_type(await client.teams.create("x", "x", "x"), TeamResource)
    assert_type(await client.teams.get("x", "x"), TeamResource)
    assert_type(await client.teams.update("x", "x"), TeamResource)
    assert_type(await client.teams.regenerate_prompt("x", "x"), TeamResource)
    assert_type(await client.teams.delete("x", "x"), None)
    assert_type(await client.teams.list("x"), list[TeamResource])
    assert_type(client.teams.iterate("x"), AsyncIterator[TeamResource])
    assert_type(await client.memories.stats(), MemoryStatsResponse)
    assert_type(await client.memories.get("x"), MemoryItemResource)
    assert_type(await client.memories.list(sort="strength_desc"), MemoryListResponse)
    assert_type(client.memories.iterate(), AsyncIterator[MemoryItemResource])
    assert_type(await client.actors.get("x"), ActorResource)
    assert_type(await client.actors.list(sort="actor_id_asc"), ActorListResponse)
    assert_type(client.actors.iterate(), AsyncIterator[ActorResource])
    assert_type(await client.ingest([event]), IngestResponse)
    assert_type(await client.search("x"), SearchResponse)
    assert_type(await client.status(["x"]), StatusResponse)
    assert_type(await client.wait_until_processed(["x"]), StatusResponse)
    assert_type(await client.health(), HealthResponse)
    assert_type(await client.clear("x"), ClearResponse)
    assert_type(await client.close(), None)
    async with client as entered:
        await entered.health()


def sync_control_plane(
    client: MemsyControlClient | FakeMemsyControlClient | MemsyControlClientProtocol,
) -> None:
    assert_type(client.usage.summary(), UsageSummaryResponse)
    assert_type(client.usage.timeseries(granularity="hourly"), UsageTimeseriesResponse)
    assert_type(client.billing.summary(), BillingSummary)
    assert_type(client.billing.invoices(), list[Invoice])
    assert_type(client.keys.create("x", ["read"]), CreateKeyResponse)
    assert_type(client.keys.delete("x"), None)
    assert_type(client.keys.usage("x"), list[dict[str, Any]])
    assert_type(client.keys.list(), ApiKeyListResponse)
    assert_type(
        client.events.list(kind="app_event", sort="ts_asc"),
        EventListResponse,
    )
    assert_type(client.events.iterate(), Iterator[EventItemResponse])
    assert_type(client.interest.express("x", "x"), ProInterestResponse)
    assert_type(client.interest.status(), bool)
    assert_type(client.connectors.list_providers(), list[str])
    assert_type(client.connectors.status("x"), ConnectorStatus)
    assert_type(client.connectors.create("x"), ConnectorConnection)
    assert_type(
        client.connectors.configure_s3(
            access_key_id="x", secret_access_key="x", region="x", bucket="x"
        ),
        Connector,
    )
    assert_type(client.connectors.get("x"), Connector)
    assert_type(client.connectors.list_resources("x"), list[ConnectorResourceItem])
    assert_type(client.connectors.list_branches("x", "x"), list[ConnectorResourceItem])
    assert_type(client.connectors.picker_config("x"), PickerConfig)
    assert_type(client.connectors.wait_until_authorized("x"), list[ConnectorResourceItem])
    assert_type(
        client.connectors.configure_resources("x", [ResourceSelection("x", "x")]), Connector
    )
    assert_type(client.connectors.sync("x"), Connector)
    assert_type(client.connectors.delete("x"), None)
    assert_type(client.connectors.list(), list[Connector])
    assert_type(client.me(), MeResponse)
    assert_type(client.health(), HealthResponse)
    assert_type(client.close(), None)
    with client as entered:
        entered.health()


async def async_control_plane(
    client: AsyncMemsyControlClient | FakeAsyncMemsyControlClient | AsyncMemsyControlClientProtocol,
) -> None:
    assert_type(await client.usage.summary(), UsageSummaryResponse)
    assert_type(await client.usage.timeseries(granularity="hourly"), UsageTimeseriesResponse)
    assert_type(await client.billing.summary(), BillingSummary)
    assert_type(await client.billing.invoices(), list[Invoice])
    assert_type(await client.keys.create("x", ["read"]), CreateKeyResponse)
    assert_type(await client.keys.delete("x"), None)
    assert_type(await client.keys.usage("x"), list[dict[str, Any]])
    assert_type(await client.keys.list(), ApiKeyListResponse)
    assert_type(
        await client.events.list(kind="app_event", sort="ts_asc"),
        EventListResponse,
    )
    assert_type(client.events.iterate(), AsyncIterator[EventItemResponse])
    assert_type(await client.interest.express("x", "x"), ProInterestResponse)
    assert_type(await client.interest.status(), bool)
    assert_type(await client.connectors.list_providers(), list[str])
    assert_type(await client.connectors.status("x"), ConnectorStatus)
    assert_type(await client.connectors.create("x"), ConnectorConnection)
    assert_type(
        await client.connectors.configure_s3(
            access_key_id="x", secret_access_key="x", region="x", bucket="x"
        ),
        Connector,
    )
    assert_type(await client.connectors.get("x"), Connector)
    assert_type(await client.connectors.list_resources("x"), list[ConnectorResourceItem])
    assert_type(await client.connectors.list_branches("x", "x"), list[ConnectorResourceItem])
    assert_type(await client.connectors.picker_config("x"), PickerConfig)
    assert_type(await client.connectors.wait_until_authorized("x"), list[ConnectorResourceItem])
    assert_type(
        await client.connectors.configure_resources("x", [ResourceSelection("x", "x")]), Connector
    )
    assert_type(await client.connectors.sync("x"), Connector)
    assert_type(await client.connectors.delete("x"), None)
    assert_type(await client.connectors.list(), list[Connector])
    assert_type(await client.me(), MeResponse)
    assert_type(await client.health(), HealthResponse)
    assert_type(await client.close(), None)
    async with client as entered:
        await entered.health()


class AttemptCounter:
    """A hook with two of the four methods."""

    count = 0

    def on_attempt_start(self, event: AttemptStart) -> None:
        assert_type((event.call, event.operation, event.route), tuple[CallStart, str, str])
        assert_type((event.attempt, event.max_attempts, event.pause), tuple[int, int, float])
        self.count += 1

    def on_call_end(self, end: CallEnd) -> None:
        assert_type((end.status, end.request_id), tuple[int | None, str | None])
        assert_type((end.error, end.retries), tuple[BaseException | None, int])


class AttemptLog:
    def on_attempt_end(self, event: AttemptEnd) -> None:
        assert_type((event.elapsed, event.retry_in), tuple[float, float | None])


def sync_outbox(client: MemsyClientProtocol, event: EventPayload) -> None:
    with Outbox(client, "x", max_events=1, synchronous="FULL", background=False) as outbox:
        assert_type(outbox, Outbox)
        outbox.open()
        outbox.put(event)
        assert_type(outbox.put_many([event]), int)
        assert_type(outbox.pump(), int)
        assert_type(outbox.flush(1.0), int)
        assert_type(outbox.close(timeout=1.0), int)
        assert_type(outbox.status(), OutboxStatus)
        assert_type(outbox.dead_letters(limit=1, offset=1), list[DeadLetter])
        assert_type(outbox.retry([1]), int)
        assert_type(outbox.discard(), int)


async def async_outbox(client: AsyncMemsyClientProtocol, event: EventPayload) -> None:
    async with AsyncOutbox(client, "x", max_events=1, synchronous="FULL") as outbox:
        assert_type(outbox, AsyncOutbox)
        await outbox.open()
        await outbox.put(event)
        assert_type(await outbox.put_many([event]), int)
        assert_type(await outbox.pump(), int)
        assert_type(await outbox.flush(1.0), int)
        assert_type(await outbox.close(timeout=1.0), int)
        assert_type(await outbox.status(), OutboxStatus)
        assert_type(await outbox.dead_letters(limit=1, offset=1), list[DeadLetter])
        assert_type(await outbox.retry([1]), int)
        assert_type(await outbox.discard(), int)


def hooks_of_users() -> None:
    hooks: list[Hook] = [AttemptCounter(), AttemptLog()]
    MemsyClient(hooks=hooks)
    AsyncMemsyControlClient(hooks=[AttemptLog()])
    AsyncMemsyClient(hooks=[TracingHook(capture_content=True), AttemptCounter()])
    with capture_responses() as responses:
        assert_type(responses, list[HTTPResponse])
        assert_type(responses[0].request_id, str | None)


def derived_clients(
    client: MemsyClient,
    async_client: AsyncMemsyClient,
    control: MemsyControlClientProtocol,
    fake: FakeAsyncMemsyControlClient,
) -> None:
    assert_type(client.with_options(timeout=5.0, max_retries=0), MemsyClient)
    assert_type(async_client.with_options(retry=RetryPolicy()), AsyncMemsyClient)
    assert_type(control.with_options(timeout=UNSET, headers={"a": "b"}), MemsyControlClientProtocol)
    assert_type(fake.with_options(retry_backoff=0.5), FakeAsyncMemsyControlClient)
    MemsyClient(api_key=lambda: "msy_key", surface="mcp", capture_mode="ambient")
    AsyncMemsyControlClient(default_headers={"a": "b"}, app_info=("shop", "1.0"))
    assert_type(OwnClient().with_options(timeout=5.0), OwnClient)
    assert_type(impatient(client), MemsyClient)


class OwnClient(MemsyClient):
    """A subclass of a user."""

    tenant = "acme"


AnyClientT = TypeVar("AnyClientT", bound=MemsyClientProtocol)


def impatient(client: AnyClientT, timeout: float | Unset = UNSET) -> AnyClientT:
    """Pass an option on."""
    return client.with_options(timeout=timeout)


async def _async_key() -> str:
    return "msy_key"


def wrong_options(client: MemsyClient) -> None:
    client.with_options(timeout=None)  # type: ignore[arg-type]  # ty: ignore
    client.with_options(headers={"a": b"b"})  # type: ignore[dict-item]  # ty: ignore
    MemsyClient(api_key=_async_key)  # type: ignore[arg-type]  # ty: ignore


def sign_up(service: LocalService) -> None:
    def approve(authorize_url: str, inbox_id: str, agentmail_api_key: str) -> None: ...

    credentials = agent_signup("x", "x", "x", org_name="x", timeout=1.0, approve=approve)
    assert_type(credentials, AgentCredentials)
    assert_type(credentials.api_key, str)
    assert_type(
        fake_agent_signup("x", "x", "x", approve=service.signups.approve, service=service),
        AgentCredentials,
    )
    agent_signup("x", "x", "x")  # type: ignore[call-arg]  # ty: ignore
    agent_signup("x", "x", "x", approve=lambda url: None)  # type: ignore[arg-type, misc]  # ty: ignore
    service.signups.refuse("x", "x")  # type: ignore[arg-type]  # ty: ignore


async def async_sign_up(service: LocalService) -> None:
    async def approve(authorize_url: str, inbox_id: str, agentmail_api_key: str) -> None: ...

    credentials = await async_agent_signup(
        "x", "x", "x", org_name="x", timeout=1.0, approve=approve
    )
    assert_type(credentials, AgentCredentials)
    assert_type(
        await fake_async_agent_signup("x", "x", "x", approve=approve, service=service),
        AgentCredentials,
    )


def refusal(error: AgentSignupError) -> None:
    assert_type(error.code, str)


def wrong_words(client: MemsyClient, control: MemsyControlClient, service: LocalService) -> None:
    client.memories.list(sort="x")  # type: ignore[arg-type]  # ty: ignore
    control.events.list(kind="x")  # type: ignore[arg-type]  # ty: ignore
    control.usage.timeseries(granularity="x")  # type: ignore[arg-type]  # ty: ignore
    control.keys.create("x", ["x"])  # type: ignore[list-item]  # ty: ignore
    service.faults.fail_next("x", 503)  # type: ignore[arg-type]  # ty: ignore
    EventPayload("x", "x", "x", "x")  # type: ignore[arg-type]  # ty: ignore


def bulk_load(client: MemsyClient, events: list[EventPayload]) -> None:
    with Ledger("x") as ledger:
        assert_type(bulk_ingest(client, events, ledger=ledger, source="x"), BulkSummary)
        assert_type(ledger.acknowledged("x"), int)
    for result in stream_ingest(client, iter(events), batch_size=1, max_in_flight=1):
        assert_type(result, BatchResult)
        assert_type(result.error, MemsyError | None)
    bulk_ingest(client, ["x"])  # type: ignore[list-item]  # ty: ignore


async def async_bulk_load(client: AsyncMemsyClient, events: AsyncIterator[EventPayload]) -> None:
    assert_type(await async_bulk_ingest(client, events, raise_on_error=False), BulkSummary)
    async for result in async_stream_ingest(client, [EventPayload("x", "x", "app_event", "x")]):
        assert_type(result, BatchResult)


def count(client: MemsyClientProtocol, *, limit: int = 10) -> int:
    return limit


@mirrors(count)
async def async_count(client: AsyncMemsyClientProtocol, *, limit: int = 10) -> int:
    return limit


async def marked_function(client: AsyncMemsyClient) -> None:
    assert_type(await async_count(client, limit=1), int)
    loader: Callable[[AsyncMemsyClientProtocol], Coroutine[Any, Any, int]] = async_count
    assert_type(await loader(client), int)
    await async_count(client, limit="x")  # type: ignore[arg-type]  # ty: ignore
    await async_count()  # type: ignore[call-arg]  # ty: ignore
