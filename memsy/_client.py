"""What all clients have in common, of either colour: how they are copied, and what they show."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from memsy._core.settings import Settings

C = TypeVar("C")


class Client(Generic[C]):
    """Something with settings, and with a *C* that carries its calls, made from them."""

    _settings: Settings
    _call: C

    @abstractmethod
    def _calling(self) -> C:
        """What carries the calls of this client."""

    def __getstate__(self) -> dict[str, object]:
        """What a pickle or a copy takes along: all but the connections, be they open or closed."""
        return {name: value for name, value in self.__dict__.items() if name != "_call"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._call = self._calling()

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):
            return f"<{type(self).__name__}, not made>"  # a traceback shows why
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"
