"""
Checks that run in the environment of each SDK and return the cells of docs/comparison.md.

A module is one section of the page: `TITLE`, its docstring as the introduction, and `cells()`. It
imports the standard library, `memsy`, and modules of `tests` that import no more than these.
"""
