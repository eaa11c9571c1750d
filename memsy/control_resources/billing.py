"""What the organisation pays."""

from __future__ import annotations

from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import BillingSummary, Invoice
from memsy.parity import implements
from memsy.protocols import AsyncBillingProtocol, BillingProtocol


def _summary() -> Operation[BillingSummary]:
    return ask("billing.summary", "GET /billing/summary", decode_as(BillingSummary))


def _invoices() -> Operation[list[Invoice]]:
    return ask("billing.invoices", "GET /billing/invoices", decode_as(list[Invoice]))


@implements(BillingProtocol)
class BillingResource(SyncAPIResource, BillingProtocol):
    """`control.billing`, blocking."""

    __slots__ = ()

    def summary(self) -> BillingSummary:
        return self._call(_summary())

    def invoices(self) -> list[Invoice]:
        return self._call(_invoices())


@implements(AsyncBillingProtocol)
class AsyncBillingResource(AsyncAPIResource, AsyncBillingProtocol):
    """`control.billing`, awaiting."""

    __slots__ = ()

    async def summary(self) -> BillingSummary:
        return await self._call(_summary())

    async def invoices(self) -> list[Invoice]:
        return await self._call(_invoices())
