"""Bytes that nobody meant to send, by the hundred thousand, and what has to hold all the same."""
