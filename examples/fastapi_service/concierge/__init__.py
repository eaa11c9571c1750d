"""A hotel's concierge, who remembers what guests say and answers from it."""
