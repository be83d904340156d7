"""A form with one file, as both web doors take it: the field ``file``, and ``client_id`` before it or in the query."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import unquote

from conversation.errors import Rejected
from conversation.ports import Files, Kept, Upload
from conversation.wire import UUID

_CHUNK = 256 * 1024
_HEAD_ALLOWANCE = 4096  # what a form weighs beside its file
_SHORT = 1000
_PARTS = 10


class Part(Protocol):
    """A field of a form (aiohttp's ``BodyPartReader``)."""

    name: str | None
    filename: str | None

    async def read_chunk(self, size: int) -> bytes | bytearray: ...


class Form(Protocol):
    """A form that is being read (aiohttp's ``MultipartReader``)."""

    async def next(self) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a form. ``client_id``: as the query has it, ``length``: of the whole form in bytes, where announced."""

    owner: str
    client_id: str | None
    length: int | None


async def take_file(form: Form, files: Files, sender: Sender) -> Kept:
    """Keeps the form's file; one that was kept before under this ``client_id`` is found again. Raises Rejected,
    Unavailable, and what the reader raises for a broken form."""
    client_id = check_client_id(sender.client_id)
    for _ in range(_PARTS):
        one = await form.next()
        if one is None:
            break
        if not hasattr(one, "read_chunk"):
            continue  # a form in the form
        part = cast("Part", one)
        if part.name == "client_id":
            client_id = check_client_id(bytes(await part.read_chunk(_SHORT)).decode("utf-8", "replace"))
        elif part.name == "file":
            size = None if sender.length is None else max(0, sender.length - _HEAD_ALLOWANCE)
            return await _take(part, files, Upload(sender.owner, client_id, unquote(part.filename or ""), size))
    raise Rejected("invalid", "error.field_missing", field="file")


async def _take(part: Part, files: Files, upload: Upload) -> Kept:
    known = await files.find(upload.owner, upload.client_id)
    if known is not None:
        async for _ in _chunks(part):
            pass  # a browser that is not listened to takes the answer for a broken line
        return Kept(known, repeated=True)
    return await files.keep(upload, _chunks(part))


async def _chunks(part: Part) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(_CHUNK):
        yield bytes(chunk)


def check_client_id(value: str | None) -> str | None:
    """None for none. Raises Rejected invalid for what is no UUID."""
    if value is None:
        return None
    if not re.fullmatch(UUID, value):
        raise Rejected("invalid", "error.client_id_wrong", field="client_id")
    return value
