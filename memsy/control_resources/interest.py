"""Interest in the pro plan: expressed, and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from memsy._core import encode
from memsy._core.codec import reads
from memsy._core.operation import Operation, ask
from memsy._core.structure import optional
from memsy._core.view import AsyncView, View
from memsy.models import ProInterestResponse
from memsy.parity import implements
from memsy.protocols import AsyncInterestProtocol, InterestProtocol

if TYPE_CHECKING:
    from memsy._core.wire import Reply


@frozen
class _Interest:
    expressed: bool | None = field(metadata=optional(False))


def _is_expressed(reply: Reply) -> bool:
    # Until somebody has, the service may answer with nothing at all, or with null.
    is_nothing = reply.content.strip() in (b"", b"null")
    return not is_nothing and bool(_read_interest(reply).expressed)


_read_interest = reads(_Interest)


def _express(
    email: str, name: str, company: str | None, use_case: str | None, notes: str | None
) -> Operation[ProInterestResponse]:
    said = {"email": encode.text("email", email), "name": encode.text("name", name)}
    more = {"company": company, "use_case": use_case, "notes": notes}
    return ask(
        "interest.express",
        "POST /interest/pro",
        reads(ProInterestResponse),
        json=said
        | {key: encode.text(key, value) for key, value in more.items() if value is not None},
    )


def _status() -> Operation[bool]:
    return ask("interest.status", "GET /interest/pro/status", _is_expressed)


@implements(InterestProtocol)
class InterestResource(View, InterestProtocol):
    """`control.interest`, blocking."""

    __slots__ = ()

    def express(
        self,
        email: str,
        name: str,
        *,
        company: str | None = None,
        use_case: str | None = None,
        notes: str | None = None,
    ) -> ProInterestResponse:
        return self._call(_express(email, name, company, use_case, notes))

    def status(self) -> bool:
        return self._call(_status())


@implements(AsyncInterestProtocol)
class AsyncInterestResource(AsyncView, AsyncInterestProtocol):
    """`control.interest`, awaiting."""

    __slots__ = ()

    async def express(
        self,
        email: str,
        name: str,
        *,
        company: str | None = None,
        use_case: str | None = None,
        notes: str | None = None,
    ) -> ProInterestResponse:
        return await self._call(_express(email, name, company, use_case, notes))

    async def status(self) -> bool:
        return await self._call(_status())
