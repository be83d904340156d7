"""The bot as agents and owners see it: what it says, how it would answer, and what it would have an agent answer."""

from typing import Protocol

from barev import told
from barev.booking import Booking
from barev.knowledge import Knowledge
from barev.settings import Settings
from barev.teaching import Teaching
from conversation.ports import Texts
from crm_store.engine import Store
from desk.rest.bot import BotRoutes
from desk.rest.helping import HelpingRoutes
from desk.rest.routes import Route
from desk.view import DeskView
from routing.flows.hearing import Hearing
from routing.flows.preview import Preview
from routing.flows.wording import Wording
from routing.handoff import Handoff
from routing.presence import LivePresence
from routing.suggestions import CannedSuggester, Suggester, Suggestions


class Parts(Protocol):
    """Of the talk, what is needed here."""

    handoff: Handoff
    presence: LivePresence
    hearing: Hearing
    knowledge: Knowledge
    teaching: Teaching
    booking: Booking


def bot_routes(settings: Settings, store: Store, texts: Texts, talk: Parts, view: DeskView) -> list[Route]:
    """The REST routes. Whoever else knows answers joins the list of suggesters."""
    name, country, rules = settings.business.name, settings.business.country, told.bot_rules(settings)
    preview = Preview(store, texts, talk.hearing, rules, name, country, means=talk.booking.means)
    suggesters: list[Suggester] = [CannedSuggester(store, texts), talk.knowledge.articles]
    suggestions = Suggestions(store, texts, talk.teaching.current, name, country, suggesters)
    return [
        *BotRoutes(store, texts, Wording(store, texts), preview, rules).routes(),
        *HelpingRoutes(store, name, view, talk.handoff, talk.presence, suggestions).routes(),
    ]
