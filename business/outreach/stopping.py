"""No more letters of a kind to an address: said by one press in a letter, taken back as easily."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from business.team.deeds import record_deed
from conversation import clock
from conversation.links import Stop, StopLinks
from conversation.messages import Channel, JsonObject, Language
from conversation.ports import Texts
from crm_store import Tx, stops
from crm_store.engine import Store
from crm_store.models import StatedChannel
from crm_store.outgoing import Outgoing

ABOUT: Final = ("reminder", "waitlist", "answer")
"""What letters by themselves there are, as the outbox names them: of visits, of free time, of answers not seen."""


_CHANNELS: Final[Mapping[Channel, StatedChannel]] = {"email": "email", "sms": "phone"}


class Standing(NamedTuple):
    """What a link leads to. ``language``: of whose card the address is on; ``stopped``: how it stands now."""

    about: str
    language: Language | None
    stopped: bool


def offer_stop(links: StopLinks, texts: Texts, payload: JsonObject, stop: Stop, language: Language) -> JsonObject:
    """A letter's payload with the link by which such letters end: for mail programs, and for who reads it. As it was
    where the server has no public address."""
    url = links.url(stop, language)
    if not url:
        return payload
    text = f"{payload['text']}\n\n{texts.get(language, 'outreach.stop', link=url)}"
    return {**payload, "text": text, "unsubscribe": url}


def is_stopped(tx: Tx, row: Outgoing) -> bool:
    """Whether a letter that waits was unsubscribed from since it was written."""
    channel = _CHANNELS.get(row.channel)
    return channel is not None and row.purpose in ABOUT and stops.is_stopped(tx, channel, row.recipient, row.purpose)


class Stopping:
    """Ends letters, and begins them again."""

    def __init__(self, store: Store, links: StopLinks) -> None:
        self._store = store
        self._links = links

    async def find(self, token: str) -> Standing | None:
        """What a link leads to; None: it is not ours. Of an address that no card has any more nothing is sent.

        Raises Unavailable."""
        stop = self._links.read(token)
        return None if stop is None else await self._store.read(lambda tx: _find(tx, stop))

    async def set_stopped(self, token: str, source: str, remote: str, *, stopped: bool) -> Standing | None:
        """Notes it, once: said again it changes nothing. None: the link is not ours. Raises Unavailable."""
        stop = self._links.read(token)
        if stop is None:
            return None

        def write(tx: Tx) -> Standing:
            before, owner = _find(tx, stop), stops.find_owner(tx, stop.address_id)
            if owner is None or before.stopped == stopped:
                return before
            stops.add_stop(tx, owner, stop.about, source, clock.now(), stopped=stopped)
            name = "contact.letters_stopped" if stopped else "contact.letters_resumed"
            after = {"about": stop.about, "address": owner.value, "source": source}
            record_deed(tx, None, name, "contact", owner.contact_id, after=after, remote=remote)
            return before._replace(stopped=stopped)

        return await self._store.writer.run(write)


def _find(tx: Tx, stop: Stop) -> Standing:
    owner = stops.find_owner(tx, stop.address_id)
    if owner is None:
        return Standing(stop.about, None, True)
    return Standing(stop.about, owner.language, stops.is_stopped(tx, owner.channel, owner.value, stop.about))
