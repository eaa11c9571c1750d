"""Commands of the command line `memsy` (extra `cli`); the entry point is `memsy.__main__`."""
