"""
pytest plugin that takes away what Windows lacks, for `make no-posix`.

The tests of the process then run the branches of `memsy` for Windows: `sys.platform` in the package
is "win32", fork, poll, epoll, timers and most signals are missing, and the event loops have
neither signal handlers nor readers. Child processes are not affected.
"""

from __future__ import annotations

import ast
import asyncio
import os
import select
import selectors
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

_MISSING = {
    os: (
        "fork",
        "forkpty",
        "register_at_fork",
        "mkfifo",
        "geteuid",
        "seteuid",
        "setuid",
        "openpty",
    ),
    select: ("poll", "epoll"),
    selectors: ("PollSelector", "EpollSelector"),
    signal: (
        *("SIGALRM", "SIGUSR1", "SIGUSR2", "setitimer", "getitimer", "alarm", "pthread_kill"),
        *("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"),
    ),
    asyncio.SelectorEventLoop: ("add_signal_handler", "remove_signal_handler"),
}
_MISSING_MODULES = ("fcntl", "resource", "termios", "pty")


class _OnWindows(ast.NodeTransformer):
    """Rewrite of a module of the package for Windows."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if ast.unparse(node) == "sys.platform":
            return ast.copy_location(ast.Constant("win32"), node)
        return self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        for name in node.names:
            if name.name == "msvcrt":
                name.name, name.asname = "tests.support.windows_locking", "msvcrt"
        return node


class _Loader(SourceFileLoader):
    def source_to_code(  # type: ignore[override]
        self, data: bytes, path: str, *, _optimize: int = -1
    ) -> CodeType:
        tree = ast.fix_missing_locations(_OnWindows().visit(ast.parse(data, path)))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)  # not from a cached file
        return self.source_to_code(self.get_data(path), path)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != "memsy":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path)
        return spec


def _select_with_select() -> None:
    selectors.DefaultSelector = selectors.SelectSelector  # type: ignore[misc, assignment]


def install() -> None:
    """Take the parts away. The package is imported afterwards."""
    import_module("tests.support.windows_locking")  # uses fcntl
    for name in [name for name in sys.modules if name.partition(".")[0] == "memsy"]:
        del sys.modules[name]  # the pytest plugin of the package is loaded first
    for owner, names in _MISSING.items():
        for name in names:
            if name in vars(owner):
                delattr(owner, name)
    for name in _MISSING_MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    _select_with_select()
    sys.meta_path.insert(0, _Finder())


install()
