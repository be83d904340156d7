"""A phone proven in Telegram by who states it on the booking page or in a talk: by a link from there he comes to the
bot, and shares his own card.

What waits for it is kept by the key of the page's form, or by the talk, and the phone: a booking of the page as one is
that waits for a code, a talk by its dialogue. The link's word is signed, ends soon, and belongs to the first account
that comes by it, until that turns out to have another number. In Telegram nothing is shown of what was typed there: who
has got hold of a link learns nothing, and only the own card of an account, with the same number, proves anything.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, cast

from business.contacts.cards import regions_of
from business.contacts.codes import Reach
from business.contacts.phones import read_phone
from business.contacts.verifying import verify
from conversation import clock
from conversation.channels import FarPerson, Shared
from conversation.errors import ChannelError, Unavailable
from conversation.links import TalkPasses
from conversation.messages import Channel, Conversation, JsonObject, Language
from conversation.ports import AddressKey, Texts
from crm_store import Tx, conversations, idempotency, outgoing
from crm_store.engine import Store

PURPOSE: Final = "phone proof"
CHANNEL: Final[Channel] = "telegram"
_SCOPE: Final = "phone proof"
_BY: Final = "phone proof by"
_ID_BYTES: Final = 6
_HOLE: Final = "{word}"
_ASK_S: Final = 3.0
_ALONE_S: Final = 60.0
State = Literal["asked", "right", "other"]


def proof_passes(secret: bytes) -> TalkPasses:
    """The words of these links. ``secret``: the store's."""
    return TalkPasses(secret, "me")


def _number(about: str, phone: str) -> int:
    """Under which a proof is kept, and which the words of its links carry."""
    return int.from_bytes(hashlib.sha256(f"{about}\0{phone}".encode()).digest()[:_ID_BYTES], "big")


class Asking(NamedTuple):
    """How a proof stands. ``other``: he has shared another number; ``number``: under which it is kept; ``url``: the
    address that opens Telegram for it, empty where it is proven."""

    state: State
    number: int
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
        number = _number(key, phone)

        def begin(tx: Tx) -> State:
            kept = idempotency.find(tx, _SCOPE, str(number), at)
            if kept is None:
                idempotency.put(tx, _SCOPE, str(number), _begun(phone, language, 0), at, keep)
                return "asked"
            return cast("State", kept["state"])

        state = await self.store.writer.run(begin)
        if state == "right":
            return Asking(state, number)
        try:
            return Asking(state, number, await self.invite(self.passes.make(number, at + keep)))
        except ChannelError:
            raise Unavailable(retry_after_s=5.0) from None

    async def find(self, number: int) -> State | None:
        """How the proof with a number stands; None: there is none (any more)."""
        return await self.store.read(lambda tx: _find(tx, number, clock.now()))


@dataclass(frozen=True, slots=True)
class ChatProofs:
    """What a talk asks while the messenger is open. ``address``: that opens it, with ``{word}`` in it; ``minutes``: for
    which a link opens. Functions that take ``tx`` run inside a transaction of the caller's."""

    passes: TalkPasses
    address: str
    minutes: int

    def link(self, talk: int, phone: str) -> str:
        """A new one, for a proof that is begun with it."""
        until = clock.now() + timedelta(minutes=self.minutes)
        return self.address.replace(_HOLE, self.passes.make(_number(_about(talk), phone), until))

    def begin(self, tx: Tx, talk: int, phone: str, language: Language, at: datetime) -> None:
        """Has a talk wait for a proof, for ``minutes`` from now. Once a card was weighed, any account may come anew."""
        number = str(_number(_about(talk), phone))
        kept = idempotency.find(tx, _SCOPE, number, at)
        begun = _begun(phone, language, talk) if kept is None or kept["state"] != "asked" else kept
        idempotency.put(tx, _SCOPE, number, begun, at, timedelta(minutes=self.minutes))

    def find(self, tx: Tx, talk: int, phone: str, at: datetime) -> State | None:
        """How it stands; None: there is none (any more)."""
        return _find(tx, _number(_about(talk), phone), at)

    def find_joined(self, tx: Tx, talk: int, phone: str, at: datetime) -> str:
        """The name of the contact whom the proof made one with the talk's, if it did."""
        kept = idempotency.find(tx, _SCOPE, str(_number(_about(talk), phone)), at) or {}
        return str(kept.get("joined", ""))


