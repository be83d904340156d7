"""Articles as Markdown files: ``<slug>.<language>.md``, with a few lines of ``key: value`` between two lines of dashes.

    ---
    title: May I bring a child?
    kind: answer
    state: published
    tags: visit, children
    questions:
    - is there a play corner
    ---
    Of course...

Written and read by the same rules; what a file does not say stays as it is. A new one is a draft, public, an article.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, cast, get_args

from business.knowledge.articles import (
    EDIT,
    MOST_QUESTIONS,
    MOST_TAGS,
    SLUG_CHARS,
    TAG_CHARS,
    TITLE_CHARS,
    Article,
    ArticleWish,
    TextWish,
    add_article,
    change_article,
    load_article,
    slug_of,
)
from business.knowledge.markdown import BODY_CHARS
from business.team import rights
from conversation.errors import Rejected
from conversation.messages import Agent, Language
from crm_store import Tx, knowledge
from crm_store.engine import Store
from crm_store.models import ArticleAudience, ArticleKind, ArticleState

_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_LINE: Final = "---"
_EXAMPLE: Final = "how-to-pay.en.md"
_FILE_BYTES: Final = 4 * BODY_CHARS + 40_000
_MOST_FILES: Final = 10_000
_MOST_BYTES: Final = 32 * 1024 * 1024
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": get_args(ArticleKind),
    "state": get_args(ArticleState),
    "audience": get_args(ArticleAudience),
}


@dataclass(slots=True)
class ArticleFile:
    """A file as it was read."""

    slug: str
    language: Language
    head: dict[str, str]
    questions: list[str]
    body: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that was left out, and why: a text of the catalogue."""

    name: str
    text_key: str
    fields: Mapping[str, object]


@dataclass(slots=True)
class Outcome:
    """What an import did."""

    added: int = 0
    changed: int = 0
    faults: list[Fault] = field(default_factory=list)


class KnowledgeFiles:
    """Articles out of the store as files, and back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def export(self) -> bytes:
        """All of them, drafts too, as a ZIP."""
        articles = await self._store.read(_load_all)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for article in articles:
                for language in article.texts:
                    name = f"{article.row.slug}.{language}.md"
                    archive.writestr(zipfile.ZipInfo(name), write_file(article, language))
        return packed.getvalue()

    async def take(self, actor: Agent, files: Sequence[tuple[str, bytes]], remote: str) -> Outcome:
        """Adds or changes the articles of these files, all in one transaction: Markdown, or ZIPs of it. A file that
        does not fit is left out and named. Raises Rejected forbidden, too_large."""
        outcome = Outcome()
        read = list(_read_all(files, outcome))

        def write(tx: Tx) -> Outcome:
            rights.require_now(tx, actor, EDIT)
            done = Outcome(faults=list(outcome.faults))
            for slug, parts in _by_slug(read).items():
                _put(tx, actor, slug, parts, remote, done)
            return done

        return await self._store.writer.run(write)


def write_file(article: Article, language: str) -> str:
    """An article's text in one language, as a file."""
    row, text = article.row, article.texts[language]
    lines = [_LINE, f"title: {text.title}", f"kind: {row.kind}", f"state: {row.state}", f"audience: {row.audience}"]
    if row.tags:
        lines.append(f"tags: {', '.join(row.tags)}")
    if text.questions:
        lines += ["questions:", *(f"- {one}" for one in text.questions)]
    return "\n".join([*lines, _LINE, "", text.body, ""])


def read_file(name: str, text: str) -> ArticleFile:
    """A file. Raises Rejected invalid with what is wrong with it."""
    stem, _, suffix = PurePosixPath(name).name.removesuffix(".md").rpartition(".")
    language = next((one for one in _LANGUAGES if one == suffix), None)
    slug = slug_of(stem)
    if language is None or not slug or len(slug) > SLUG_CHARS:
        raise Rejected("invalid", "knowledge.file_name", example=_EXAMPLE)
    head: dict[str, str] = {}
    questions: list[str] = []
    lines = text.replace("\r\n", "\n").split("\n")
    body = lines
    if lines and lines[0].strip() == _LINE:
        end = next((number for number, one in enumerate(lines[1:], 1) if one.strip() == _LINE), None)
        if end is None:
            raise Rejected("invalid", "knowledge.file_head", example="key: value")
        body = lines[end + 1 :]
        key = ""
        for line in lines[1:end]:
            if key == "questions" and line.strip().startswith("- "):
                questions.append(line.strip()[2:].strip())
            elif line.strip():
                key, parted, value = line.partition(":")
                key = key.strip().lower()
                if not parted:
                    raise Rejected("invalid", "knowledge.file_head", example="key: value")
                head[key] = value.strip()
    said = "\n".join(body).strip("\n")
    if "title" not in head:
        first = next((line for line in body if line.startswith("# ")), None)
        if first is None:
            raise Rejected("invalid", "knowledge.file_title", example="title: …")
        head["title"] = first[2:].strip()
        said = said.replace(first, "", 1).strip("\n")
    found = ArticleFile(slug, language, head, questions, said)
    _check(found)
    return found


