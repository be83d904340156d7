"""Anonymous visitors' tokens: signed, so that a stranger costs the store nothing until he speaks."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from conversation.errors import Rejected

_DAY_S = 86_400
_VERSION = "v1"


@dataclass(frozen=True, slots=True)
class VisitorTokens:
    """Makes and reads tokens ``v1.<key>.<day>.<signature>``: key 128 random bits in hex, day of issue since 1970 in
    hex,
    HMAC-SHA256 (RFC 2104) of the rest, cut to 128 bits, base64url."""

    secret: bytes
    days: int

    def make_key(self) -> str:
        """A new visitor's key: 32 hex digits."""
        return secrets.token_hex(16)

    def issue(self, key: str, now_s: float) -> str:
        """The token that proves to be visitor ``key``."""
        body = f"{_VERSION}.{key}.{int(now_s) // _DAY_S:x}"
        return f"{body}.{self._sign(body)}"

    def read(self, token: str, now_s: float) -> str:
        """The visitor's key. Raises Rejected unauthorized: forged, broken, or older than ``days``."""
        body, _, signature = token.rpartition(".")
        if not body.isascii() or not hmac.compare_digest(
            signature.encode("utf-8", "replace"), self._sign(body).encode()
        ):
            raise Rejected("unauthorized", "error.token_wrong")
        _, key, day = body.split(".")
        if int(now_s) // _DAY_S - int(day, 16) > self.days:
            raise Rejected("unauthorized", "error.token_expired")
        return key

    def _sign(self, body: str) -> str:
        digest = hmac.digest(self.secret, body.encode("utf-8", "replace"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
