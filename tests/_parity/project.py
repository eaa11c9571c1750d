"""Project of a user with Python modules, checked by mypy with the plugin."""

from __future__ import annotations

import os
from itertools import count
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
        self.root, self.cache = root, cache
        self._times = count()
        (root / "mypy.ini").write_text(configuration)

    def write(self, **modules: str) -> None:
        for name, text in modules.items():
            path = self.root / f"{name}.py"
            path.write_text(dedent(text))
            # mypy takes a file of the same size for unchanged if it is written in the same second.
            os.utime(path, times=(time := next(self._times), time))

    def check(self, *options: str, target: str = "") -> str:
        options += ("--config-file", str(self.root / "mypy.ini"), "--cache-dir", str(self.cache))
        path = str(self.root / target)
        output, failure, _ = api.run([*options, "--no-error-summary", path])
        assert not failure
        return output.replace(f"{self.root}/", "")
