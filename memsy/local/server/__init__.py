"""Package of the HTTP server of the local service; `LocalServer` is in the module `server`."""
