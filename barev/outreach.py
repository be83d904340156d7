"""The waiting list, the reminders, and how customers are told: put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from barev.opening import to_languages
from barev.senders import make_stop_links
from barev.settings import Settings
from barev.sms import is_talk
from business.booking.calendar import FirmCalendar
from business.booking.own_links import OwnLinks
from business.booking.reminding import Reminding
from business.booking.telling import Follower
from business.booking.waiting import Waiting
from business.booking.waitlist import WaitingList
from business.contacts.codes import Codes
from business.jobs import JobRunner
from business.outreach import settings as outreach
from business.outreach.choosing import ReachChoices
from business.outreach.voice import LinkTo, Voice
from business.outreach.ways import Reach
from business.outreach.wording import TellWording
from business.team.settings import EDIT, StoreSettings
from conversation.messages import Author, Channel
from conversation.ports import Texts
from crm_store import Tx
from crm_store.engine import Store
from desk.rest.api import Route
from desk.rest.outreach import OutreachRoutes
from desk.rest.settings import Place, SettingRoutes
from desk.rest.waitlist import WaitlistRoutes
from desk.settings import DeskSettings
from routing.presses import Presses
from routing.publisher import Publisher
from routing.typed_answers import TypedAnswers

_SETTINGS: Final = Place(
    "/outreach-settings",
    "outreach_settings",
    "All settings of telling customers of their visits",
    None,
    EDIT,
    {"outreach.quiet_from": "22:00", "outreach.asks": None},
)


@dataclass(frozen=True, slots=True)
class Outreach:
    """The parts. ``calendar`` is to be attached to who changes it; ``runner`` does the jobs."""

    calendar: FirmCalendar
    waiting: Waiting
    reminding: Reminding
    wishes: WaitingList
    runner: JobRunner
    presses: Presses
    typed: TypedAnswers

    @property
    def followers(self) -> Sequence[Follower]:
        """Who writes what follows of a visit's change."""
        return (self.reminding.follow,)

    def routes(self, store: Store, texts: Texts, desk: DeskSettings) -> list[Route]:
        """What REST has of it."""
        return [
            *WaitlistRoutes(desk, self.wishes).routes(),
            *OutreachRoutes(TellWording(store, texts), ReachChoices(store), texts).routes(),
            *SettingRoutes(StoreSettings(store, outreach.KEYS), texts, _SETTINGS).routes(),
        ]


def make_outreach(
    settings: Settings,
    store: Store,
    texts: Texts,
    codes: Codes,
    publisher: Publisher,
    online: Callable[[int], bool],
) -> Outreach:
    """``online``: whether a contact has the website's chat open."""
    author = Author("bot", settings.business.name)
    heard = {"sms": is_talk(settings), "email": bool(settings.email.imap_url or settings.email.lmtp)}
    hears = frozenset[Channel](channel for channel in codes.doors if heard.get(channel))
    reach = Reach(codes.doors, hears, online, to_languages(settings)[0])
    page, stops = _to_page(settings, codes.secret), make_stop_links(settings, codes.secret)
    voice = Voice(texts, author, reach, page, stops)
    calendar = FirmCalendar()
    waiting, reminding = Waiting(calendar, voice), Reminding(calendar, voice)
    kept = WaitingList(store, waiting, publisher.publish)
    runner = JobRunner(store, publisher.publish, {**kept.handlers(), **reminding.handlers()})
    presses = Presses(store, publisher, waiting, reminding, author)
    typed = TypedAnswers(store, publisher, waiting, reminding, author)
    return Outreach(calendar, waiting, reminding, kept, runner, presses, typed)


def _to_page(settings: Settings, secret: bytes) -> LinkTo:
    """A link to his own page, where the server has a public address."""
    base = settings.server.public_url.rstrip("/")
    links = OwnLinks(secret, lambda: base)

    def link(tx: Tx, contact_id: int, only: int | None, at: datetime) -> str:
        return links.page(tx, contact_id, at, only) if base else ""

    return link
