"""Calendars in iCalendar (RFC 5545) that other programs read: of a specialist, of a customer, of one visit.

A visit keeps its UID whatever becomes of it; SEQUENCE is its version, so that readers take what is newer; one that was
called off is told as CANCELLED for as long as it is in the window. Times are in UTC.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from business.booking.own_links import OwnLinks
from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Language
from conversation.ports import Texts
from crm_store import Tx, own_page
from crm_store.engine import Store
from crm_store.rows import AnyRow

if TYPE_CHECKING:
    from icalendar import Event

EDIT: Final = "schedules.edit"
KEY: Final = r"^[A-Za-z0-9_.-]{20,200}$"
_BACK: Final = timedelta(days=31)
_AHEAD: Final = timedelta(days=400)
_MOST: Final = 5_000
_ITEM = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Feeds:
    """Writes them. ``business``: the firm's name; ``language``: of those that are nobody's own."""

    store: Store
    links: OwnLinks
    texts: Texts
    business: str
    language: Language
    secret: bytes = field(repr=False)

    async def read(self, key: str) -> bytes | None:
        """The calendar that a key opens: a specialist's, or a customer's by his link. None: none."""
        at = clock.now()
        since, until = at - _BACK, at + _AHEAD

        def read(tx: Tx) -> tuple[str, list[AnyRow], bool, Language] | None:
            if _ITEM.fullmatch(key):
                row = own_page.find_feed(tx, key)
                if row is None or row.archived_at is not None:
                    return None
                name = say_name(row.name, self.language)
                return name, own_page.list_of_provider(tx, row.id, since, until, _MOST), True, self.language
            opened = self.links.open(tx, "calendar", key)
            if opened is None:
                return None
            items = own_page.list_of_contact(tx, opened.contact_id, since, until, _MOST)
            return self.business, items, False, opened.language or self.language

        found = await self.store.read(read)
        if found is None:
            return None
        name, items, of_firm, language = found
        return self.write(name, items, language, of_firm=of_firm)

    def write(self, name: str, items: Iterable[AnyRow], language: Language, *, of_firm: bool) -> bytes:
        """Items as ``crm_store.own_page`` lists them. ``of_firm``: for the firm's own people, to whom customers are
        told; customers are told who serves them."""
        from icalendar import Calendar  # takes 0.14 s to import, and few firms have any use for it

        calendar = Calendar()
        calendar.add("PRODID", "-//Barev//Barev//EN")
        calendar.add("VERSION", "2.0")
        calendar.add("CALSCALE", "GREGORIAN")
        calendar.add("METHOD", "PUBLISH")
        calendar.add("X-WR-CALNAME", name)
        calendar.add("REFRESH-INTERVAL", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT15M")
        for item in items:
            calendar.add_component(self._event(item, language, of_firm))
        return bytes(calendar.to_ical())

    def _event(self, item: AnyRow, language: Language, of_firm: bool) -> "Event":
        from icalendar import Event

        event = Event()
        service = say_name(item.service_name, language) or item.title
        provider = say_name(item.provider_name, language)
        whom = item.contact_name or "" if of_firm else provider
        event.add("UID", f"visit-{item.id}-{item.position}@{self._house()}")
        event.add("SEQUENCE", item.version)
        event.add("DTSTAMP", item.updated_at)
        event.add("CREATED", item.created_at)
        event.add("LAST-MODIFIED", item.updated_at)
        event.add("DTSTART", item.item_starts_at)
        event.add("DTEND", item.item_ends_at)
        event.add("SUMMARY", " · ".join(part for part in (service, whom) if part) or self.business)
        gone = item.status in ("cancelled", "no_show")
        event.add("STATUS", "CANCELLED" if gone else "TENTATIVE" if item.status == "booked" else "CONFIRMED")
        event.add("TRANSP", "TRANSPARENT" if gone else "OPAQUE")
        if not of_firm:
            said = self.texts.get(language, "pages.feed.about", business=self.business)
            phone = [] if not item.branch_phone else [str(item.branch_phone)]
            event.add("DESCRIPTION", "\n".join([said, *phone]))
            place = ", ".join(part for part in (item.branch_name, item.branch_address) if part)
            if place:
                event.add("LOCATION", place)
        return event

    def _house(self) -> str:
        """Of this installation, always the same, and nothing that could be looked up."""
        return hmac.digest(self.secret, b"calendar uid", hashlib.sha256).hex()[:16] + ".barev"

    async def give_key(self, actor: Agent, resource_id: int, remote: str) -> str:
        """A new address of a resource's calendar; an earlier one opens it no more. Raises Rejected not_found,
        forbidden."""
        key = secrets.token_hex(20)
        await self._put(actor, resource_id, key, remote)
        return f"{self.links.base()}/api/v1/calendars/{key}.ics"

    async def take_key(self, actor: Agent, resource_id: int, remote: str) -> None:
        """No address opens a resource's calendar any more. Raises Rejected not_found, forbidden."""
        await self._put(actor, resource_id, None, remote)

    async def find_address(self, resource_id: int) -> str | None:
        """The address that opens a resource's calendar. Raises Rejected not_found."""
        row = await self.store.read(lambda tx: _require(tx, resource_id))
        return None if row.feed_key is None else f"{self.links.base()}/api/v1/calendars/{row.feed_key}.ics"

    async def _put(self, actor: Agent, resource_id: int, key: str | None, remote: str) -> None:
        def write(tx: Tx) -> None:
            doer = require_now(tx, actor, EDIT)
            _require(tx, resource_id)
            own_page.put_feed_key(tx, resource_id, key)
            verb = "feed_removed" if key is None else "feed_made"
            record_deed(tx, doer, f"resource.{verb}", "resource", resource_id, remote=remote)

        await self.store.writer.run(write)


def say_name(names: object, language: Language) -> str:
    """A name kept by language, in this one or another that it is written in; empty where there is none."""
    if not isinstance(names, dict):
        return ""
    own = names.get(language)
    return str(own or next((name for name in names.values() if name), ""))


def _require(tx: Tx, resource_id: int) -> AnyRow:
    row = own_page.find_resource(tx, resource_id)
    if row is None or row.archived_at is not None:
        raise Rejected("not_found", "outside.resource_not_found")
    return row
