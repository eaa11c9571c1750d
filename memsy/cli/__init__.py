"""The command line. It needs rich and typer, which the extra `cli` brings."""
