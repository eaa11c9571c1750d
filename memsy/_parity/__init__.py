"""What `memsy.mypy_plugin` is made of; nothing else imports it, because it needs mypy."""

from importlib import import_module

# The modules of mypy import each other in a circle, and this is where one can enter it.
import_module("mypy.types")
