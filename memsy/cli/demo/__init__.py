"""Package of the command `memsy demo`: its steps, searches and terminal output."""
