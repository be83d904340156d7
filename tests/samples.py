"""Small files of many kinds, made by hand from their formats, and a client that brings them."""

import io
import struct
import zlib
from typing import Any
from zipfile import ZipFile

import aiohttp

from tests.clients import ANSWER_S


def png(width: int = 3, height: int = 2, *, extra: int = 0) -> bytes:
    """A grey picture; ``extra`` bytes of a comment make it as large as one likes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x99" * width for _ in range(height))
    parts = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        chunk(b"tEXt", b"c\0" + b"x" * extra),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, orientation: int = 1) -> bytes:
    """The head of a photo, as cameras write it."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    parts = b"".join(
        b"\xff" + mark + struct.pack(">H", len(body) + 2) + body for mark, body in ((b"\xe1", exif), (b"\xc0", frame))
    )
    return b"\xff\xd8" + parts + b"\xff\xd9"


def packed(*names: str, first: bytes = b"x") -> bytes:
    """A ZIP with these parts."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as file:
        for number, name in enumerate(names):
            file.writestr(name, first if number == 0 else b"x")
    return buffer.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Bringer:
    """Brings files by one of the two doors. ``token``: a visitor's, or an agent's session."""

    def __init__(self, address: str, token: str, *, desk: bool = False) -> None:
        self.url = f"{address}{'/api/v1/files' if desk else '/widget/files'}"
        self.address = address
        self.token = token

    async def bring(self, body: Any, name: str = "a.png", client_id: str | None = None) -> tuple[int, dict[str, Any]]:
        """Sends the form; the status and what came back."""
        form = aiohttp.FormData()
        if client_id is not None:
            form.add_field("client_id", client_id)
        given = io.BytesIO(body) if isinstance(body, bytes) else body  # aiohttp warns of large bytes
        form.add_field("file", given, filename=name, content_type="application/octet-stream")
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}, timeout=timeout) as web,
            web.post(self.url, data=form) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    async def brought(self, body: bytes, name: str = "a.png", client_id: str | None = None) -> dict[str, Any]:
        """What it is, and it must be new."""
        status, shown = await self.bring(body, name, client_id)
        assert status == 201, shown
        return shown


async def fetch(address: str, url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """A file by its address, by nobody in particular; headers in lower case."""
    async with aiohttp.ClientSession() as web, web.get(address + url, headers=headers) as answer:
        return answer.status, await answer.read(), {name.lower(): value for name, value in answer.headers.items()}
