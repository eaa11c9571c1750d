"""Stubs in `typings/`: only for modules without types of their own."""

from __future__ import annotations

import re
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
STUBS = sorted(
    path.parent.name if path.stem == "__init__" else path.stem
    for path in (*ROOT.glob("typings/*.pyi"), *ROOT.glob("typings/*/__init__.pyi"))
)


SCALE = {"ray"}
"""Modules that only the environment of `make scale` has. mypy needs their stubs elsewhere."""

DOCUMENTATION_TOOLS = "mypy-mkdocstrings.*,playwright.*"
"""Typed packages that only `make docs` and `make docs-browser` install."""


def test_no_stub_replaces_a_typed_module() -> None:
    for name in set(STUBS) - SCALE:
        spec = find_spec(name)
        if spec is None:
            dependency = re.compile(rf'"{name}\b[^"]*; ')
            assert dependency.search((ROOT / "pyproject.toml").read_text("utf-8")), (
                f"typings/{name} is a stub for a module that is not a dependency: remove it"
            )
            continue
        folders = spec.submodule_search_locations or []
        assert not any(Path(folder, "py.typed").exists() for folder in folders), name


def test_mypy_ignores_no_import_and_no_error_code() -> None:
    configuration = ConfigParser()
    configuration.read(ROOT / "mypy.ini")
    sections = {name: {*section} for name, section in configuration.items()}
    assert sections.pop(DOCUMENTATION_TOOLS) - sections["DEFAULT"] == {"ignore_missing_imports"}
    options = set[str]().union(*sections.values())
    assert not options & {"ignore_missing_imports", "disable_error_code", "follow_imports"}
