"""
Kinds of drift, and the tools that notice each one.

Each module of `catalog` is one group of kinds. A new kind is one more `Kind` in the list of its group:
an honest module, and the edit that makes its marked class drift. `test_kinds.py` measures the tools.
`python -m tests._parity.kinds` writes the table of docs/parity.md.
"""
