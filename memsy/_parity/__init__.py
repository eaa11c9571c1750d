"""Parts of `memsy.mypy_plugin`; they import mypy, so nothing else imports them."""

from importlib import import_module

# The modules of mypy import each other in a circle; an import of this one first succeeds.
import_module("mypy.types")
