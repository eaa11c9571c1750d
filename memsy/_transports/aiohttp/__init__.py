"""Async transport on aiohttp."""
