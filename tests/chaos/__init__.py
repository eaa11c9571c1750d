"""Fault-injection experiments: run them with `python -m tests.chaos`."""
