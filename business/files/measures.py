"""How large a picture is, read from its head: so that a page keeps its place free before it has come.

Formats: PNG (RFC 2083), GIF89a, JPEG (ITU-T T.81; orientation by Exif 2.32), WebP (RFC 9649).
"""

import struct
from pathlib import Path
from typing import Final

_FRAMES: Final = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_LOOK: Final = 512 * 1024
_MOST: Final = 100_000


def measure(path: Path, mime: str) -> tuple[int, int] | None:
    """Width and height in pixels, as it is to be looked at; None where they cannot be told."""
    try:
        with path.open("rb") as file:
            head = file.read(_LOOK)
        found = _READERS[mime](head) if mime in _READERS else None
    except (struct.error, IndexError):
        return None
    return found if found and all(0 < side <= _MOST for side in found) else None


def _png(head: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _webp(head: bytes) -> tuple[int, int] | None:
    chunk = head[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(head: bytes) -> tuple[int, int] | None:
    place, turned = 2, False
    while place + 9 < len(head):
        if head[place] != 0xFF:
            return None
        marker, length = head[place + 1], struct.unpack_from(">H", head, place + 2)[0]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", head, place + 5)
            return (height, width) if turned else (width, height)
        if marker == 0xE1 and head[place + 4 : place + 10] == b"Exif\0\0":
            turned = _orientation(head[place + 10 : place + 2 + length]) >= 5
        place += 2 + length
    return None


def _orientation(exif: bytes) -> int:
    """1 to 8; from 5 on, width and height are exchanged."""
    order = "<" if exif[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", exif, 4)[0]
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for entry in range(start + 2, start + 2 + 12 * min(count, 100), 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == 0x0112:
            return int(value)
    return 1


_READERS: Final = {"image/png": _png, "image/gif": _gif, "image/webp": _webp, "image/jpeg": _jpeg}
