"""
Mypy plugin that reports differences between a marked class and its reference class.

`memsy.parity` has the marks. The plugin compares public members: presence, kind (method or
attribute), parameters (order, name, kind, type, default value) and result. It reports an error
with the code `[parity]` on the line of the member. mypy alone does not find these differences: it
ignores the names of positional parameters, accepts wider types and further methods, and does not
keep default values.
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
from memsy._parity.counterparts import Counterparts
from memsy._parity.marks import (
    IMPLEMENTS,
    MIRRORS,
    MirroredClasses,
    argument,
    full_name,
    literal_names,
    marks_above,
    record_mark,
)
from memsy._parity.source import record_named_tuples, record_source

PARITY: Final = ErrorCode("parity", "A class differs from its reference class", "Memsy")

_SOURCES: Final = [Path(__file__), *sorted(Path(__file__).parent.glob("_parity/*.py"))]
_DIGEST: Final = sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()


def plugin(version: str) -> type[Plugin]:
    """Return the plugin class; mypy calls this function."""
    return ParityPlugin


class ParityPlugin(Plugin):
    """Record marks and default values of classes, and compare each marked class."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._consulted_modules: dict[str, set[str]] = {}
        self._mirrored = MirroredClasses()

    def report_config_data(self, ctx: ReportConfigContext) -> str:
        module = (self._modules or {}).get(ctx.id)
        if module and not ctx.is_check:
            # mypy is about to write the cache of the module.
            record_named_tuples(module.names)
        # mypy discards the cache of another version of the plugin.
        return _DIGEST

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        # For every class: a reference class and the bases of a marked class may have no mark.
        return record_source

    def get_class_decorator_hook_2(self, fullname: str) -> Callable[[ClassDefContext], bool] | None:
        return record_mark if fullname in (MIRRORS, IMPLEMENTS) else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        is_mark = fullname in (f"{MIRRORS}.__call__", f"{IMPLEMENTS}.__call__")
        return self._compare if is_mark else None

    def get_additional_indirect_deps(self, file: MypyFile) -> set[str]:
        # The comparison depends on modules that the file may not import: bases, marked classes.
        return self._consulted_modules.get(file.fullname, set())

    def _compare(self, context: MethodContext) -> Type:
        checker, mark, cls = context.api, context.type, context.context
        assert isinstance(checker, TypeChecker)
        assert isinstance(mark, Instance)
        name = mark.type.fullname
        if not isinstance(cls, ClassDef) or not (calls := marks_above(cls, name)):
            message = (
                f'"{name}" is not a decorator here: write "@{mark.type.name}(...)" above a class'
            )
            checker.fail(message, cls, code=PARITY)
            return context.default_return_type
        for call in calls:
            for line, difference in self._differences(call, cls, checker):
                checker.fail(difference, line, code=PARITY)
        return context.default_return_type

    def _differences(
        self, mark: CallExpr, cls: ClassDef, checker: TypeChecker
    ) -> Iterator[tuple[Context, str]]:
        reference = self.lookup_fully_qualified(full_name(argument(mark, "reference")))
        more = literal_names(argument(mark, "more"))
        # An unreadable mark is an error, because it would check nothing.
        if reference is None or not isinstance(reference.node, TypeInfo):
            yield cls, f'the mark of "{cls.name}" does not name a class: write the class itself'
            return
        if more is None:
            yield cls, f'`more` of "{cls.name}" is not a tuple of literals: write `more=("name",)`'
            return
        is_mirror = full_name(mark.callee) == MIRRORS
        mirrored = self._mirrored.update(checker.modules) if is_mirror else None
        counterparts = Counterparts(cls.info, reference.node, self.lookup_fully_qualified, mirrored)
        yield from Comparison(counterparts, more, checker.options).differences()
        self._consulted_modules.setdefault(cls.info.module_name, set()).update(
            counterparts.consulted
        )
