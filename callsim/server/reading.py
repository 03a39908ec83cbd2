"""What an application's answer comes to, read piece by piece so that no answer takes more room than its limit."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Final

from callsim.application import Page

DRAINED = 4096
"""How many bytes are read of a body that nobody wants."""

_SLACK = 65_536
"""How many bytes more than what it comes to a compressed body may take on its way."""

# Others that Python knows read some bytes in quadratic time, or are no encodings of texts.
_ENCODINGS: Final = frozenset({
    "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "iso-8859-15", "windows-1252", "utf-16",
})  # fmt: skip
_NAMED = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_LONGEST_TYPE = 200


class PackingError(Exception):
    """A body is not packed as its header says. Its text says how it is said to be packed."""


async def drained(pieces: AsyncIterator[bytes]) -> None:
    """Read a body that nobody wants, to its end or as far as it is read at all."""
    left = DRAINED
    async for piece in pieces:
        left -= len(piece)
        if left < 0:
            return


def kind_of(headers: Mapping[str, str]) -> str:
    """The type of an answer as it is said; empty: it is not."""
    return headers.get("content-type", "")[:_LONGEST_TYPE]


async def page_of(status: int, headers: Mapping[str, str], pieces: AsyncIterator[bytes], most: int) -> tuple[Page, str]:
    """The page an answer comes to, and what there is to say about it; one of more than `most` bytes has a size and no body."""
    kind = kind_of(headers)
    packed = headers.get("content-encoding", "").strip().lower()
    try:
        body = await _body(pieces, packed, most)
        note = ""
    except PackingError as problem:
        return Page("\N{REPLACEMENT CHARACTER}", status, type=kind), str(problem)
    if body is None:
        size = _told(headers) if packed in ("", "identity") else 0
        return Page("", status, type=kind, size=max(size, most + 1)), f"its body has more than {most} bytes, and was not read further"
    text = _text(body, kind)
    size = len(body) if len(text.encode()) != len(body) else 0
    return Page(text, status, type=kind, size=size), note


async def _body(pieces: AsyncIterator[bytes], packed: str, most: int) -> bytes | None:
    """All bytes of a body once unpacked; None if those are more than so many. Raises PackingError."""
    unpacked, body, came = _Unpacked(packed), bytearray(), 0
    async for piece in pieces:
        came += len(piece)
        body += unpacked.more(piece, most + 1 - len(body))
        if len(body) > most or came > most + _SLACK:
            return None
    return bytes(body)


class _Unpacked:
    """Unpacks a body piece by piece, never more of it than asked for."""

    def __init__(self, packed: str) -> None:
        self._packed = packed
        self._unpacker = None if packed in ("", "identity") else self._chosen(packed, zlib.MAX_WBITS)
        self._began = False

    def _chosen(self, packed: str, window: int) -> zlib._Decompress:
        windows = {"gzip": window | 16, "x-gzip": window | 16, "deflate": window}
        if packed not in windows:
            raise PackingError(f"its body is packed as {packed!r:.60}, which was not asked for; expected gzip, deflate or nothing")
        return zlib.decompressobj(windows[packed])

    def more(self, piece: bytes, most: int) -> bytes:
        """What a piece comes to, cut off after so many bytes: then there is too much, and nobody asks again."""
        if self._unpacker is None:
            return piece[:most]
        try:
            return self._unpack(piece, most)
        except zlib.error:
            raise PackingError(f"its body is not packed as {self._packed}, which its header says") from None

    def _unpack(self, piece: bytes, most: int) -> bytes:
        assert self._unpacker is not None
        began, self._began = self._began, True
        try:
            return self._unpacker.decompress(piece, most)
        except zlib.error:
            if began or self._packed != "deflate":
                raise
            # Some servers leave out the two bytes that say so.
            self._unpacker = self._chosen(self._packed, -zlib.MAX_WBITS)
            return self._unpacker.decompress(piece, most)


def _told(headers: Mapping[str, str]) -> int:
    """How long a body says it is; 0: it does not, or nobody would believe it."""
    told = headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0


def _text(body: bytes, kind: str) -> str:
    """A body as text, by what its type says, or else the document itself. What has no meaning is replaced, never refused."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    charset, named = _CHARSET.search(kind), _NAMED.match(body)
    said = charset[1] if charset else named[1].decode() if named else "utf-8"
    return body.decode(said.lower() if said.lower() in _ENCODINGS else "utf-8", "replace").removeprefix("\ufeff")
