"""
Tables of the parity rules, without mypy: special methods, and library classes with an async form.

Classes have the full names of typeshed. `typing` stands for `collections.abc` there.
"""

from __future__ import annotations

from typing import Final

ASYNC_NAMES: Final = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}
"""Special methods that have another name in an async class."""

SYNC_OR_ASYNC_NAMES: Final = frozenset({"__call__", "__getitem__", "__getattr__", "__missing__"})
"""Special methods that a mirror may define with `def` or with `async def`. The others stay sync."""

IGNORED_NAMES: Final = frozenset(
    {
        # Every object has them.
        *("__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__hash__"),
        *("__getattribute__", "__module__", "__ne__", "__repr__", "__setattr__", "__sizeof__"),
        *("__str__", "__init_subclass__", "__subclasshook__", "__class_getitem__", "__dict__"),
        # Pickling, copying and the end of life.
        *("__copy__", "__deepcopy__", "__del__", "__getnewargs__", "__getnewargs_ex__"),
        *("__getstate__", "__reduce__", "__reduce_ex__", "__replace__", "__setstate__"),
        # Parts of a class definition.
        *("__all__", "__annotations__", "__match_args__", "__post_init__", "__set_name__"),
        *("__slots__", "__weakref__", "__attrs_attrs__", "__attrs_init__", "__attrs_post_init__"),
        *("__attrs_pre_init__", "__dataclass_fields__", "__dataclass_params__"),
        # Representations, which belong to no protocol.
        *("__rich_repr__", "__rich_console__"),
    }
)
"""Special members that are never compared."""

ONLY_ASYNC_NAMES: Final = frozenset({"__await__"})
"""Special methods without a sync form: a mirror may add them."""

ASYNC_CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "typing.Iterator": ("typing.AsyncIterator",),
    "typing.Iterable": ("typing.AsyncIterable",),
    "typing.Generator": ("typing.AsyncGenerator",),
    "contextlib.AbstractContextManager": ("contextlib.AbstractAsyncContextManager",),
    "typing.ContextManager": ("typing.AsyncContextManager",),
    "contextlib._GeneratorContextManager": ("contextlib._AsyncGeneratorContextManager",),
    "contextlib.ContextDecorator": ("contextlib.AsyncContextDecorator",),
    "contextlib.ExitStack": ("contextlib.AsyncExitStack",),
    "contextlib.closing": ("contextlib.aclosing",),
    "threading.Lock": ("asyncio.locks.Lock",),
    "_thread.lock": ("asyncio.locks.Lock",),
    "_thread.LockType": ("asyncio.locks.Lock",),
    "threading._RLock": ("asyncio.locks.Lock",),
    "_thread.RLock": ("asyncio.locks.Lock",),
    "threading.Condition": ("asyncio.locks.Condition",),
    "threading.Event": ("asyncio.locks.Event",),
    "threading.Semaphore": ("asyncio.locks.Semaphore",),
    "threading.BoundedSemaphore": ("asyncio.locks.BoundedSemaphore",),
    "threading.Barrier": ("asyncio.locks.Barrier",),
    "threading.BrokenBarrierError": ("asyncio.exceptions.BrokenBarrierError",),
    "threading.Thread": ("asyncio.tasks.Task", "_asyncio.Task"),
    "threading.Timer": ("asyncio.events.TimerHandle",),
    "queue.Queue": ("asyncio.queues.Queue",),
    "queue.LifoQueue": ("asyncio.queues.LifoQueue",),
    "queue.PriorityQueue": ("asyncio.queues.PriorityQueue",),
    "queue.SimpleQueue": ("asyncio.queues.Queue",),
    "_queue.SimpleQueue": ("asyncio.queues.Queue",),
    "queue.Empty": ("asyncio.queues.QueueEmpty",),
    "_queue.Empty": ("asyncio.queues.QueueEmpty",),
    "queue.Full": ("asyncio.queues.QueueFull",),
    "concurrent.futures._base.Future": ("asyncio.futures.Future", "_asyncio.Future"),
    "subprocess.Popen": ("asyncio.subprocess.Process",),
    # Libraries whose classes people hand to both clients.
    "httpx._client.Client": ("httpx._client.AsyncClient",),
    "httpx._transports.base.BaseTransport": ("httpx._transports.base.AsyncBaseTransport",),
    "httpx._transports.default.HTTPTransport": ("httpx._transports.default.AsyncHTTPTransport",),
    "httpx._types.SyncByteStream": ("httpx._types.AsyncByteStream",),
    "requests.sessions.Session": ("aiohttp.client.ClientSession", "httpx._client.AsyncClient"),
    "redis.client.Redis": ("redis.asyncio.client.Redis",),
    "redis.client.Pipeline": ("redis.asyncio.client.Pipeline",),
    "redis.connection.ConnectionPool": ("redis.asyncio.connection.ConnectionPool",),
    "psycopg.Connection": ("psycopg.AsyncConnection",),
    "psycopg.connection.Connection": ("psycopg.connection_async.AsyncConnection",),
    "psycopg.cursor.Cursor": ("psycopg.cursor_async.AsyncCursor",),
    "sqlalchemy.engine.base.Connection": ("sqlalchemy.ext.asyncio.engine.AsyncConnection",),
    "sqlalchemy.engine.base.Engine": ("sqlalchemy.ext.asyncio.engine.AsyncEngine",),
    "sqlalchemy.orm.session.Session": ("sqlalchemy.ext.asyncio.session.AsyncSession",),
}
"""Sync classes of libraries, each with the classes that replace it in a mirror."""

AWAITABLE_CLASSES: Final = frozenset(
    {"typing.Awaitable", "typing.Coroutine", "types.CoroutineType"}
)
"""Classes of a result that `await` turns into the result of the sync method."""

ITERATED_CLASSES: Final = frozenset({"typing.Iterator", "typing.Generator"})
"""Results that a mirror returns in their async form, from a plain `def` or an async generator."""

CONTEXT_MANAGER_CLASSES: Final = frozenset(
    {
        "contextlib.AbstractContextManager",
        "contextlib._GeneratorContextManager",
        "typing.ContextManager",
    }
)
"""Results that `with` enters: a mirror returns the form that `async with` enters."""

MAKE_METHOD_ASYNC: Final = "make it `async def`, or add it to `sync=(...)`"
"""Fix of a sync method, in messages."""
