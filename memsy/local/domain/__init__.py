"""Rules of the Memsy service: memories, search, keys, members, usage, connectors."""
