"""Brings the transcripts of calls into memory, and briefs whoever takes the next call."""
