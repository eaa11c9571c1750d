"""Mutations of HTTP messages: lines, lengths and chunks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

_LENGTH = re.compile(rb"(?im)^(content-length: *)(\d{1,18})")

_ODD_NAMES = (
    *(b"X", b"x y", b"X ", b" X", b"", b"X\x00", b"X\xe9", b"X\x7f", b"X()", b"X:Y", b"Set-Cookie"),
    *(b"Content-Length", b"content-length", b"Transfer-Encoding", b"Content-Encoding"),
    *(b"Content-Type", b"Connection", b"Trailer", b"Retry-After", b"Date", b"Location", b"Upgrade"),
    *(b"X-Request-Id", b"X-Usage-ApiCalls", b"X-Usage-ApiCalls-Limit", b"X-RateLimit-Reset"),
    *(b"Expect", b"Host", b"Origin", b"Authorization", b"Keep-Alive", b"Proxy-Connection", b"Te"),
)
_ODD_VALUES = (
    *(
        b"",
        b" ",
        b"1",
        b"0",
        b"-1",
        b"+1",
        b"1, 1",
        b"1,2",
        b"0x10",
        b"1_0",
        b"1 1",
        b"1.5",
        b"\t2",
    ),
    *(
        "²".encode(),
        "\u0663".encode(),
        "\u00a0".encode(),
        b"\xa01",
        b"\x0b1",
        b"\x0c1",
        b"\x1c1",
        b"\x851",
    ),
    *(b"9" * 20, b"9" * 5000, b"chunked", b"Chunked", b"chunked, chunked", b"gzip, chunked"),
    *(
        b"chunked;q=1",
        b"xchunked",
        b"identity",
        b"chunked,",
        b",chunked",
        b"\x0bchunked",
        b"chunked ",
    ),
    *(
        b"gzip",
        b"x-gzip",
        b"GZIP",
        b"deflate",
        b"br",
        b"zstd",
        b"gzip, gzip",
        b"identity, gzip",
        b"*",
    ),
    *(
        b"close",
        b"keep-alive",
        b"upgrade",
        b"Close, Upgrade",
        b"websocket",
        b"h2c",
        b"100-continue",
    ),
    *(b"a\x00b", b"a\rb", b"a\nb", b"a\r\n b", b"a\r\n\tb", b"a\r\nb", b"\xff\xfe", "é".encode()),
    *(b"\x1b[2J", b"a\x7f", b"a" * 8190, b"a" * 20_000, b"a" * 65_500, b"a" * 70_000),
    *(b"application/json; charset=utf-16", b"application/json; charset=nonsense", b"text/html"),
    *(
        b"Wed, 21 Oct 2026 07:28:00 GMT",
        b"Wed, 21 Oct 99999 07:28:00 GMT",
        b"nan",
        b"inf",
        b"1e400",
    ),
    *(b"http://evil.example/", b"/", b"//", b"file:///etc/passwd", b"null", b"127.0.0.1", b"[::1]"),
)
_ENDS = (
    b"\n",
    b"\r",
    b"\r\r\n",
    b"\n\r",
    b" \r\n",
    b"\r\n ",
    b"\r\n\r\n",
    b"",
    b"\x00\r\n",
    b"\x85",
)


def message(start: bytes, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return an HTTP message; `headers` need not match `body`."""
    lines = [start, *(f"{name}: {value}".encode("latin-1") for name, value in headers.items())]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body: bytes, random: Random) -> bytes:
    """Return `body` in valid chunks."""
    chunks = b""
    while body:
        size = random.choice((1, 2, 7, 16, 100, 1000))
        piece, body = body[:size], body[size:]
        chunks += b"%x\r\n%b\r\n" % (len(piece), piece)
    return chunks + b"0\r\n\r\n"


def with_odd_line(data: bytes, random: Random) -> bytes:
    """Add a header, mostly an invalid one."""
    lines = _lines(data)
    line = b"%b%b%b" % (
        random.choice(_ODD_NAMES),
        random.choice((b": ", b":", b" : ", b"", b"\t:", b": \t")),
        random.choice(_ODD_VALUES),
    )
    return _joined([*lines, line] if random.random() < 0.5 else [lines[0], line, *lines[1:]], data)


def with_odd_value(data: bytes, random: Random) -> bytes:
    """Change the value of a header."""
    lines = _lines(data)
    place = random.randrange(len(lines))
    name, colon, _ = lines[place].partition(b": ")
    lines[place] = name + colon + random.choice(_ODD_VALUES)
    return _joined(lines, data)


