"""Logos: small pictures that come as data URLs."""

import base64
import binascii
from typing import Final

from conversation.errors import Rejected
from conversation.messages import JsonObject

LOGO_MOST: Final = 131_072
"""Characters of a data URL: a picture of 96 kB. The desk makes it smaller before it sends it."""
LOGO: Final = r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$"
_BEGINNINGS: Final = {
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}


def read_data_url(url: str) -> JsonObject:
    """A picture as the settings keep it. Raises Rejected invalid where it is none, whatever it calls itself."""
    head, _, data = url.partition(",")
    kind = head.removeprefix("data:").removesuffix(";base64")
    try:
        body = base64.b64decode(data, validate=True)
    except binascii.Error:
        raise Rejected("invalid", "inbox.logo_wrong", field="logo") from None
    begin, inside = _BEGINNINGS.get(kind, (b"?", b""))
    if not body.startswith(begin) or body[8 : 8 + len(inside)] != inside:
        raise Rejected("invalid", "inbox.logo_wrong", field="logo")
    return {"type": kind, "data": data}
