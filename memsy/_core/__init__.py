"""What every client decides, without I/O and without `async`: each decision stands here once."""
