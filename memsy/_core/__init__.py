"""Decision logic of all clients, without I/O and without `async`: requests, retries, errors."""
