"""SQLite storage of the local service."""
