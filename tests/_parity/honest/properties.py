"""Properties: read-only, settable, deletable, cached, of a class, attributes in their place."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, Protocol, TypeVar

from memsy.parity import implements, mirrors

T = TypeVar("T")


class Volume:
    """Read-only, settable and deletable properties stay properties in both modes."""

    def __init__(self, name: str) -> None:
        self._name, self._label = name, "new"

    @property
    def name(self) -> str:
        return self._name

    @property
    def label(self) -> str:
        return self._label

    @label.setter
    def label(self, value: str) -> None:
        self._label = value

    @label.deleter
    def label(self) -> None:
        self._label = ""

    def mount(self) -> str:
        return self._name


@mirrors(Volume)
class AsyncVolume:
    def __init__(self, name: str) -> None:
        self._name, self._label = name, "new"

    @property
    def name(self) -> str:
        return self._name

    @property
    def label(self) -> str:
        return self._label

    @label.setter
    def label(self, value: str) -> None:
        self._label = value

    @label.deleter
    def label(self) -> None:
        self._label = ""

    async def mount(self) -> str:
        return self._name


class Statistics:
    """Cached properties."""

    def __init__(self, values: list[float]) -> None:
        self._values = values

    @cached_property
    def total(self) -> float:
        return sum(self._values)

    def mean(self) -> float:
        return self.total / len(self._values)


@mirrors(Statistics)
class AsyncStatistics:
    def __init__(self, values: list[float]) -> None:
        self._values = values

    @cached_property
    def total(self) -> float:
        return sum(self._values)

    async def mean(self) -> float:
        return self.total / len(self._values)


class Device(Protocol):
    """A protocol with read-only properties and a settable attribute."""

    speed: int

    @property
    def serial(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def ports(self) -> tuple[int, ...]: ...


@mirrors(Device)
class AsyncDevice(Protocol):
    speed: int

    @property
    def serial(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def ports(self) -> tuple[int, ...]: ...


@implements(Device)
class UsbDevice:
    """A property, a cached property and plain attributes implement read-only properties."""

    model = "usb"

    def __init__(self, serial: str, speed: int = 9600) -> None:
        self.serial, self.speed = serial, speed

    @cached_property
    def ports(self) -> tuple[int, ...]:
        return (self.speed,)


@implements(AsyncDevice)
class AsyncUsbDevice:
    def __init__(self, serial: str) -> None:
        self._serial, self._speed = serial, 9600

    @property
    def serial(self) -> str:
        return self._serial

    @property
    def model(self) -> str:
        return "usb"

    @property
    def ports(self) -> tuple[int, ...]:
        return ()

    @property
    def speed(self) -> int:
        return self._speed

    @speed.setter
    def speed(self, value: int) -> None:
        self._speed = value


class Sensor:
    """The setter accepts more than the getter returns."""

    def __init__(self) -> None:
        self._unit = "C"

    @property
    def unit(self) -> str:
        return self._unit

    @unit.setter
    def unit(self, value: str | None) -> None:
        self._unit = value or "C"

    def read(self) -> float:
        return 0.0


@mirrors(Sensor)
class AsyncSensor:
    def __init__(self) -> None:
        self._unit = "C"

    @property
    def unit(self) -> str:
        return self._unit

    @unit.setter
    def unit(self, value: str | None) -> None:
        self._unit = value or "C"

    async def read(self) -> float:
        return 0.0


class Measured(Generic[T]):
    """Descriptor of an attribute, as in an ORM."""

    def __init__(self, value: T) -> None:
        self._value = value

    def __get__(self, instance: object, owner: type[object] | None = None) -> T:
        return self._value

    def __set__(self, instance: object, value: T) -> None:
        self._value = value


class Model:
    """Descriptors, and a property made by a call."""

    weight = Measured(1.0)
    height: Measured[int] = Measured(1)

    def _get_name(self) -> str:
        return "model"

    name = property(_get_name)

    def save(self) -> None: ...


@mirrors(Model)
class AsyncModel:
    weight = Measured(1.0)
    height: Measured[int] = Measured(1)

    def _name(self) -> str:
        return "model"

    name = property(_name)

    async def save(self) -> None: ...
