"""What a customer answers on his own page: that he comes, that he takes a time or not, that he waits no more."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from business.booking.own_links import Opened, OwnLinks
from business.booking.reminding import Reminding
from business.booking.waiting import Answer, Waiting
from business.booking.wishes import Wish
from business.outreach.ways import zone_of
from conversation.errors import Rejected
from conversation.events import CalendarChanged, Event
from crm_store import Tx, waitlist
from crm_store.engine import Store
from crm_store.rows import AnyRow

Left = Literal["left", "gone"]


class OwnWish(NamedTuple):
    """What he waits for; ``services``, ``provider``: rows with names by language; ``offer``: the time that is held for
    him."""

    row: AnyRow
    services: Sequence[AnyRow]
    provider: AnyRow | None
    offer: AnyRow | None
    zone: ZoneInfo


class OwnWaiting:
    """Everything is asked with the token of his page: it says who he is, and that it is he. A link that is for one
    appointment only shows no wishes."""

    def __init__(
        self,
        store: Store,
        links: OwnLinks,
        waiting: Waiting,
        reminding: Reminding,
        publish: Callable[[Event], None],
    ) -> None:
        self._store = store
        self._links = links
        self._waiting = waiting
        self._reminding = reminding
        self._publish = publish

    async def list(self, token: str) -> Sequence[OwnWish]:
        """What he waits for."""
        return await self._store.read(lambda tx: _list(tx, self._open(tx, token)))

    async def answer(self, token: str, offer_id: int, *, yes: bool) -> Answer:
        """What his yes or no came to."""

        def write(tx: Tx) -> tuple[Answer, list[Event]]:
            opened = self._open(tx, token)
            if opened is None or opened.only is not None:
                return "gone", []
            answered = self._waiting.answer_in(tx, offer_id, yes, opened.contact_id)
            return answered.outcome, answered.events

        return (await self._store.writer.run(write, lambda done: self._tell(done[1])))[0]

    async def join(self, token: str, wish: Wish) -> None:
        """Puts him at the end of the line, whoever ``wish`` says that he is. Raises Rejected not_found, conflict where
        the days make no sense or he waits for the same already."""

        def write(tx: Tx) -> None:
            opened = self._open(tx, token)
            if opened is None or opened.only is not None:
                raise Rejected("not_found", "error.not_found")
            self._waiting.add_in(tx, replace(wish, contact_id=opened.contact_id))

        await self._store.writer.run(write, lambda _: self._publish(CalendarChanged()))

    async def leave(self, token: str, wish_id: int) -> Left:
        """He waits no more."""

        def write(tx: Tx) -> tuple[Left, list[Event]]:
            opened = self._open(tx, token)
            row = waitlist.find_wish(tx, wish_id)
            if opened is None or opened.only is not None or row is None or row.contact_id != opened.contact_id:
                return "gone", []
            return "left", self._waiting.end_in(tx, wish_id, None)

        return (await self._store.writer.run(write, lambda done: self._tell(done[1])))[0]

    async def come(self, token: str, appointment_id: int) -> bool:
        """He comes; False where there is no such visit of his."""

        def write(tx: Tx) -> tuple[bool, list[Event]]:
            opened = self._open(tx, token)
            if opened is None or opened.only not in (None, appointment_id):
                return False, []
            confirmed = self._reminding.answer_in(tx, appointment_id, opened.contact_id)
            return confirmed.stands, confirmed.events

        return (await self._store.writer.run(write, lambda done: self._tell(done[1])))[0]

    def _open(self, tx: Tx, token: str) -> Opened | None:
        return self._links.open(tx, "me", token)

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            self._publish(event)


def _list(tx: Tx, opened: Opened | None) -> list[OwnWish]:
    rows = [] if opened is None or opened.only is not None else waitlist.list_of_contact(tx, opened.contact_id)
    services = waitlist.name_services(tx, {one for row in rows for one in row.service_ids})
    people = waitlist.name_resources(tx, {row.provider_id for row in rows if row.provider_id is not None})
    offers = waitlist.list_standing(tx, [row.id for row in rows])
    zone = zone_of(tx, None)
    return [
        OwnWish(
            row,
            [services[one] for one in row.service_ids if one in services],
            people.get(row.provider_id),
            offers.get(row.id),
            zone,
        )
        for row in rows
    ]


def is_open(offer: AnyRow, at: datetime) -> bool:
    """Whether it may still be answered."""
    ends: datetime = offer.expires_at
    return ends > at
