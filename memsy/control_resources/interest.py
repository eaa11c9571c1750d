"""Interest in the pro plan: expressed, and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from memsy._core import encode
from memsy._core.decode import optional
from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import ProInterestResponse
from memsy.parity import implements
from memsy.protocols import AsyncInterestProtocol, InterestProtocol

if TYPE_CHECKING:
    from memsy._core.http import HTTPResponse


@frozen
class _Interest:
    expressed: bool | None = field(metadata=optional(False))


def _is_expressed(response: HTTPResponse) -> bool:
    # Until somebody has, the service may answer with nothing at all, or with null.
    is_nothing = response.content.strip() in (b"", b"null")
    return not is_nothing and bool(_read_interest(response).expressed)


_read_interest = decode_as(_Interest)


def _express(
    email: str, name: str, company: str | None, use_case: str | None, notes: str | None
) -> Operation[ProInterestResponse]:
    said = {"email": encode.text("email", email), "name": encode.text("name", name)}
    more = {"company": company, "use_case": use_case, "notes": notes}
    return ask(
        "interest.express",
        "POST /interest/pro",
        decode_as(ProInterestResponse),
        json=said
        | {key: encode.text(key, value) for key, value in more.items() if value is not None},
    )


def _status() -> Operation[bool]:
    return ask("interest.status", "GET /interest/pro/status", _is_expressed)


@implements(InterestProtocol)
class InterestResource(SyncAPIResource, InterestProtocol):
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
class AsyncInterestResource(AsyncAPIResource, AsyncInterestProtocol):
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
