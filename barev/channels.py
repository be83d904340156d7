"""The doors of messengers, phones and mailboxes: which of them are set up, and what carries their talks."""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from barev.folders import list_makers
from barev.gates import KEPT, Gate, Maker, ask_name, given_in_settings, with_token
from barev.senders import make_outbox_of
from barev.settings import Settings, SettingsError
from business.booking.phone_proof import ProofTalk, proof_passes
from business.contacts.codes import Codes
from business.doors import Doors, read_tokens
from business.files.service import TalkFiles
from business.inboxes.doors import found_inbox
from conversation.channels import Ability, Capabilities
from conversation.errors import ChannelRejected
from conversation.events import InboxesChanged, MessageAdded, MessageDeleted, MessageEdited, TypingChanged
from conversation.links import FileLinks, TalkPasses
from conversation.messages import Attachment, Channel, Language
from conversation.ports import Intake, Texts
from crm_store.engine import Store
from routing.carrying.arriving import Arriving
from routing.carrying.deliveries import Deliveries, DeliveryRules, Means
from routing.carrying.far_intake import FarRules, TalkFarIntake
from routing.carrying.held import HeldDoor, HoldRules
from routing.carrying.invites import GoingOn, Invite
from routing.carrying.typing import TypingShown
from routing.notices.sending import NoticeOutbox
from routing.notices.staff_first import MESSENGERS, StaffFirst
from routing.publisher import Publisher

