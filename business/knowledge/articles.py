"""Writing articles: who may, what fits, and every version kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json, JsonObject, Language
from conversation.search_key import fold
from crm_store import Tx, knowledge, knowledge_asked
from crm_store.engine import Store
from crm_store.models import ArticleAudience, ArticleKind, ArticleState
from crm_store.rows import AnyRow

EDIT: Final = "knowledge.edit"
TITLE_CHARS: Final = 200
MOST_QUESTIONS: Final = 30
MOST_TAGS: Final = 20
TAG_CHARS: Final = 40
SLUG_CHARS: Final = 80
_MOST_ARTICLES: Final = 2_000
_MOST_VERSIONS: Final = 50
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True, slots=True)
class TextWish:
    """A text in one language: a Markdown body, and other words in which people ask for it."""

    title: str
    body: str
    questions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ArticleWish:
    """What is to be set; None stays as it is. ``texts``: of these languages, None takes one away. ``question_id``: the
    unanswered question that it answers."""

    kind: ArticleKind | None = None
    slug: str | None = None
    state: ArticleState | None = None
    audience: ArticleAudience | None = None
    tags: Sequence[str] | None = None
    texts: Mapping[Language, TextWish | None] | None = None
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article with all its texts, by language."""

    row: AnyRow
    texts: Mapping[str, AnyRow]


class Articles:
    """Reads and changes them. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, agent: Agent, article_id: int) -> Article:
        """One of them; drafts are for those who write."""
        return await self._store.read(lambda tx: _require(tx, agent, article_id))

    async def add(self, actor: Agent, wish: ArticleWish, remote: str) -> Article:
        """One more."""

        def write(tx: Tx) -> Article:
            rights.require_now(tx, actor, EDIT)
            return add_article(tx, actor, wish, remote)

        return await self._store.writer.run(write)

    async def change(self, actor: Agent, article_id: int, wish: ArticleWish, remote: str) -> Article:
        """Sets what is wished."""

        def write(tx: Tx) -> Article:
            rights.require_now(tx, actor, EDIT)
            return change_article(tx, actor, article_id, wish, remote)

        return await self._store.writer.run(write)

    async def restore(self, actor: Agent, article_id: int, number: int, remote: str) -> Article:
        """An article as a version has it; that is a new version."""

        def write(tx: Tx) -> Article:
            rights.require_now(tx, actor, EDIT)
            now = _require(tx, actor, article_id)
            version = knowledge.find_version(tx, article_id, number)
            if version is None:
                raise Rejected("not_found", "knowledge.version_not_found")
            return change_article(tx, actor, article_id, _wish_of(version.content, now), remote)

        return await self._store.writer.run(write)

    async def remove(self, actor: Agent, article_id: int, remote: str) -> None:
        """Takes one away for good."""

        def write(tx: Tx) -> None:
            rights.require_now(tx, actor, EDIT)
            before = _require(tx, actor, article_id)
            knowledge.delete_article(tx, article_id)
            _record(tx, actor, "removed", before.row, remote)

        await self._store.writer.run(write)

    async def list_versions(self, actor: Agent, article_id: int) -> list[AnyRow]:
        """The latest first."""

        def read(tx: Tx) -> list[AnyRow]:
            _require(tx, actor, article_id)
            return knowledge.list_versions(tx, article_id)

        return await self._store.read(read)

    async def vote(self, actor: Agent, article_id: int, *, useful: bool) -> Article:
        """An agent's own vote."""

        def write(tx: Tx) -> Article:
            _require(tx, actor, article_id)
            knowledge_asked.put_vote(tx, article_id, f"agent:{actor.id}", useful=useful, at=clock.now())
            return _require(tx, actor, article_id)

        return await self._store.writer.run(write)


def add_article(tx: Tx, actor: Agent, wish: ArticleWish, remote: str | None) -> Article:
    """Adds one in the caller's transaction, where ``actor`` may."""
    if knowledge.count_articles(tx) >= _MOST_ARTICLES:
        raise Rejected("conflict", "knowledge.enough", most=_MOST_ARTICLES)
    texts = {language: one for language, one in (wish.texts or {}).items() if one is not None}
    if not texts:
        raise Rejected("conflict", "knowledge.text_missing", field="texts")
    state = wish.state or "draft"
    _check(texts, state)
    at = knowledge.next_moment(tx, clock.now())
    values = {
        "kind": wish.kind or "article",
        "slug": _free_slug(tx, wish.slug or _slug_for(texts), None, given=wish.slug is not None),
        "state": state,
        "audience": wish.audience or "public",
        "tags": _tags(wish.tags or ()),
        "created_at": at,
        "updated_at": at,
    }
    article_id = knowledge.insert_article(tx, values)
    knowledge.put_texts(tx, article_id, _rows(texts))
    if wish.question_id is not None:
        knowledge_asked.delete_question(tx, wish.question_id)
    return _keep(tx, actor, article_id, "added", remote)


