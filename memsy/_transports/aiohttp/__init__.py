"""The async transport, on aiohttp."""
