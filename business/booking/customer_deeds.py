"""What customers do on their pages, written as appointments: the port ``Booker`` on ``Visits``."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from business.booking.customer import Made, Wishes
from business.booking.holds import Holds
from business.booking.model import Booked, BookRequest, Person, Wanted
from business.booking.moving import Move
from business.booking.visits import Visits
from business.contacts.cards import regions_of, require_phone
from business.once import Once, RepeatedError
from conversation import clock
from conversation.clock import to_iso
from conversation.messages import JsonObject
from crm_store import Tx, contacts, proving
from crm_store.holds import find_keyed

SOURCE: Final = "page"


class CustomerDeeds:
    """Implements the port. What he agreed to is kept by the same commit."""

    def __init__(self, visits: Visits, holds: Holds, country: str) -> None:
        self._holds = holds
        self._country = country
        self._visits = visits

    async def book(self, wanted: Wanted, starts_at: datetime, who: Wishes, key: str) -> Made:
        """See the port."""
        person = Person(who.name, who.phone, verified=who.verified)
        request = BookRequest(
            wanted,
            starts_at,
            person,
            SOURCE,
            note=who.note,
            language=who.language,
            online=True,
            consent=who.consent,
            remote=who.remote,
            source_id=who.source_id,
        )
        once = Once(f"{SOURCE} booking", key, _told(wanted, starts_at, who))

        def work(tx: Tx) -> Booked:
            held = find_keyed(tx, _hold_key(key))
            booked = self._visits.book_in(tx, None, replace(request, hold_id=None if held is None else held.id))
            contact_id = booked.appointment.contact_id
            if who.verified and contact_id is not None:
                self._prove(tx, contact_id, who)
            return booked

        deed = self._visits.write(lambda tx: once.do(tx, work, _keep))
        try:
            done = await self._visits.instead(wanted, starts_at, deed, online=True)
        except RepeatedError as repeated:
            return Made(*(int(str(repeated.answer[name])) for name in Made._fields))
        return Made(done.appointment.id, done.appointment.contact_id or 0)

    async def hold(self, wanted: Wanted, starts_at: datetime, key: str) -> None:
        """See the port."""
        await self._holds.take(wanted, starts_at, "page", _hold_key(key), online=True)

    def _prove(self, tx: Tx, contact_id: int, who: Wishes) -> None:
        """The phone is his from now on, and nobody else's."""
        phone = require_phone(who.phone, regions_of(tx, self._country))
        at = clock.now()
        proving.release(tx, "phone", phone.value, contact_id)
        contacts.state_address(tx, contact_id, "phone", phone.value, phone.display, at)
        proving.mark_proven(tx, contact_id, "phone", phone.value, at)

    async def move(self, appointment_id: int, starts_at: datetime, provider_id: int | None, version: int) -> None:
        """See the port."""
        await self._visits.move(None, appointment_id, Move(starts_at, provider_id, version=version, online=True))

    async def cancel(self, appointment_id: int, reason: str, version: int) -> None:
        """See the port."""
        await self._visits.cancel(None, appointment_id, reason, version)


def _hold_key(key: str) -> str:
    return f"page:{key}"


def _keep(booked: Booked) -> JsonObject:
    return {"appointment_id": booked.appointment.id, "contact_id": booked.appointment.contact_id or 0}


def _told(wanted: Wanted, starts_at: datetime, who: Wishes) -> JsonObject:
    """What a repeat says again."""
    return {"wanted": repr(wanted), "at": to_iso(starts_at), "name": who.name, "phone": who.phone, "note": who.note}
