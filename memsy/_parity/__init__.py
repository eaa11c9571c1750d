"""Parts of `memsy.mypy_plugin`. Only the plugin imports them, because they import mypy."""

from importlib import import_module

# The modules of mypy import each other in a circle. The import works if this module is first.
import_module("mypy.types")
