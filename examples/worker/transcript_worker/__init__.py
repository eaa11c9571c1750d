"""Worker that ingests call transcripts into the memory service, and searches them."""
