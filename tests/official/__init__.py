"""Comparison with the official SDK on the same faults: run it with `python -m tests.official`."""
