"""The concierge on HTTP: one client of the memory, for the life of the process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from memsy import (
    AsyncMemsyClient,
    AsyncMemsyClientProtocol,
    MemsyError,
    RateLimitExceeded,
    UsageLimitExceeded,
)
from pydantic import BaseModel

from concierge.agent import Concierge


class Words(BaseModel):
    """What a guest says, and during which stay."""

    guest: str
    stay: str
    words: str


class Letter(BaseModel):
    """What a guest has written, line by line."""

    guest: str
    stay: str
    lines: list[str]


def create_app(memory: AsyncMemsyClientProtocol | None = None) -> FastAPI:
    """
    The application, on the *memory* that it is given.

    By default it is the service that MEMSY_BASE_URL and MEMSY_API_KEY name. A client may be made
    before any loop runs, and opens its connections when it is first used.
    """
    client = AsyncMemsyClient() if memory is None else memory
    concierge = Concierge(client)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with client:
            yield

    app = FastAPI(title="Concierge", lifespan=lifespan)

    @app.post("/chat")
    async def chat(said: Words) -> list[str]:
        return await concierge.chat(said.guest, said.stay, said.words)

    @app.post("/letters")
    async def letters(letter: Letter) -> dict[str, list[str]]:
        return {"left": await concierge.read(letter.guest, letter.stay, letter.lines)}

    @app.get("/guests/{guest}")
    async def everything(guest: str) -> list[str]:
        return [text async for text in concierge.everything(guest)]

    @app.get("/ready")
    async def ready() -> JSONResponse:
        trouble = await concierge.trouble()
        return JSONResponse({"detail": trouble or "ready"}, 503 if trouble else 200)

    app.add_exception_handler(RateLimitExceeded, come_back)
    app.add_exception_handler(UsageLimitExceeded, used_up)
    app.add_exception_handler(MemsyError, out_of_order)
    return app


async def come_back(request: Request, error: Exception) -> JSONResponse:
    """The client has waited and asked again already: now it is the caller's turn to wait."""
    assert isinstance(error, RateLimitExceeded)
    seconds = ceil(error.retry_after or 1)
    words = f"The concierge is busy. Please come back in {seconds} s."
    return JSONResponse({"detail": words}, 503, {"Retry-After": str(seconds)})


async def used_up(request: Request, error: Exception) -> JSONResponse:
    """No waiting helps here, so nobody is told to wait."""
    assert isinstance(error, UsageLimitExceeded)
    words = f"The concierge remembers no more: {error.dimension} is used up, {error.limit} a month."
    return JSONResponse({"detail": words}, 402)


async def out_of_order(request: Request, error: Exception) -> JSONResponse:
    """Guests need not know what it is that does not work."""
    return JSONResponse({"detail": "The concierge has left the desk."}, 503)
