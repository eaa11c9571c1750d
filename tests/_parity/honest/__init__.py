"""
Honest pairs: classes that differ in nothing that a mark compares.

Each module has at least four pairs for one construct of Python, each written in another way that
people write it. Neither mypy nor the run-time check may report any of them.
"""
