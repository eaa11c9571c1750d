"""The other half: customers know their orders."""

from __future__ import annotations

from typing import Protocol

from memsy.parity import implements, mirrors
from tests._parity.honest import circle_of_orders as orders


class Customer:
    """Customer with orders."""

    def orders(self, limit: int = 10) -> list[orders.Order]:
        return [orders.Order()][:limit]


@mirrors(Customer)
class AsyncCustomer:
    async def orders(self, limit: int = 10) -> list[orders.AsyncOrder]:
        return [orders.AsyncOrder()][:limit]


class Shop(Protocol):
    """Protocol with the classes of both modules."""

    def best(self, of: list[Customer]) -> Customer | None: ...
    def last_order(self) -> orders.Order: ...


@mirrors(Shop)
class AsyncShop(Protocol):
    async def best(self, of: list[AsyncCustomer]) -> AsyncCustomer | None: ...
    async def last_order(self) -> orders.AsyncOrder: ...


@implements(Shop)
class LocalShop:
    def best(self, of: list[Customer]) -> Customer | None:
        return of[0] if of else None

    def last_order(self) -> orders.Order:
        return orders.Order()


@implements(AsyncShop)
class AsyncLocalShop:
    async def best(self, of: list[AsyncCustomer]) -> AsyncCustomer | None:
        return of[0] if of else None

    async def last_order(self) -> orders.AsyncOrder:
        return orders.AsyncOrder()
