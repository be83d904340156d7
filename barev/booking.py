"""Booking put together: free time, appointments, holds and breaks, bound by what the owner has set."""

from collections.abc import Sequence
from dataclasses import dataclass

from barev.outreach import Outreach
from barev.settings import Settings
from business.booking.breaks import Breaks
from business.booking.customer import OnlineRules
from business.booking.ground import Limits
from business.booking.holds import Holds
from business.booking.keeping import Keeping
from business.booking.reminding import write_reminders
from business.booking.rules import load_rules
from business.booking.settings import BookingSettings
from business.booking.slots import Slots
from business.booking.telling import Follower
from business.booking.visits import Visits
from business.contacts.card_files import CardFiles
from business.contacts.telling import Publish
from business.webhooks.telling import Telling
from conversation.ports import Texts
from conversation.wire import Link
from crm_store import Tx
from crm_store.engine import Store
from desk.rest.api import Route
from desk.rest.appointment_changes import AppointmentChangeRoutes
from desk.rest.appointments import AppointmentRoutes
from desk.rest.contact_booking import ContactBookingRoutes
from desk.rest.slots import SlotRoutes
from desk.settings import DeskSettings
from routing.flows.booking.store import Means


@dataclass(frozen=True, slots=True)
class Booking:
    """The parts that doors and flows are given."""

    slots: Slots
    visits: Visits
    holds: Holds
    breaks: Breaks
    means: Means
    """For talks."""


def make_booking(
    store: Store, publish: Publish, country: str, followers: Sequence[Follower] = (), outreach: Outreach | None = None
) -> Booking:
    """``followers`` write what must be kept in the same commit; ``outreach`` hears of time that is free again."""
    waiting = None if outreach is None else outreach.waiting
    reminding = None if outreach is None else outreach.reminding
    slots = Slots(store, _limits)
    keeping = Keeping(None if waiting is None else waiting.freed)
    visits = Visits(store, publish, country, load_rules, keeping, followers, slots.nearest)
    holds = Holds(store, visits)
    return Booking(slots, visits, holds, Breaks(visits), Means(slots, visits, holds, country, waiting, reminding))


def booking_alone(settings: Settings, store: Store) -> Visits:
    """Appointments for a command beside the server, or before its first start: reminders and webhooks are written with
    them, and sent by the server."""
    followers = (Telling(settings.far.attempts).appointment_changed, write_reminders)
    return make_booking(store, lambda _: None, settings.business.country, followers).visits


def booking_routes(settings: DeskSettings, store: Store, booking: Booking, texts: Texts, link: Link) -> list[Route]:
    """Free time, appointments and what booking knows of contacts over REST. ``link``: to a file."""
    appointments = AppointmentRoutes(settings, store, booking.visits, booking.holds, booking.breaks, texts)
    return [
        *SlotRoutes(booking.slots, texts).routes(),
        *appointments.routes(),
        *AppointmentChangeRoutes(store, booking.visits).routes(),
        *ContactBookingRoutes(store, CardFiles(store), link).routes(),
    ]


def _limits(tx: Tx) -> Limits:
    """What customers may book."""
    given = BookingSettings.load(tx)
    return Limits(given.step_min, given.notice_min, given.far_days, online=True)


def read_online(tx: Tx) -> OnlineRules:
    """What binds customers who book, move and cancel by themselves."""
    given = BookingSettings.load(tx)
    return OnlineRules(
        online=given.online,
        phone_check=given.phone_check,
        step_min=given.step_min,
        notice_min=given.notice_min,
        change_min=given.change_min,
        late_min=given.late_min,
        far_days=given.far_days,
        useful_only=given.useful_only,
        ask_source=given.ask_source,
    )
