"""Backfill: loads the history of a chat application into the memory service with Ray Data."""
