"""Signed addresses that open without a session, for as long as they hold: of files, of talks, of the way from a talk
into a messenger, and of no more letters."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import quote

from conversation import clock
from conversation.messages import Attachment, Language

_DAY_MS = 86_400_000
_TALK_BYTES: Final = 6
_MOMENT_BYTES: Final = 5
_NONCE_BYTES: Final = 5
_SIGNATURE_BYTES: Final = 16
_PASS: Final = re.compile(r"([a-z]{2})-([\w-]{43})", re.ASCII)


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


class Stop(NamedTuple):
    """Letters that are to end: of a purpose, to an address by its id."""

    address_id: int
    about: str


@dataclass(frozen=True, slots=True)
class StopLinks:
    """Signs and checks ``/unsubscribe/TOKEN``, by which letters of a purpose to an address end (RFC 8058):
    ``<purpose>.<address in hex>.<signature>``, HMAC-SHA256 (RFC 2104) of the rest, cut to 128 bits, base64url. It never
    ends: an old letter's works as a new one's does. ``base``: the address that customers see, without a slash at its
    end; empty: there is none, and letters carry no such link."""

    secret: bytes
    base: str

    def url(self, stop: Stop, language: Language) -> str:
        """The whole address, of the page in a language; empty where the server has no public one."""
        return f"{self.base}/unsubscribe/{self.token(stop)}?lang={language}" if self.base else ""

    def token(self, stop: Stop) -> str:
        """What stands in the address."""
        body = f"{stop.about}.{stop.address_id:x}"
        return f"{body}.{self._sign(body)}"

    def read(self, token: str) -> Stop | None:
        """What it ends; None: it is not ours."""
        body, _, signature = token.rpartition(".")
        given = signature.encode("utf-8", "replace")
        if not body.isascii() or not hmac.compare_digest(given, self._sign(body).encode()):
            return None
        about, _, address_id = body.partition(".")
        return Stop(int(address_id, 16), about)

    def _sign(self, body: str) -> str:
        digest = hmac.digest(self.secret, f"stop.{body}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


class TalkPass(NamedTuple):
    """A conversation into which somebody may take his messenger. ``until``: aware UTC."""

    conversation_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class TalkPasses:
    """Signs and reads the words with which a messenger is opened to go on with a talk there: ``go-`` and base64url (43
    characters) of the conversation (6 bytes, big-endian), the second of its end (5), 5 random bytes, and the
    HMAC-SHA256 (RFC 2104) of these, cut to 128 bits. Only letters, digits, ``_`` and ``-``, at most 64: all that a deep
    link of Telegram may carry (https://core.telegram.org/bots/features#deep-linking). That each opens once only is for
    who reads it to see to. ``kind``: two letters in place of ``go``, for words that open something else than a talk;
    the number is that thing's then."""

    secret: bytes
    kind: str = "go"

    def make(self, conversation_id: int, until: datetime) -> str:
        """The word; it opens until then."""
        until_s = clock.to_ms(until) // 1000
        body = conversation_id.to_bytes(_TALK_BYTES, "big") + until_s.to_bytes(_MOMENT_BYTES, "big")
        body += secrets.token_bytes(_NONCE_BYTES)
        return f"{self.kind}-" + base64.urlsafe_b64encode(body + self._sign(body)).decode()[:43]

    def looks_like(self, word: str) -> bool:
        """Whether a word is meant as one of these, ours or not."""
        found = _PASS.fullmatch(word)
        return found is not None and found[1] == self.kind

    def read(self, word: str) -> TalkPass | None:
        """What it opens; None: it is not ours, or its time is over."""
        found = _PASS.fullmatch(word)
        if found is None or found[1] != self.kind:
            return None
        whole = base64.urlsafe_b64decode(found[2] + "=")
        body, signature = whole[:-_SIGNATURE_BYTES], whole[-_SIGNATURE_BYTES:]
        one_way = base64.urlsafe_b64encode(whole).decode()[:43] == found[2]  # two spare bits: else four words for one
        if not hmac.compare_digest(signature, self._sign(body)) or not one_way:
            return None
        until_s = int.from_bytes(body[_TALK_BYTES : _TALK_BYTES + _MOMENT_BYTES], "big")
        if until_s * 1000 <= clock.now_ms():
            return None
        return TalkPass(int.from_bytes(body[:_TALK_BYTES], "big"), clock.from_ms(until_s * 1000))

    def _sign(self, body: bytes) -> bytes:
        about = b"pass." if self.kind == "go" else f"pass.{self.kind}.".encode()
        return hmac.digest(self.secret, about + body, hashlib.sha256)[:_SIGNATURE_BYTES]
