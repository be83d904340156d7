"""Links by which a talk of the website goes on in a messenger: what they carry, and what they are worth when somebody
comes by one.

A link's word is signed, ends soon, and is spent in the commit in which somebody comes by it: the first account that
does has it, and may come by it again; to any other, and when it is over, it opens nothing.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from business.contacts import merging
from conversation import clock
from conversation.channels import FarPerson
from conversation.errors import ChannelError, Rejected
from conversation.links import TalkPasses
from conversation.messages import Channel, Conversation
from conversation.ports import AddressKey, Way
from crm_store import Tx, contacts, conversations, idempotency

NAMES: Final[Mapping[Channel, str]] = {"telegram": "Telegram", "viber": "Viber"}
SITE: Final = "site"
"""What a link carries of somebody who has not said anything yet."""
_SCOPE: Final = "talk pass"
_KEPT: Final = timedelta(days=1)
_ASK_S: Final = 3.0
Invite = Callable[[str], Awaitable[str]]
"""The address that opens a messenger with a word. Raises ChannelError."""
End = Literal["joined", "over", "another"]


class Coming(NamedTuple):
    """What became of somebody who came by a link. ``joined``: he is the contact of the conversation, and talks in it;
    ``over``: it opens nothing (any more); ``another``: his account is known as another customer's, whom no link makes
    one with somebody. ``first``: he came by it for the first time; ``told``: heads that have changed by it."""

    end: End
    conversation_id: int = 0
    first: bool = False
    told: tuple[Conversation, ...] = ()


@dataclass(frozen=True, slots=True)
class GoingOn:
    """``invites``: of the doors that are open now; ``minutes``: for which a link opens."""

    passes: TalkPasses
    invites: Callable[[], Mapping[Channel, Invite]]
    minutes: float

    async def list_ways(self, conversation_id: int | None) -> tuple[Way, ...]:
        """See the port ``Ways``. A door that does not answer at once is left out."""
        until = clock.now() + timedelta(minutes=self.minutes)

        async def make(channel: Channel, invite: Invite) -> Way | None:
            word = SITE if conversation_id is None else self.passes.make(conversation_id, until)
            try:
                async with asyncio.timeout(_ASK_S):
                    return Way(channel, NAMES.get(channel, channel), await invite(word))
            except (ChannelError, TimeoutError):
                return None

        found = await asyncio.gather(*(make(channel, invite) for channel, invite in self.invites().items()))
        return tuple(one for one in found if one is not None)


def come(tx: Tx, passes: TalkPasses, word: str, address: AddressKey, person: FarPerson, at: datetime) -> Coming:
    """Somebody came by a link: spends it, and makes his account an address of the conversation's contact."""
    opens = passes.read(word)
    head = None if opens is None else conversations.find_head(tx, opens.conversation_id)
    if opens is None or head is None:
        return Coming("over")
    account = f"{address.channel}:{address.value}"
    key = hashlib.sha256(word.encode()).hexdigest()
    try:
        before = idempotency.begin(tx, _SCOPE, key, account, at, opens.until - at + _KEPT)
    except Rejected:  # another account had it before
        return Coming("over")
    if before is None:
        idempotency.finish(tx, _SCOPE, key, {})
    return _join(tx, head, address, person, at)._replace(first=before is None)


def _join(tx: Tx, head: Conversation, address: AddressKey, person: FarPerson, at: datetime) -> Coming:
    found = conversations.find_address(tx, address.channel, address.value)
    if found is None:
        contacts.insert_address(
            tx,
            contact_id=head.contact.id,
            channel=address.channel,
            value=address.value,
            display=person.username or None,
            language=person.language,
            at=at,
            verified_at=at,  # the channel itself vouches for it
        )
        if not head.contact.name and person.name:
            contacts.change_contact(tx, head.contact.id, {"name": person.name}, at)
        return Coming("joined", head.id)
    address_id, contact_id = found
    if contact_id == head.contact.id:
        return Coming("joined", head.id)
    if not contacts.is_stranger(tx, contact_id, address_id) or contacts.has_visits(tx, contact_id):
        return Coming("another", head.id)  # else who sends his own link to somebody would see that one's visits
    _, told = merging.merge(tx, None, head.contact.id, contact_id, "")
    return Coming("joined", head.id, told=tuple(told))
