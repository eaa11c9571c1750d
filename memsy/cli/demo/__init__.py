"""The `memsy demo` command."""
