"""The doors of messengers, phones and mailboxes: which of them are set up, and what carries their talks."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from barev.gates import MAKERS, Maker
from barev.settings import Settings
from business.files.service import TalkFiles
from business.inboxes.doors import found_inbox
from conversation.errors import ChannelRejected
from conversation.events import MessageAdded, MessageDeleted, MessageEdited, TypingChanged
from conversation.links import FileLinks
from conversation.messages import Attachment, Channel, Language
from conversation.ports import Intake, Texts
from crm_store.engine import Store
from routing.carrying.deliveries import Deliveries, DeliveryRules, Means
from routing.carrying.far_intake import FarRules, TalkFarIntake
from routing.carrying.held import HeldDoor, HoldRules
from routing.carrying.typing import TypingShown
from routing.notices.sending import NoticeOutbox
from routing.notices.staff_first import MESSENGERS, StaffFirst
from routing.notices.staff_talk import StaffTalk
from routing.publisher import Publisher

Keep = Callable[[Callable[[], Awaitable[object]], str], None]


_NAMES: Final[Mapping[Channel, str]] = {"telegram": "Telegram", "viber": "Viber", "sms": "SMS", "email": "E-mail"}


class Channels:
    """All doors of this process."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        publisher: Publisher,
        intake: Intake,
        files: TalkFiles,
        links: FileLinks,
        texts: Texts,
        language: Language,
        staff: StaffTalk,
        makers: Sequence[Maker] = MAKERS,
    ) -> None:
        """``staff``: the agents' own chats. Raises SettingsError."""
        self._store = store
        numbered: set[Channel] = set()
        rules = FarRules(settings.business.country, language, numbered=numbered)
        self.intake = StaffFirst(TalkFarIntake(store, publisher, intake, files, rules), staff)
        self.gates = [gate for make in makers if (gate := make(settings, self.intake, texts)) is not None]
        numbered.update(gate.channel for gate in self.gates if not gate.carrier.capabilities.buttons)
        base = settings.server.public_url.rstrip("/")

        async def find_file(file_id: int) -> Path:
            return (await files.find_stored(file_id))[1]

        def link(file: Attachment) -> str:
            return base + links.url(file)

        means, holder = Means(texts, find_file, link), secrets.token_hex(8)
        rules_out = DeliveryRules(lease_s=settings.outbox.lease_s)
        hold = HoldRules(settings.outbox.door_s, alone=store.url.sqlite is not None)
        self._deliveries = [
            Deliveries(store, publisher, gate.channel, gate.carrier, holder, rules_out, means) for gate in self.gates
        ]
        notices = {
            gate.channel: NoticeOutbox(
                store, gate.channel, gate.carrier, one.pace, settings.outbox.lease_s, settings.notices.per_day, holder
            )
            for gate, one in zip(self.gates, self._deliveries, strict=True)
            if gate.channel in MESSENGERS
        }
        self._typing = {
            gate.channel: TypingShown(store, gate.channel, gate.carrier)
            for gate in self.gates
            if gate.carrier.capabilities.typing
        }
        self._doors = [
            HeldDoor(
                store,
                gate.channel,
                holder,
                hold,
                None if gate.listener is None else gate.listener.listen,
                [
                    one.work,
                    *(shown.work for to, shown in self._typing.items() if to == gate.channel),
                    *(told.work for to, told in notices.items() if to == gate.channel),
                ],
            )
            for gate, one in zip(self.gates, self._deliveries, strict=True)
        ]

    async def open(self) -> None:
        """Makes what the doors need in the store. Raises Unavailable."""
        for gate in self.gates:
            await self._store.writer.run(lambda tx, to=gate.channel: found_inbox(tx, to, _NAMES[to]))  # type: ignore[misc]  # binds the loop's

    def heard(self, event: MessageAdded | MessageEdited | MessageDeleted) -> None:
        """A listener: something may wait to be carried."""
        for one in self._deliveries:
            one.heard(event)

    def typing_changed(self, event: TypingChanged) -> None:
        """A listener: an agent types, and it is shown where it can be."""
        for shown in self._typing.values():
            shown.heard(event)

    def list_open(self) -> frozenset[Channel]:
        """The doors that are set up."""
        return frozenset(gate.channel for gate in self.gates)

    async def invite(self, channel: Channel, word: str) -> str:
        """The address by which somebody opens a door with a word. Raises ChannelError where it cannot be told now, or
        there is no such door."""
        found = next((gate.invite for gate in self.gates if gate.channel == channel), None)
        if found is None:
            raise ChannelRejected("there is no such door")
        return await found(word)

    def add_to(self, app: web.Application) -> None:
        """Registers what far sides call."""
        for gate in self.gates:
            if gate.add_to is not None:
                gate.add_to(app)

    def keep(self, keep: Keep) -> None:
        """What goes on beside."""
        for gate, door in zip(self.gates, self._doors, strict=True):
            keep(door.work, f"the door {gate.channel}")
