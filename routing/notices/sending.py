"""Sends what agents are told to their chats, in the process that holds the door: at the pace of the far side, and with
what each is called there, so that an answer to it is understood."""

from typing import Final

from conversation.channels import Carrier, Piece
from conversation.errors import ChannelBlocked, ChannelUnavailable
from conversation.messages import Channel
from conversation.ports import Letter, Sender
from crm_store import Tx, agents, notices
from crm_store.engine import Store
from crm_store.notices import PURPOSE
from crm_store.outgoing import Outgoing
from routing.carrying.pace import Pace
from routing.carrying.pieces import part_text
from routing.handoff import may_see
from routing.notices.wording import read_buttons
from routing.outbox import Outbox, OutboxRules

_ATTEMPTS: Final = 15


def is_stale(tx: Tx, row: Outgoing) -> bool:
    """Whether a notice is not to go any more: its agent may not work, is told elsewhere, or may not see the
    conversation by now."""
    agent_id = row.payload.get("agent_id")
    if row.purpose != PURPOSE or not isinstance(agent_id, int):
        return False
    address = notices.find_address(tx, row.channel, row.recipient)
    agent = agents.find_agent(tx, agent_id)
    if agent is None or address is None or address.agent_id != agent_id:
        return True
    if row.conversation_id is None:
        return False
    talk = notices.find_place(tx, row.conversation_id)
    return talk is None or not may_see(agent, talk)


class NoticeOutbox(Outbox):
    """One a channel: an outbox whose letters are pieces of a carrier."""

    def __init__(
        self, store: Store, channel: Channel, carrier: Carrier, pace: Pace, lease_s: float, per_day: int, holder: str
    ) -> None:
        rules = OutboxRules(per_address=2 * per_day, attempts=_ATTEMPTS, lease_s=lease_s)
        super().__init__(store, {channel: _Pieces(carrier)}, rules, holder, _no_code, {channel: pace}, is_stale)
        self._carrier = carrier
        self._pace = pace

    async def _hand_over(self, row: Outgoing, sender: Sender) -> str:
        letter = self._letter(row)
        can = self._carrier.capabilities
        parts = part_text(letter.text, can.text_chars) or ["…"]
        for place, text in enumerate(parts):
            buttons = read_buttons(row.payload) if place == len(parts) - 1 and can.buttons else ()
            asks = row.payload.get("asks_contact")
            asked = str(asks) if asks is not None and place == len(parts) - 1 else None
            piece = Piece(f"{letter.id}-{place}", letter.to, text, letter.language, buttons, asks_contact=asked)
            if place:
                await self._pace.turn(letter.to)
            try:
                sent = await self._carrier.send(piece)
            except ChannelBlocked:
                await self._store.writer.run(lambda tx: _forget(tx, row))
                raise
            except ChannelUnavailable as error:
                if error.for_all:
                    self._pace.hold(error.retry_after_s)
                raise
            if sent.id and row.conversation_id is not None:
                await self._store.writer.run(lambda tx, far_id=sent.id: _name(tx, row, far_id))  # type: ignore[misc]  # binds the loop's
        return ""


class _Pieces:
    """A carrier, as far as an outbox has to know it."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    @property
    def repeatable(self) -> bool:
        """See the port."""
        return self._carrier.repeatable

    async def send(self, letter: Letter) -> str:
        """See the port."""
        return (await self._carrier.send(Piece(letter.id, letter.to, letter.text, letter.language))).id


def _no_code(_salt: str) -> str:
    return ""


def _name(tx: Tx, row: Outgoing, far_id: str) -> None:
    address = notices.find_address(tx, row.channel, row.recipient)
    if address is not None and row.conversation_id is not None:
        notices.name(tx, address.id, far_id, row.conversation_id)


def _forget(tx: Tx, row: Outgoing) -> None:
    """He shut the bot out: he is told there no more."""
    address = notices.find_address(tx, row.channel, row.recipient)
    if address is not None:
        notices.unlink(tx, address.agent_id, row.channel)