def without_line(data: bytes, random: Random) -> bytes:
    """Remove a line."""
    lines = _lines(data)
    del lines[random.randrange(len(lines))]
    return _joined(lines, data)


def with_line_twice(data: bytes, random: Random) -> bytes:
    """Repeat a line somewhere."""
    lines = _lines(data)
    lines.insert(random.randint(0, len(lines)), random.choice(lines))
    return _joined(lines, data)


def with_many_lines(data: bytes, random: Random) -> bytes:
    """Add up to 200 headers."""
    lines = _lines(data)
    more = [b"X-%d: 1" % n for n in range(random.choice((10, 90, 98, 99, 100, 101, 120, 128, 200)))]
    return _joined([*lines, *more], data)


def with_odd_end(data: bytes, random: Random) -> bytes:
    """Change the end of a line."""
    head, _, body = data.partition(b"\r\n\r\n")
    pieces = f"{head.decode('latin-1')}\r\n\r\n".encode("latin-1").split(b"\r\n")
    place = random.randrange(len(pieces) - 1)
    joined = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        joined += (random.choice(_ENDS) if number == place else b"\r\n") + piece
    return joined + body


def with_all_ends_bare(data: bytes, random: Random) -> bytes:
    """Replace all line ends with LF or CR."""
    head, empty, body = data.partition(b"\r\n\r\n")
    return (head + empty).replace(b"\r\n", random.choice((b"\n", b"\n", b"\r"))) + body


def with_other_length(data: bytes, random: Random) -> bytes:
    """Change the content length."""

    def other(match: re.Match[bytes]) -> bytes:
        length = int(match[2])
        wrong = random.choice(
            (length + 1, length - 1, length + 1000, 0, 1, length // 2, -length, 2**31, 2**64)
        )
        written: Sequence[bytes] = (
            *(b"%d" % wrong, b"%d" % wrong, b"0%d" % length, b"+%d" % length, b"%d " % length),
            *(b"%d, %d" % (length, length), b"%x" % length, b"%d.0" % length, b" %d" % length),
        )
        return match[1] + random.choice(written)

    return _LENGTH.sub(other, data, count=1)


def with_other_chunks(data: bytes, random: Random) -> bytes:
    """Change the size of a chunk, or of a line that looks like one."""
    head, empty, body = data.partition(b"\r\n\r\n")
    sizes = list(re.finditer(rb"(?m)^([0-9a-fA-F]+)\r$", body))
    if not sizes:
        return data
    size = random.choice(sizes)
    value = int(size[1], 16)
    written = random.choice(
        (
            *(b"%X" % value, b"0%x" % value, b"0x%x" % value, b"+%x" % value, b"-%x" % value),
            *(b" %x" % value, b"%x " % value, b"%x;a=b" % value, b'%x;a="\n"' % value, b""),
            *(b"%x" % (value + 1), b"%x" % max(value - 1, 0), b"f" * 16, b"f" * 17, b"1_0", b"zz"),
            *(b"%x\t" % value, b"%x;" % value + b"a" * 9000, b"0" * 100 + b"%x" % value, b"-1"),
            *(
                b"%x\r" % value,
                b"%x\n" % value,
                b"\x0b%x" % value,
                "\u0661".encode(),
                b"%x ;a" % value,
            ),
        )
    )
    return head + empty + body[: size.start(1)] + written + body[size.end(1) :]


def with_trailer(data: bytes, random: Random) -> bytes:
    """Add a trailer after the last chunk."""
    line = random.choice(_ODD_NAMES) + b": " + random.choice(_ODD_VALUES)
    if not data.endswith(b"0\r\n\r\n"):
        return data
    return data[:-2] + line + b"\r\n\r\n"


def _lines(data: bytes) -> list[bytes]:
    return data.partition(b"\r\n\r\n")[0].split(b"\r\n")


def _joined(lines: Sequence[bytes], data: bytes) -> bytes:
    _, empty, body = data.partition(b"\r\n\r\n")
    return b"\r\n".join(lines) + empty + body


MUTATIONS = (
    *(with_odd_line, with_odd_line, with_odd_value, with_odd_value, without_line, with_line_twice),
    *(with_many_lines, with_odd_end, with_all_ends_bare, with_other_length, with_other_length),
    *(with_other_chunks, with_other_chunks, with_trailer),
)
