"""Integrations with other libraries. Each module needs an extra of this package."""
