"""Measures how the clients, and the local service, bear what goes wrong: `python -m chaos`."""
