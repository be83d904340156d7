"""The waiting list: freed time is held for the first in line whose wish it fits, and offered to him for some minutes;
then to the next. Nobody else can take it meanwhile, and nobody is offered the same time twice.

Who reads his talk is told at any hour. A letter waits for the end of the quiet hours, and so does what would ring in a
talk by SMS or e-mail; the time is held until then.
Whom nothing of this reaches is phoned: an agent gets the task.

Everything here happens inside one transaction: the hold, the offer and the message that tells of it are one commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, NamedTuple

from business.booking import calling
from business.booking.calling import Call
from business.booking.ground import MOST_DAYS
from business.booking.model import Slot
from business.booking.ports import Calendar
from business.booking.saying import Visit, name_visit
from business.booking.settings import BookingSettings
from business.booking.wishes import Wish, WishChange, check_wish, day_of
from business.outreach.quiet import wait_until
from business.outreach.settings import OutreachRules
from business.outreach.telling import PRESS, Said, letter_key, tell
from business.outreach.voice import Voice
from business.outreach.ways import Way, choose, zone_of
from business.outreach.wording import load_own, word
from business.team.deeds import record_deed
from conversation import clock
from conversation.dates import say_time
from conversation.errors import Rejected
from conversation.events import CalendarChanged, Event
from conversation.messages import Agent, Button, JsonObject
from crm_store import Tx, jobs, outgoing, outreach, waitlist
from crm_store.models import OfferState, WishState
from crm_store.rows import AnyRow

FREED: Final = "waitlist.freed"
LAPSE: Final = "waitlist.lapse"
TELL: Final = "waitlist.tell"
PURPOSE: Final = "waitlist"
_LINE_MOST: Final = 500
"""So many wishes are weighed for one freed time."""
_SPAN_MOST: Final = timedelta(days=MOST_DAYS - 1)
_LEAST_NOTICE: Final = timedelta(minutes=5)
_RINGING: Final = ("sms", "email")
_GRACE: Final = timedelta(minutes=5)
"""A hold outlives its offer, so that who passes the time on to the next in line still has it to give."""
Answer = Literal["booked", "declined", "late", "gone"]
"""What came of an answer: a visit, a no, a yes that came too late, or an offer that there is not."""


class Answered(NamedTuple):
    """``text``: what he is told of it, in his language."""

    outcome: Answer
    text: str
    appointment_id: int | None
    events: list[Event]


class _Told(NamedTuple):
    """Whose turn it is: his wish, how he is told, and whom an agent phones where that does not reach him."""

    wish_id: int
    wish: Wish
    way: Way | None
    call: Call | None

    @property
    def at_once(self) -> bool:
        """Whether he reads it as soon as it is said, so that the night is no hindrance."""
        return self.way is not None and self.way.here and self.way.letter is None and not self.rings

    @property
    def rings(self) -> bool:
        """Whether a message of his talk wakes him as a letter would."""
        return self.way is not None and self.way.talk is not None and self.way.talk.channel in _RINGING


class _Hours(NamedTuple):
    """Of an offer: when it is made, when he may be told of it, until when it stands."""

    at: datetime
    hears: datetime
    until: datetime


class Waiting:
    """Decides whom freed time is offered to, and what an answer makes of it."""

    def __init__(self, calendar: Calendar, voice: Voice) -> None:
        self._calendar = calendar
        self._voice = voice

    # --- wishes -----------------------------------------------------------------------------------------------------

    def add_in(self, tx: Tx, wish: Wish, actor: Agent | None = None, remote: str | None = None) -> int:
        """Puts somebody at the end of the line; returns the wish's id. What is free already is looked at at once.

        Raises Rejected as ``check_wish`` does; conflict where he waits for the same.
        """
        at = clock.now()
        check_wish(tx, wish, day_of(at, zone_of(tx, None)))
        values = wish.values()
        for row in waitlist.list_of_contact(tx, wish.contact_id):
            kept = Wish.of(row).values()
            if all(
                kept[name] == values[name] for name in ("service_ids", "provider_id", "from_day", "to_day", "seats")
            ):
                raise Rejected("conflict", "outreach.wish_twice")
        wish_id = waitlist.insert_wish(tx, {**values, "created_at": at, "updated_at": at})
        record_deed(tx, actor, "wish.added", "wish", wish_id, after=values, remote=remote, about=wish.contact_id)
        return wish_id

    def change_in(self, tx: Tx, wish_id: int, change: WishChange, actor: Agent, remote: str) -> None:
        """Another wish in the same place of the line. Raises Rejected not_found, conflict where it waits no more."""
        row = _require(tx, wish_id)
        if row.state != "waiting":
            raise Rejected("conflict", "outreach.wish_over")
        before, after = Wish.of(row).values(), change.apply(row)
        check_wish(tx, after, day_of(clock.now(), zone_of(tx, None)))
        values = after.values()
        waitlist.change_wish(tx, wish_id, **values, updated_at=clock.now())
        changed = [name for name in values if values[name] != before[name]]
        was, now = ({name: state[name] for name in changed} for state in (before, values))
        about = row.contact_id
        record_deed(tx, actor, "wish.changed", "wish", wish_id, before=was, after=now, remote=remote, about=about)

    def end_in(self, tx: Tx, wish_id: int, actor: Agent | None, remote: str | None = None) -> list[Event]:
        """He waits no more; time that is held for him goes to the next. Raises Rejected not_found."""
        row, events = _require(tx, wish_id), list[Event]()
        if row.state not in waitlist.LIVE:
            return events
        offer = waitlist.list_standing(tx, [wish_id]).get(wish_id)
        _set_state(tx, wish_id, "cancelled")
        was, now = {"state": row.state}, {"state": "cancelled"}
        about = row.contact_id
        record_deed(tx, actor, "wish.cancelled", "wish", wish_id, before=was, after=now, remote=remote, about=about)
        if offer is not None and self._settle(tx, offer.id, "declined"):
            events += self._pass_on(tx, offer, clock.now())
        return [*events, CalendarChanged()]

    # --- freed time -------------------------------------------------------------------------------------------------

    def freed(self, tx: Tx, resource_id: int, starts_at: datetime, ends_at: datetime) -> None:
        """Time of a resource is free again: written down in the same commit, looked at right after it."""
        at = clock.now()
        if ends_at > at and waitlist.any_waiting(tx):
            span: JsonObject = {"from": clock.to_ms(starts_at), "to": clock.to_ms(ends_at)}
            jobs.enqueue(tx, FREED, {"resource_id": resource_id, **span}, run_at=at, at=at)

    def look_in(self, tx: Tx, starts_at: datetime, ends_at: datetime, at: datetime) -> list[Event]:
        """Offers what is free between two moments to those who wait, in the order in which they came."""
        settings, rules = BookingSettings.load(tx), OutreachRules.load(tx)
        starts_at = max(starts_at, at + _LEAST_NOTICE)
        ends_at = min(ends_at, starts_at + _SPAN_MOST)
        if ends_at <= starts_at:
            return []
        firm_zone = zone_of(tx, None)
        days = (day_of(starts_at, firm_zone) - timedelta(days=1), day_of(ends_at, firm_zone) + timedelta(days=1))
        events: list[Event] = []
        for row in waitlist.list_line(tx, days[0].isoformat(), days[1].isoformat(), _LINE_MOST):
            wish = Wish.of(row)
            way = choose(tx, self._voice.reach, wish.contact_id, "service", PURPOSE, at, rules.way, waits=True)
            call = calling.whom_to_call(tx, row.id, way)
            if isinstance(way, Way) or call is not None:
                told = _Told(row.id, wish, way if isinstance(way, Way) else None, call)
                events += self._offer_first(tx, told, (starts_at, ends_at), at, settings.offer_min, rules)
        return events

    def reaches(self, tx: Tx, contact_id: int, at: datetime) -> bool:
        """Whether he would hear of a freed time by himself; else an agent is asked to phone him, if he has a phone."""
        return calling.is_reached(
            choose(tx, self._voice.reach, contact_id, "service", PURPOSE, at, OutreachRules.load(tx).way)
        )

    def _offer_first(
        self,
        tx: Tx,
        told: "_Told",
        span: tuple[datetime, datetime],
        at: datetime,
        offer_min: int,
        rules: OutreachRules,
    ) -> list[Event]:
        """The first slot within the freed time that he wished and was not offered yet, if he can be told in time."""
        wish = told.wish
        services = waitlist.name_services(tx, wish.service_ids)
        length = timedelta(minutes=sum(one.duration_min for one in services.values()))
        before = waitlist.list_offers(tx, told.wish_id)
        for slot in self._calendar.find_in(tx, wish.wanted, max(span[0] - length, at + _LEAST_NOTICE), span[1]):
            zone = zone_of(tx, self._branch_of(tx, slot.parts[0].provider_id))
            if slot.ends_at <= span[0] or slot.starts_at >= span[1] or not wish.takes(slot, zone):
                continue
            if any(slot.starts_at < one.starts_at + length and one.starts_at < slot.ends_at for one in before):
                continue  # he was asked about this time
            hears = at if told.at_once else wait_until(rules, zone, at)
            until = min(hears + timedelta(minutes=offer_min), slot.starts_at - _LEAST_NOTICE / 2)
            if until <= hears:
                continue  # it begins before he may be told
            key = f"offer:{told.wish_id}:{clock.to_ms(slot.starts_at)}:{slot.parts[0].provider_id}"
            try:
                held = self._calendar.hold_in(tx, wish.wanted, slot, key, wish.contact_id, until + _GRACE)
            except Rejected:
                continue  # it was free a moment ago, by what was kept of it
            return [*held.events, *self._offer(tx, told, slot, held.hold_id, zone, _Hours(at, hears, until))]
        return []

    def _offer(self, tx: Tx, told: "_Told", slot: Slot, hold_id: int, zone: tzinfo, hours: "_Hours") -> list[Event]:
        provider_id = slot.parts[0].provider_id
        offer_id = waitlist.insert_offer(
            tx,
            {
                "wish_id": told.wish_id,
                "hold_id": hold_id,
                "provider_id": provider_id,
                "starts_at": slot.starts_at,
                "created_at": hours.at,
                "expires_at": hours.until,
            },
        )
        _set_state(tx, told.wish_id, "offered")
        visit = Visit(told.wish.service_ids, provider_id, self._branch_of(tx, provider_id), slot.starts_at)
        payload: JsonObject = {"offer_id": offer_id}
        if told.call is not None:
            payload["task_id"] = calling.ask_to_call(tx, self._voice, told.call, visit, zone, hours.hears, hours.until)
        jobs.enqueue(tx, LAPSE, payload, run_at=hours.until, at=hours.at, dedupe_key=_lapse_key(offer_id))
        after: dict[str, object] = {"starts_at": slot.starts_at, "provider_id": provider_id, "offer_id": offer_id}
        record_deed(tx, None, "wish.offered", "wish", told.wish_id, after=after)
        events: list[Event] = []
        if told.rings and hours.hears > hours.at:
            jobs.enqueue(tx, TELL, {"offer_id": offer_id}, run_at=hours.hears, at=hours.at)
        elif told.way is not None:
            events = self._tell(tx, told.wish, told.way, visit, zone, offer_id, hours)
        return [*events, CalendarChanged()]

    def tell_in(self, tx: Tx, offer_id: int, at: datetime) -> list[Event]:
        """The night is over: who can be told in his talk alone is told now, if the time is still held for him."""
        offer = waitlist.find_offer(tx, offer_id)
        row = None if offer is None else waitlist.find_wish(tx, offer.wish_id)
        if offer is None or row is None or offer.state != "offered" or offer.expires_at <= at:
            return []
        wish, rules = Wish.of(row), OutreachRules.load(tx)
        way = choose(tx, self._voice.reach, wish.contact_id, "service", PURPOSE, at, rules.way)
        if not isinstance(way, Way):
            return []
        branch_id = self._branch_of(tx, offer.provider_id)
        visit = Visit(wish.service_ids, offer.provider_id, branch_id, offer.starts_at)
        hours = _Hours(at, at, offer.expires_at)
        return self._tell(tx, wish, way, visit, zone_of(tx, branch_id), offer_id, hours)

    def _tell(
        self, tx: Tx, wish: Wish, way: Way, visit: Visit, zone: tzinfo, offer_id: int, hours: "_Hours"
    ) -> list[Event]:
        voice, language = self._voice, wish.language or way.language
        fields = name_visit(tx, voice.texts, language, visit, zone, voice.firm)
        fields["name"] = way.contact.name
        minutes = max(1, (hours.until - hours.at) // timedelta(minutes=1))
        text = word(voice.texts, load_own(tx), language, "offer", fields)
        held = voice.texts.get(language, "outreach.held", minutes=minutes)
        if hours.hears > hours.at:  # he may read it at any hour of the night
            held = voice.texts.get(language, "outreach.own.kept", time=say_time(hours.until, zone))
        link = voice.page_of(tx, way, hours.at)
        letter = [text, held, voice.texts.get(language, "outreach.answer_by", link=link) if link else ""]
        buttons = tuple(
            Button(f"{PRESS}offer:{offer_id}:{one}", voice.texts.get(language, f"outreach.button.{one}"))
            for one in ("yes", "no")
        )
        subject = voice.texts.get(language, "outreach.subject.offer", firm=fields["firm"])
        body = "\n".join(filter(None, letter))
        said = Said(_offer_key(offer_id), PURPOSE, f"{text}\n{held}", body, subject, hours.until, buttons, hours.hears)
        return tell(tx, voice, way, said, hours.at)

    # --- answers ----------------------------------------------------------------------------------------------------

    def answer_in(self, tx: Tx, offer_id: int, yes: bool, contact_id: int | None = None) -> Answered:
        """What a yes or no to an offer makes of it; the same answer again changes nothing. ``contact_id``: who
        answers; of another's offer there is nothing to be had."""
        offer, at = waitlist.find_offer(tx, offer_id), clock.now()
        row = None if offer is None else waitlist.find_wish(tx, offer.wish_id)
        if offer is None or row is None or (contact_id is not None and contact_id != row.contact_id):
            return self._answered(tx, row, "gone", None, [])
        if offer.state == "taken":
            return self._answered(tx, row, "booked", row.appointment_id, [])
        if offer.state != "offered":
            return self._answered(tx, row, "late" if yes else "declined", None, [])
        if yes and offer.expires_at > at and offer.hold_id is not None:
            try:
                kept = self._calendar.book_in(tx, offer.hold_id, row.contact_id, row.conversation_id)
            except Rejected:
                return self._lapse(tx, offer, row, at)
            self._settle(tx, offer_id, "taken")
            waitlist.change_wish(tx, row.id, state="booked", appointment_id=kept.appointment_id, updated_at=at)
            record_deed(tx, None, "wish.booked", "wish", row.id, after={"appointment_id": kept.appointment_id})
            return self._answered(tx, row, "booked", kept.appointment_id, [*kept.events, CalendarChanged()])
        if yes:
            return self._lapse(tx, offer, row, at)
        self._settle(tx, offer_id, "declined")
        _set_state(tx, row.id, "waiting")
        record_deed(tx, None, "wish.declined", "wish", row.id, after={"starts_at": offer.starts_at})
        return self._answered(tx, row, "declined", None, self._pass_on(tx, offer, at))

    def lapse_in(self, tx: Tx, offer_id: int, at: datetime) -> list[Event]:
        """Nobody has answered: the time goes to the next in line."""
        offer = waitlist.find_offer(tx, offer_id)
        row = None if offer is None else waitlist.find_wish(tx, offer.wish_id)
        if offer is None or row is None or offer.state != "offered":
            return []
        return self._lapse(tx, offer, row, at).events

    def end_past(self, tx: Tx, at: datetime, limit: int = 200) -> int:
        """Wishes for days that are over wait no more; returns how many."""
        ids = waitlist.list_over(tx, day_of(at, zone_of(tx, None)).isoformat(), limit)
        for wish_id in ids:
            _set_state(tx, wish_id, "expired")
            record_deed(tx, None, "wish.expired", "wish", wish_id)
        return len(ids)

    def _lapse(self, tx: Tx, offer: AnyRow, row: AnyRow, at: datetime) -> Answered:
        self._settle(tx, offer.id, "lapsed")
        _set_state(tx, row.id, "waiting")
        record_deed(tx, None, "wish.lapsed", "wish", row.id, after={"starts_at": offer.starts_at})
        return self._answered(tx, row, "late", None, self._pass_on(tx, offer, at))

    def _pass_on(self, tx: Tx, offer: AnyRow, at: datetime) -> list[Event]:
        """The held time is free again, and offered to the next in the same commit."""
        row = waitlist.find_wish(tx, offer.wish_id)
        services = waitlist.name_services(tx, [] if row is None else row.service_ids)
        ends_at = offer.starts_at + timedelta(minutes=sum(one.duration_min for one in services.values()) or 1)
        events = [] if offer.hold_id is None else list(self._calendar.release_in(tx, offer.hold_id))
        return [*events, *self.look_in(tx, offer.starts_at, ends_at, at), CalendarChanged((offer.provider_id,))]

    def _answered(
        self, tx: Tx, row: AnyRow | None, outcome: Answer, appointment_id: int | None, events: Sequence[Event]
    ) -> Answered:
        language = self._voice.reach.language
        if row is not None:
            told = outreach.find_told(tx, row.contact_id)
            language = row.language or (told and told.language) or language
        text = self._voice.texts.get(language, f"outreach.offer.{outcome}")
        return Answered(outcome, text, appointment_id, list(events))

    def _settle(self, tx: Tx, offer_id: int, state: OfferState) -> bool:
        """It is answered or over: nobody is to be phoned about it any more, nor written to in the morning."""
        settled = waitlist.settle_offer(tx, offer_id, state)
        if settled:
            outgoing.withdraw(tx, letter_key(_offer_key(offer_id)))
        asked = jobs.find_payload(tx, _lapse_key(offer_id)) if settled else None
        if asked is not None and "task_id" in asked:
            calling.end_call(tx, int(str(asked["task_id"])))
        return settled

    def _branch_of(self, tx: Tx, resource_id: int) -> int | None:
        found = waitlist.name_resources(tx, [resource_id]).get(resource_id)
        return None if found is None else found.branch_id


def _offer_key(offer_id: int) -> str:
    return f"offer:{offer_id}"


def _lapse_key(offer_id: int) -> str:
    return f"lapse:{offer_id}"


def _require(tx: Tx, wish_id: int) -> AnyRow:
    row = waitlist.find_wish(tx, wish_id)
    if row is None:
        raise Rejected("not_found", "error.not_found")
    return row


def _set_state(tx: Tx, wish_id: int, state: WishState) -> None:
    waitlist.change_wish(tx, wish_id, state=state, updated_at=clock.now())
