"""Local server: `LocalServer`, its HTTP application and its admin endpoints."""
