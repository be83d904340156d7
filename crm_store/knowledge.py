"""Questions about articles: their texts by language, their versions, the list."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import (
    KnowledgeAnswerRow,
    KnowledgeArticleRow,
    KnowledgeTextRow,
    KnowledgeVersionRow,
    KnowledgeVoteRow,
)
from crm_store.ordering import order_key, ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_A, _T, _V = KnowledgeArticleRow, KnowledgeTextRow, KnowledgeVersionRow


def _counted(table: type[Any], *where: ColumnElement[bool]) -> Any:
    counted = select(func.count()).where(table.article_id == _A.id, *where)
    return counted.correlate(_A).scalar_subquery()


_USEFUL: Final = _counted(KnowledgeVoteRow, KnowledgeVoteRow.useful.is_(True))
_USELESS: Final = _counted(KnowledgeVoteRow, KnowledgeVoteRow.useful.is_(False))
_ANSWERED: Final = _counted(KnowledgeAnswerRow)
_TITLE: Final = (
    select(_T.title).where(_T.article_id == _A.id).order_by(_T.language).limit(1).correlate(_A).scalar_subquery()
)
ARTICLES: Final = Listing(
    "knowledge_articles",
    _A.id,
    {
        "id": Sort(_A.id, unique=True),
        "updated_at": Sort(_A.updated_at, nullable=False),
        "created_at": Sort(_A.created_at, nullable=False),
        "kind": Sort(_A.kind, nullable=False),
        "slug": Sort(_A.slug, nullable=False),
        "title": Sort(ordered(_TITLE)),
        "state": Sort(_A.state, nullable=False),
        "audience": Sort(_A.audience, nullable=False),
        "useful": Sort(_USEFUL, nullable=False),
        "useless": Sort(_USELESS, nullable=False),
        "answered": Sort(_ANSWERED, nullable=False),
    },
    default="updated_at",
    descending=True,
    filters={
        "kind": _A.kind,
        "slug": Holds(_A.slug),
        "state": _A.state,
        "audience": _A.audience,
        "useful": _USEFUL,
        "useless": _USELESS,
        "answered": _ANSWERED,
        "created": _A.created_at,
        "updated": _A.updated_at,
    },
)


def _shown() -> AnySelect:
    counts = (_USEFUL.label("useful"), _USELESS.label("useless"), _ANSWERED.label("answered"))
    return select(*_A.__table__.c, *counts)


def page_articles(tx: Tx, wanted: Wanted, *, language: str | None, words: str, drafts: bool) -> Page:
    """A page of articles. ``language``: those that have a text in it; ``words``: that is in a title or a text;
    ``drafts``: they too."""
    query = _shown()
    if language is not None:
        query = query.where(_A.id.in_(select(_T.article_id).where(_T.language == language)))
    part = order_key(words)
    if part:
        holding = ordered(_T.title + " " + _T.body).contains(part, autoescape=True)
        query = query.where(_A.id.in_(select(_T.article_id).where(holding)))
    if not drafts:
        query = query.where(_A.state == "published")
    return ARTICLES.page(tx, query, wanted)


def find_article(tx: Tx, article_id: int) -> AnyRow | None:
    """One of them, with its counts."""
    return tx.execute(_shown().where(_A.id == article_id)).one_or_none()


def find_by_slug(tx: Tx, slug: str) -> AnyRow | None:
    """The article that has this name in addresses."""
    return tx.execute(_shown().where(_A.slug == slug)).one_or_none()


def list_texts(tx: Tx, ids: Collection[int]) -> dict[int, dict[str, AnyRow]]:
    """The texts of articles, by article and language."""
    found: dict[int, dict[str, AnyRow]] = {one: {} for one in ids}
    for row in tx.execute(select(*_T.__table__.c).where(_T.article_id.in_(ids)).order_by(_T.language)):
        found[row.article_id][row.language] = row
    return found


def list_titles(tx: Tx, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The titles of articles, by article and language."""
    found: dict[int, dict[str, str]] = {one: {} for one in ids}
    query = select(_T.article_id, _T.language, _T.title).where(_T.article_id.in_(ids)).order_by(_T.language)
    for row in tx.execute(query):
        found[row.article_id][row.language] = row.title
    return found


