"""The only modules that open sockets: each sends a `Request` and brings back a `Reply`."""
