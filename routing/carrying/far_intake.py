"""The one door in for doors that carry a talk elsewhere (the port ``FarIntake``): what was heard is in the store, with
its name over there, in one commit; a repeat of that name changes nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from business.booking.phone_proof import ProofTalk
from business.contacts.cards import regions_of
from business.contacts.codes import Reach, read_reach
from business.contacts.verifying import verify
from conversation import clock
from conversation.channels import Coming, FarFile, FarPerson, Heard, Say
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.events import Audience, ConversationChanged, ConversationStarted, Event, MessageDeleted, MessageEdited
from conversation.messages import (
    Activity,
    Author,
    Button,
    Channel,
    Conversation,
    Delivery,
    Language,
    Message,
)
from conversation.ports import AddressKey, By, Files, Intake, PageView, Posted, Start, Upload
from crm_store import (
    Tx,
    attachments,
    cards,
    carried,
    conversations,
    joining,
    letters,
    outreach,
    proving,
    readings,
    threads,
)
from crm_store.appending import append_messages
from crm_store.attachments import VISITOR
from crm_store.engine import Store
from routing.appended import message_added, moved_line, plain_message, to_posted
from routing.carrying.arriving import COMMAND, Arriving
from routing.carrying.beside import note_ours
from routing.carrying.heard import read_content, read_words
from routing.carrying.known import Known, find_known, find_named_message, find_speaker
from routing.carrying.leaving import let_leave, take_back
from routing.carrying.machines import spare, take_letter_return, take_return
from routing.carrying.pieces import read_token
from routing.carrying.shared import tell_talk
from routing.carrying.states import mark
from routing.carrying.typed_choices import TypedChoices
from routing.intake import Started, add_line, open_talk, require_head
from routing.publisher import Publisher

_log = logging.getLogger(__name__)
_AUTOMATIC_CHARS: Final = 300
_LOOKS: Final = 40
_LOOK_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class FarRules:
    """``country``: the business's own; ``language``: spoken to those of whom none is known; ``reopen_hours``: for so
    long after its end a talk goes on when its customer writes again, later a new one begins; ``numbered``: channels in
    which buttons are typed as numbers; ``automatic_per_hour``: answers of the bot in one talk of e-mail within an hour,
    beyond which people go on, since two machines may be talking."""

    country: str
    language: Language = "en"
    reopen_hours: float = 72.0
    numbered: Collection[Channel] = ()
    automatic_per_hour: int = 10


@dataclass(frozen=True, slots=True)
class _Written:
    posted: Posted
    events: tuple[Event, ...]


class TalkFarIntake:
    """Hears for every channel that carries talks elsewhere. ``intake``: for presses, which are the same everywhere;
    ``proofs``: who comes to prove a phone of the booking page or of a talk."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        intake: Intake,
        files: Files,
        rules: FarRules,
        arriving: Arriving,
        proofs: ProofTalk,
    ) -> None:
        self._proofs = proofs
        self._store = store
        self._publisher = publisher
        self._intake = intake
        self._files = files
        self._rules = rules
        self._arriving = arriving
        author = Author("bot", arriving.business)
        self._typed = TypedChoices(store, publisher, intake, rules.numbered, self._enter, author)

    async def hear(self, heard: Heard) -> Posted:
        """See the port."""
        if heard.quote is not None:
            await self._await_name(heard.address, heard.quote, heard=None)
        pressed = await self._typed.take(heard)
        if pressed is not None:
            return pressed
        return (await self._run(lambda tx: self._hear(tx, heard))).posted

    async def keep(self, address: AddressKey, file: FarFile, chunks: AsyncIterator[bytes]) -> int:
        """See the port."""
        owner = _owner(address)
        known = await self._files.find(owner, file.id)
        if known is not None:
            return known.id
        return (await self._files.keep(Upload(owner, file.id, file.name, file.size), chunks)).attachment.id

    async def hear_ours(self, address: AddressKey, far_id: str, name: str, text: str) -> bool:
        """See the port."""
        written = await self._run(lambda tx: _Written(_NOBODY, tuple(note_ours(tx, address, far_id, name, text))))
        return bool(written.events)

    async def hear_edit(self, address: AddressKey, far_id: str, text: str) -> bool:
        """See the port."""
        return bool((await self._run(lambda tx: self._edit(tx, address, far_id, text))).events)

    async def hear_delete(self, address: AddressKey, far_id: str) -> bool:
        """See the port."""
        return bool((await self._run(lambda tx: self._delete(tx, address, far_id))).events)

    async def hear_press(self, address: AddressKey, value: str, far_id: str | None, person: FarPerson) -> Posted:
        """See the port."""
        known, message, button = await self._store.read(lambda tx: self._find_button(tx, address, value, far_id))
        if known is None or message is None or button is None:
            raise Rejected("not_found", "error.message_not_found")
        name = known.name or person.name
        by = By(address.channel, known.address_id)
        return await self._intake.choose(message.conversation_id, known.contact_id, name, message.id, button.value, by)

    async def hear_receipt(self, address: AddressKey, far_id: str, delivery: Delivery, why: str = "") -> bool:
        """See the port."""
        if why:
            _log.info("%s: a message is %s: %s", address.channel, delivery, why)
        if not await self._await_name(address, far_id, heard=False):
            raise Unavailable(retry_after_s=_LOOK_S)
        message = await self._store.read(lambda tx: find_named_message(tx, address, far_id, heard=False))
        if message is None:
            return await self._hear_of_letter(address, far_id, delivery, why)
        await self._run(lambda tx: _Written(_NOBODY, tuple(mark(tx, message.id, delivery))))
        if delivery == "read":
            await self._intake.mark_read(message.conversation_id, "visitor", message.seq)
        return True

    async def _hear_of_letter(self, address: AddressKey, far_id: str, delivery: Delivery, why: str) -> bool:
        """What became of a letter; that it arrived is what was expected."""
        channel, to = address.channel, address.value
        if delivery != "failed":
            return await self._store.read(lambda tx: letters.is_known(tx, channel, far_id))
        said = f"came back: {why}" if why else "came back"
        return await self._store.writer.run(lambda tx: take_letter_return(tx, channel, far_id, to, said, clock.now()))

    async def hear_return(self, channel: Channel, far_id: str, why: str, *, gone: bool) -> bool:
        """See the port."""

        def write(tx: Tx) -> list[Event] | None:
            events, at = take_return(tx, channel, far_id, why, clock.now(), gone=gone), clock.now()
            if events is None and take_letter_return(tx, channel, far_id, "", why, at, gone=gone):
                return []
            return events

        def tell(events: list[Event] | None) -> None:
            for event in events or ():
                self._publisher.publish(event)

        return await self._store.writer.run(write, tell) is not None

    async def hear_leaving(self, address: AddressKey, goodbye: Say | None = None) -> None:
        """See the port."""
        await self._run(lambda tx: _Written(_NOBODY, tuple(let_leave(tx, address, goodbye, clock.now()))))

    async def hear_coming(
        self, address: AddressKey, person: FarPerson, start: str = "", hello: Say | None = None
    ) -> Coming:
        """See the port."""
        how: Coming = ""

        def write(tx: Tx) -> _Written:
            nonlocal how
            how = "back" if take_back(tx, address, hello, clock.now()) else ""
            came = self._arriving.come(tx, start, address, person, clock.now())
            if came is None:
                return _NOTHING
            how = "joined" if came[0].end == "joined" else how
            return _Written(_NOBODY, tuple(came[1]))

        await self._run(write)
        return how

    async def hear_typing(self, address: AddressKey) -> None:
        """See the port."""
        known = await self._store.read(lambda tx: find_known(tx, address))
        if known is not None and known.talk is not None:
            self._intake.typing(known.talk, known.name, True)

    # --- a message

    async def _run(self, write: Callable[[Tx], _Written]) -> _Written:
        return await self._store.writer.run(write, self._tell)

    def _tell(self, written: _Written) -> None:
        for event in written.events:
            self._publisher.publish(event)

    def _hear(self, tx: Tx, heard: Heard) -> _Written:
        """A message, once. The word of a link into a talk is done here: it is nobody's to read."""
        at, address = clock.now(), heard.address
        if self._proofs.come(tx, heard.start, address, heard.person, heard.id, at):
            return _NOTHING
        weighed = self._proofs.weigh(tx, address, heard.card, heard.id, at)
        if weighed is not None:
            key = f"{address.channel}:{address.value}:{heard.id}"
            return _Written(_NOBODY, tuple(tell_talk(tx, weighed, self._proofs.texts, key)))
        before = find_named_message(tx, address, heard.id, heard=True)
        came = self._arriving.come(tx, heard.start, address, heard.person, at) if before is None else None
        if came is None:
            return self._keep(tx, heard, at)
        coming, events = came
        if coming.end == "joined":
            on = self._arriving.go_on(tx, coming, address, heard.person, heard.id, at)
            if on is not None:
                return _Written(on[0], (*events, *on[1]))
        kept = self._keep(tx, replace(heard, text=COMMAND, start=""), at)
        if coming.end == "over":
            talk = conversations.find_message(tx, kept.posted.id)
            if talk is not None:
                language = heard.person.language or self._rules.language
                client_id = f"{address.channel}:{talk.id}:over"
                events.append(self._arriving.say(tx, talk.conversation_id, "channel.link_over", language, client_id)[1])
        return _Written(kept.posted, (*kept.events, *events))

    def _keep(self, tx: Tx, heard: Heard, at: datetime) -> _Written:
        address = heard.address
        started, address_id = self._talk(tx, heard, at)
        known = carried.find_message_id(tx, address_id, heard.id, heard=True)
        if known is not None:
            return _Written(_posted_before(tx, known), ())
        if outreach.is_blocked(tx, started.head.contact.id, at):
            raise Rejected("forbidden", "inbox.blocked")  # nothing of it is kept, the talk neither
        head = started.head
        speaker = head.contact.name or heard.person.name
        if conversations.find_address_value(tx, address_id) == address.value:
            carried.set_heard(tx, address_id, at)
        else:
            speaker = f"{heard.person.name} <{address.value}>".strip()
        if heard.automatic == "reply" and not started.created:
            line = add_line(tx, head.id, Activity("channel_automatic", {"text": heard.text[:_AUTOMATIC_CHARS]}))
            carried.name_message(tx, address_id, heard.id, line.message.id, heard=True)
            return _Written(Posted(line.message.id, line.message.seq, line.message.change, clock.to_ms(at)), (line,))
        spare(tx, head, heard, at, self._rules.automatic_per_hour)
        joined = self._prove(tx, head, address_id, heard, at)
        if joined:
            head = require_head(tx, head.id)
        author = Author("visitor", speaker, head.contact.id)
        files = tuple(attachments.load_unsent(tx, _owner(address), heard.files)) if heard.files else ()
        quoted = None if heard.quote is None else carried.find_message_id(tx, address_id, heard.quote, heard=None)
        if quoted is not None and not _is_of(tx, quoted, head.id):
            quoted = None
        new = plain_message(
            head.id,
            author,
            read_words(heard),
            clock.now_ms(),
            f"{address.channel}:{address_id}:{heard.id}",
            contact_id=head.contact.id,
            private=False,
            reply_to=quoted,
            channel=address.channel,
            address_id=address_id,
        )
        kind = "attachment" if files and not new.text else heard.kind
        new = new._replace(kind=kind, content=read_content(heard, files))
        (outcome,) = append_messages(tx, [new])
        if isinstance(outcome, BarevError):
            raise outcome
        carried.name_message(tx, address_id, heard.id, outcome.id, heard=True)
        if files:
            attachments.send(tx, heard.files, outcome.id, outcome.contact_id)
        now = require_head(tx, outcome.conversation_id)
        audience = Audience.of(now)
        events: list[Event] = [
            *moved_line(outcome),
            message_added(new, author, outcome, files=files),
            ConversationChanged(audience, now),
        ]
        if started.created:
            events.insert(0, ConversationStarted(Audience.of(head), head, address.value))
        others = [one for one in joined if one.id != head.id]
        return _Written(to_posted(outcome), (*events, *(ConversationChanged(Audience.of(one), one) for one in others)))

    def _enter(self, tx: Tx, heard: Heard, at: datetime) -> tuple[Conversation, int, list[Event]]:
        """The talk in which he speaks, as somebody does who is heard there; and his address."""
        started, address_id = self._talk(tx, heard, at)
        head = started.head
        if outreach.is_blocked(tx, head.contact.id, at):
            raise Rejected("forbidden", "inbox.blocked")
        told = self._prove(tx, head, address_id, heard, at)
        events: list[Event] = [ConversationChanged(Audience.of(one), one) for one in told]
        if started.created:
            events.insert(0, ConversationStarted(Audience.of(head), head, heard.address.value))
        return require_head(tx, head.id), address_id, events

    def _prove(self, tx: Tx, head: Conversation, address_id: int, heard: Heard, at: datetime) -> list[Conversation]:
        """A phone of his own that the channel vouches for is proven, as by a one-time code, and so is a mailbox:
        whoever is known by it is him. Returns the talks whose customer is told anew."""
        if heard.address.channel == "email":
            value = heard.address.value
            if not heard.proven or conversations.find_address(tx, "email", value) is not None:
                return []
            mailbox = Reach("email", value, heard.person.username or value)
            told = verify(tx, head.contact.id, address_id, mailbox, at)[1]
            proving.prove_this(tx, address_id, at)
            return told
        phone = heard.card.phone if heard.card is not None and heard.card.own else ""
        if heard.address.channel == "sms" and heard.proven:
            phone = heard.address.value
        if not phone:
            return []
        branch = None if head.branch is None else cards.find_branch_country(tx, head.branch.id)
        reach = read_reach("+" + phone.lstrip("+"), regions_of(tx, self._rules.country, branch))
        if reach is None:
            return []
        owner = proving.find_owner(tx, reach.channel, reach.value)
        if owner is not None and owner.contact_id == head.contact.id:
            return []
        return verify(tx, head.contact.id, address_id, reach, at)[1]

    def _talk(self, tx: Tx, heard: Heard, at: datetime) -> tuple[Started, int]:
        """The talk that an address goes on in, or a new one; and the address. A letter that answers one of ours goes on
        in its talk, whoever's hand it is from: none but who got ours knows what it is called."""
        address, person = heard.address, heard.person
        named = threads.find_named(tx, address.channel, heard.thread)
        if named is not None:
            head = conversations.find_head(tx, named.conversation_id)
            if head is not None and self._goes_on(tx, head.id, head.status, at):
                return Started(head, created=False, changed=False), named.address_id
        found, proven = find_speaker(tx, heard)
        latest = None if found is None else self._find_talk(tx, address, *found)
        head = None if latest is None else conversations.find_head(tx, latest)
        if found is not None and head is not None and self._goes_on(tx, head.id, head.status, at):
            return Started(head, created=False, changed=False), found[0]
        start = Start(
            address,
            person.language or self._rules.language,
            _answers(heard),
            PageView(title=heard.subject or None, referrer=heard.start or None),
            display=person.username or None,
            proven=proven,
        )
        started = open_talk(tx, start, self._rules.country, at)
        found, _ = find_speaker(tx, heard)
        if found is None:
            raise Rejected("not_found", "error.conversation_not_found")
        return started, found[0]

    @staticmethod
    def _find_talk(tx: Tx, address: AddressKey, address_id: int, contact_id: int) -> int | None:
        """The one that is open there, else the one of the same person that he may join, else the latest."""
        inbox = conversations.find_inbox(tx, address.channel, address.inbox_key)
        return (
            joining.find_open_id(tx, address_id)
            or joining.find_joinable(tx, contact_id, address_id, None if inbox is None else inbox.branch_id)
            or joining.find_latest_id(tx, address_id)
        )

    def _goes_on(self, tx: Tx, conversation_id: int, status: str, at: datetime) -> bool:
        if status != "resolved":
            return True
        row = conversations.lock(tx, conversation_id)
        ended = None if row is None else row.resolved_at
        return ended is not None and ended + timedelta(hours=self._rules.reopen_hours) > at

    async def _await_name(self, address: AddressKey, far_id: str, *, heard: bool | None) -> bool:
        """What is being sent may have arrived before it is known here what it is called: looks again while it is.
        False: it was not told in time."""

        def waits(tx: Tx) -> bool:
            found = conversations.find_address(tx, address.channel, address.value)
            if found is None or carried.find_message_id(tx, found[0], far_id, heard=heard) is not None:
                return False
            return carried.is_under_way(tx, found[0])

        for _ in range(_LOOKS):
            if not await self._store.read(waits):
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    # --- a change of it

    def _edit(self, tx: Tx, address: AddressKey, far_id: str, text: str) -> _Written:
        message = find_named_message(tx, address, far_id, heard=True)
        if message is None or message.text == text or "\0" in text:
            return _NOTHING
        return self._change(tx, message, MessageEdited, text=text, edited_at=clock.now())

    def _delete(self, tx: Tx, address: AddressKey, far_id: str) -> _Written:
        message = find_named_message(tx, address, far_id, heard=True)
        if message is None:
            return _NOTHING
        at = clock.now()
        attachments.doom_of_messages(tx, [message.id], at)
        readings.forget(tx, message)
        return self._change(tx, message, MessageDeleted, text="", content=None, deleted_at=at)

    def _change(
        self, tx: Tx, message: Message, kind: type[MessageEdited | MessageDeleted], **values: object
    ) -> _Written:
        if message.author.kind != "visitor" or message.deleted_at is not None:
            return _NOTHING
        if conversations.lock(tx, message.conversation_id) is None:
            return _NOTHING
        change, event = conversations.touch(tx, message.conversation_id)
        changed = conversations.change_message(tx, message.id, change, event, **values)
        conversations.set_last_text(tx, message.conversation_id)
        head = require_head(tx, message.conversation_id)
        audience = Audience.of(head)
        return _Written(_NOBODY, (kind(audience, changed, head.status), ConversationChanged(audience, head)))

    # --- buttons

    def _find_button(
        self, tx: Tx, address: AddressKey, value: str, far_id: str | None
    ) -> tuple[Known | None, Message | None, Button | None]:
        known = find_known(tx, address)
        token = read_token(value)
        if known is not None and outreach.is_blocked(tx, known.contact_id, clock.now()):
            raise Rejected("forbidden", "inbox.blocked")
        if known is None or token is None:
            return known, None, None
        message_id, place = token
        message = conversations.find_message(tx, message_id)
        if message is None or not _is_theirs(tx, message, known.address_id) or place >= len(message.buttons):
            return known, None, None
        return known, message, message.buttons[place]


_NOBODY: Final = Posted(0, 0, 0, 0)
_NOTHING: Final = _Written(_NOBODY, ())


def _answers(heard: Heard) -> dict[str, str]:
    """What is stated by writing: a name, and of an SMS the phone, which proves nothing."""
    phone = heard.address.value if heard.address.channel == "sms" else ""
    return {key: value for key, value in (("name", heard.person.name), ("phone", phone)) if value}


def _owner(address: AddressKey) -> str:
    return f"{VISITOR}{address.channel}:{address.value}"


def _is_of(tx: Tx, message_id: int, conversation_id: int) -> bool:
    message = conversations.find_message(tx, message_id)
    return message is not None and message.conversation_id == conversation_id and not message.private


def _is_theirs(tx: Tx, message: Message, address_id: int) -> bool:
    return carried.find_address_id(tx, message.id) == address_id and not message.private


def _posted_before(tx: Tx, message_id: int) -> Posted:
    message = conversations.find_message(tx, message_id)
    if message is None:
        return Posted(message_id, 0, 0, 0, repeated=True)
    return Posted(message.id, message.seq, message.change, clock.to_ms(message.at), repeated=True)
