"""Rules of the Memsy service: processing, visibility, ranking, usage."""
