"""One-time codes: six digits to an address that a customer names, so that it is known to be his.

Functions that take ``tx`` run inside a transaction of the caller's. Nothing here, and no answer that follows from it,
depends on whether anybody is known under the address.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from business.contacts.cards import Regions
from business.contacts.fields import check_email
from business.contacts.phones import read_phone
from conversation.errors import Rejected
from conversation.messages import Channel, JsonObject, Language
from crm_store import Tx, codes, outgoing
from crm_store.codes import Code
from crm_store.models import StatedChannel

CODE_HOLE: Final = "{code}"
"""Where in a letter the digits are put at the moment it is sent."""
DIGITS: Final = 6
PURPOSE: Final = "code"
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_DOORS: Final[Mapping[StatedChannel, Channel]] = {"phone": "sms", "email": "email"}
"""By which channel an address is written to."""
Refusal = Literal["no_door", "too_many"]
Outcome = Literal["right", "wrong", "over"]


@dataclass(frozen=True, slots=True)
class CodeRules:
    """``minutes``: for which a code holds; ``tries``: wrong answers to it. Codes within an hour: to one address, for
    one visitor, from one network address. ``per_day``: what a channel sends to all in 24 hours (it costs)."""

    minutes: int = 10
    tries: int = 5
    per_address: int = 3
    per_visitor: int = 5
    per_network: int = 30
    per_day: Mapping[Channel, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Codes:
    """What codes are made and sent with. ``doors``: the channels that there is a driver for."""

    secret: bytes = field(default=b"", repr=False)
    doors: frozenset[Channel] = frozenset()
    rules: CodeRules = field(default_factory=CodeRules)

    def digits(self, salt: str) -> str:
        """The digits of the code with this salt: HMAC-SHA256 (RFC 2104), cut to six decimal digits."""
        digest = hmac.digest(self.secret, f"code.{salt}".encode(), hashlib.sha256)
        return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


NO_CODES: Final = Codes()
"""Where nothing can be sent."""


class Reach(NamedTuple):
    """A phone or a mailbox as stated: ``value`` as it is kept and written to, ``display`` as people read it."""

    channel: StatedChannel
    value: str
    display: str


class Asker(NamedTuple):
    """Who asks for a code, and from where."""

    contact_id: int
    conversation_id: int
    remote: str | None


class Words(NamedTuple):
    """What the letter says; ``text`` with ``{code}`` in it."""

    language: Language
    subject: str
    text: str


def read_reach(stated: str, regions: Regions) -> Reach | None:
    """What a person means by ``077 123456`` or ``anna@example.am``; None: it is neither."""
    if "@" in stated:
        try:
            email = check_email(stated)
        except Rejected:
            return None
        return Reach("email", email.casefold(), email) if email.isascii() else None
    phone = read_phone(stated, *regions)
    return None if phone is None else Reach("phone", phone.value, phone.display)


def find_refusal(tx: Tx, known: Codes, asker: Asker, reach: Reach, at: datetime) -> Refusal | None:
    """Why no code is sent there now; None: one may be."""
    door, rules, since = _DOORS[reach.channel], known.rules, at - _HOUR
    if door not in known.doors:
        return "no_door"
    most = rules.per_day.get(door, 0)
    crowded = (
        codes.count_asked(tx, since, value=reach.value) >= rules.per_address
        or codes.count_asked(tx, since, contact_id=asker.contact_id) >= rules.per_visitor
        or (asker.remote is not None and codes.count_asked(tx, since, remote=asker.remote) >= rules.per_network)
        or (most and outgoing.count_sent(tx, door, at - _DAY, waiting=True) >= most)
    )
    return "too_many" if crowded else None


def issue(tx: Tx, known: Codes, asker: Asker, reach: Reach, words: Words, at: datetime) -> None:
    """Writes a code and the letter that carries it; an earlier one of the same talk holds no more."""
    salt, expires_at = secrets.token_hex(16), at + timedelta(minutes=known.rules.minutes)
    codes.end_codes(tx, asker.conversation_id, at)
    code_id = codes.insert_code(
        tx,
        contact_id=asker.contact_id,
        conversation_id=asker.conversation_id,
        channel=reach.channel,
        value=reach.value,
        display=reach.display,
        remote=asker.remote,
        salt=salt,
        created_at=at,
        expires_at=expires_at,
    )
    letter: JsonObject = {"text": words.text, "subject": words.subject, "language": words.language}
    outgoing.enqueue(
        tx,
        channel=_DOORS[reach.channel],
        purpose=PURPOSE,
        payload={**letter, "salt": salt, "id": secrets.token_hex(16)},
        dedupe_key=f"code:{code_id}",
        not_before=at,
        at=at,
        expires_at=expires_at,
        conversation_id=asker.conversation_id,
        recipient=reach.value,
    )


def find_standing(tx: Tx, known: Codes, conversation_id: int, at: datetime) -> Code | None:
    """The code that a conversation waits for; None: it was used up, or its time is over."""
    code = codes.find_latest(tx, conversation_id)
    if code is None or code.ended_at is not None or code.expires_at <= at or code.tries >= known.rules.tries:
        return None
    return code


def weigh(tx: Tx, known: Codes, conversation_id: int, said: str, at: datetime) -> tuple[Outcome, Code | None]:
    """Whether what was said is the code of a locked conversation. ``over``: no code holds any more, this answer
    included. Writes nothing: ``count_wrong`` and ``use`` do."""
    code = find_standing(tx, known, conversation_id, at)
    if code is None:
        return "over", None
    digits = "".join(str(int(one)) for one in said if one.isdecimal())
    if hmac.compare_digest(digits.encode(), known.digits(code.salt).encode()):
        return "right", code
    return ("wrong" if code.tries + 1 < known.rules.tries else "over"), code


def count_wrong(tx: Tx, code: Code) -> None:
    """A wrong answer."""
    codes.count_try(tx, code.id)


def use(tx: Tx, conversation_id: int, at: datetime) -> None:
    """A code is confirmed once."""
    codes.end_codes(tx, conversation_id, at)
