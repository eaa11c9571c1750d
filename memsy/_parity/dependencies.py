"""
Dependencies of a comparison on other modules, for mypy's cache and for its daemon.

mypy has to compare a class again after a change in a module that the file of the class may not
import, also after a change that mypy does not see, such as another default value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import GDEF, Import, ImportAll, ImportFrom, MypyFile, SymbolTableNode, TypeInfo, Var
from mypy.server.trigger import make_trigger
from mypy.util import correct_relative_import

# Names with "@" survive when the daemon analyzes a file again that has not changed.
_REVISION: Final = "revision@memsy"

_numbers: Final = count()


def record_revision(file: MypyFile) -> None:
    """
    Let the daemon notice that a file was parsed again, and its importers with it.

    The daemon compares the symbols before and after, but no default values. A hidden symbol has
    another full name after each parse.
    """
    revision = Var(_REVISION)
    revision._fullname = f"memsy.revision.{next(_numbers)}"  # pyright: ignore[reportPrivateUsage]
    file.names[_REVISION] = SymbolTableNode(
        GDEF, revision, module_public=False, module_hidden=True, no_serialize=True
    )
    for module in _imports(file):
        importers = file.plugin_deps.setdefault(_revision_trigger(module), set())
        importers.add(_revision_trigger(file.fullname))


def has_revision(file: MypyFile) -> bool:
    """Return True if `record_revision` has been called for a file."""
    return _REVISION in file.names


def add_dependencies(
    checker: TypeChecker, modules: Collection[str], classes: Collection[TypeInfo]
) -> None:
    """Let mypy check the current file or function again after a change in modules or classes."""
    checker.module_refs.update(modules)
    # The daemon may analyze the modules after this one, so that members change once more.
    members = {make_trigger(f"{info.fullname}.{name}") for info in classes for name in info.names}
    triggers = {make_trigger(info.fullname) for info in classes} | members
    for trigger in (_revision_trigger(checker.tree.fullname), *triggers):
        targets = checker.tree.plugin_deps.setdefault(trigger, set())
        targets.add(checker.tscope.current_target())


def _revision_trigger(module: str) -> str:
    return make_trigger(f"{module}.{_REVISION}")


def _imports(file: MypyFile) -> Iterator[str]:
    """Yield the modules that a file imports, and names that may be modules."""
    for statement in file.imports:
        if isinstance(statement, Import):
            yield from (module for module, _ in statement.ids)
        elif isinstance(statement, (ImportFrom, ImportAll)):
            is_package = file.is_package_init_file()
            module, _ = correct_relative_import(
                file.fullname, statement.relative, statement.id, is_package
            )
            yield module
            if isinstance(statement, ImportFrom):
                yield from (f"{module}.{name}" for name, _ in statement.names)
