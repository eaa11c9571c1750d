"""Byte order marks at the start of files and of stdin."""

from __future__ import annotations

import codecs


def remove_bom(data: bytes) -> bytes:
    """
    Return the start of a text without the byte order mark of UTF-8.

    Raises:
        ValueError: The byte order mark is the one of UTF-16 or UTF-32.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        raise ValueError("the text is UTF-16 or UTF-32: save it as UTF-8")
    return data.removeprefix(codecs.BOM_UTF8)
