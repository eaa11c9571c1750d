"""
Kinds of drift, and the tools that notice each one.

Each module of `catalog` is a group of kinds. To add a kind, add a `Kind` to the list of its group:
an honest module, and the edit that makes its marked class drift. `test_kinds.py` measures the
tools, and `python -m tests._parity.kinds` writes the table of docs/parity.md.
"""
