"""What the firm knows, made for one store, and joined with the bot, the desk and the help pages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from barev.settings import Settings
from business.knowledge.articles import Articles
from business.knowledge.files import KnowledgeFiles
from business.knowledge.search import KnowledgeSearch
from conversation.messages import Language
from conversation.ports import Texts
from crm_store.engine import Store
from desk.pages.help import HelpPages
from desk.rest.api import Route
from desk.rest.knowledge import KnowledgeRoutes
from desk.rest.knowledge_files import KnowledgeFileRoutes
from desk.settings import DeskSettings
from routing.flows.known import FoundArticles
from routing.understanding.local import Local
from routing.understanding.nearest import SentenceMeaning


@dataclass(slots=True)
class Site:
    """Where customers find this server; ``port``: the one it listens on, once it does."""

    public_url: str
    scheme: str
    host: str
    port: int

    def __call__(self) -> str:
        """The beginning of every address, without a slash at its end."""
        return self.public_url.rstrip("/") or f"{self.scheme}://{self.host}:{self.port}"


@dataclass(slots=True)
class Knowledge:
    """The parts; ``search.work`` is to be kept going."""

    store: Store
    search: KnowledgeSearch
    site: Site
    articles: FoundArticles
    secret: bytes

    def routes(self, settings: DeskSettings, texts: Texts) -> list[Route]:
        """The REST operations."""
        reading = KnowledgeRoutes(settings, self.store, Articles(self.store), self.search, texts, self.site)
        return [*reading.routes(), *KnowledgeFileRoutes(KnowledgeFiles(self.store), texts).routes()]

    def add_pages(
        self,
        app: web.Application,
        settings: Settings,
        texts: Texts,
        languages: tuple[Language, ...],
        remote_of: Callable[[web.Request], str],
    ) -> None:
        """Registers the help pages."""
        secure = self.site().startswith("https://")
        name = settings.business.name
        pages = HelpPages(self.store, self.search, texts, languages, name, remote_of, self.secret, secure=secure)
        pages.add(app)


def make_knowledge(settings: Settings, store: Store, secret: bytes, sentences: Local) -> Knowledge:
    """``secret``: the store's; ``sentences``: whose sentence model tells meanings, where it has one. Belongs to the
    running loop."""
    meaning = SentenceMeaning(sentences) if sentences.has_sentences else None
    search = KnowledgeSearch(store, meaning, settings.bot.article_sure)
    server = settings.server
    site = Site(server.public_url, "https" if server.tls_cert else "http", server.host, server.port)
    return Knowledge(store, search, site, FoundArticles(search, site, asyncio.get_running_loop()), secret)
