"""The data plane and the control plane: the URL prefix and the base URL variable of each."""

from __future__ import annotations

from enum import Enum

from memsy._core.environment import Environment


class Plane(Enum):
    """
    One plane of the service.

    The data plane stores events and searches memories. The control plane manages the account:
    usage, billing, keys, connectors. Both planes share one root URL (wire contract, section 1).
    """

    DATA = "/v1", "MEMSY_BASE_URL"
    CONTROL = "/api", "MEMSY_CONTROL_URL"

    def __init__(self, prefix: str, variable: str) -> None:
        self.prefix = prefix
        self.variable = variable

    @classmethod
    def from_path(cls, path: str) -> Plane:
        """Return the plane of `path`. A path without a known prefix belongs to the data plane."""
        return cls.CONTROL if path.startswith(_CONTROL_PATHS) else cls.DATA

    def base_url(self, root: str) -> str:
        """Return the base URL of this plane below `root`, a URL without a trailing slash."""
        return f"{root}{self.prefix}"

    def base_url_from_environment(self, environ: Environment) -> str | None:
        """
        Return the base URL that the environment variables set, or None.

        If its own variable is unset, the control plane uses the root URL of the data plane. For
        this, the base URL of the data plane must end in the prefix of the data plane.
        """
        url = environ.get(self.variable)
        if url is None and self is Plane.CONTROL:
            data_url = (environ.get(Plane.DATA.variable) or "").rstrip("/")
            if data_url.endswith(Plane.DATA.prefix):
                return self.base_url(data_url.removesuffix(Plane.DATA.prefix))
        return url

    @property
    def url_variables(self) -> str:
        """The environment variables that can set the base URL, for error messages."""
        if self is Plane.DATA:
            return self.variable
        return f"{self.variable} (or a {Plane.DATA.variable} that ends in {Plane.DATA.prefix})"


_CONTROL_PATHS = f"{Plane.CONTROL.prefix}/"
