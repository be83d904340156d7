"""The demo's articles: the Markdown files of ``knowledge/``, as anybody could write and import them."""

from datetime import datetime
from pathlib import Path
from typing import Final

from barev.demo.people import BUSINESS
from business.knowledge.articles import load_article, version_of
from business.knowledge.files import ArticleFile, read_file, tags_of
from crm_store import knowledge
from crm_store.demo_rows import SeededRows
from crm_store.models import KnowledgeArticleRow, KnowledgeTextRow

FOLDER: Final = Path(__file__).with_name("knowledge")


def read_articles() -> dict[str, list[ArticleFile]]:
    """The files of each article, by its name in addresses."""
    found: dict[str, list[ArticleFile]] = {}
    for path in sorted(FOLDER.glob("*.md")):
        one = read_file(path.name, path.read_text("utf-8"))
        found.setdefault(one.slug, []).append(one)
    return found


def add_articles(rows: SeededRows, at: datetime) -> None:
    """Every article, with its first version."""
    articles = read_articles()
    heads = {
        slug: {
            "kind": parts[0].head["kind"],
            "slug": _free(rows, slug),
            "state": parts[0].head["state"],
            "audience": parts[0].head["audience"],
            "tags": tags_of(parts[0]),
            "created_at": at,
            "updated_at": at,
        }
        for slug, parts in articles.items()
    }
    rows.add(KnowledgeArticleRow, dict(heads))
    texts = [
        {
            "article_id": rows.id_of(KnowledgeArticleRow, slug),
            "language": one.language,
            "title": one.head["title"],
            "body": one.body,
            "questions": one.questions,
        }
        for slug, parts in articles.items()
        for one in parts
    ]
    rows.add_dependent(KnowledgeTextRow, texts)
    for slug in articles:
        added = load_article(rows.tx, rows.id_of(KnowledgeArticleRow, slug))
        if added is not None:
            knowledge.add_version(rows.tx, added.row.id, BUSINESS, version_of(added), at, 1)


def _free(rows: SeededRows, slug: str) -> str:
    """One's own article keeps its name."""
    return slug if knowledge.find_by_slug(rows.tx, slug) is None else f"demo-{slug}"
