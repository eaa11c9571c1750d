"""Fuzzing of the clients and the local server: run it with `python -m tests.fuzz`."""
