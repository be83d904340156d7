"""What the bot knows: hours and addresses as the firm has set them, the customer from his card (the port ``Facts``)."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from business.booking.phone_proof import ChatProofs
from business.contacts.cards import regions_of, require_phone
from business.contacts.codes import NO_CODES, Codes
from business.hours.calendar import load_calendar
from business.hours.schedule import Schedule, closes_at, opens_at
from business.hours.week import show_hours
from conversation.dates import say_day, say_moment, say_time
from conversation.errors import Rejected
from conversation.messages import Channel, Conversation, Language
from conversation.ports import Texts
from crm_store import Tx, places
from crm_store.rows import AnyRow
from routing.flows.booking.store import Means, Place, StoreBooking, open_booking
from routing.flows.booking.told import StoreTold
from routing.flows.proofs import StoreProving


class StoreFacts:
    """Reads when it is asked, inside the transaction that it was made for."""

    def __init__(
        self,
        tx: Tx,
        texts: Texts,
        head: Conversation,
        business: str,
        country: str,
        now: datetime,
        codes: Codes = NO_CODES,
        means: Means | None = None,
        key: str = "",
        cards: ChatProofs | None = None,
    ) -> None:
        """``texts``: as the bot words them here; ``country``: the business's own, where the branch has none; ``means``:
        what booking is done with; ``key``: of the message that is answered, where it may have anything done; ``cards``:
        how a messenger vouches for phones, where it does now."""
        self._codes = codes
        self._cards = cards
        self._means = means
        self._key = key
        self._tx = tx
        self.texts = texts
        self._head = head
        self._business = business
        self._country = country
        self._now = now

    @property
    def channel(self) -> Channel:
        """See the port."""
        return self._head.channel

    @property
    def business(self) -> str:
        """The branch's name, which the customer knows; the firm's where he is of none."""
        branch = self._branch
        return self._business if branch is None else str(branch.name)

    @property
    def country(self) -> str:
        """See the port."""
        return self._country if self._branch is None else str(self._branch.country or self._country)

    @property
    def firm_language(self) -> Language:
        """See the port."""
        branch = self._branch or next(iter(self._branches), None)
        language: Language = "en" if branch is None else branch.language
        return language

    @property
    def today(self) -> date:
        """See the port."""
        return self._now.astimezone(self.schedule.zone).date()

    @property
    def known(self) -> dict[str, str]:
        """See the port."""
        contact = self._head.contact
        known = (("name", contact.name), ("phone", contact.phone), ("email", contact.email))
        return {key: value for key, value in known if value}

    @cached_property
    def proving(self) -> StoreProving:
        """See the port."""
        countries = (self.country, self._country)
        return StoreProving.of(self._tx, self.texts, self._codes, self._head, self.business, countries, self._cards)

    @cached_property
    def booking(self) -> StoreBooking | None:
        """See the port."""
        place = Place(self._tx, self.texts, self._head, self.schedule.zone, self._now, self._key)
        return open_booking(self._means, place)

    @cached_property
    def told(self) -> StoreTold:
        """See the port."""
        given = (None, None) if self._means is None or not self._key else (self._means.waiting, self._means.reminding)
        return StoreTold(self._tx, self._head.id, self._head.contact.id, self._now, *given)

    def check_phone(self, stated: str) -> bool:
        """See the port."""
        try:
            require_phone(stated, regions_of(self._tx, self._country, self.country))
        except Rejected:
            return False
        return True

    def hours(self, language: Language) -> str:
        """See the port."""
        schedule, now = self.schedule, self._now
        lines = self._week(schedule, language)
        if schedule.always:
            return self._text(language, "always")
        if schedule.is_open(now):
            closes = closes_at([schedule], now)
            if closes is not None:
                lines.append(self._text(language, "open_now", time=say_time(closes, schedule.zone)))
            return "\n".join(lines)
        opens = opens_at([schedule], now)
        if opens is None:
            return "\n".join([*lines, self._text(language, "closed_now")])
        said = say_moment(self.texts, language, opens, schedule.zone, now)
        return "\n".join([*lines, self._text(language, "closed_until", moment=said)])

    def opens_next(self) -> datetime:
        """When work begins: now where it is under way, or where that is not in sight."""
        return opens_at([self.schedule], self._now) or self._now

    def addresses(self) -> Sequence[tuple[str, str]]:
        """See the port."""
        rows = self._branches if self._branch is None else [self._branch]
        return [
            (row.name, ", ".join(filter(None, (row.address, row.phone)))) for row in rows if row.address or row.phone
        ]

    @cached_property
    def schedule(self) -> Schedule:
        """The hours of who answers here."""
        team, branch = self._head.team, self._head.branch
        return load_calendar(self._tx).asked(team.id if team else None, branch.id if branch else None)

    def _week(self, schedule: Schedule, language: Language) -> list[str]:
        """A line for each stretch of days with the same hours, and one for a day of this week that differs."""
        lines = []
        days = [(number, show_hours(hours)) for number, hours in enumerate(schedule.weekly, 1)]
        for hours, group in groupby(days, key=lambda one: one[1]):
            numbers = [number for number, _ in group]
            names = [self.texts.get(language, f"time.weekday.{one}") for one in (numbers[0], numbers[-1])]
            named = names[0] if len(numbers) == 1 else f"{names[0]} – {names[1]}"
            lines.append(f"{named}: {_spans(hours) or self._text(language, 'day_off')}")
        today = self._now.astimezone(schedule.zone).date()
        if schedule.why_differs(today) is not None:
            said = _spans(show_hours(schedule.hours_of(today))) or self._text(language, "day_off")
            lines.append(f"{say_day(self.texts, language, today, today)}: {said}")
        return lines

    def _text(self, language: Language, key: str, **fields: object) -> str:
        return self.texts.get(language, f"flow.{key}", **fields)

    @cached_property
    def _branches(self) -> list[AnyRow]:
        return places.list_branches(self._tx)

    @cached_property
    def _branch(self) -> AnyRow | None:
        mine = self._head.branch
        return None if mine is None else next((row for row in self._branches if row.id == mine.id), None)


def _spans(hours: object) -> str:
    spans = hours if isinstance(hours, list) else []
    return ", ".join(f"{start}–{end}" for start, end in spans)
