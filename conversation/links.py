"""Addresses of files that open without a session, for as long as they hold: whoever was shown a message has them."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from conversation import clock
from conversation.messages import Attachment

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Signs and checks ``/files/ID/SIGNATURE/NAME``: HMAC-SHA256 (RFC 2104) of the id and a period of ``days`` days,
    cut to 128 bits, base64url. One address holds to the end of the period after its own; within a period it stays
    the same, so that browsers keep what they have loaded."""

    secret: bytes
    days: int

    def url(self, file: Attachment) -> str:
        """The address, from the root of the server."""
        return f"/files/{file.id}/{self._sign(file.id, self._period())}/{quote(file.name, safe='')}"

    def holds(self, file_id: int, signature: str) -> bool:
        """Whether the signature is ours and not too old."""
        now, given = self._period(), signature.encode("utf-8", "replace")
        return any(hmac.compare_digest(given, self._sign(file_id, period).encode()) for period in (now, now - 1))

    def _period(self) -> int:
        return clock.now_ms() // (_DAY_MS * self.days)

    def _sign(self, file_id: int, period: int) -> str:
        digest = hmac.digest(self.secret, f"file.{file_id}.{period}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class TalkLinks:
    """Signs and checks the tokens of ``/talk/TOKEN``, by which a visitor comes back to his talk from another browser:
    ``<conversation in hex>.<second of its end in hex>.<signature>``, HMAC-SHA256 (RFC 2104) of the rest, cut to 128
    bits, base64url. ``base``: the address that customers see, without a slash at its end."""

    secret: bytes
    base: str

    def url(self, conversation_id: int, until: datetime) -> str:
        """The whole address; it opens until then."""
        body = f"{conversation_id:x}.{clock.to_ms(until) // 1000:x}"
        return f"{self.base}/talk/{body}.{self._sign(body)}"

    def read(self, token: str) -> int | None:
        """The conversation; None: it is not ours, or its time is over."""
        body, _, signature = token.rpartition(".")
        given = signature.encode("utf-8", "replace")
        if not body.isascii() or not hmac.compare_digest(given, self._sign(body).encode()):
            return None
        conversation_id, _, until_s = body.partition(".")
        return int(conversation_id, 16) if int(until_s, 16) * 1000 > clock.now_ms() else None

    def _sign(self, body: str) -> str:
        digest = hmac.digest(self.secret, f"talk.{body}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
