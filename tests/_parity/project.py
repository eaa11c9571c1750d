"""Project of a user with Python modules, checked by mypy with the plugin."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from mypy import api

CONFIGURATION = """
[mypy]
strict = True
plugins = memsy.mypy_plugin
"""


class Project:
    """Directory with Python modules; `check()` returns the output of mypy."""

    def __init__(self, root: Path, cache: Path, configuration: str = CONFIGURATION) -> None:
        self.root, self._cache = root, cache
        (root / "mypy.ini").write_text(configuration)

    def write(self, **modules: str) -> None:
        for name, text in modules.items():
            (self.root / f"{name}.py").write_text(dedent(text))

    def check(self, *options: str, target: str = "") -> str:
        options += ("--config-file", str(self.root / "mypy.ini"), "--cache-dir", str(self._cache))
        path = str(self.root / target)
        output, failure, _ = api.run([*options, "--no-error-summary", path])
        assert not failure
        return output.replace(f"{self.root}/", "")
