"""A phone proven in Telegram by who states it on the booking page: by a link of the page he comes to the bot, and
shares his own card there.

A booking that waits for it is kept by the key of its form and the phone, as one is that waits for a code. The link's
word is signed, ends soon, and belongs to the first account that comes by it. In Telegram nothing is shown of what was
typed on the page: who has got hold of a link learns nothing, and only the own card of an account, with the same
number, proves anything.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, cast

from business.contacts.cards import regions_of
from business.contacts.phones import read_phone
from conversation import clock
from conversation.channels import FarPerson, Shared
from conversation.errors import ChannelError, Unavailable
from conversation.links import TalkPasses
from conversation.messages import Channel, JsonObject, Language
from conversation.ports import AddressKey, Texts
from crm_store import Tx, idempotency, outgoing
from crm_store.engine import Store

PURPOSE: Final = "phone proof"
CHANNEL: Final[Channel] = "telegram"
_SCOPE: Final = "phone proof"
_BY: Final = "phone proof by"
_ID_BYTES: Final = 6
State = Literal["asked", "right", "other"]


def proof_passes(secret: bytes) -> TalkPasses:
    """The words of these links. ``secret``: the store's."""
    return TalkPasses(secret, "me")


class Asking(NamedTuple):
    """How a proof stands. ``other``: he has shared another number; ``url``: the address that opens Telegram for it,
    empty where it is proven."""

    state: State
    url: str = ""


@dataclass(frozen=True, slots=True)
class PhoneProofs:
    """What the page asks. ``can_ask``: whether the door is open now; ``invite``: the address that opens it with a word,
    raises ChannelError; ``minutes``: for which a link opens, and a proof holds."""

    store: Store
    passes: TalkPasses
    can_ask: Callable[[], bool]
    invite: Callable[[str], Awaitable[str]]
    minutes: int

    async def ask(self, key: str, phone: str, language: Language) -> Asking:
        """How the proof of a form's phone stands, begun where it is not. Raises Unavailable where the messenger does
        not tell its address."""
        at = clock.now()
        keep = timedelta(minutes=self.minutes)
        digest = hashlib.sha256(f"{key}\0{phone}".encode()).digest()
        number = int.from_bytes(digest[:_ID_BYTES], "big")

        def begin(tx: Tx) -> State:
            kept = idempotency.find(tx, _SCOPE, str(number), at)
            if kept is None:
                new: JsonObject = {"phone": phone, "language": language, "account": "", "state": "asked"}
                idempotency.put(tx, _SCOPE, str(number), new, at, keep)
                return "asked"
            return cast("State", kept["state"])

        state = await self.store.writer.run(begin)
        if state == "right":
            return Asking(state)
        try:
            return Asking(state, await self.invite(self.passes.make(number, at + keep)))
        except ChannelError:
            raise Unavailable(retry_after_s=5.0) from None


@dataclass(frozen=True, slots=True)
class ProofTalk:
    """What is heard and said of it in the messenger. ``business``: in whose name; ``language``: where his own is not
    known; ``country``: the firm's. Both deeds run inside a transaction of the caller's, and return whether what was
    heard was about a proof: nothing else is then made of it, no conversation either."""

    passes: TalkPasses
    texts: Texts
    business: str
    language: Language
    country: str

    def come(self, tx: Tx, word: str, address: AddressKey, person: FarPerson, far_id: str, at: datetime) -> bool:
        """Somebody came with the word of a link. A repeat of the message changes nothing."""
        if address.channel != CHANNEL or not self.passes.looks_like(word):
            return False
        opens, account = self.passes.read(word), _account(address)
        number = "" if opens is None else str(opens.conversation_id)
        kept = idempotency.find(tx, _SCOPE, number, at) if number else None
        if opens is None or kept is None or kept["account"] not in ("", account) or kept["state"] == "right":
            self._say(tx, address, far_id, person.language or self.language, "over", at)
            return True
        idempotency.finish(tx, _SCOPE, number, {**kept, "account": account})
        idempotency.put(tx, _BY, account, {"proof": number}, at, opens.until - at)
        self._say(tx, address, far_id, cast("Language", kept["language"]), "ask", at, asks=True)
        return True

    def weigh(self, tx: Tx, address: AddressKey, card: Shared | None, far_id: str, at: datetime) -> bool:
        """Somebody shared a card; it counts for the link by which his account came last."""
        waits = None if card is None or address.channel != CHANNEL else idempotency.find(tx, _BY, _account(address), at)
        number = "" if waits is None else str(waits["proof"])
        kept = idempotency.find(tx, _SCOPE, number, at) if number else None
        if card is None or kept is None or kept["account"] != _account(address):
            return False
        language = cast("Language", kept["language"])
        if kept["state"] == "right":
            return outgoing.is_written(tx, _dedupe(address, far_id))
        if not card.own:
            self._say(tx, address, far_id, language, "foreign", at, asks=True)
            return True
        phone = read_phone("+" + card.phone.lstrip("+"), *regions_of(tx, self.country))
        same = phone is not None and hmac.compare_digest(phone.value.encode(), str(kept["phone"]).encode())
        idempotency.finish(tx, _SCOPE, number, {**kept, "state": "right" if same else "other"})
        self._say(tx, address, far_id, language, "right" if same else "other", at)
        return True

    def _say(
        self,
        tx: Tx,
        address: AddressKey,
        far_id: str,
        language: Language,
        what: str,
        at: datetime,
        *,
        asks: bool = False,
    ) -> None:
        """``asks``: with the button that shares the own card; else it is taken away."""
        payload: JsonObject = {
            "text": self.texts.get(language, f"channel.proof_{what}", business=self.business),
            "language": language,
            "id": secrets.token_hex(16),
            "asks_contact": self.texts.get(language, "channel.proof_share") if asks else "",
        }
        outgoing.enqueue(
            tx,
            channel=address.channel,
            purpose=PURPOSE,
            payload=payload,
            dedupe_key=_dedupe(address, far_id),
            not_before=at,
            at=at,
            expires_at=at + timedelta(minutes=10),
            recipient=address.value,
        )


def _account(address: AddressKey) -> str:
    return f"{address.channel}:{address.value}"


def _dedupe(address: AddressKey, far_id: str) -> str:
    return f"{PURPOSE}:{_account(address)}:{far_id}"
