"""HTTP layer of the local service, without sockets: routing, parsing, error responses."""
