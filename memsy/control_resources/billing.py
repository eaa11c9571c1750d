"""Billing of the organisation: the endpoints under `/billing`."""

from __future__ import annotations

from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import BillingSummary, Invoice
from memsy.parity import implements
from memsy.protocols import AsyncBillingProtocol, BillingProtocol

_SUMMARY = Endpoint(
    name="billing.summary",
    plane=Plane.CONTROL,
    method="GET",
    path="/billing/summary",
    response=BillingSummary,
)


def _summary() -> Operation[BillingSummary]:
    return _SUMMARY.operation()


_INVOICES = Endpoint(
    name="billing.invoices",
    plane=Plane.CONTROL,
    method="GET",
    path="/billing/invoices",
    response=list[Invoice],
)


def _invoices() -> Operation[list[Invoice]]:
    return _INVOICES.operation()


@implements(BillingProtocol)
class BillingResource(SyncAPIResource, BillingProtocol):
    """`control.billing`, sync."""

    __slots__ = ()

    def summary(self) -> BillingSummary:
        return self._call(_summary())

    def invoices(self) -> list[Invoice]:
        return self._call(_invoices())


@implements(AsyncBillingProtocol)
class AsyncBillingResource(AsyncAPIResource, AsyncBillingProtocol):
    """`control.billing`, async."""

    __slots__ = ()

    async def summary(self) -> BillingSummary:
        return await self._call(_summary())

    async def invoices(self) -> list[Invoice]:
        return await self._call(_invoices())
