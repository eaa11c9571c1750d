"""Interest in the pro plan: the endpoints under `/interest`."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core import encode
from memsy._core.fields import optional
from memsy._core.http import HTTPResponse
from memsy._core.json_codec import decode_as
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import ProInterestResponse
from memsy.parity import implements
from memsy.protocols import AsyncInterestProtocol, InterestProtocol


@frozen
class _InterestStatus:
    expressed: bool = field(metadata=optional(False))


_decode_body = decode_as(_InterestStatus, accepts_empty=True)  # wire contract, section 6.13


def _decode_status(response: HTTPResponse) -> bool:
    return _decode_body(response).expressed


_EXPRESS = Endpoint(
    name="interest.express",
    plane=Plane.CONTROL,
    method="POST",
    path="/interest/pro",
    response=ProInterestResponse,
    body=("email", "name", "company", "use_case", "notes"),
)


def _express(
    *, email: str, name: str, company: str | None, use_case: str | None, notes: str | None
) -> Operation[ProInterestResponse]:
    required = {"email": encode.text("email", email), "name": encode.text("name", name)}
    texts = {"company": company, "use_case": use_case, "notes": notes}
    extra = {key: encode.text(key, value) for key, value in texts.items() if value is not None}
    return _EXPRESS.operation(json=required | extra)


_STATUS = Endpoint(
    name="interest.status",
    plane=Plane.CONTROL,
    method="GET",
    path="/interest/pro/status",
    response=bool,
    decode=_decode_status,
)


def _status() -> Operation[bool]:
    return _STATUS.operation()


@implements(InterestProtocol)
class InterestResource(SyncAPIResource, InterestProtocol):
    """`control.interest`, sync."""

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
        return self._call(
            _express(email=email, name=name, company=company, use_case=use_case, notes=notes)
        )

    def status(self) -> bool:
        return self._call(_status())


@implements(AsyncInterestProtocol)
class AsyncInterestResource(AsyncAPIResource, AsyncInterestProtocol):
    """`control.interest`, async."""

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
        return await self._call(
            _express(email=email, name=name, company=company, use_case=use_case, notes=notes)
        )

    async def status(self) -> bool:
        return await self._call(_status())