def list_published(tx: Tx) -> list[AnyRow]:
    """Every text of published articles, with what of its article counts for search."""
    return list(tx.execute(_published()))


def list_published_of(tx: Tx, ids: Collection[int]) -> dict[int, dict[str, AnyRow]]:
    """The same of these articles, by article and language."""
    found: dict[int, dict[str, AnyRow]] = {}
    for row in tx.execute(_published().where(_A.id.in_(ids))):
        found.setdefault(row.article_id, {})[row.language] = row
    return found


def _published() -> AnySelect:
    columns = (*_T.__table__.c, _A.slug, _A.kind, _A.state, _A.audience, _A.tags, _A.updated_at)
    query = select(*columns).join(_A, _A.id == _T.article_id).where(_A.state == "published")
    return query.order_by(_T.article_id, _T.language)


def list_public(tx: Tx, language: str) -> list[AnyRow]:
    """What anybody may read in a language: id, slug, title, tags, in the order of the titles."""
    query = select(_A.id, _A.slug, _A.kind, _A.tags, _T.title).join(_T, _T.article_id == _A.id)
    public = query.where(_A.state == "published", _A.audience == "public", _T.language == language)
    return list(tx.execute(public.order_by(ordered(_T.title), _A.id)))


def list_all_ids(tx: Tx) -> list[int]:
    """Every article, the oldest first."""
    return list(tx.scalars(select(_A.id).order_by(_A.id)))


def count_articles(tx: Tx) -> int:
    """How many there are."""
    return tx.scalar(select(func.count()).select_from(_A)) or 0


def insert_article(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds one; returns its id."""
    return int(tx.execute(insert(_A).values(**values).returning(_A.id)).scalar_one())


def change_article(tx: Tx, article_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of one."""
    tx.execute(update(_A).where(_A.id == article_id).values(**values))


def put_texts(tx: Tx, article_id: int, texts: Sequence[Mapping[str, object]]) -> None:
    """Makes exactly these the texts of an article."""
    tx.execute(delete(_T).where(_T.article_id == article_id))
    if texts:
        tx.execute(insert(_T), [{"article_id": article_id, **one} for one in texts])


def delete_article(tx: Tx, article_id: int) -> None:
    """Takes one away, with all that hangs on it."""
    tx.execute(delete(_A).where(_A.id == article_id))


def add_version(tx: Tx, article_id: int, author: str, content: JsonObject, at: datetime, most: int) -> None:
    """Keeps an article as it is now; of each the latest ``most`` stay."""
    last = tx.scalar(select(func.max(_V.number)).where(_V.article_id == article_id)) or 0
    values = {"article_id": article_id, "number": last + 1, "at": at, "author": author, "content": content}
    tx.execute(insert(_V).values(**values))
    tx.execute(delete(_V).where(_V.article_id == article_id, _V.number <= last + 1 - most))


def list_versions(tx: Tx, article_id: int) -> list[AnyRow]:
    """The versions of an article, the latest first."""
    return list(tx.execute(select(*_V.__table__.c).where(_V.article_id == article_id).order_by(_V.number.desc())))


def find_version(tx: Tx, article_id: int, number: int) -> AnyRow | None:
    """One of them."""
    which = (_V.article_id == article_id, _V.number == number)
    return tx.execute(select(*_V.__table__.c).where(*which)).one_or_none()


class Revision(NamedTuple):
    """Another one after each change of any article."""

    articles: int
    last_id: int
    changed_at: datetime | None


def find_revision(tx: Tx) -> Revision:
    """Whether what somebody holds in memory is still what there is."""
    return Revision(*tx.execute(select(func.count(), func.coalesce(func.max(_A.id), 0), func.max(_A.updated_at))).one())


def next_moment(tx: Tx, now: datetime) -> datetime:
    """When a change is said to be: now, but later than every one before."""
    last = find_revision(tx).changed_at
    return now if last is None else max(now, last + timedelta(milliseconds=1))
