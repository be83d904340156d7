"""What customers open without the chat, and what other programs are told: made for one store, and wired."""

import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from barev.booking import Booking, read_online
from barev.far import AiohttpFar
from barev.outreach import Outreach
from barev.senders import make_stop_links
from barev.settings import Settings
from business.booking.customer import CustomerDesk
from business.booking.customer_deeds import CustomerDeeds
from business.booking.feeds import Feeds
from business.booking.outside import CalendarReading, OutsideCalendars, OutsideRules
from business.booking.own_links import FormTokens, OwnLinks
from business.booking.own_pages import OwnPages
from business.booking.own_waiting import OwnWaiting
from business.booking.phone_check import PhoneCheck
from business.booking.phone_proof import CHANNEL as PROOFS_BY
from business.booking.phone_proof import PhoneProofs, proof_passes
from business.contacts.codes import Codes
from business.inboxes.directory import Directory
from business.outreach.choosing import ReachChoices
from business.outreach.stopping import Stopping
from business.team.staff import Publish
from business.webhooks.sending import WebhookDeliveries
from business.webhooks.service import Webhooks
from business.webhooks.telling import Telling
from conversation.messages import Channel, Language
from conversation.ports import Texts
from crm_store.engine import Store
from desk.pages.book import BookingPage
from desk.pages.me import OwnPage
from desk.pages.me_answers import OwnAnswers
from desk.pages.me_joining import OwnJoining
from desk.pages.me_reach import OwnReachPage
from desk.pages.serving import Serving
from desk.pages.stop import StopPage
from desk.rest.api import Route
from desk.rest.calendar_feeds import CalendarFeedRoutes
from desk.rest.outside_calendars import OutsideCalendarRoutes
from desk.rest.webhooks import WebhookRoutes
from desk.settings import DeskSettings


@dataclass(frozen=True, slots=True)
class Pages:
    """What all pages are made with. ``open_doors``: of messengers, now; ``invite``: the address that opens one with a
    word, raises ChannelError."""

    settings: Settings
    secret: bytes
    texts: Texts
    languages: tuple[Language, ...]
    remote_of: Callable[[web.Request], str]
    directory: Directory
    codes: Codes
    open_doors: Callable[[], Collection[Channel]]
    invite: Callable[[Channel, str], Awaitable[str]]


@dataclass(slots=True)
class CustomerDoors:
    """The parts; ``deliveries.work`` and ``reading.work`` are to be kept going."""

    store: Store
    links: OwnLinks
    feeds: Feeds
    telling: Telling
    deliveries: WebhookDeliveries
    reading: CalendarReading
    publish: Publish

    def routes(self, settings: DeskSettings, texts: Texts) -> list[Route]:
        """The REST operations."""
        return [
            *WebhookRoutes(settings, Webhooks(self.store, self.telling)).routes(),
            *OutsideCalendarRoutes(OutsideCalendars(self.store, self.publish), texts).routes(),
            *CalendarFeedRoutes(self.feeds, OwnPages(self.store, self.links)).routes(),
        ]

    def add_pages(self, app: web.Application, pages: Pages, booking: Booking, outreach: Outreach) -> None:
        """Registers the customer's own page, the booking page and that on which letters are stopped."""
        settings = pages.settings
        forms = FormTokens(pages.secret)
        name, mark_of = settings.business.name, pages.directory.mark_of
        serving = Serving(pages.texts, pages.languages, name, pages.remote_of, forms, mark_of)
        deeds = CustomerDeeds(booking.visits, booking.holds, settings.business.country)
        desk = CustomerDesk(self.store, booking.slots, deeds, self.links, read_online, settings.business.country)
        check = PhoneCheck(self.store, pages.codes, pages.texts, settings.business.name)
        proofs = PhoneProofs(
            self.store,
            proof_passes(pages.secret),
            lambda: PROOFS_BY in pages.open_doors(),
            lambda word: pages.invite(PROOFS_BY, word),
            pages.codes.rules.minutes,
        )
        BookingPage(serving, desk, pages.directory, check, proofs, settings.visitor.page_holds).add(app)
        waiting = OwnWaiting(self.store, self.links, outreach.waiting, outreach.reminding, self.publish)
        reach = OwnReachPage(serving, ReachChoices(self.store))
        parts = OwnAnswers(serving, waiting), OwnJoining(serving, desk, waiting), reach
        OwnPage(serving, desk, self.feeds, *parts).add(app)
        StopPage(serving, Stopping(self.store, make_stop_links(settings, pages.secret))).add(app)

    def keep(self, keep: Callable[..., None]) -> None:
        """Has the parts that work by themselves kept going."""
        keep(self.deliveries.work, "telling webhooks")
        keep(self.reading.work, "reading calendars kept elsewhere")


def make_customer_doors(
    settings: Settings,
    store: Store,
    secret: bytes,
    texts: Texts,
    languages: tuple[Language, ...],
    base: Callable[[], str],
    publish: Publish,
) -> CustomerDoors:
    """``secret``: the store's; ``base``: the beginning of every address that customers see."""
    given = settings.far
    far = AiohttpFar(private=given.private, timeout_s=given.timeout_s)
    links = OwnLinks(secret, base)
    rules = OutsideRules(timedelta(minutes=given.calendar_min), given.calendar_kb * 1024)
    return CustomerDoors(
        store,
        links,
        Feeds(store, links, texts, settings.business.name, languages[0], secret),
        Telling(given.attempts),
        WebhookDeliveries(store, far, secrets.token_hex(8)),
        CalendarReading(store, far, publish, rules),
        publish,
    )
