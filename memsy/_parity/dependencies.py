"""
Modules on which the result of a comparison depends.

mypy has to compare a class again after a change in a module that the file of the class may not
import, also after a change that mypy does not see, such as another default value.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import GDEF, MypyFile, SymbolTableNode, TypeInfo, Var
from mypy.server.trigger import make_trigger, make_wildcard_trigger

# Names with "@" survive when the daemon analyzes a file again that has not changed.
_REVISION: Final = "revision@memsy"

_numbers: Final = count()


def record_revision(file: MypyFile) -> None:
    """
    Add a hidden symbol to a file that was parsed, with another full name for each revision.

    The daemon compares the symbols of both revisions, but no default values.
    """
    revision = Var(_REVISION)
    revision._fullname = f"memsy.revision.{next(_numbers)}"  # pyright: ignore[reportPrivateUsage]
    file.names[_REVISION] = SymbolTableNode(
        GDEF, revision, module_public=False, module_hidden=True, no_serialize=True
    )


def add_dependencies(
    checker: TypeChecker, modules: Collection[str], classes: Collection[TypeInfo]
) -> None:
    """Let mypy check the current file or function again after a change in modules or classes."""
    checker.module_refs.update(modules)
    triggers = {make_trigger(info.fullname) for info in classes}
    # Types of members change without a change of the text if they use another module.
    triggers |= {make_wildcard_trigger(info.fullname) for info in classes}
    triggers |= {make_trigger(module) for module in modules}
    triggers |= {make_trigger(f"{module}.{_REVISION}") for module in modules}
    target = checker.tscope.current_target()
    for trigger in triggers:
        checker.tree.plugin_deps.setdefault(trigger, set()).add(target)
