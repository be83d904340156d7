"""Links by which a customer comes to his own page and his own calendar: signed, for a time, and revoked all at once.

A link of one appointment (``only``) shows and changes nothing else of his: it is what somebody gets who has only stated
a phone, and may not be its owner.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from business.team import settings
from conversation import clock
from conversation.messages import Language
from crm_store import Tx, own_page, settings_table

DAYS: Final = "own_page.days"
"""The setting: for how many days a link opens."""
_CALENDAR_DAYS: Final = 800
_GENERATION: Final = "own_page.generation."
_FORM_S: Final = 4 * 3600
_PARTS: Final = 4
Purpose = Literal["me", "calendar"]


class Opened(NamedTuple):
    """Whom a link opens. ``only``: the one appointment that it is for, None for all of his."""

    contact_id: int
    only: int | None
    language: Language | None


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """``base``: the beginning of every address, without a slash at its end; known once the server listens."""

    secret: bytes = field(repr=False)
    base: Callable[[], str]

    def page(self, tx: Tx, contact_id: int, at: datetime, only: int | None = None) -> str:
        """The address of his page."""
        until = at + timedelta(days=settings.read_whole(tx, DAYS))
        return self.address(self.token(tx, "me", contact_id, until, only))

    def address(self, token: str) -> str:
        """Where a token of a page leads."""
        return f"{self.base()}/me/{token}"

    def calendar(self, tx: Tx, contact_id: int, at: datetime) -> str:
        """The address of his calendar, for programs that read it again and again."""
        token = self.token(tx, "calendar", contact_id, at + timedelta(days=_CALENDAR_DAYS))
        return f"{self.base()}/api/v1/calendars/{token}.ics"

    def token(self, tx: Tx, purpose: Purpose, contact_id: int, until: datetime, only: int | None = None) -> str:
        """``<contact>.<appointment>.<second of its end>.<generation>.<signature>``, numbers in hex; HMAC-SHA256
        (RFC 2104) of the rest with its purpose, cut to 128 bits, base64url."""
        body = f"{contact_id:x}.{only or 0:x}.{clock.to_ms(until) // 1000:x}.{_generation(tx, contact_id):x}"
        return f"{body}.{self._sign(purpose, body)}"

    def open(self, tx: Tx, purpose: Purpose, token: str) -> Opened | None:
        """None: it is not ours, its time is over, it was revoked, or the contact is no more. One who was joined with
        another opens the other's, except by a link of one appointment, which stays what it is."""
        body, _, signature = token.rpartition(".")
        given = signature.encode("utf-8", "replace")
        if not body.isascii() or not hmac.compare_digest(given, self._sign(purpose, body).encode()):
            return None
        contact_id, only, until_s, generation = (int(part, 16) for part in body.split(".", _PARTS - 1))
        if until_s * 1000 <= clock.now_ms() or generation != _generation(tx, contact_id):
            return None
        standing = own_page.find_standing(tx, contact_id)
        return None if standing is None else Opened(standing.id, only or None, standing.language)

    def revoke(self, tx: Tx, contact_id: int, at: datetime) -> None:
        """No link of his that was given until now opens any more."""
        settings_table.put(tx, f"{_GENERATION}{contact_id}", _generation(tx, contact_id) + 1, at)

    def _sign(self, purpose: str, body: str) -> str:
        return _signature(self.secret, f"own.{purpose}.{body}")


@dataclass(frozen=True, slots=True)
class FormTokens:
    """Every form carries one: it is of our making and not old, and what is sent twice is done once."""

    secret: bytes = field(repr=False)

    def make(self, about: str) -> str:
        """``<second in hex>.<nonce>.<signature>``; ``about``: what the form is for, nothing else takes it."""
        body = f"{clock.now_ms() // 1000:x}.{secrets.token_hex(12)}"
        return f"{body}.{_signature(self.secret, f'form.{about}.{body}')}"

    def read(self, about: str, given: str) -> str | None:
        """The key by which it is done once; None: it is none of ours, or too old."""
        body, _, signature = given.rpartition(".")
        right = _signature(self.secret, f"form.{about}.{body}").encode() if body.isascii() else b""
        if not right or not hmac.compare_digest(signature.encode("utf-8", "replace"), right):
            return None
        made_s, _, nonce = body.partition(".")
        return nonce if clock.now_ms() // 1000 - int(made_s, 16) < _FORM_S else None


def _generation(tx: Tx, contact_id: int) -> int:
    kept = settings_table.get(tx, f"{_GENERATION}{contact_id}")
    return kept if isinstance(kept, int) else 0


def _signature(secret: bytes, text: str) -> str:
    digest = hmac.digest(secret, text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
