"""Reminders and confirmations of visits: what is to be told when is written with the visit, in one commit.

Each is a job of its own. When its time has come it is looked at anew: of a visit that was moved, cancelled or begun
nothing is told, nor of one that the next reminder is due for already, nor in the quiet hours.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, NamedTuple, cast

from business.booking.model import Appointment
from business.booking.ports import Calendar
from business.booking.saying import Visit, name_visit
from business.booking.settings import BookingSettings
from business.jobs import Handle, Outcome
from business.outreach.quiet import wait_until
from business.outreach.settings import OutreachRules
from business.outreach.telling import PRESS, Said, tell
from business.outreach.voice import Voice
from business.outreach.ways import Way, choose, zone_of
from business.outreach.wording import load_own, word
from business.team.deeds import record_deed
from conversation import clock
from conversation.events import AppointmentChanged, Event
from conversation.messages import Button, Json, Language
from crm_store import Tx, jobs, outreach, reminding
from crm_store.jobs import Job
from crm_store.reminding import Due

REMIND: Final = "reminder"
PURPOSE: Final = "reminder"
IMPORTED: Final = "import"
"""The source of visits that come out of a file: their customers were told of them elsewhere."""
Rule = Literal["booked", "moved", "cancelled", "first", "last"]
"""What there is to tell: that it was booked, moved or cancelled; and, before the visit, one reminder and another."""
_SENSE: Final = timedelta(minutes=15)
"""Nearer to the visit than that nobody is reminded."""
_BEFORE: Final[tuple[Rule, ...]] = ("first", "last")
_COMING: Final = ("booked", "confirmed")
_EVENTS: Final[Mapping[str, Rule]] = {
    "appointment.booked": "booked",
    "appointment.moved": "moved",
    "appointment.cancelled": "cancelled",
}
_TELLS: Final[Mapping[Rule, str]] = {"booked": "booked", "moved": "moved", "cancelled": "cancelled", "last": "remind"}


class Confirmed(NamedTuple):
    """What a yes came to. ``stands``: there is such a visit of his; ``text``: what he is told."""

    stands: bool
    text: str
    events: list[Event]


class Reminding:
    """Writes reminders with the visits, and tells them when they are due."""

    def __init__(self, calendar: Calendar, voice: Voice) -> None:
        self._calendar = calendar
        self._voice = voice

    def follow(self, tx: Tx, changed: AppointmentChanged, visit: Appointment) -> None:
        """Something happened to a visit: writes down what is to be told of it, in the same commit."""
        write_reminders(tx, changed, visit)

    def run_in(self, tx: Tx, payload: Mapping[str, Json], at: datetime) -> Outcome:
        """Tells one that is due, if it still is to be told."""
        due = reminding.find_due(tx, int(cast("int", payload["appointment_id"])))
        rule = cast("Rule", payload["rule"])
        if due is None or clock.to_ms(due.starts_at) != payload["starts_at"]:
            return Outcome([])
        settings, rules = BookingSettings.load(tx), OutreachRules.load(tx)
        if not self._stands(tx, due, rule, at, settings, rules):
            return Outcome([])
        zone = zone_of(tx, due.branch_id)
        later = wait_until(rules, zone, at)
        if later > at:
            return Outcome([], later if later < due.starts_at - _SENSE else None)
        way = choose(tx, self._voice.reach, due.contact_id, "service", PURPOSE, at, rules.way)
        if not isinstance(way, Way):
            record_deed(tx, None, "reminder.dropped", "appointment", due.id, after={"rule": rule, "reason": way})
            return Outcome([])
        asks = rule == "first" and rules.asks and due.status == "booked"
        events = self._tell(tx, due, rule, way, zone, at, asks=asks)
        record_deed(tx, None, "reminder.sent", "appointment", due.id, after={"rule": rule, "by": way.door or "talk"})
        return Outcome(events)

    def answer_in(self, tx: Tx, appointment_id: int, contact_id: int) -> Confirmed:
        """He comes: the visit is confirmed, as it stands now, whatever it was when he was asked; the answer says when.
        Another's visit, or one that is over, cannot be."""
        due = reminding.find_due(tx, appointment_id)
        told = outreach.find_told(tx, contact_id)
        language = (told and told.language) or self._voice.reach.language
        mine = due is not None and told is not None and due.contact_id == told.id
        if due is None or not mine or due.status not in _COMING or due.ends_at <= clock.now():
            return Confirmed(False, self._voice.texts.get(language, "outreach.visit.gone"), [])
        kept = self._calendar.confirm_in(tx, appointment_id)
        fields = self._name(tx, due, language, zone_of(tx, due.branch_id))
        thanks = self._voice.texts.get(language, "outreach.visit.confirmed")
        text = f"{thanks}\n{fields['date']}, {fields['time']}"
        return Confirmed(True, text, [] if kept is None else list(kept.events))

    def handlers(self) -> dict[str, Handle]:
        """The jobs of reminders."""

        def run(tx: Tx, job: Job, at: datetime) -> Outcome:
            return self.run_in(tx, job.payload, at)

        return {REMIND: run}

    def _stands(
        self, tx: Tx, due: Due, rule: Rule, at: datetime, settings: BookingSettings, rules: OutreachRules
    ) -> bool:
        """Whether it is still to be told, and of use."""
        if rule == "cancelled":
            return due.status == "cancelled" and due.cancelled_by == "firm" and due.starts_at > at and rules.cancelled
        if due.status not in _COMING or at > due.starts_at - _SENSE:
            return False
        if rule == "booked":
            return rules.booked and not reminding.was_booked_in_talk(tx, due.id)
        if rule == "moved":
            return rules.moved
        leads = _leads(settings)
        if rule not in leads:
            return False
        return not any(at >= due.starts_at - lead for lead in leads.values() if lead < leads[rule])

    def _tell(self, tx: Tx, due: Due, rule: Rule, way: Way, zone: tzinfo, at: datetime, *, asks: bool) -> list[Event]:
        voice, language = self._voice, way.language
        fields = {**self._name(tx, due, language, zone), "name": way.contact.name}
        name = "ask" if asks else _TELLS.get(rule, "remind")
        text = word(voice.texts, load_own(tx), language, name, fields)
        link = voice.page_of(tx, way, at, due.id)
        follow = "answer_by" if asks else "more_by"
        letter = f"{text}\n{voice.texts.get(language, f'outreach.{follow}', link=link)}" if link else text
        subject = voice.texts.get(language, f"outreach.subject.{name}", firm=fields["firm"])
        key = _key(due.id, rule, due.starts_at)
        buttons = self._buttons(due.id, language) if asks else ()
        return tell(tx, voice, way, Said(key, PURPOSE, text, letter, subject, due.starts_at, buttons), at)

    def _name(self, tx: Tx, due: Due, language: Language, zone: tzinfo) -> Mapping[str, str]:
        visit = Visit(due.service_ids, due.provider_id, due.branch_id, due.starts_at)
        return name_visit(tx, self._voice.texts, language, visit, zone, self._voice.firm)

    def _buttons(self, appointment_id: int, language: Language) -> tuple[Button, ...]:
        """Yes is answered at once; to move and to cancel are talks with the bot."""
        visit = f"visit={appointment_id}"
        values = {
            "come": f"{PRESS}visit:{appointment_id}:yes",
            "move": f"&reschedule:{visit}",
            "cancel": f"&cancel:{visit}",
        }
        get = self._voice.texts.get
        return tuple(Button(value, get(language, f"outreach.button.{one}")) for one, value in values.items())