class ProofDoor:
    """Whether talks may ask for proofs now. ``open``: what they ask then, with the address at hand, since an answer
    cannot wait for a messenger that does not tell it."""

    def __init__(self, passes: TalkPasses, minutes: int) -> None:
        self.open: ChatProofs | None = None
        self._passes, self._minutes = passes, minutes
        self._doors: Callable[[], Collection[Channel]] = tuple
        self._invite: Callable[[Channel, str], Awaitable[str]] | None = None
        self._again_at = 0.0

    def attach(
        self, doors: Callable[[], Collection[Channel]], invite: Callable[[Channel, str], Awaitable[str]]
    ) -> None:
        """``doors``: of messengers, now; ``invite``: the address that opens one with a word, raises ChannelError."""
        self._doors, self._invite = doors, invite

    async def look(self) -> None:
        """Looks whether the door is open. After one that did not answer it is left alone for a minute."""
        now = asyncio.get_running_loop().time()
        if self._invite is None or CHANNEL not in self._doors():
            self.open = None
        elif now >= self._again_at:
            try:
                async with asyncio.timeout(_ASK_S):
                    address = await self._invite(CHANNEL, _HOLE)
                self.open = ChatProofs(self._passes, address, self._minutes)
            except (ChannelError, TimeoutError):
                self.open, self._again_at = None, now + _ALONE_S


class Weighed(NamedTuple):
    """What a shared card came to, for the talk that waits for it. ``talk``: 0 for the booking page, and where there is
    nothing to tell it; ``right``: the phone is proven; ``told``: heads that have changed by it."""

    talk: int = 0
    right: bool = False
    told: tuple[Conversation, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofTalk:
    """What is heard and said of it in the messenger. ``business``: in whose name; ``language``: where his own is not
    known; ``country``: the firm's. Both deeds run inside a transaction of the caller's, and tell whether what was
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
        another = kept is not None and kept["account"] not in ("", account) and kept["state"] != "other"
        if opens is None or kept is None or another or kept["state"] == "right":
            self._say(tx, address, far_id, person.language or self.language, "over", at)
            return True
        idempotency.finish(tx, _SCOPE, number, {**kept, "account": account})
        idempotency.put(tx, _BY, account, {"proof": number}, at, opens.until - at)
        self._say(tx, address, far_id, cast("Language", kept["language"]), _of("ask", kept), at, asks=True)
        return True

    def weigh(self, tx: Tx, address: AddressKey, card: Shared | None, far_id: str, at: datetime) -> Weighed | None:
        """Somebody shared a card; it counts for the link by which his account came last. None: for none."""
        waits = None if card is None or address.channel != CHANNEL else idempotency.find(tx, _BY, _account(address), at)
        number = "" if waits is None else str(waits["proof"])
        kept = idempotency.find(tx, _SCOPE, number, at) if number else None
        if card is None or kept is None or kept["account"] != _account(address):
            return None
        language = cast("Language", kept["language"])
        if outgoing.is_written(tx, _dedupe(address, far_id)):
            return Weighed()
        if kept["state"] == "right":
            return None
        if not card.own:
            self._say(tx, address, far_id, language, "foreign", at, asks=True)
            return Weighed()
        phone = read_phone("+" + card.phone.lstrip("+"), *regions_of(tx, self.country))
        same = phone is not None and hmac.compare_digest(phone.value.encode(), str(kept["phone"]).encode())
        talk, joined, told = int(str(kept.get("talk", 0))), "", list[Conversation]()
        row = conversations.lock(tx, talk) if talk and same else None
        if row is not None and phone is not None:
            reach = Reach("phone", phone.value, phone.display)
            made, told = verify(tx, row.contact_id, row.address_id, reach, at)
            joined = made.name if made.joins else ""
        idempotency.finish(tx, _SCOPE, number, {**kept, "state": "right" if same else "other", "joined": joined})
        self._say(tx, address, far_id, language, _of("right" if same else "other", kept), at)
        return Weighed(talk, same, tuple(told))

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


def _find(tx: Tx, number: int, at: datetime) -> State | None:
    kept = idempotency.find(tx, _SCOPE, str(number), at)
    return None if kept is None else cast("State", kept["state"])


def _about(talk: int) -> str:
    return f"talk {talk}"


def _begun(phone: str, language: Language, talk: int) -> JsonObject:
    """``talk``: 0 for the booking page."""
    return {"phone": phone, "language": language, "account": "", "state": "asked", "talk": talk}


def _of(what: str, kept: JsonObject) -> str:
    """What is said of a proof, for a talk in other words than for the booking page."""
    return f"{what}_talk" if kept.get("talk") else what


def _account(address: AddressKey) -> str:
    return f"{address.channel}:{address.value}"


def _dedupe(address: AddressKey, far_id: str) -> str:
    return f"{PURPOSE}:{_account(address)}:{far_id}"
