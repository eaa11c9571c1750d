"""A small SDK: protocols, sync and async client, fakes. The tests make every member drift."""