def write_reminders(tx: Tx, changed: AppointmentChanged, visit: Appointment) -> None:
    """Writes down what is to be told of a visit to which something happened. A follower."""
    rule = _EVENTS.get(changed.name)
    if rule is None or visit.kind != "visit" or visit.contact_id is None:
        return
    at = clock.now()
    if rule in ("booked", "moved"):
        remind_again(tx, visit, at)
    known = rule == "booked" and visit.source == IMPORTED
    if visit.starts_at > at and not known and getattr(OutreachRules.load(tx), rule):
        _enqueue(tx, visit.id, rule, visit.starts_at, at, at)


def remind_again(tx: Tx, visit: Appointment, at: datetime) -> None:
    """Writes down the reminders of a visit for the moment at which it begins now; those for another tell nothing."""
    if visit.kind != "visit" or visit.contact_id is None:
        return
    for one, before in _leads(BookingSettings.load(tx)).items():
        if visit.starts_at - before > at:
            _enqueue(tx, visit.id, one, visit.starts_at, visit.starts_at - before, at)


def keep_silent(tx: Tx, events: Iterable[Event]) -> None:
    """Who has just moved visits in his talk is answered there: none of them is told once more. In the same commit."""
    moved = [
        one.appointment_id for one in events if isinstance(one, AppointmentChanged) and _EVENTS.get(one.name) == "moved"
    ]
    found = [due for due in (reminding.find_due(tx, one) for one in moved) if due is not None]
    jobs.withdraw(tx, [_key(due.id, "moved", due.starts_at) for due in found])


def _leads(settings: BookingSettings) -> dict[Rule, timedelta]:
    """How long before a visit there is a reminder. Two that are as long before it are one, the one that asks."""
    hours = dict(zip(_BEFORE, (settings.remind_first_hours, settings.remind_last_hours), strict=True))
    if hours["last"] == hours["first"]:
        del hours["last"]
    return {rule: timedelta(hours=count) for rule, count in hours.items() if count > 0}


def _enqueue(tx: Tx, appointment_id: int, rule: Rule, starts_at: datetime, run_at: datetime, at: datetime) -> None:
    payload: dict[str, Json] = {"appointment_id": appointment_id, "rule": rule, "starts_at": clock.to_ms(starts_at)}
    key = _key(appointment_id, rule, starts_at)
    jobs.enqueue(tx, REMIND, payload, run_at=run_at, at=at, dedupe_key=key)


def _key(appointment_id: int, rule: Rule, starts_at: datetime) -> str:
    return f"reminder:{appointment_id}:{rule}:{clock.to_ms(starts_at)}"
