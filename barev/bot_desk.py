"""The bot as agents and owners see it: what it says, how it would answer, and what it would have an agent answer."""

from typing import Protocol

from barev import told
from barev.settings import Settings
from barev.understanding import Engines
from conversation.ports import Texts
from crm_store.engine import Store
from desk.rest.bot import BotRoutes
from desk.rest.helping import HelpingRoutes
from desk.rest.routes import Route
from desk.view import DeskView
from routing.flows.preview import Preview
from routing.flows.wording import Wording
from routing.handoff import Handoff
from routing.presence import LivePresence
from routing.suggestions import CannedSuggester, Suggestions


class Parts(Protocol):
    """Of the talk, what is needed here."""

    handoff: Handoff
    presence: LivePresence
    engines: Engines


def bot_routes(settings: Settings, store: Store, texts: Texts, talk: Parts, view: DeskView) -> list[Route]:
    """The REST routes. Whoever else knows answers joins the list of suggesters."""
    name, country, rules = settings.business.name, settings.business.country, told.bot_rules(settings)
    preview = Preview(store, texts, talk.engines.engine, rules, name, country)
    suggestions = Suggestions(store, texts, talk.engines.engine, name, country, [CannedSuggester(texts)])
    return [
        *BotRoutes(store, texts, Wording(store, texts), preview, rules).routes(),
        *HelpingRoutes(view, talk.handoff, talk.presence, suggestions).routes(),
    ]
