"""Command-line interface `memsy`, which needs the extra `cli` (rich and typer)."""
