"""One half of a circle of imports: orders know their customer."""

from __future__ import annotations

from typing import Protocol

from memsy.parity import implements, mirrors
from tests._parity.honest import circle_of_customers as customers
from tests._parity.honest.limits import CURRENCY


class Order:
    """Order of a customer."""

    def customer(self) -> customers.Customer:
        return customers.Customer()

    def total(self, currency: str = CURRENCY) -> float:
        return len(currency)


@mirrors(Order)
class AsyncOrder:
    async def customer(self) -> customers.AsyncCustomer:
        return customers.AsyncCustomer()

    async def total(self, currency: str = "EUR") -> float:
        return len(currency)


class Orders:
    def of(self, customer: customers.Customer) -> list[Order]:
        return customer.orders()


@mirrors(Orders)
class AsyncOrders:
    async def of(self, customer: customers.AsyncCustomer) -> list[AsyncOrder]:
        return await customer.orders()


class Basket(Protocol):
    """Protocol with the classes of both modules."""

    def add(self, order: Order, *, to: customers.Customer | None = None) -> None: ...


@implements(Basket)
class LocalBasket:
    def add(self, order: Order, *, to: customers.Customer | None = None) -> None: ...


@mirrors(Basket)
class AsyncBasket(Protocol):
    async def add(
        self, order: AsyncOrder, *, to: customers.AsyncCustomer | None = None
    ) -> None: ...
