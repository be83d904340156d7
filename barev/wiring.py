"""Everybody meets here: the store, the talk, the doors, and who hears of what."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING

from aiohttp import web

from barev import __version__, told
from barev.backup.keeping import Backups
from barev.booking import booking_routes
from barev.bot_desk import bot_routes
from barev.catalogue import catalogue_routes
from barev.channels import Channels
from barev.customer_doors import Pages, make_customer_doors
from barev.demo_control import DemoControl
from barev.ending import Ending
from barev.exchange import make_exports, make_imports
from barev.files import add_files, make_files
from barev.health import Health
from barev.http import WebParts, make_app
from barev.listening import listen, require_alone
from barev.notices import make_notices, make_staff_talk
from barev.opening import open_founded, to_languages
from barev.realtime import Hub
from barev.senders import make_codes, make_outbox, make_talk_links
from barev.settings import Business, Settings, SettingsError, child_environment
from barev.shared_folder import SharedFolder
from barev.sms_count import make_counter
from barev.talk import Talk, handlers, make_talk
from barev.tls import Certificate
from barev.understanding import check_addresses
from barev.worker import Worker
from business.contacts.service import Contacts
from business.contacts.upkeep import Upkeep
from business.hours.service import Hours
from business.inboxes.blocks import Blocks
from business.inboxes.directory import Directory
from business.inboxes.service import InboxKeeping
from business.letters import Letters
from business.team.accounts import Accounts
from business.team.canned import Canned
from business.team.places import Places
from business.team.roles import Roles
from business.team.settings import KEYS, StoreSettings
from business.team.sharing import Sharing
from business.team.staff import Staff
from business.team.tokens import Tokens
from chat_widget.files import VisitorFiles
from chat_widget.publish import VisitorPublisher
from chat_widget.session import Session as VisitorSession
from chat_widget.site import SitePages
from chat_widget.talk import TalkPage
from chat_widget.visitor import VisitorNamespace
from conversation import events
from conversation.errors import BarevError
from conversation.messages import Language
from conversation.sockets import Socket
from conversation.texts import Catalogue
from conversation.wire import choose_language, error_text
from crm_store.engine import Store
from desk.namespace import DeskNamespace, DeskParts
from desk.outside import Outside
from desk.publish import DeskPublisher
from desk.rest.about_contacts import contact_routes
from desk.rest.agents import AgentRoutes
from desk.rest.api import Api
from desk.rest.backups import BackupRoutes
from desk.rest.blocks import BlockRoutes
from desk.rest.canned import CannedRoutes
from desk.rest.doors import DoorRoutes
from desk.rest.exports import ExportRoutes
from desk.rest.files import FileRoutes
from desk.rest.hours import HourRoutes
from desk.rest.imports import ImportRoutes
from desk.rest.inboxes import InboxRoutes
from desk.rest.journal import JournalRoutes
from desk.rest.letters import LetterRoutes
from desk.rest.own import OwnRoutes
from desk.rest.people import PeopleRoutes
from desk.rest.places import PlaceRoutes
from desk.rest.roles import RoleRoutes
from desk.rest.scopes import scopes_of
from desk.rest.search import SearchRoutes
from desk.rest.settings import SettingRoutes
from desk.rest.sharing import SharingRoutes
from desk.rest.sms import SmsRoutes
from desk.rest.talk import TalkRoutes
from desk.rest.teaching import TeachingRoutes
from desk.rest.tokens import TokenRoutes
from desk.rest.ways import WayRoutes
from desk.session import Session as DeskSession
from desk.view import DeskView
from routing.carrying.again import Resending
from routing.carrying.ways import Ways
from routing.intake import TalkIntake
from routing.recognition import SiteInboxes
from routing.replies import Replies
from routing.requests import ChatRequests
from routing.transcript import StoreTranscript
from routing.unseen import StoreBrowsers

if TYPE_CHECKING:
    from barev.bus.bus import Bus

log = logging.getLogger(__name__)
_LINE_LIMIT_BYTES = 32 * 1024
"""Of a request's first line: every filter of a list may be as long as it likes to be."""


@dataclass(slots=True)
class StoreHealth:
    """Tells desks when the store is lost and back; nobody before the desk stands."""

    listener: Callable[[bool], None] | None = None

    def changed(self, healthy: bool) -> None:
        """The store's state turned."""
        if self.listener is not None:
            self.listener(healthy)


