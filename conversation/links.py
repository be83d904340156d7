"""Addresses of files that open without a session, for as long as they hold: whoever was shown a message has them."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
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
