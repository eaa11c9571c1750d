"""
A mypy plugin: a class that drifts from what it mirrors or implements is an error.

`memsy.parity` has the marks. Public members are compared one by one: presence, method or attribute,
parameters in their order (name, kind, type, default value), result. The error, `[parity]`, stands
on the line of the member that drifts. mypy alone would not do: it ignores the names of positional
parameters, accepts wider types and further methods, and knows no default values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from mypy.checker import TypeChecker
from mypy.errorcodes import ErrorCode
from mypy.nodes import CallExpr, ClassDef, Context, MypyFile, TypeInfo
from mypy.options import Options
from mypy.plugin import ClassDefContext, MethodContext, Plugin, ReportConfigContext
from mypy.types import Instance, Type

from memsy._parity.comparison import Comparison
from memsy._parity.defaults import note_defaults
from memsy._parity.marks import (
    IMPLEMENTS,
    MIRRORS,
    Mirrored,
    applied,
    argument,
    full_name,
    note_mark,
    spelled_out,
)
from memsy._parity.surfaces import Surfaces

PARITY: Final = ErrorCode("parity", "A class drifts from what it mirrors or implements", "Memsy")

_SOURCES: Final = [Path(__file__), *sorted(Path(__file__).parent.glob("_parity/*.py"))]
_DIGEST: Final = sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()


def plugin(version: str) -> type[Plugin]:
    """What mypy asks the module of a plugin for."""
    return ParityPlugin


class ParityPlugin(Plugin):
    """Takes notes where classes are defined, compares where marks are applied."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._consulted: dict[str, set[str]] = {}
        self._mirrored = Mirrored()

    def report_config_data(self, ctx: ReportConfigContext) -> str:
        # What another version of the plugin has let pass may not come from mypy's cache.
        return _DIGEST

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        # Called for every class, because neither what a mark names nor its bases need a mark.
        return note_defaults

    def get_class_decorator_hook_2(self, fullname: str) -> Callable[[ClassDefContext], bool] | None:
        return note_mark if fullname in (MIRRORS, IMPLEMENTS) else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        is_mark = fullname in (f"{MIRRORS}.__call__", f"{IMPLEMENTS}.__call__")
        return self._compare if is_mark else None

    def get_additional_indirect_deps(self, file: MypyFile) -> set[str]:
        # What decides may stand in a module that *file* does not import: a base class, a mark.
        return self._consulted.get(file.fullname, set())

    def _compare(self, context: MethodContext) -> Type:
        checker, mark, cls = context.api, context.type, context.context
        assert isinstance(checker, TypeChecker)
        assert isinstance(mark, Instance)
        name = mark.type.fullname
        if not isinstance(cls, ClassDef) or not (calls := applied(cls, name)):
            checker.fail(f'"{name}" must be called right above a class', cls, code=PARITY)
            return context.default_return_type
        for call in calls:
            for line, drift in self._drifts(call, cls, checker):
                checker.fail(drift, line, code=PARITY)
        return context.default_return_type

    def _drifts(
        self, mark: CallExpr, cls: ClassDef, checker: TypeChecker
    ) -> Iterator[tuple[Context, str]]:
        of = self.lookup_fully_qualified(full_name(argument(mark, "of")))
        more = spelled_out(argument(mark, "more"))
        if of is None or not isinstance(of.node, TypeInfo) or more is None:
            # A mark that is not understood would only look as if it guarded something.
            yield cls, "a mark takes the name of a class, and more as a tuple of literal names"
            return
        is_mirror = full_name(mark.callee) == MIRRORS
        mirrored = self._mirrored.among(checker.modules) if is_mirror else None
        surfaces = Surfaces(cls.info, of.node, self.lookup_fully_qualified, mirrored)
        yield from Comparison(surfaces, more, checker.options).drifts()
        self._consulted.setdefault(cls.info.module_name, set()).update(surfaces.consulted)
