"""
Mypy plugin that reports differences between a marked class or function and its reference.

`memsy.parity` has the marks. The plugin compares public members: presence, kind (method or
attribute), parameters (order, name, kind, type, default value) and result. It reports an error
with the code `[parity]` on the line of the member. mypy alone does not find these differences: it
ignores the names of positional parameters, accepts wider types and further methods, and does not
keep default values.

A mark that mypy would not check is an error, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, ClassDef, Context, Decorator, MypyFile
from mypy.options import Options
from mypy.plugin import (
    ClassDefContext,
    FunctionContext,
    MethodContext,
    Plugin,
    ReportConfigContext,
)
from mypy.types import Type

from memsy._parity.comparison import Comparison
from memsy._parity.counterparts import Counterparts
from memsy._parity.dependencies import add_dependencies, record_revision
from memsy._parity.functions import differences, function_member
from memsy._parity.marks import (
    MARKS,
    MIRRORS,
    MarkedFunction,
    argument,
    full_name,
    is_repeated,
    literal_names,
    marked_function,
    marks_above,
    record_marks,
    reference_class,
    reference_function,
)
from memsy._parity.misuse import (
    PARITY,
    below_a_decorator,
    names_of_a_function,
    not_above_a_target,
    repeated,
    report_indirect_mark,
    report_subclass,
    report_unchecked_function,
    report_unfollowed_import,
    unreadable_function,
    unreadable_names,
    unreadable_reference,
    unreadable_reference_function,
)
from memsy._parity.reachable import ReachableModules
from memsy._parity.source import record_functions, record_named_tuples, record_source

_SOURCES: Final = [
    Path(__file__),
    *sorted(Path(__file__).parent.glob("_parity/*.py")),
    *sorted(Path(__file__).parent.glob("parity/*.py")),
]
_DIGEST: Final = sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()


def plugin(version: str) -> type[Plugin]:
    """Return the plugin class; mypy calls this function."""
    return ParityPlugin


class ParityPlugin(Plugin):
    """Record marks and default values of classes, and compare each marked class."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._reachable = ReachableModules()
        self._classes: dict[str, dict[Context, ClassDef]] = {}
        """Class below each mark, by module."""

    def report_config_data(self, ctx: ReportConfigContext) -> str:
        module = (self._modules or {}).get(ctx.id)
        if module and not ctx.is_check:
            # mypy is about to write the cache of the module.
            record_named_tuples(module.names)
            # A worker of mypy has not called `get_additional_deps`.
            record_functions(module, self.options)
        # mypy discards the cache of another version of the plugin.
        return _DIGEST

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        # mypy calls this for each file that it parsed.
        record_revision(file)
        record_functions(file, self.options)
        self._reachable.forget(file.fullname)
        self._classes.pop(file.fullname, None)
        return []

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        # For every class: a reference class and the bases of a marked class may have no mark.
        return _record_class

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return report_subclass if fullname in MARKS else None

    def get_class_decorator_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return self._record_marks if fullname in MARKS else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return self._compare if fullname in MARKS else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        owner, _, method = fullname.rpartition(".")
        if method != "__call__" or owner not in MARKS:
            return None
        return self._compare_function if owner == MIRRORS else report_indirect_mark

    def _record_marks(self, context: ClassDefContext) -> None:
        record_marks(context)
        report_unchecked_function(context)
        classes = self._classes.setdefault(context.cls.info.module_name, {})
        classes[context.reason] = context.cls

    def _compare(self, context: FunctionContext) -> Type:
        checker, mark = context.api, context.context
        assert isinstance(checker, TypeChecker)
        cls = self._classes.get(checker.tree.fullname, {}).get(mark) or _current_class(checker)
        if cls is None or mark not in marks_above(cls) or not isinstance(mark, CallExpr):
            is_mirror = isinstance(mark, CallExpr) and full_name(mark.callee) == MIRRORS
            if not (is_mirror and marked_function(mark, checker.tree)):
                checker.fail(not_above_a_target(context.default_return_type), mark, code=PARITY)
            return context.default_return_type
        for line, difference in self._differences(mark, cls, checker):
            checker.fail(difference, line, code=PARITY)
        return context.default_return_type

    def _compare_function(self, context: MethodContext) -> Type:
        """Compare a function below a mark. mypy has applied the decorators between them."""
        checker, target = context.api, context.context
        assert isinstance(checker, TypeChecker)
        marks = marks_above(target) if isinstance(target, Decorator) else []
        if not marks:
            return report_indirect_mark(context)
        # `_compare` reports the mark of a nested function.
        if function := marked_function(marks[0], checker.tree):
            for line, difference in self._function_differences(function, context):
                checker.fail(difference, line, code=PARITY)
        return context.default_return_type

    def _function_differences(
        self, function: MarkedFunction, context: MethodContext
    ) -> Iterator[tuple[Context, str]]:
        checker, definition = context.api, function.definition.func
        assert isinstance(checker, TypeChecker)
        mark, *others = marks_above(function.definition)
        if others or mark is not function.definition.decorators[0]:
            yield definition, below_a_decorator(definition)
        elif argument(mark, "sync"):
            yield definition, names_of_a_function(definition)
        elif (reference := reference_function(mark, checker.modules)) is None:
            yield definition, unreadable_reference_function(mark, definition)
        elif (our := function_member(function.node, context.arg_types[0][0], checker)) is None:
            yield definition, unreadable_function(definition.name)
        elif (their := function_member(reference, None, checker)) is None:
            yield definition, unreadable_function(reference.name)
        else:
            modules = self._reachable.names(checker.tree.fullname, checker.modules)
            mirrored = self._reachable.mirrored(modules, checker.modules)
            counterparts = Counterparts(
                our.owner, their.owner, self.lookup_fully_qualified, mirrored
            )
            yield from differences(our, their, counterparts, checker.options)
            add_dependencies(checker, modules | counterparts.consulted, {our.owner, their.owner})

    def _differences(
        self, mark: CallExpr, cls: ClassDef, checker: TypeChecker
    ) -> Iterator[tuple[Context, str]]:
        # An unreadable mark is an error, because it would check nothing.
        if (reference := reference_class(mark)) is None:
            yield cls, unreadable_reference(mark, cls)
        elif (more := literal_names(argument(mark, "more"))) is None:
            yield cls, unreadable_names(mark, cls, "more")
        elif (sync := literal_names(argument(mark, "sync"))) is None:
            yield cls, unreadable_names(mark, cls, "sync")
        elif is_repeated(mark, cls):
            yield cls, repeated(mark, cls)
        else:
            modules = self._reachable.names(checker.tree.fullname, checker.modules)
            mirrored = self._reachable.mirrored(modules, checker.modules)
            is_mirror = full_name(mark.callee) == MIRRORS
            counterparts = Counterparts(
                cls.info, reference, self.lookup_fully_qualified, mirrored if is_mirror else None
            )
            yield from Comparison(counterparts, checker.options, more=more, sync=sync).differences()
            classes = {*cls.info.mro, *reference.mro}
            add_dependencies(checker, modules | counterparts.consulted, classes)


def _current_class(checker: TypeChecker) -> ClassDef | None:
    """Return the class that mypy checks: it calls no hook for the decorators of a `TypedDict`."""
    classes = checker.tscope.classes
    return classes[-1].defn if classes else None


def _record_class(context: ClassDefContext) -> None:
    record_source(context)
    report_unfollowed_import(context)
