"""REST: knowledge. Every agent reads and searches what is published; who may write sees drafts too."""

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

from business.knowledge.articles import EDIT, Article, Articles, ArticleWish, TextWish
from business.knowledge.asked import Asked
from business.knowledge.markdown import BODY_CHARS, to_html
from business.knowledge.search import Found, KnowledgeSearch
from conversation.clock import to_iso
from conversation.messages import Json, JsonObject, Language
from conversation.ports import Texts
from conversation.wire import get_optional_int, get_text
from crm_store import Tx, knowledge, knowledge_asked
from crm_store.conversations import visible_to
from crm_store.engine import Store
from crm_store.knowledge import ARTICLES
from crm_store.knowledge_asked import QUESTIONS
from crm_store.models import ArticleAudience, ArticleKind, ArticleState
from crm_store.paging import Page
from crm_store.rows import AnyRow
from desk.rest import knowledge_schemas as schemas
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import choice, list_query, listed_page, wanted
from desk.rest.schemas import LANGUAGE, listed, record
from desk.session import eyes_of
from desk.settings import DeskSettings

_FOUND = 10
_LANGUAGES: tuple[Language, ...] = schemas.LANGUAGES


class KnowledgeRoutes:
    """Articles, their search and votes, and what was not answered. ``site``: the beginning of the help
    pages' addresses."""

    def __init__(
        self,
        settings: DeskSettings,
        store: Store,
        articles: Articles,
        search: KnowledgeSearch,
        texts: Texts,
        site: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._store = store
        self._asked_of = Asked(store)
        self._articles = articles
        self._search = search
        self._texts = texts
        self._site = site

    def routes(self) -> list[Route]:
        """The operations."""
        return [*self._reading(), *self._writing(), *self._asked()]

    def _reading(self) -> list[Route]:
        one = "/knowledge/articles/{id}"
        query = list_query(ARTICLES, self._settings.page, kind=schemas.KIND, state=schemas.STATE)
        query = {**query, "audience": schemas.AUDIENCE, "language": LANGUAGE, "q": schemas.WORDS}
        asked = {"q": schemas.WORDS, "language": LANGUAGE}
        return [
            Route(
                "GET",
                "/knowledge/articles",
                self.list_articles,
                "Articles and answers; drafts for those who write",
                {200: listed(schemas.ARTICLE_LISTED)},
                query=query,
            ),
            Route("GET", one, self.get_article, "One of them with its texts", {200: schemas.ARTICLE}),
            Route(
                "GET",
                "/knowledge/search",
                self.search,
                "Passages that answer a question, the likeliest first",
                {200: listed(schemas.PASSAGE)},
                query=asked,
            ),
            Route(
                "POST",
                f"{one}/vote",
                self.vote,
                "Says whether an article was useful to oneself",
                {200: schemas.ARTICLE},
                body=record({"useful": schemas.FLAG}),
            ),
        ]

    def _writing(self) -> list[Route]:
        path, one = "/knowledge/articles", "/knowledge/articles/{id}"
        example: JsonObject = {
            "kind": "answer",
            "state": "published",
            "texts": {
                "en": {"title": "Is there parking?", "body": "Yes, behind the house.", "questions": ["car park"]}
            },
        }
        number = {"type": "integer", "minimum": 1, "maximum": 10**6}
        return [
            Route(
                "POST",
                path,
                self.add_article,
                "Writes an article or an answer",
                {201: schemas.ARTICLE},
                body=schemas.NEW_ARTICLE,
                permission=EDIT,
                example=example,
            ),
            Route(
                "PATCH",
                one,
                self.change_article,
                "Changes what is given",
                {200: schemas.ARTICLE},
                body=schemas.ARTICLE_CHANGE,
                permission=EDIT,
            ),
            Route("DELETE", one, self.remove_article, "Removes it for good", {204: None}, permission=EDIT),
            Route(
                "GET",
                f"{one}/versions",
                self.list_versions,
                "Who changed it and when, the latest first",
                {200: listed(schemas.VERSION)},
                permission=EDIT,
            ),
            Route(
                "POST",
                f"{one}/restore",
                self.restore,
                "Makes it again what it was in a version",
                {200: schemas.ARTICLE},
                body=record({"number": number}),
                permission=EDIT,
            ),
            Route(
                "POST",
                "/knowledge/preview",
                self.preview,
                "Markdown as its page will show it",
                {200: record({"html": {"type": "string"}})},
                body=record({"body": schemas.BODY}),
                permission=EDIT,
            ),
        ]

    def _asked(self) -> list[Route]:
        query = {**list_query(QUESTIONS, self._settings.page), "language": LANGUAGE}
        return [
            Route(
                "GET",
                "/knowledge/questions",
                self.list_questions,
                "What was asked and not answered",
                {200: listed(schemas.QUESTION)},
                query=query,
                permission=EDIT,
            ),
            Route(
                "DELETE",
                "/knowledge/questions/{id}",
                self.dismiss_question,
                "Nobody is to hear of this question again",
                {204: None},
                permission=EDIT,
            ),
        ]

    # --- reading ----------------------------------------------------------------------------------------------------

    async def list_articles(self, call: Call) -> Answer:
        """``q``: words of a title or a text."""
        asked = wanted(call, ARTICLES, self._settings.page)
        language, words = choice(call, "language", _LANGUAGES), call.query_text("q")
        drafts = EDIT in call.session.agent.permissions

        def read(tx: Tx) -> tuple[Page, dict[int, dict[str, str]]]:
            page = knowledge.page_articles(tx, asked, language=language, words=words, drafts=drafts)
            return page, knowledge.list_titles(tx, [row.id for row in page.rows])

        page, titles = await self._store.read(read)
        return listed_page(page, lambda row: {**_own(row), "titles": titles[row.id]})

    async def get_article(self, call: Call) -> Answer:
        """With its texts as Markdown and as the page shows them."""
        return await self._shown(await self._articles.find(call.session.agent, call.path_id()))

    async def search(self, call: Call) -> Answer:
        """Those for staff too."""
        found = await self._search.find(call.query_text("q"), self._language(call), staff=True, limit=_FOUND)
        return page_of([self._passage(one, call.language) for one in found], None)

    async def vote(self, call: Call) -> Answer:
        """The later vote counts."""
        useful = call.body["useful"] is True
        return await self._shown(await self._articles.vote(call.session.agent, call.path_id(), useful=useful))

    # --- writing ----------------------------------------------------------------------------------------------------

    async def add_article(self, call: Call) -> Answer:
        """A draft, public, an article, unless told otherwise."""
        added = await self._articles.add(call.session.agent, _read(call.body), call.remote)
        return await self._shown(added, 201)

    async def change_article(self, call: Call) -> Answer:
        """Texts of languages that are not named stay."""
        agent = call.session.agent
        return await self._shown(await self._articles.change(agent, call.path_id(), _read(call.body), call.remote))

    async def remove_article(self, call: Call) -> Answer:
        """With its versions and votes."""
        await self._articles.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def list_versions(self, call: Call) -> Answer:
        """The latest fifty."""
        rows = await self._articles.list_versions(call.session.agent, call.path_id())
        shown: list[dict[str, object]] = [
            {"number": row.number, "at": to_iso(row.at), "author": row.author, "titles": _titles(row.content)}
            for row in rows
        ]
        return page_of(shown, None)

    async def restore(self, call: Call) -> Answer:
        """Its texts, kind, audience and tags; its address and whether it is published stay."""
        agent, number = call.session.agent, get_optional_int(call.body, "number") or 0
        return await self._shown(await self._articles.restore(agent, call.path_id(), number, call.remote))

    async def preview(self, call: Call) -> Answer:
        """Nothing is kept."""
        body = get_text(call.body, "body", BODY_CHARS, default="")
        return Answer({"html": await asyncio.to_thread(to_html, body)})

    # --- what was asked ---------------------------------------------------------------------------------------------

    async def list_questions(self, call: Call) -> Answer:
        """The example is null where the conversation is not for these eyes."""
        asked = wanted(call, QUESTIONS, self._settings.page)
        eyes = visible_to(eyes_of(call.session.agent))
        page = await self._store.read(lambda tx: knowledge_asked.page_questions(tx, asked, eyes))
        return listed_page(page, _question)

    async def dismiss_question(self, call: Call) -> Answer:
        """Also when it is asked once more."""
        await self._asked_of.dismiss(call.path_id())
        return Answer(None, status=204)

    # --- showing ----------------------------------------------------------------------------------------------------

    def _language(self, call: Call) -> Language | None:
        chosen = choice(call, "language", _LANGUAGES)
        return next((one for one in _LANGUAGES if one == chosen), None)

    async def _shown(self, article: Article, status: int = 200) -> Answer:
        return Answer(await asyncio.to_thread(self._show, article), status=status)

    def _show(self, article: Article) -> dict[str, object]:
        row = article.row
        texts = {
            language: {
                "title": one.title,
                "body": one.body,
                "html": to_html(one.body),
                "questions": list(one.questions),
            }
            for language, one in article.texts.items()
        }
        public = row.state == "published" and row.audience == "public"
        links = {language: self._link(language, row.slug) for language in texts} if public else {}
        return {**_own(row), "texts": texts, "links": links}

    def _link(self, language: str, slug: str) -> str:
        return f"{self._site()}/help/{language}/{slug}"

    def _passage(self, one: Found, reader: Language) -> dict[str, object]:
        return {
            "article_id": one.article_id,
            "kind": one.kind,
            "audience": one.audience,
            "language": one.language,
            "title": one.title,
            "heading": one.heading,
            "text": one.text,
            "link": self._link(one.language, one.slug) if one.audience == "public" else None,
            "source": self._texts.get(reader, "knowledge.source", title=one.title),
            "confidence": round(one.confidence, 3),
            "sure": one.sure,
        }


def _own(row: AnyRow) -> dict[str, object]:
    plain = {name: getattr(row, name) for name in ("id", "kind", "slug", "state", "audience")}
    counts = {name: getattr(row, name) for name in ("useful", "useless", "answered")}
    moments = {"created_at": to_iso(row.created_at), "updated_at": to_iso(row.updated_at)}
    return {**plain, "tags": list(row.tags), **counts, **moments}


def _question(row: AnyRow) -> dict[str, object]:
    plain = {name: getattr(row, name) for name in ("id", "question", "language", "count", "conversation_id")}
    return {**plain, "first_at": to_iso(row.first_at), "last_at": to_iso(row.last_at)}


def _titles(content: Mapping[str, Json]) -> dict[str, str]:
    texts = content.get("texts")
    if not isinstance(texts, dict):
        return {}
    return {language: str(one.get("title", "")) for language, one in texts.items() if isinstance(one, dict)}


def _read(body: JsonObject) -> ArticleWish:
    tags = body.get("tags")
    return ArticleWish(
        cast("ArticleKind | None", body.get("kind")),
        cast("str | None", body.get("slug")),
        cast("ArticleState | None", body.get("state")),
        cast("ArticleAudience | None", body.get("audience")),
        [str(one) for one in tags] if isinstance(tags, list) else None,
        _read_texts(body.get("texts")),
        get_optional_int(body, "question_id"),
    )


def _read_texts(given: Json) -> dict[Language, TextWish | None] | None:
    if not isinstance(given, dict):
        return None
    texts: dict[Language, TextWish | None] = {}
    for language in _LANGUAGES:
        one = given.get(language)
        if isinstance(one, dict):
            asked = one.get("questions")
            questions = [str(each) for each in asked] if isinstance(asked, list) else []
            texts[language] = TextWish(str(one.get("title", "")), str(one.get("body", "")), questions)
        elif language in given:
            texts[language] = None
    return texts
