"""Work that a browser does in a moment and a flood of robots cannot afford: ALTCHA's challenge (https://altcha.org,
version 2, SHA-256). Only who is suspected is asked for it; people never see it.
"""

import hashlib
import hmac
import time
from collections import OrderedDict
from typing import Final

import altcha

from conversation.errors import Rejected

ANSWER: Final = "altcha"
"""Where the solution travels: in the handshake's ``auth`` and in ``start``."""
TRAP: Final = "website"
"""A field of ``start``'s answers that people do not see and robots fill in."""
_LASTS_S: Final = 300
_PREFIX: Final = "0000"  # 65,536 attempts on average: about a third of a second in a browser
_KEPT: Final = 100_000
_ANSWER_CHARS: Final = 4_000


class Robots:
    """Makes challenges and checks solutions; each counts once in a process."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hmac.digest(secret, b"altcha", hashlib.sha256).hex()
        self._used: OrderedDict[str, float] = OrderedDict()

    def challenge(self, text_key: str, wait_s: float) -> Rejected:
        """The refusal that carries a challenge; who cannot solve it may wait."""
        expires_at = int(time.time()) + _LASTS_S
        made = altcha.create_challenge(
            "SHA-256", 1, key_prefix=_PREFIX, expires_at=expires_at, hmac_secret=self._secret
        )
        wait_s = max(wait_s, 0.05)
        extra = {"challenge": made.to_dict()}
        return Rejected("too_many", text_key, retry_after_s=wait_s, extra=extra, seconds=max(1, round(wait_s)))

    def passes(self, answer: object) -> bool:
        """Whether this solves one of our challenges, for the first time."""
        if not isinstance(answer, str) or not 0 < len(answer) <= _ANSWER_CHARS:
            return False
        try:
            if not altcha.verify_solution(answer, self._secret).verified:
                return False
            signature = altcha.Payload.from_base64(answer).challenge.signature or ""
        except (ValueError, TypeError, KeyError, AttributeError):  # built by hand, of other types than it should be
            return False
        now = time.monotonic()
        while self._used and (next(iter(self._used.values())) < now or len(self._used) >= _KEPT):
            self._used.popitem(last=False)
        if signature in self._used:
            return False
        self._used[signature] = now + _LASTS_S
        return True
