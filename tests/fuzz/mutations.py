"""Mutations of bytes and JSON that depend on a given `Random` only."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random

from attrs import frozen

_LONGEST_NOISE = 40

_ODD_BYTES = (
    *(b"\x00", b"\xff", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\n\n", b" ", b"\t", b":", b",", b"%"),
    *(b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", "\u2028".encode(), "²".encode(), b"\x7f"),
    *(
        b"NaN",
        b"-Infinity",
        b"1e400",
        b"-0",
        b"null",
        b"true",
        b"[]",
        b"{}",
        b'"',
        b"\\",
        b"\\u0000",
    ),
    *(b"\\ud800", b"9" * 400, b"9" * 5000, b"-", b"+", b"0x", b"A" * 300),
)


def damaged(data: bytes, random: Random) -> bytes:
    """Return `data` with a byte or a piece changed, removed, repeated or inserted."""
    start = random.randint(0, len(data))
    end = min(len(data), start + random.choice((1, 1, 1, 2, 4, 8, 32, 200)))
    match random.randrange(9):
        case 0 if data:
            return data[:start]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:end] * random.randint(1, 3) + data[end:]
        case 3:
            return data[:start] + random.choice(_ODD_BYTES) + data[start:]
        case 4:
            return data[:start] + random.choice(_ODD_BYTES) + data[end:]
        case 5:
            return data[:start] + noise(random) + data[end:]
        case 6 if start < len(data):
            flipped = data[start] ^ 1 << random.randrange(8)
            return data[:start] + bytes([flipped]) + data[start + 1 :]
        case 7:
            other = random.randint(0, len(data))
            return data[:start] + data[other:]
        case _:
            return data[:start] + random.randbytes(1) + data[start + 1 :]


def noise(random: Random) -> bytes:
    """Return random bytes."""
    return random.randbytes(random.randint(0, _LONGEST_NOISE))


@frozen
class _Raw:
    """Text that is written to JSON unchanged, valid or not."""

    text: str


_ODD_VALUES: Sequence[object] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, 1e-320),
    *("", " ", "text", "1", "\0", "\ud800", "\U0010ffff", "x" * 1000, "2026-01-01T00:00:00Z"),
    *([], [None], [[]], ["text"], [1, "a", None], {}, {"": None}, {"a": {"b": []}}),
)
_ODD_TEXTS = (
    *(
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "01",
        "+1",
        ".5",
        "1.",
        "0x1F",
        "-",
        "'a'",
    ),
    *(
        '"\\ud83d"',
        '"\\x"',
        '"\x01"',
        '"open',
        "tru",
        "undefined",
        "// c",
        "1,",
        "[1,]",
        '{"a":1,}',
    ),
    *("9" * 4301, "-" + "9" * 5000, "1" * 310 + ".0", "[" * 300, "[" * 60 + "]" * 60),
    *("[" * 5000 + "]" * 5000, '{"a":' * 3000 + "1" + "}" * 3000),
)


def damaged_json(content: bytes, random: Random) -> bytes:
    """
    Return JSON `content` with a value, a key or the encoding changed.

    The result may still be valid JSON, even of the same shape.
    """
    value: object = json.loads(content or b"null")
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        value = _changed(value, random)
    text = _written(value, random)
    match random.randrange(40):
        case 0:
            return text.encode("utf-8-sig", "surrogatepass")
        case 1:
            return text.encode(random.choice(("utf-16", "utf-16-le", "utf-32")), "surrogatepass")
        case 2:
            return text.encode("latin-1", "replace")
        case 3:
            return (text + random.choice((" ", "\n", "{}", ",", "\0", "x"))).encode(
                "utf-8", "surrogatepass"
            )
        case _:
            return text.encode("utf-8", "surrogatepass")


def _changed(value: object, random: Random) -> object:
    """Return `value` with one change, at the top or within."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        return _changed_object(value, random)
    if isinstance(value, list) and value and random.random() < 0.8:
        return _changed_list(value, random)
    return _odd(random)


def _changed_object(value: dict[str, object], random: Random) -> dict[str, object]:
    key = random.choice(list(value))
    match random.randrange(8):
        case 0:
            return {name: item for name, item in value.items() if name != key}
        case 1:
            return {**value, random.choice(("unknown", "", "\0", "id", "detail")): _odd(random)}
        case 2:
            return {name.swapcase() if name == key else name: v for name, v in value.items()}
        case 3:
            return {_Twice(key) if name == key else name: item for name, item in value.items()}
        case _:
            return {**value, key: _changed(value[key], random)}


def _changed_list(value: list[object], random: Random) -> list[object]:
    place = random.randrange(len(value))
    match random.randrange(6):
        case 0:
            return value[:place] + value[place + 1 :]
        case 1:
            return [*value, *value[place : place + 1] * random.choice((1, 2, 50))]
        case 2:
            return [*value[:place], _odd(random), *value[place:]]
        case _:
            return [*value[:place], _changed(value[place], random), *value[place + 1 :]]


class _Twice(str):
    """Key that is written twice."""

    __slots__ = ()


def _odd(random: Random) -> object:
    if random.random() < 0.25:
        return _Raw(random.choice(_ODD_TEXTS))
    return random.choice(_ODD_VALUES)


def _written(value: object, random: Random) -> str:
    """Return JSON, valid or nearly so."""
    if isinstance(value, _Raw):
        return value.text
    if isinstance(value, dict):
        entries = (_entry(key, item, random) for key, item in value.items())
        return f"{{{','.join(entries)}}}"
    if isinstance(value, list):
        return f"[{','.join(_written(item, random) for item in value)}]"
    return json.dumps(value, ensure_ascii=random.random() < 0.2)


def _entry(key: str, item: object, random: Random) -> str:
    entry = f"{json.dumps(key)}:{_written(item, random)}"
    return (
        f"{json.dumps(key)}:{_written(_odd(random), random)},{entry}"
        if isinstance(key, _Twice)
        else entry
    )


Mutation = Callable[[bytes, Random], bytes]


def mutate(
    mutations: Sequence[Mutation], data: bytes, random: Random, max_mutations: int = 3
) -> bytes:
    """Return `data` after one or a few random `mutations`."""
    for _ in range(random.randint(1, max_mutations)):
        data = random.choice(mutations)(data, random)
    return data
