"""Parts of `MemsyDatasink`. Only `datasink` imports Ray."""