@dataclass(slots=True)
class Server:
    """A server that accepts. ``logins``: lines to print for a demo."""

    port: int
    store: Store
    hub: Hub
    listening: asyncio.Server
    runner: web.AppRunner
    worker: Worker
    talk: Talk
    directory: Directory
    bus: "Bus | None"
    health: Health
    certificate: Certificate | None = None
    alone: IO[bytes] | None = None
    folder: SharedFolder | None = None
    logins: list[str] = field(default_factory=list)

    async def close(self, stop_s: float, drain_s: float = 0.0) -> None:
        """Takes nothing new, finishes and acknowledges what is accepted, ends; within ``stop_s`` seconds.

        ``drain_s``: seconds before that in which ``/readyz`` says 503 and all else goes on.
        """
        self.health.draining = True
        if drain_s:
            await asyncio.sleep(drain_s)
        self.listening.close()
        ending = Ending(stop_s)
        talk, until = self.talk, 1 / 8
        await asyncio.gather(
            ending.part("what works by itself", self.worker.close(), until),
            ending.part("assignment", talk.assigner.close(), until),
            ending.part("understanding", talk.engines.close(), until),
        )
        await self.hub.drain(ending.left_s(2 / 8))
        await self.store.writer.settle(ending.left_s(4 / 8))
        await asyncio.sleep(0)  # what was acknowledged by then is handed to the sockets
        await ending.part("the connections", self.hub.close_all(ending.left_s(6 / 8)), 13 / 16)
        await ending.part("the doors", self.runner.cleanup(), 14 / 16)
        until = 15 / 16
        goodbyes = [
            ending.part("the leases of agents", talk.leases.close(), until),
            ending.part("who is there", talk.presence.close(), until),
            ending.part("the inboxes", self.directory.close(), until),
        ]
        if self.folder is not None:
            goodbyes.append(ending.part("the data folder", self.folder.close(), until))
        if self.bus is not None:
            goodbyes.append(ending.part("the line to other processes", self.bus.close(), until))
        await asyncio.gather(*goodbyes)
        await ending.part("the store", self.store.close(ending.left_s(31 / 32)), 1)
        if self.alone is not None:
            self.alone.close()


