"""Hint to install an extra of this package."""

from __future__ import annotations

from memsy._version import __version__


def install_hint(extra: str) -> str:
    """Return the commands that install `extra` by path: `memsy` of the index is another SDK."""
    return (
        f"Install the extra {extra}: pip install '.[{extra}]' in a checkout, or "
        f"pip install './memsy-{__version__}-py3-none-any.whl[{extra}]' with the wheel"
    )
