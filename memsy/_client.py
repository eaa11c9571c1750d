"""What all clients have in common, of either colour: how they are copied, and what they show."""

from __future__ import annotations

from abc import abstractmethod
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Never, Self

    from memsy._core.settings import Settings

C = TypeVar("C")


class Client(Generic[C]):
    """Something with settings, and with a *C* that carries its calls, made from them."""

    _instead_of_a_pickle: ClassVar[str] = (
        "make one client in each process, for example in the initializer of a multiprocessing pool"
    )
    _settings: Settings
    _call: C

    @abstractmethod
    def _calling(self) -> C:
        """What carries the calls of this client."""

    def __copy__(self) -> Self:
        twin = type(self).__new__(type(self))
        return twin._reconnected(self._state())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin  # attributes of a subclass may refer to the client
        return twin._reconnected(deepcopy(self._state(), memo))

    def _state(self) -> dict[str, Any]:
        """Return the attributes without the connections, which a copy does not share."""
        return {name: value for name, value in self.__dict__.items() if name != "_call"}

    def _reconnected(self, state: dict[str, Any]) -> Self:
        self.__dict__.update(state)
        self._call = self._calling()
        return self

    def __reduce__(self) -> Never:
        raise TypeError(f"{type(self).__name__} does not pickle: {self._instead_of_a_pickle}")

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):
            return f"<{type(self).__name__}, not made>"  # a traceback shows why
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"