def change_article(tx: Tx, actor: Agent, article_id: int, wish: ArticleWish, remote: str | None) -> Article:
    """Changes one in the caller's transaction, where ``actor`` may."""
    before = _require(tx, actor, article_id)
    texts = {language: _text_of(before.texts[language]) for language in _LANGUAGES if language in before.texts}
    for language, one in (wish.texts or {}).items():
        if one is None:
            texts.pop(language, None)
        else:
            texts[language] = one
    if not texts:
        raise Rejected("conflict", "knowledge.text_missing", field="texts")
    state: ArticleState = wish.state or before.row.state
    _check(texts, state)
    values: dict[str, object] = {"state": state, "updated_at": knowledge.next_moment(tx, clock.now())}
    if wish.slug is not None:
        values["slug"] = _free_slug(tx, wish.slug, article_id, given=True)
    own = {"kind": wish.kind, "audience": wish.audience}
    values |= {name: value for name, value in own.items() if value is not None}
    if wish.tags is not None:
        values["tags"] = _tags(wish.tags)
    knowledge.change_article(tx, article_id, values)
    knowledge.put_texts(tx, article_id, _rows(texts))
    if wish.question_id is not None:
        knowledge_asked.delete_question(tx, wish.question_id)
    return _keep(tx, actor, article_id, "changed", remote)


def load_article(tx: Tx, article_id: int) -> Article | None:
    """One with its texts, whoever asks."""
    row = knowledge.find_article(tx, article_id)
    return None if row is None else Article(row, knowledge.list_texts(tx, [article_id])[article_id])


def _require(tx: Tx, agent: Agent, article_id: int) -> Article:
    found = load_article(tx, article_id)
    if found is None or (found.row.state == "draft" and EDIT not in agent.permissions):
        raise Rejected("not_found", "knowledge.not_found")
    return found


def _keep(tx: Tx, actor: Agent, article_id: int, verb: str, remote: str | None) -> Article:
    now = _require(tx, actor, article_id)
    knowledge.add_version(tx, article_id, actor.name, version_of(now), now.row.updated_at, _MOST_VERSIONS)
    _record(tx, actor, verb, now.row, remote)
    return now


def version_of(article: Article) -> JsonObject:
    """What is kept of an article in a version."""
    row = article.row
    texts: JsonObject = {
        language: {"title": one.title, "body": one.body, "questions": list(one.questions)}
        for language, one in article.texts.items()
    }
    own = {"kind": row.kind, "slug": row.slug, "state": row.state, "audience": row.audience, "tags": list(row.tags)}
    return {**own, "texts": texts}


def _wish_of(content: JsonObject, now: Article) -> ArticleWish:
    """All that a version has but the name in addresses, which another may have by now, and whether it is published."""
    kept = content.get("texts")
    texts: dict[Language, TextWish | None] = dict.fromkeys(one for one in _LANGUAGES if one in now.texts)
    for language in _LANGUAGES:
        one = kept.get(language) if isinstance(kept, dict) else None
        if isinstance(one, dict):
            texts[language] = TextWish(str(one.get("title", "")), str(one.get("body", "")), _list(one.get("questions")))
    kind: ArticleKind = "answer" if content.get("kind") == "answer" else "article"
    audience: ArticleAudience = "staff" if content.get("audience") == "staff" else "public"
    return ArticleWish(kind, None, None, audience, _list(content.get("tags")), texts)


def _list(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _text_of(row: AnyRow) -> TextWish:
    return TextWish(row.title, row.body, list(row.questions))


def _rows(texts: Mapping[Language, TextWish]) -> list[dict[str, object]]:
    return [
        {
            "language": language,
            "title": one.title.strip(),
            "body": one.body.strip("\n"),
            "questions": list(dict.fromkeys(asked.strip() for asked in one.questions if asked.strip())),
        }
        for language, one in texts.items()
    ]


def _check(texts: Mapping[Language, TextWish], state: ArticleState) -> None:
    for language, one in texts.items():
        if not one.title.strip():
            raise Rejected("conflict", "knowledge.title_missing", field=f"texts.{language}.title")
        if state == "published" and not one.body.strip():
            raise Rejected("conflict", "knowledge.body_missing", field=f"texts.{language}.body")


def _tags(tags: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in tags if one.strip()))


def slug_of(title: str) -> str:
    """A name in addresses: small Latin letters, digits and dashes; empty where nothing is left."""
    plain = title.lower() if title.isascii() else fold(title)
    return _NO_SLUG.sub("-", plain)[: SLUG_CHARS - 8].strip("-")


def _slug_for(texts: Mapping[Language, TextWish]) -> str:
    """Of the English title where there is one: addresses are read by everybody."""
    return slug_of((texts.get("en") or next(iter(texts.values()))).title) or "article"


def _free_slug(tx: Tx, slug: str, article_id: int | None, *, given: bool) -> str:
    """A name that no other article has: the one given, or one with a number behind it."""
    for number in range(1, _MOST_ARTICLES + 2):
        tried = slug if number == 1 else f"{slug}-{number}"
        holder = knowledge.find_by_slug(tx, tried)
        if holder is None or holder.id == article_id:
            return tried
        if given:
            break
    raise Rejected("conflict", "knowledge.slug_taken", field="slug", slug=slug)


def _record(tx: Tx, actor: Agent, verb: str, row: AnyRow, remote: str | None) -> None:
    after = {"name": row.slug, "state": row.state, "audience": row.audience}
    record_deed(tx, actor, f"article.{verb}", "article", row.id, after=after, remote=remote)
