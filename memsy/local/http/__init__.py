"""HTTP semantics of the local service: routing, input, errors; no sockets."""