async def open_server(settings: Settings) -> Server:
    """Opens the store, founds the business, wires all parts and listens. Raises ServeError."""
    told.warn_of_shut_doors(settings)
    check_addresses(settings)
    certificate = Certificate.from_settings(settings.server)
    store_health = StoreHealth()
    store, secret = await open_founded(settings, store_health.changed)
    alone = await require_alone(store)
    logins: list[str] = []
    if settings.demo and settings.business.name == Business().name:
        from barev.demo.people import BUSINESS

        settings = replace(settings, business=replace(settings.business, name=BUSINESS))
    demo = DemoControl(store, settings.desk.password_min)
    if settings.demo:
        logins = await demo.seed()
    texts = Catalogue()
    languages = to_languages(settings)
    hub = Hub(told.socket_settings(settings), lambda socket, error: _render_error(texts, languages, socket, error))
    codes = make_codes(settings, secret)
    outbox = make_outbox(settings, store, codes)
    talk = make_talk(settings, store, texts, codes, secret)
    knowledge = talk.knowledge
    visitors = told.visitor_settings(settings, secret, languages)
    intake = TalkIntake(store, talk.publisher, talk.reads, talk.audiences, settings.business.country)
    intake.answers = talk.outreach.presses
    files, links = make_files(settings, store, secret)
    channels = Channels(settings, store, talk.publisher, intake, files, links, texts, languages[0], codes, secret)
    talk.cards.attach(channels.list_open, channels.invite)
    notices = make_notices(settings, store, texts, talk, channels.list_open)
    directory = Directory(store, texts)
    site_inboxes = SiteInboxes(store, directory, talk.publisher, settings.business.country)
    transcript = StoreTranscript(store)
    visitor = VisitorNamespace(
        visitors,
        hub,
        intake,
        transcript,
        talk.presence,
        texts,
        talk.hours,
        site_inboxes,
        links.url,
        channels.going_on,
    )
    desk_settings = told.desk_settings(settings, languages)
    accounts = Accounts(store, told.account_settings(settings))
    view = DeskView(store)
    if settings.server.public_url:  # a link leads back from there
        talk.unseen.messengers = channels.capabilities
    ways = Ways(store, talk.publisher, channels.capabilities)
    resending = Resending(store, talk.publisher, channels.capabilities)
    replies = Replies(store, talk.publisher, ways.windows)
    channels.intake.staff = make_staff_talk(settings, store, texts, talk, replies, files)
    backups = Backups(store, settings.data_dir, child_environment(settings), secrets.token_hex(8))
    outside = Outside(talk.hours.is_open, links.url)
    beside = (texts, backups, outside, channels.abilities)
    parts = DeskParts(accounts, view, talk.handoff, replies, talk.reads, talk.presence, talk.audiences, *beside)
    desk = DeskNamespace(desk_settings, parts)
    hub.register(visitor)
    hub.register(desk)
    desk_publisher = DeskPublisher(hub, talk.presence.visitor_online, texts, outside)
    health = Health(store, hub, backups, settings.metrics)
    visitor_publisher = VisitorPublisher(hub, visitor)
    talk.hours.listener = visitor.answering.tell
    requests = ChatRequests(store, talk.publisher, texts)
    talk.publisher.connect(handlers(visitor_publisher, desk_publisher, talk, requests, health, directory, channels))
    directory.on_renewed(visitor_publisher.inboxes_changed)
    store_health.listener = desk_publisher.store_health
    demo.on_removed = lambda: talk.publisher.publish(events.DemoRemoved())
    bus = await _open_bus(settings, store, secret, talk, desk_publisher, hub, health)
    doors = make_customer_doors(settings, store, secret, texts, languages, knowledge.site, talk.publisher.publish)
    tokens = Tokens(store)
    people = PeopleRoutes(desk_settings, store, accounts, talk.publisher, texts, demo)
    staff = Staff(store, told.account_settings(settings), talk.publisher.publish)
    contacts = Contacts(store, talk.publisher.publish, settings.business.country)

    def proves() -> bool:
        return "sms" in codes.doors or "telegram" in channels.list_open()

    routes = [
        *people.routes(),
        *AgentRoutes(desk_settings, store, staff, talk.handoff, talk.presence, texts).routes(),
        *RoleRoutes(desk_settings, store, Roles(store, talk.publisher.publish), texts).routes(),
        *PlaceRoutes(desk_settings, store, Places(store, talk.publisher.publish)).routes(),
        *SettingRoutes(StoreSettings(store, KEYS), texts).routes(),
        *catalogue_routes(settings, store, texts, desk_settings, talk.publisher.publish, proves),
        *OwnRoutes(desk_settings, talk.handovers).routes(),
        *TalkRoutes(desk_settings, view, talk.presence, outside, texts, channels.agents_ways).routes(),
        *FileRoutes(files, links.url).routes(),
        *contact_routes(desk_settings, contacts, texts),
        *SearchRoutes(store).routes(),
        *JournalRoutes(store).routes(),
        *BackupRoutes(desk_settings, backups).routes(),
        *HourRoutes(Hours(store, talk.publisher.publish), texts).routes(),
        *booking_routes(desk_settings, store, talk.booking, texts, links.url),
        *talk.outreach.routes(store, texts, desk_settings),
        *SharingRoutes(Sharing(store, talk.publisher.publish), texts).routes(),
        *InboxRoutes(desk_settings, InboxKeeping(store, directory, talk.publisher.publish, texts), texts).routes(),
        *BlockRoutes(desk_settings, Blocks(store, directory, talk.publisher.publish), view).routes(),
        *CannedRoutes(Canned(store)).routes(),
        *DoorRoutes(channels.doors).routes(),
        *notices.routes(channels.invite),
        *LetterRoutes(desk_settings, Letters(store), resending).routes(),
        *SmsRoutes(desk_settings, store, view, make_counter(settings)).routes(),
        *WayRoutes(ways, resending, talk.presence, outside, texts).routes(),
        *bot_routes(settings, store, texts, talk, view),
        *knowledge.routes(desk_settings, texts),
        *doors.routes(desk_settings, texts),
        *TeachingRoutes(desk_settings, talk.teaching.parts, texts).routes(),
    ]
    parts_of_import = make_imports(settings, store, None, talk.booking.visits, talk.publisher.publish)
    routes += ImportRoutes(desk_settings, store, parts_of_import.imports, texts).routes()
    routes += ExportRoutes(make_exports(settings, store), texts).routes()
    routes += TokenRoutes(desk_settings, store, tokens, scopes_of(routes)).routes()
    api = Api(desk_settings, accounts, tokens, texts)
    shown_demo = demo if settings.demo else None
    site_pages = SitePages(site_inboxes, texts, languages, settings.business.name)
    visitor_files = VisitorFiles(files, visitor, api.remote_of)
    talk_page = TalkPage(make_talk_links(settings, secret), StoreBrowsers(store), visitor.tokens, visitor)

    def add_file_routes(app: web.Application) -> None:
        visitor_files.add_to(app)
        talk_page.add_to(app)
        add_files(app, files, links)
        knowledge.add_pages(app, settings, texts, languages, api.remote_of)
        invites = (channels.list_open, channels.invite)
        pages = Pages(settings, secret, texts, languages, api.remote_of, directory, codes, *invites)
        doors.add_pages(app, pages, talk.booking, talk.outreach)
        channels.add_to(app)

    limit, body_s, hsts_s = desk_settings.body_limit, settings.server.body_timeout_s, settings.server.hsts_s
    limits = (limit, body_s, hsts_s)
    web_parts = WebParts(site_pages, health, api, routes, __version__, shown_demo, *limits, add_file_routes)
    app = make_app(web_parts)
    hub.attach(app)
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=settings.server.stop_s / 8,
        max_line_size=_LINE_LIMIT_BYTES,
        keepalive_timeout=settings.server.idle_s,
    )
    await runner.setup()
    await talk.hours.load()
    await channels.open()
    listening = await listen(settings, hub, runner, store, certificate)
    upkeep = Upkeep(store, talk.publisher.publish, settings.business.country)
    worker = Worker(
        store, talk.handoff, desk, talk.publisher, settings.desk.session_check_s, upkeep, backups, certificate
    )
    worker.keep(talk.hours.look, "knowing the working hours")
    worker.keep(talk.bot.work, "the bot")
    worker.keep(talk.names.work, "knowing the firm's own names")
    worker.keep(talk.engines.work, "letting the sentence model rest")
    worker.keep(outbox.work, "sending to phones and mailboxes")
    worker.keep(talk.unseen.work, "telling of unseen answers")
    doors.keep(worker.keep)
    channels.keep(worker.keep)
    notices.keep(worker.keep)
    worker.keep(knowledge.search.work, "learning what articles mean")
    worker.keep(talk.teaching.current.work, "following what the bot is taught")
    worker.keep(talk.teaching.trainer.work, "learning")
    worker.keep(talk.closed.work, "answering out of hours")
    worker.keep(talk.outreach.typed.work, "taking answers that were typed to people")
    worker.keep(parts_of_import.runner.work, "imports")
    worker.keep(requests.work, "asking to answer chats")
    worker.keep(talk.booking.holds.work, "letting expired holds go")
    worker.keep(talk.outreach.runner.work, "reminders and the waiting list")
    worker.keep(talk.outreach.wishes.work, "ending wishes whose days are over")
    worker.keep(files.tend, "removing files")
    worker.keep(parts_of_import.sweep, "removing old files of imports")
    folder = None
    if store.url.sqlite is None:
        folder = SharedFolder(store, settings.data_dir)
        await folder.look()
        worker.keep(folder.work, "comparing data folders")
    worker.start()
    talk.leases.start()
    talk.assigner.start()
    port = knowledge.site.port = listening.sockets[0].getsockname()[1]
    rest = (certificate, alone, folder, logins)
    return Server(port, store, hub, listening, runner, worker, talk, directory, bus, health, *rest)


async def _open_bus(
    settings: Settings,
    store: Store,
    secret: bytes,
    talk: Talk,
    desks: DeskPublisher,
    hub: Hub,
    health: Health,
) -> "Bus | None":
    """Joins the other processes; None where this is the only one. Redis's client is loaded only here."""
    if not settings.redis.url:
        return None
    from barev.bus.bus import Bus, BusSettings, Hooks
    from barev.bus.numbers import numbers_of

    wanted = BusSettings(settings.redis.url, secret, lasting_s=settings.redis.notice_after_s)
    try:
        hooks = Hooks(lambda lasts: desks.bus_health(not lasts), hub.send_away)
        bus = Bus(wanted, store, talk.publisher, talk.presence, hooks)
    except ValueError as error:
        await store.close()
        raise SettingsError(f"redis.url: {error}") from error
    health.metrics.add(numbers_of(bus))
    await bus.start()
    return bus


def _render_error(texts: Catalogue, languages: tuple[Language, ...], socket: Socket, error: BarevError) -> str:
    state = socket.state
    if isinstance(state, VisitorSession | DeskSession):
        return error_text(texts, state.language, error)
    language = choose_language(None, socket.headers.get("accept-language"), languages)
    return error_text(texts, language, error)
