"""
A text in a pickle that only the processes of one family can read.

`multiprocessing` gives each process that it starts (by fork, spawn or forkserver) a secret of its
family, which is in no pickle itself. With it, what must travel between them is sealed, and is of
no use to whoever finds the pickle elsewhere: in a queue, a cache, a log.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import blake2b, shake_256

_SALT, _TAG = 16, 32


def seal(text: str) -> bytes:
    """*text*, for `unseal` in a process of this family."""
    key, salt = _family_key(), secrets.token_bytes(_SALT)
    hidden = _veiled(text.encode("utf-8", "surrogatepass"), key, salt)
    return salt + _tag(salt + hidden, key) + hidden


def unseal(sealed: bytes) -> str:
    """
    The text that was sealed.

    Raises:
        ValueError: that was in a process of another family, or the bytes are damaged.
    """
    key = _family_key()
    salt, tag, hidden = sealed[:_SALT], sealed[_SALT : _SALT + _TAG], sealed[_SALT + _TAG :]
    if not hmac.compare_digest(tag, _tag(salt + hidden, key)):
        raise ValueError("sealed by another family of processes")
    return _veiled(hidden, key, salt).decode("utf-8", "surrogatepass")


def _family_key() -> bytes:
    from multiprocessing import current_process  # noqa: PLC0415 - who pickles nothing needs it not

    return blake2b(current_process().authkey, person=b"memsy.seal").digest()


def _veiled(data: bytes, key: bytes, salt: bytes) -> bytes:
    """*data* or, of what this made of it, *data* again: a stream of bytes is laid over it."""
    veil = shake_256(key + salt).digest(len(data))
    return bytes(one ^ other for one, other in zip(data, veil, strict=True))


def _tag(data: bytes, key: bytes) -> bytes:
    return blake2b(data, key=key, digest_size=_TAG).digest()
