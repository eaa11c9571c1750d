"""`Redactor`: masks the secrets of a client in text that the service or a proxy sent."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar, final

from typing_extensions import Never

from memsy._core.interrupts import is_interrupt
from memsy._core.secret import Secret
from memsy._core.text import excerpt, printable

JSONValueT = TypeVar("JSONValueT")

_MASK = "***"

_MIN_LENGTH = 4
"""Length of the shortest secret to mask. A shorter text appears in ordinary words."""

_MIN_DISTINCT_LENGTH = 8
"""Length from which a secret is masked also within a longer word."""

_MAX_CHARACTER_LENGTH = 24
"""Length of the longest form of one character: a URL-encoded URL encoding of four bytes."""

_HTML_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
"""Escapes of `html.escape`. The module `html` loads the table of all HTML entities."""


@final
class Redactor:
    """
    Masks secrets in text: in any case, URL-encoded, escaped in JSON or HTML, or base64.

    The patterns contain the secrets, so no `repr` shows it, and a redactor does not pickle.
    """

    __slots__ = ("_sources",)

    def __init__(self, *sources: Sequence[Secret]) -> None:
        """Create a redactor of all secrets in `sources`, also of those that are added later."""
        self._sources = sources

    def including(self, secrets: Sequence[Secret]) -> Redactor:
        """Return a redactor that masks these secrets, too."""
        return Redactor(*self._sources, secrets) if secrets else self

    def clean(self, text: str, max_length: int) -> str:
        """
        Return the start of `text` as one printable line, with the secrets masked.

        The cut comes last: after an earlier cut, the start of a secret would not be found.
        """
        window = text[: max_length + self._longest_form]
        shown = printable(self.mask(window))
        if len(window) < len(text):
            # A secret may start in the window and end after it.
            shown = f"{shown[: max(0, len(shown) - self._longest_form)]} ..."
        return excerpt(shown, max_length)

    def mask(self, text: str) -> str:
        """Return `text` with the secrets masked."""
        for secret in self._secrets():
            # No form is shorter than the secret, so a short text needs no patterns.
            if len(secret.reveal()) <= len(text):
                for pattern in _patterns(secret):
                    text = pattern.sub(_MASK, text)
        return text

    def mask_json(self, value: JSONValueT, default: JSONValueT) -> JSONValueT:
        """Return parsed JSON with the secrets masked, or `default` if that is not possible."""
        try:
            text = json.dumps(value)
            masked = self.mask(text)
            result: JSONValueT = value if masked == text else json.loads(masked)
        except (ValueError, RecursionError) as error:
            if is_interrupt(error):
                raise
            return default
        return result

    def _secrets(self) -> Iterator[Secret]:
        return chain.from_iterable(self._sources)

    @property
    def _longest_form(self) -> int:
        lengths = (len(secret.reveal()) for secret in self._secrets())
        return _MAX_CHARACTER_LENGTH * max(lengths, default=0)

    def __repr__(self) -> str:
        return f"<Redactor of {len(list(self._secrets()))} secrets>"

    def __reduce__(self) -> Never:
        raise TypeError("a Redactor does not pickle: it holds secrets")


NO_SECRETS = Redactor()
"""Masks nothing, for text that no client received."""


@lru_cache(maxsize=64)
def _patterns(secret: Secret) -> Sequence[re.Pattern[str]]:
    """
    Return the patterns of all forms of a secret.

    They are compiled on first use, because most clients never quote a response, and kept for the
    further calls of a client whose key comes from a function.
    """
    text = secret.reveal()
    if len(text) < _MIN_LENGTH:
        return ()
    characters = "".join(map(_character_pattern, text))
    is_distinct = len(text) >= _MIN_DISTINCT_LENGTH
    forms = [
        characters if is_distinct else rf"(?<!\w){characters}(?!\w)",
        *map(re.escape, _base64_forms(text)),
    ]
    # One pattern for all forms would take five times as long: it has no common set of first
    # characters.
    return tuple(map(re.compile, forms))


def _character_pattern(character: str) -> str:
    data = character.encode("utf-8", "surrogatepass")
    url = "".join(f"%{byte:02x}" for byte in data)
    forms = {
        *(character, character.lower(), character.upper()),
        *(url, url.upper(), url.replace("%", "%25"), url.upper().replace("%", "%25")),
        *_json_escapes(character),
        *(
            _HTML_ESCAPES.get(character, character),
            f"&#{ord(character)};",
            f"&#x{ord(character):x};",
        ),
    }
    # The longest form comes first: "%" itself is the start of "%25".
    return f"(?:{'|'.join(re.escape(form) for form in sorted(forms, key=len, reverse=True))})"


def _json_escapes(character: str) -> Iterator[str]:
    # Not by the codec utf-16: Python loads it from a file, which fails without file descriptors.
    high, low = divmod(ord(character) - 0x10000, 0x400)
    units = (0xD800 + high, 0xDC00 + low) if high >= 0 else (ord(character),)
    yield "".join(f"\\u{unit:04x}" for unit in units)
    yield "".join(f"\\u{unit:04X}" for unit in units)
    yield json.dumps(character)[1:-1]
    yield f"\\{character}"


def _base64_forms(text: str) -> Iterator[str]:
    """Yield the part that all base64 texts with `text` at one of three offsets have in common."""
    data = text.encode("utf-8", "surrogatepass")
    for offset, shared in enumerate((0, 2, 3)):
        encoded = b64encode(bytes(offset) + data).decode("ascii").rstrip("=")
        # The characters at both ends also depend on the bytes around the text.
        common = encoded[shared : len(encoded) - bool((offset + len(data)) % 3)]
        if len(common) >= _MIN_DISTINCT_LENGTH:
            yield from {common, common.replace("+", "-").replace("/", "_")}
