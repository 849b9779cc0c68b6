"""Pseudonyms: keyed hashes of ids and names, and their key.

Whoever has the key can tell which hash belongs to an id they know; whoever has not
can't, not even by trying all phone numbers. The key stays in the user's own
configuration folder and is never written into a study.
"""

import hashlib
import os
import secrets
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers import paths
from helpers.errors import BrokenFileError, ShequnError
from helpers.formats.privacy.hashing import hash_texts
from helpers.text.columns import to_utf8
from helpers.wording import say

HASH_KEY_BYTES = 16
KEY_BYTES = 32
DIGEST_BYTES = 10  # 80 bits: no two of a thousand million people meet by chance
SHORT = 8  # hexadecimal digits of a pseudonym that people are shown
_DIGITS = 16  # hexadecimal ones of 64 bits


class Pseudonyms:
    """Keyed BLAKE2b hashes of ids of people and groups, cached.

    >>> hidden = Pseudonyms(bytes(32))
    >>> [
    ...     hidden.of(kind, "1") == hidden.of("person", "1")
    ...     for kind in ("person", "group")
    ... ]
    [True, False]
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        own = hashlib.blake2b(b"messages", key=key, digest_size=HASH_KEY_BYTES)
        self._column_key = own.digest()
        self._known: dict[tuple[str, str], str] = {}

    def of(self, what: str, value: str) -> str:
        """Return the pseudonym of an id; `what` separates people from groups."""
        try:
            return self._known[what, value]
        except KeyError:
            text = f"{what}\0{value}".encode("utf-8", "surrogatepass")
            hashed = hashlib.blake2b(text, key=self._key, digest_size=DIGEST_BYTES)
            return self._known.setdefault((what, value), hashed.hexdigest())

    def message_ids(self, ids: pa.Array) -> pa.Array:
        """Return keyed 64-bit hashes of a column of message ids.

        Message ids are as many as messages, so they are hashed a column at a time.

        >>> Pseudonyms(bytes(32)).message_ids(pa.array(["1", "2", None])).to_pylist()
        ['b934b0b2a61c654b', 'a49fdbfd000a2be2', None]
        """
        if ids.null_count == len(ids):
            return ids
        hashed = hash_texts(to_utf8(ids), self._column_key)
        digits = hashed.astype(">u8").tobytes().hex().encode()
        starts = np.arange(hashed.size + 1, dtype=np.int32) * _DIGITS
        buffers = pa.py_buffer(starts), pa.py_buffer(digits)
        texts = pa.StringArray.from_buffers(hashed.size, *buffers)
        return pc.if_else(pc.is_valid(ids), texts, None) if ids.null_count else texts


def load_key(path: Path | None = None) -> bytes:
    """Read the pseudonym key, creating it on first use.

    The file is created readable by its owner alone (mode 0600). On Windows, modes do
    not exist: there the folder, ``%LOCALAPPDATA%``, is closed to other users.
    """
    file = path or Path("pseudonyms.key")
    try:
        if path is None:
            file = paths.find_config_folder() / file
            _create_key(file)
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = say("the pseudonym key can be neither read nor created")
        remedy = say("name a key file, or set SHEQUN_CONFIG to a folder of yours")
        raise ShequnError(what, where=str(file), remedy=remedy) from error
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        what = say("does not contain a key of {n} bytes in hexadecimal", n=KEY_BYTES)
        remedy = say("restore it; with a new key, everyone gets new pseudonyms")
        raise BrokenFileError(what, where=str(file), remedy=remedy)
    return key


def _create_key(file: Path) -> None:
    """Create a new pseudonym key file, unless one exists."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(KEY_BYTES) + "\n")
