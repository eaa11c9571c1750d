"""FastAPI application of the concierge, with one memory client for the whole process."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from math import ceil

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from memsy import (
    AsyncMemsyClient,
    AsyncMemsyClientProtocol,
    MemoryItemResource,
    MemsyError,
    RateLimitExceeded,
    UsageLimitExceeded,
)
from pydantic import BaseModel

from concierge.concierge import Concierge


class Message(BaseModel):
    """Chat message of a guest during a stay."""

    guest: str
    stay: str
    text: str


class Letter(BaseModel):
    """Letter of a guest, line by line."""

    guest: str
    stay: str
    lines: list[str]


def create_app(memory: AsyncMemsyClientProtocol | None = None) -> FastAPI:
    """
    Create the application.

    Args:
        memory: Client of the memory service. Default: a client of the service that
            MEMSY_BASE_URL and MEMSY_API_KEY name. A client needs no running event loop at
            construction: it opens connections on first use.
    """
    client = AsyncMemsyClient() if memory is None else memory
    concierge = Concierge(client)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        async with client:
            yield

    app = FastAPI(title="Concierge", lifespan=lifespan)

    @app.post("/chat")
    async def chat(message: Message) -> list[str]:
        return await concierge.chat(message.guest, message.stay, message.text)

    @app.post("/letters")
    async def letters(letter: Letter) -> dict[str, list[str]]:
        not_stored = await concierge.remember_letter(letter.guest, letter.stay, letter.lines)
        return {"not_stored": not_stored}

    @app.get("/guests/{guest}")
    async def memories(guest: str) -> list[MemoryItemResource]:
        return [memory async for memory in concierge.list_memories(guest)]

    @app.get("/ready")
    async def ready() -> JSONResponse:
        problem = await concierge.check_memory()
        return JSONResponse({"detail": problem or "ready"}, 503 if problem else 200)

    app.add_exception_handler(RateLimitExceeded, handle_rate_limit)
    app.add_exception_handler(UsageLimitExceeded, handle_quota)
    app.add_exception_handler(MemsyError, handle_memsy_error)
    return app


async def handle_rate_limit(request: Request, error: Exception) -> JSONResponse:
    """Return 503 with Retry-After: the client has already used its retries."""
    assert isinstance(error, RateLimitExceeded)
    seconds = ceil(error.retry_after or 1)
    detail = f"The concierge is busy. Please try again in {seconds} s."
    return JSONResponse({"detail": detail}, 503, {"Retry-After": str(seconds)})


async def handle_quota(request: Request, error: Exception) -> JSONResponse:
    """Return 402 without Retry-After: a retry cannot succeed before the quota resets."""
    assert isinstance(error, UsageLimitExceeded)
    detail = f"The memory quota is exhausted: {error.dimension}, {error.limit} a month."
    return JSONResponse({"detail": detail}, 402)


async def handle_memsy_error(request: Request, error: Exception) -> JSONResponse:
    """Return 503 without the cause, which is internal to the service."""
    return JSONResponse({"detail": "The concierge is unavailable."}, 503)
