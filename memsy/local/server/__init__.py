"""The local service on a socket: `LocalServer` and its HTTP application."""
