"""What becomes of callers of the official SDK in the same faults: for the page on reliability."""
