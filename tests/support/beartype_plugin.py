"""pytest plugin that checks the types of the package with beartype, for `make runtime-types`."""

from __future__ import annotations

from beartype import BeartypeConf
from beartype.claw import beartype_package

# pytest loads this plugin before the modules of the package. The plugin of the package is loaded in
# every project, so the types of its private functions are not imported. An int is a float, as for
# type checkers.
beartype_package(
    "memsy",
    conf=BeartypeConf(
        claw_skip_package_names=("memsy.testing.pytest_plugin",), is_pep484_tower=True
    ),
)
