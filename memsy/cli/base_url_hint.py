"""Hint at a mistyped path of the base URL, such as `http://host` without `/v1`."""

from __future__ import annotations

from urllib.parse import urlsplit

from memsy._core.plane import Plane
from memsy.exceptions import MemsyAPIError, MemsyError, MemsyResponseError

_PREFIXES = tuple(plane.prefix for plane in Plane)
_STATUSES = (403, 404, 405)
"""Statuses of a path that does not exist. The gateway of the service sends 403."""


def base_url_hint(error: MemsyError, url: str, plane: Plane) -> str:
    """
    Return a hint at the usual path of the base URL, or "" if the path is not the cause.

    Args:
        error: Error of a call.
        url: Base URL of the call.
        plane: Plane that the command calls.
    """
    if not _is_path_error(error):
        return ""
    usual_url = _usual_base_url(url, plane)
    if usual_url == url.rstrip("/") or usual_url in str(error):
        return ""
    return f" (the base URL is {url}: did you mean {usual_url}?)"


def _is_path_error(error: MemsyError) -> bool:
    if isinstance(error, MemsyAPIError):
        return error.status_code in _STATUSES or 300 <= error.status_code < 400
    return isinstance(error, MemsyResponseError)  # a web page, for example


def _usual_base_url(url: str, plane: Plane) -> str:
    """Return `url` with one prefix at its end, the prefix of `plane`."""
    path = urlsplit(url).path
    root, path = url.removesuffix(path), path.rstrip("/")
    while path.endswith(_PREFIXES):
        path = path.rpartition("/")[0].rstrip("/")
    return plane.base_url(f"{root}{path}")
