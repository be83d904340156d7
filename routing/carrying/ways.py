"""By which addresses a customer can be written to in his conversation, and what may be said there now: what an agent
sees before he sends, and the one place that refuses what would not go through."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple, get_args

from conversation import clock
from conversation.channels import Capabilities, is_closed, window_end
from conversation.errors import Rejected
from conversation.events import Event
from conversation.messages import Activity, Agent, Channel, Conversation
from crm_store import Tx, contacts, conversations, joining
from crm_store.engine import Store
from crm_store.joining import Reachable
from routing.carrying.going_on import go_on
from routing.handoff import may_see
from routing.intake import require_head
from routing.publisher import Publisher

Why = Literal["shut", "unproven", "blocked", "window", "busy"]
"""Why an address cannot be written to: its channel has no door here; it is neither proven nor agreed to; its owner does
not want to hear from us; he wrote too long ago; another open conversation goes on there."""
WHYS: Final[tuple[Why, ...]] = get_args(Why)
Doors = Callable[[], Mapping[Channel, Capabilities]]
"""The channels with an open door, and what they can do."""
_STATED: Final[Mapping[str, Channel]] = {"phone": "sms", "email": "email"}


class Way(NamedTuple):
    """An address as an agent sees it. ``current``: the conversation goes on there. ``why``: it cannot be written to
    now. ``closes_at``: when its window ends, where it has one. ``costs``: what is said now is charged for.
    ``can``: None for the website, where everything can be done."""

    address_id: int
    channel: Channel
    value: str
    current: bool
    why: Why | None
    closes_at: datetime | None
    costs: bool
    can: Capabilities | None


class Ways:
    """Reads them, and has a conversation go on by another. ``doors``: see there."""

    def __init__(self, store: Store, publisher: Publisher, doors: Doors) -> None:
        self._store = store
        self._publisher = publisher
        self._doors = doors

    async def find(self, agent: Agent, conversation_id: int) -> list[Way]:
        """The current one first. Raises Rejected not_found."""
        return await self._store.read(lambda tx: self._find(tx, agent, conversation_id))

    async def choose(self, agent: Agent, conversation_id: int, address_id: int) -> Conversation:
        """Answers go there from now on, until the customer writes elsewhere. Raises Rejected not_found, conflict (with
        ``reason``, see ``Why``)."""

        def write(tx: Tx) -> tuple[Conversation, list[Event]]:
            at = clock.now()
            way = next((one for one in self._find(tx, agent, conversation_id) if one.address_id == address_id), None)
            if way is None:
                raise Rejected("not_found", "error.not_found")
            if way.why is not None and not way.current:
                raise refuse(way.why, way.channel, way.can)
            to = self._own(tx, way, at)
            line = Activity("channel_chosen", {"channel": way.channel, "by": agent.name})
            events = go_on(tx, conversation_id, to, line, at)
            return require_head(tx, conversation_id), events

        def tell(written: tuple[Conversation, list[Event]]) -> None:
            for event in written[1]:
                self._publisher.publish(event)

        return (await self._store.writer.run(write, tell))[0]

    def windows(self) -> dict[Channel, float | None]:
        """What ``append_messages`` asks (``NewMessage.within``)."""
        return {channel: None if can.paid else can.window_h for channel, can in self._doors().items()}

    def _find(self, tx: Tx, agent: Agent, conversation_id: int) -> list[Way]:
        row = conversations.find_row(tx, conversation_id)
        if row is None or not may_see(agent, row):
            raise Rejected("not_found", "error.conversation_not_found")
        doors, at = self._doors(), clock.now()
        found = joining.list_reachable(tx, row.contact_id)
        talked = {(one.channel, one.value) for one in found if one.channel != "phone"}
        ways = [
            self._way(one, row.id, row.address_id, doors, at)
            for one in found
            if one.channel != "phone" or ("sms" in doors and ("sms", one.value) not in talked)
        ]
        browsers = [one for one in ways if one.channel == "web" and not one.current]
        spare = {one.address_id for one in browsers[: -1 if row.channel != "web" else None]}  # one website is enough
        return sorted((one for one in ways if one.address_id not in spare), key=lambda one: not one.current)

    @staticmethod
    def _way(
        one: Reachable,
        conversation_id: int,
        current_id: int,
        doors: Mapping[Channel, Capabilities],
        at: datetime,
    ) -> Way:
        channel: Channel = _STATED[one.channel] if one.channel == "phone" else one.channel
        current = one.id == current_id
        if channel == "web":
            why: Why | None = None if current or one.held_in == conversation_id else "busy" if one.held_in else None
            return Way(one.id, channel, "", current, why, None, costs=False, can=None)
        can = doors.get(channel)
        if can is None:
            return Way(one.id, channel, one.shown, current, "shut", None, costs=False, can=None)
        closed = is_closed(can, one.heard_at, at)
        closes_at = window_end(can, one.heard_at) if one.heard_at is not None else None
        why = None
        if not (current or one.proven or one.agreed):  # where he wrote he may be answered, whoever he is
            why = "unproven"
        elif one.blocked:
            why = "blocked"
        elif closed and not can.paid:
            why = "window"
        elif not current and one.held_in not in (None, conversation_id):
            why = "busy"
        return Way(one.id, channel, one.shown, current, why, closes_at, costs=closed and can.paid, can=can)

    @staticmethod
    def _own(tx: Tx, way: Way, at: datetime) -> int:
        """The address by which is talked: of a phone that was proven otherwise there may be none yet."""
        stated = joining.find_stated(tx, way.address_id)
        if stated is None:
            return way.address_id
        known = conversations.find_address(tx, way.channel, stated.value)
        if known is not None:
            if known[1] != stated.contact_id:
                raise refuse("busy", way.channel, way.can)
            return known[0]
        return contacts.insert_address(
            tx,
            contact_id=stated.contact_id,
            channel=way.channel,
            value=stated.value,
            display=stated.display,
            language=None,
            at=at,
            verified_at=stated.verified_at,
        )


def refuse(why: Why, channel: Channel, can: Capabilities | None) -> Rejected:
    """Why something cannot be said there, to an agent."""
    hours = 0 if can is None or can.window_h is None else can.window_h
    return Rejected("conflict", f"channel.cannot.{why}", extra={"reason": why, "channel": channel}, hours=f"{hours:g}")
