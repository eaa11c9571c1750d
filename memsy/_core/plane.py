"""The two planes of the service, with the URL prefix and the environment variable of each."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memsy._core.environment import Environment


class Plane(Enum):
    """
    One plane of the service.

    The data plane stores events and searches memories. The control plane is the account: usage,
    billing, keys, connectors. Both have one root URL (wire contract, section 1).
    """

    DATA = "/v1", "MEMSY_BASE_URL"
    CONTROL = "/api", "MEMSY_CONTROL_URL"

    def __init__(self, prefix: str, variable: str) -> None:
        self.prefix = prefix
        self.variable = variable

    @classmethod
    def of(cls, path: str) -> Plane:
        """Return the plane of a *path*: the data plane, unless it has the prefix of another."""
        return next((plane for plane in cls if path.startswith(f"{plane.prefix}/")), cls.DATA)

    def url_at(self, root: str) -> str:
        """Return the base URL of this plane at a *root* URL, which has no slash at its end."""
        return f"{root}{self.prefix}"

    def url_from(self, environ: Environment) -> str | None:
        """
        Return the base URL that the environment gives, or None.

        Without its own variable, the control plane has the root URL of the data plane, if the URL
        of that ends in its prefix.
        """
        url = environ.get(self.variable)
        if url is None and self is Plane.CONTROL:
            data_url = (environ.get(Plane.DATA.variable) or "").rstrip("/")
            if data_url.endswith(Plane.DATA.prefix):
                return self.url_at(data_url.removesuffix(Plane.DATA.prefix))
        return url

    @property
    def remedy(self) -> str:
        """The environment variables to set where no base URL was given."""
        if self is Plane.DATA:
            return self.variable
        return f"{self.variable} (or a {Plane.DATA.variable} that ends in {Plane.DATA.prefix})"
