"""A code sent to the phone that somebody states on the booking page: only who reads it there books.

A booking that waits for its code is a request under way: it is kept by the key of its form, with the salt that the
digits are reckoned from and the wrong answers so far. The digits themselves are kept nowhere.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from business.contacts.codes import CODE_HOLE, PURPOSE, Codes
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import JsonObject, Language
from conversation.ports import Texts
from crm_store import Tx, idempotency, outgoing
from crm_store.engine import Store

_SCOPE: Final = "page code"
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
Outcome = Literal["right", "wrong", "over"]


@dataclass(frozen=True, slots=True)
class PhoneCheck:
    """``business``: the firm's name, as the message says it."""

    store: Store
    codes: Codes
    texts: Texts
    business: str

    @property
    def can_send(self) -> bool:
        """Whether there is a gateway that carries codes to phones."""
        return "sms" in self.codes.doors

    async def send(self, key: str, phone: str, language: Language) -> None:
        """Sends a code; for a form whose code is under way already nothing. Raises Rejected conflict where none can be
        sent, too_many."""
        await self.store.writer.run(lambda tx: self._send(tx, key, phone, language, clock.now()))

    def _send(self, tx: Tx, key: str, phone: str, language: Language, at: datetime) -> None:
        rules = self.codes.rules
        if not self.can_send:
            raise Rejected("conflict", "pages.book.code_no")
        if idempotency.begin(tx, _SCOPE, key, phone, at, timedelta(minutes=rules.minutes)) is not None:
            return
        most = rules.per_day.get("sms", 0)
        many = outgoing.count_sent(tx, "sms", at - _HOUR, phone, waiting=True) >= rules.per_address
        if many or (most and outgoing.count_sent(tx, "sms", at - _DAY, waiting=True) >= most):
            raise Rejected("too_many", "pages.book.code_no")
        salt = secrets.token_hex(16)
        idempotency.finish(tx, _SCOPE, key, {"salt": salt, "tries": 0})
        said = self.texts.get(language, "pages.book.code_letter", business=self.business, code=_MARK)
        payload: JsonObject = {
            "text": said.replace(_MARK, CODE_HOLE),
            "language": language,
            "salt": salt,
            "id": secrets.token_hex(16),
        }
        outgoing.enqueue(
            tx,
            channel="sms",
            purpose=PURPOSE,
            payload=payload,
            dedupe_key=f"page code:{key}",
            not_before=at,
            at=at,
            expires_at=at + timedelta(minutes=rules.minutes),
            conversation_id=None,
            recipient=phone,
        )

    async def weigh(self, key: str, phone: str, said: str) -> Outcome:
        """Whether what was typed is the code of a form; ``over``: none holds any more, this answer included."""
        return await self.store.writer.run(lambda tx: self._weigh(tx, key, phone, said, clock.now()))

    def _weigh(self, tx: Tx, key: str, phone: str, said: str, at: datetime) -> Outcome:
        try:
            kept = idempotency.begin(tx, _SCOPE, key, phone, at, timedelta())
        except Rejected:
            return "over"  # the code went to another phone
        if kept is None or int(str(kept["tries"])) >= self.codes.rules.tries:
            return "over"
        digits = "".join(str(int(one)) for one in said if one.isdecimal())
        if hmac.compare_digest(digits.encode(), self.codes.digits(str(kept["salt"])).encode()):
            return "right"
        tries = int(str(kept["tries"])) + 1
        idempotency.finish(tx, _SCOPE, key, {**kept, "tries": tries})
        return "wrong" if tries < self.codes.rules.tries else "over"


_MARK: Final = "000000"