def _check(one: ArticleFile) -> None:
    for name, words in _WORDS.items():
        if name in one.head and one.head[name] not in words:
            raise Rejected("invalid", "knowledge.file_word", key=name, known=", ".join(words))
    tags = tags_of(one)
    long_texts = (
        len(one.head["title"]) > TITLE_CHARS,
        len(one.body) > BODY_CHARS,
        len(one.questions) > MOST_QUESTIONS,
        any(len(asked) > TITLE_CHARS for asked in one.questions),
        len(tags) > MOST_TAGS,
        any(len(tag) > TAG_CHARS for tag in tags),
    )
    if any(long_texts):
        raise Rejected("invalid", "knowledge.file_long", title=TITLE_CHARS, body=BODY_CHARS)


def wish_of(parts: Sequence[ArticleFile]) -> ArticleWish:
    """What the files of one article ask for; where they differ the last one counts."""
    head = {key: value for one in parts for key, value in one.head.items()}
    texts: dict[Language, TextWish | None] = {
        one.language: TextWish(one.head["title"], one.body, one.questions) for one in parts
    }
    return ArticleWish(
        cast("ArticleKind | None", head.get("kind")),
        None,
        cast("ArticleState | None", head.get("state")),
        cast("ArticleAudience | None", head.get("audience")),
        tags_of(parts[-1]) if "tags" in head else None,
        texts,
    )


def tags_of(one: ArticleFile) -> list[str]:
    """The tags of its head."""
    return [tag.strip() for tag in one.head.get("tags", "").split(",") if tag.strip()]


def _by_slug(read: Sequence[ArticleFile]) -> dict[str, list[ArticleFile]]:
    found: dict[str, list[ArticleFile]] = {}
    for one in read:
        found.setdefault(one.slug, []).append(one)
    return found


def _put(tx: Tx, actor: Agent, slug: str, parts: Sequence[ArticleFile], remote: str, done: Outcome) -> None:
    wish, held = wish_of(parts), knowledge.find_by_slug(tx, slug)
    try:
        if held is None:
            named = ArticleWish(wish.kind, slug, wish.state, wish.audience, wish.tags, wish.texts)
            add_article(tx, actor, named, remote)
            done.added += 1
        else:
            change_article(tx, actor, held.id, wish, remote)
            done.changed += 1
    except Rejected as error:
        names = ", ".join(f"{slug}.{one.language}.md" for one in parts)
        done.faults.append(Fault(names, error.text_key, error.fields))


def _read_all(files: Sequence[tuple[str, bytes]], outcome: Outcome) -> Iterator[ArticleFile]:
    for name, raw in _unpacked(files, outcome):
        try:
            if len(raw) > _FILE_BYTES:
                raise Rejected("invalid", "knowledge.file_long", title=TITLE_CHARS, body=BODY_CHARS)
            yield read_file(name, raw.decode("utf-8-sig").replace("\x00", ""))
        except UnicodeDecodeError:
            outcome.faults.append(Fault(name, "knowledge.file_text", {}))
        except Rejected as error:
            outcome.faults.append(Fault(name, error.text_key, error.fields))


def _unpacked(files: Sequence[tuple[str, bytes]], outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    for name, raw in files:
        if not name.lower().endswith(".zip"):
            yield name, raw
            continue
        try:
            yield from _unzip(raw)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            outcome.faults.append(Fault(name, "knowledge.file_zip", {}))


def _unzip(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The Markdown in a ZIP. Raises Rejected too_large where it would become too much."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        inside = [one for one in archive.infolist() if not one.is_dir() and one.filename.lower().endswith(".md")]
        if len(inside) > _MOST_FILES:
            raise Rejected("too_large", "knowledge.zip_large", limit_mb=_MOST_BYTES // 1024 // 1024)
        left = _MOST_BYTES
        for one in inside:
            with archive.open(one) as packed:
                body = packed.read(min(left, _FILE_BYTES) + 1)
            left -= len(body)
            if left < 0:
                raise Rejected("too_large", "knowledge.zip_large", limit_mb=_MOST_BYTES // 1024 // 1024)
            yield one.filename, body


def _load_all(tx: Tx) -> list[Article]:
    found = (load_article(tx, one) for one in knowledge.list_all_ids(tx))
    return [one for one in found if one is not None]
