"""Version of the package, for the build and for the `User-Agent` header."""

__version__ = "0.4.0"