Keep = Callable[[Callable[[], Awaitable[object]], str], None]
LOOK_S: Final = 2.0
_log = logging.getLogger(__name__)

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
        codes: Codes,
        secret: bytes,
        makers: Sequence[Maker] | None = None,
    ) -> None:
        """``secret``: the store's. Raises SettingsError."""
        self._store = store
        numbered: set[Channel] = set()
        rules = FarRules(
            settings.business.country, language, numbered=numbered, automatic_per_hour=settings.email.automatic_per_hour
        )
        passes = TalkPasses(secret)
        self.going_on = GoingOn(passes, self._invites, settings.visitor.go_on_min)
        self.agents_ways = GoingOn(passes, self._invites, settings.outbox.link_days * 24 * 60)
        arriving = Arriving(passes, texts, settings.business.name, language)
        name = settings.business.name
        proofs = ProofTalk(proof_passes(secret), texts, name, language, settings.business.country)
        self.intake = StaffFirst(TalkFarIntake(store, publisher, intake, files, rules, arriving, proofs))
        self._settings, self._texts, self._publisher, self._codes = settings, texts, publisher, codes
        self._running: dict[Channel, _Running] = {}
        self._tokens: dict[Channel, str] = {}
        self._turned: defaultdict[Channel, asyncio.Event] = defaultdict(asyncio.Event)
        self._look_now = asyncio.Event()
        base = settings.server.public_url.rstrip("/")

        async def find_file(file_id: int) -> Path:
            return (await files.find_stored(file_id))[1]

        def link(file: Attachment) -> str:
            return base + links.url(file)

        self._means, self._holder = Means(texts, find_file, link, secret), secrets.token_hex(8)
        for make in list_makers() if makers is None else makers:
            gate = make(settings, self.intake, texts)
            if gate is not None:
                self._running[gate.channel] = self._make(gate)
        numbered.update(gate.channel for gate in self.gates if not gate.carrier.capabilities.buttons)
        given = given_in_settings(settings)
        self._kept: tuple[Channel, ...] = tuple(one for one in KEPT if one not in given)
        asks = {one: partial(ask_name, settings, one) for one in KEPT}
        self.doors = Doors(store, asks, given, self._look_now.set)

    @property
    def gates(self) -> list[Gate]:
        """Those that are set up now."""
        return [one.gate for one in self._running.values()]

    def _make(self, gate: Gate) -> "_Running":
        store, given = self._store, self._settings.outbox
        rules = DeliveryRules(lease_s=given.lease_s)
        deliveries = Deliveries(store, self._publisher, gate.channel, gate.carrier, self._holder, rules, self._means)
        typing = TypingShown(store, gate.channel, gate.carrier) if gate.carrier.capabilities.typing else None
        hold = HoldRules(given.door_s, alone=store.url.sqlite is not None)
        listen = None if gate.listener is None else gate.listener.listen
        beside = [deliveries.work, *(() if typing is None else (typing.work,))]
        if gate.channel in MESSENGERS:
            per_day = self._settings.notices.per_day
            notices = NoticeOutbox(
                store, gate.channel, gate.carrier, deliveries.pace, given.lease_s, per_day, self._holder
            )
            beside.append(notices.work)
        if gate.letters is not None:
            to, pace = gate.channel, deliveries.pace
            beside.append(make_outbox_of(self._settings, store, self._codes, {to: gate.letters}, {to: pace}).work)
        return _Running(gate, deliveries, typing, HeldDoor(store, gate.channel, self._holder, hold, listen, beside))

    def _invites(self) -> Mapping[Channel, Invite]:
        return {gate.channel: gate.invite for gate in self.gates if gate.invite is not None}

    async def open(self) -> None:
        """Makes what the doors need in the store. Raises Unavailable."""
        for gate in self.gates:
            await self._found_inbox(gate.channel, gate.label)
        await self.look()

    async def _found_inbox(self, channel: Channel, label: str = "") -> None:
        name = label or _NAMES.get(channel, channel)
        await self._store.writer.run(lambda tx: found_inbox(tx, channel, name))

    # --- doors that are set up and shut while the server runs

    async def look(self) -> None:
        """Opens, changes and shuts doors as their tokens in the store are now. Raises Unavailable."""
        tokens = await self._store.read(lambda tx: read_tokens(tx, self._kept))
        for channel in self._kept:
            token = tokens.get(channel, "")
            if token == self._tokens.get(channel, ""):
                continue
            made = self._make_kept(channel, token) if token else None
            if made is not None:
                await self._found_inbox(channel)
            self._tokens[channel] = token
            before = self._running.pop(channel, None)
            if made is not None:
                self._running[channel] = made
            self._turned[channel].set()
            if before is not None and before.gate.close is not None:
                await before.gate.close()
            self._publisher.publish(InboxesChanged())

    def _make_kept(self, channel: Channel, token: str) -> "_Running | None":
        try:
            gate = KEPT[channel](with_token(self._settings, channel, token), self.intake, self._texts)
        except SettingsError as error:
            _log.warning("the door %s stays shut: %s", channel, error)
            return None
        return None if gate is None else self._make(gate)

    async def _keep_looking(self) -> None:
        while True:
            self._look_now.clear()
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._look_now.wait()

    async def _work(self, channel: Channel) -> None:
        """One door, until it is another. Raises Unavailable, and is then to be called anew."""
        turned = self._turned[channel]
        turned.clear()
        running = self._running.get(channel)
        if running is None:
            await turned.wait()
            return
        works = [asyncio.ensure_future(running.door.work()), asyncio.ensure_future(turned.wait())]
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            for one in works:
                one.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def close(self, _app: web.Application | None = None) -> None:
        """Lets go of all lines."""
        for gate in self.gates:
            if gate.close is not None:
                await gate.close()

    # --- for the house

    def capabilities(self) -> Mapping[Channel, Capabilities]:
        """The channels with an open door, and what they can do."""
        return {gate.channel: gate.carrier.capabilities for gate in self.gates}

    def abilities(self) -> Mapping[Channel, Sequence[Ability]]:
        """Of each channel with an open door, what an agent may be offered there."""
        return {gate.channel: _abilities(gate) for gate in self.gates}

    def heard(self, event: MessageAdded | MessageEdited | MessageDeleted) -> None:
        """A listener: something may wait to be carried."""
        for one in self._running.values():
            one.deliveries.heard(event)

    def typing_changed(self, event: TypingChanged) -> None:
        """A listener: an agent types, and it is shown where it can be."""
        for one in self._running.values():
            if one.typing is not None:
                one.typing.heard(event)

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
        """Registers what far sides call. A door that may be set up later has its address from the beginning; nothing is
        behind it till then."""
        for gate in self.gates:
            if gate.add_to is not None:
                gate.add_to(app)
        for channel, make in KEPT.items():
            trial = self._running.get(channel)
            gate_there = trial.gate if trial is not None else self._try(channel, make)
            if gate_there is not None and gate_there.called is not None:
                app.router.add_post(gate_there.called.path, partial(self._answer, channel))
        app.on_cleanup.append(self.close)

    def _try(self, channel: Channel, make: Maker) -> Gate | None:
        """A door as it would be; nothing of it is opened."""
        try:
            return make(with_token(self._settings, channel, "0:none"), self.intake, self._texts)
        except SettingsError:
            return None

    async def _answer(self, channel: Channel, request: web.Request) -> web.StreamResponse:
        running = self._running.get(channel)
        if running is None or running.gate.called is None:
            return web.Response(status=404)
        return await running.gate.called.answer(request)

    def keep(self, keep: Keep) -> None:
        """What goes on beside."""
        for channel in dict.fromkeys((*self._running, *self._kept)):
            keep(partial(self._work, channel), f"the door {channel}")
        if self._kept:
            keep(self._keep_looking, "looking which doors are set up")


def _abilities(gate: Gate) -> Sequence[Ability]:
    can = gate.carrier.capabilities
    has: Mapping[Ability, bool] = {
        "quotes": can.quotes,
        "edits": can.edits,
        "deletes": can.deletes,
        "invites": gate.invite is not None,
    }
    return [one for one, there in has.items() if there]


@dataclass(frozen=True, slots=True)
class _Running:
    """A door that is set up, and what works for it."""

    gate: Gate
    deliveries: Deliveries
    typing: TypingShown | None
    door: HeldDoor
