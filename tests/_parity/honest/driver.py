"""A library with a stub file, which type checkers read in place of this module."""
# ruff: noqa: ANN001, ANN202, ANN204 - the stub file has the annotations

DEFAULT_SIZE = 10


class Cursor:
    def __init__(self, table, size=DEFAULT_SIZE):
        self.name = table

    def fetch(self, limit=100, *, offset=0):
        return [self.name][offset:limit]

    def rows(self):
        yield self.name


class Connection:
    def cursor(self, table, size=DEFAULT_SIZE):
        return Cursor(table, size)

    @property
    def is_open(self):
        return True

    def run(self, sql, *, returning=None, limit=1):
        return returning


class Pool:
    def get(self, wait=None):
        return Connection()

    def put(self, connection):
        pass


class AsyncFeed:
    async def publish(self, text, *, ttl=1.0):
        return len(text)

    async def follow(self):
        yield "text"
