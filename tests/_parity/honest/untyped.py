"""Code without annotations, or with few of them."""
# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs, allow-any-generics
# ruff: noqa: ANN001, ANN002, ANN003, ANN202, ANN204, ANN206

from memsy.parity import implements, mirrors


class Session:
    """No annotations at all."""

    def __init__(self, host, port=27017):
        self.host = host
        self.port = port

    def find(self, *filters, limit=10, **options):
        return [filters, limit, options]

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    @classmethod
    def local(cls):
        return cls("localhost")


@mirrors(Session)
class AsyncSession:
    def __init__(self, host, port=27017):
        self.host = host
        self.port = port

    async def find(self, *filters, limit=10, **options):
        return [filters, limit, options]

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    @classmethod
    def local(cls):
        return cls("localhost")


class Shell:
    """Some annotations."""

    def run(self, command: str, check=True) -> int:
        return len(command) if check else 0

    def read(self, size=None) -> list:
        return [size]


@mirrors(Shell)
class AsyncShell:
    async def run(self, command: str, check=True) -> int:
        return len(command) if check else 0

    async def read(self, size=None) -> list:
        return [size]


class Mail:
    def send(self, to, subject="", *, body=None):
        return to, subject, body

    def close(self):
        pass


@implements(Mail)
class FakeMail:
    def __init__(self):
        self._sent = []

    def send(self, to, subject="", *, body=None):
        self._sent.append((to, subject, body))

    def close(self):
        pass


class Feed:
    """Generators and context managers without annotations."""

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        return None

    def items(self):
        yield 1


@mirrors(Feed)
class AsyncFeed:
    def __aiter__(self):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        return None

    async def items(self):
        yield 1
