"""Whole tables out and in: what each kind of export has, read page by page, and put back with its ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Table, and_, bindparam, func, insert, or_, select, text, update
from sqlalchemy.types import Boolean

from conversation.messages import Json
from crm_store import Tx
from crm_store.counters import EVENT
from crm_store.models import Base, ContactRow, CounterRow
from crm_store.types import JsonText, UtcTime

OPEN: Final = "contacts.export"
_TALK: Final = "conversations.all"
_STAFF: Final = "agents.manage"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of export: a table. ``hidden``: columns that never leave; ``filled``: what they have when it comes back;
    ``later``: columns that refer to rows of the same table, put in once all are there. ``permission``: what it needs
    beside contacts.export."""

    name: str
    table: str
    permission: str | None = None
    hidden: Mapping[str, Json] = field(default_factory=dict)
    later: tuple[str, ...] = ()


KINDS: Final = (
    Kind("branches", "branches"),
    Kind("teams", "teams"),
    Kind("inboxes", "inboxes"),
    Kind("roles", "roles", _STAFF),
    Kind("agents", "agents", _STAFF, {"password_hash": "!"}),
    Kind("agent_permissions", "agent_permissions", _STAFF),
    Kind("team_members", "team_members", _STAFF),
    Kind("working_hours", "working_hours", _STAFF),
    Kind("notice_addresses", "notice_addresses", _STAFF),
    Kind("notice_choices", "notice_choices", _STAFF),
    Kind("groups", "contact_groups"),
    Kind("categories", "contact_categories"),
    Kind("sources", "contact_sources"),
    Kind("custom_fields", "custom_fields"),
    Kind("contact_records", "contacts", None, {"search": ""}, ("merged_into",)),
    Kind("group_members", "contact_group_members"),
    Kind("category_members", "contact_category_members"),
    Kind("addresses", "addresses"),
    Kind("extra_contacts", "extra_contacts"),
    Kind("subjects", "subjects"),
    Kind("notes", "contact_notes"),
    Kind("merges", "merges"),
    Kind("distinct_contacts", "distinct_contacts"),
    Kind("service_groups", "service_groups"),
    Kind("services", "services"),
    Kind("resources", "resources", None, {"feed_key": None}),
    Kind("service_providers", "service_providers"),
    Kind("service_needs", "service_needs"),
    Kind("schedule_rules", "schedule_rules", _STAFF),
    Kind("schedule_days", "schedule_days", _STAFF),
    Kind("outside_calendars", "outside_calendars", _STAFF),
    Kind("conversations", "conversations", _TALK),
    Kind("conversation_addresses", "conversation_addresses", _TALK),
    Kind("messages", "messages", _TALK),
    Kind("far_messages", "far_messages", _TALK),
    Kind("notice_messages", "notice_messages", _TALK),
    Kind("assignment_decisions", "assignment_decisions", _TALK),
    Kind("attachments", "attachments", _TALK),
    Kind("page_views", "page_views", _TALK),
    Kind("consents", "consents"),
    Kind("news_wishes", "news_wishes"),
    Kind("reach_choices", "reach_choices"),
    Kind("letter_stops", "letter_stops"),
    Kind("blocks", "blocks"),
    Kind("tasks", "tasks"),
    Kind("canned_responses", "canned_responses", _STAFF),
    Kind("bot_texts", "bot_texts", _STAFF),
    Kind("knowledge_articles", "knowledge_articles", "knowledge.edit"),
    Kind("knowledge_texts", "knowledge_texts", "knowledge.edit"),
    Kind("knowledge_versions", "knowledge_versions", "knowledge.edit"),
    Kind("knowledge_votes", "knowledge_votes", "knowledge.edit"),
    Kind("knowledge_answers", "knowledge_answers", _TALK),
    Kind("knowledge_questions", "knowledge_questions", _TALK),
    Kind("own_intents", "own_intents", _TALK),
    Kind("own_examples", "own_examples", _TALK),
    Kind("synonyms", "synonyms", _TALK),
    Kind("unclear_messages", "unclear_messages", _TALK),
    Kind("appointments", "appointments"),
    Kind("group_sessions", "group_sessions"),
    Kind("appointment_items", "appointment_items"),
    Kind("waitlist_wishes", "waitlist_wishes"),
    Kind("allocations", "allocations"),
    Kind("imports", "imports", "contacts.import", {"path": None}),
    Kind("import_rows", "import_rows", "contacts.import"),
    Kind("settings", "settings", "settings.edit"),
    Kind("audit", "audit_log", "audit.read"),
    Kind("audit_values", "audit_values", "audit.read"),
)
"""In the order in which they can be put back: what is referred to comes first."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "agent_sessions": "log-ins of this installation, and secret",
    "api_tokens": "keys of programs, and secret",
    "idempotency_keys": "answers kept for a day",
    "jobs": "work under way here; elsewhere it would be done twice",
    "notice_links": "dead after minutes, and secret",
    "one_time_codes": "dead after minutes, and secret",
    "outgoing": "messages under way here; elsewhere they would be sent twice",
    "doors": "which process holds a door at this moment",
    "dialogues": "where a talk with the bot stands at this moment",
    "holds": "time kept for minutes",
    "session_holds": "seats kept for minutes",
    "waitlist_offers": "offers under way here; elsewhere they would be made twice",
    "webhooks": "addresses of programs, and secret",
    "counters": "made anew from the rows",
    "learned_models": "trained anew from the examples",
    "contact_keys": "made anew from contacts: what they are found by",
    "message_keys": "made anew from messages: what they are found by",
    "search_marks": "how far the index of this installation is",
    "knowledge_vectors": "made anew from articles: what they mean",
    "agent_presence": "who is there at this moment",
    "demo_rows": "which rows the demo brought; an export is all one's own",
}
"""Tables that are not exported, and why."""

RESTORING: Final = "exchange.restoring"
"""The setting that says which export is being put back."""
_SECRET: Final = "secret."  # noqa: S105  (the beginning of settings' names)


def table_of(kind: Kind) -> Table:
    """The table of a kind."""
    return Base.metadata.tables[kind.table]


def columns_of(kind: Kind) -> list[str]:
    """The columns that are told, in order."""
    return [column.name for column in table_of(kind).c if column.name not in kind.hidden]


def count_rows(tx: Tx, kind: Kind) -> int:
    """How many rows there are."""
    return tx.scalar(select(func.count()).select_from(table_of(kind)).where(*_told(kind))) or 0


def _told(kind: Kind) -> list[Any]:
    if kind.name != "settings":
        return []
    key = table_of(kind).c.key
    return [~key.startswith(_SECRET, autoescape=True), key != RESTORING]


def read_page(tx: Tx, kind: Kind, after: Sequence[Any] | None, limit: int) -> list[tuple[Any, ...]]:
    """Rows in order of the primary key, those after the given key. Values are typed as the columns are."""
    table = table_of(kind)
    keys = list(table.primary_key.columns)
    query = select(*(table.c[name] for name in columns_of(kind))).where(*_told(kind)).order_by(*keys).limit(limit)
    if after is not None:
        same = [and_(*(key == value for key, value in zip(keys[:n], after, strict=False))) for n in range(1, len(keys))]
        query = query.where(or_(*(and_(*same[n - 1 : n], key > after[n]) for n, key in enumerate(keys))))
    return [tuple(row) for row in tx.execute(query)]


def key_of(kind: Kind, row: Sequence[Any]) -> list[Any]:
    """The primary key of a row that ``read_page`` gave."""
    columns = columns_of(kind)
    return [row[columns.index(column.name)] for column in table_of(kind).primary_key.columns]


def form_of(kind: Kind, name: str) -> str:
    """How a column's values are written: json, moment, flag, number, text, or (a text that may be nothing) maybe."""
    column = table_of(kind).c[name]
    if isinstance(column.type, JsonText):
        return "json"
    if isinstance(column.type, UtcTime):
        return "moment"
    if isinstance(column.type, Boolean):
        return "flag"
    if column.type.python_type is int:
        return "number"
    return "maybe" if column.nullable else "text"


_FOUNDED: Final = ("team_members", "inboxes", "teams", "branches", "roles")
_TYPED: Final = ("agents", "contacts", "conversations", "messages", "audit_log", "imports")


def is_empty(tx: Tx) -> bool:
    """Whether nothing is in the store but what its founding put there."""
    return all(not tx.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in _TYPED)


def clear_founded(tx: Tx) -> None:
    """Removes what the founding put there, to be replaced."""
    for name in _FOUNDED:
        tx.execute(Base.metadata.tables[name].delete())


def put_rows(tx: Tx, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> int:
    """Puts rows back with their ids; those that are there stay as they are. Returns how many were put."""
    table = table_of(kind)
    keys = list(table.primary_key.columns)
    first = keys[0].name
    here = {tuple(row) for row in tx.execute(select(*keys).where(keys[0].in_([row[first] for row in rows])))}
    names = [column.name for column in keys]
    new = [
        {**row, **kind.hidden, **dict.fromkeys(kind.later)}
        for row in rows
        if tuple(row[name] for name in names) not in here
    ]
    if new:
        tx.execute(insert(table), new)
    return len(new)


def put_later(tx: Tx, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> None:
    """Puts in the columns that refer to rows of the same table."""
    table = table_of(kind)
    for name in kind.later:
        changed = update(table).where(table.c.id == bindparam("of")).values({name: bindparam("to")})
        told = [{"of": row["id"], "to": row[name]} for row in rows if row[name] is not None]
        if told:
            tx.execute(changed, told)


def settle_numbers(tx: Tx) -> None:
    """After rows came with their ids: the next ones are above them, and so are event numbers."""
    tables = Base.metadata.tables
    if tx.dialect.name == "postgresql":
        for kind in KINDS:
            table = table_of(kind)
            if table.autoincrement_column is not None:
                name = table.autoincrement_column.name
                most = f"SELECT setval(pg_get_serial_sequence('{table.name}', '{name}'), max({name})) FROM {table.name}"  # noqa: S608  # names of our own tables
                tx.execute(text(most + f" HAVING max({name}) IS NOT NULL"))
    last = max(
        tx.scalar(select(func.max(tables["messages"].c.event))) or 0,
        tx.scalar(select(func.max(tables["messages"].c.id))) or 0,
        tx.scalar(select(func.max(tables["conversations"].c.last_event))) or 0,
    )
    raised = update(CounterRow).where(CounterRow.name == EVENT, CounterRow.value < last).values(value=last)
    tx.execute(raised)


def list_contact_ids(tx: Tx, after: int, limit: int) -> list[int]:
    """Ids of living contacts above one."""
    living = (ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None), ContactRow.id > after)
    return list(tx.scalars(select(ContactRow.id).where(*living).order_by(ContactRow.id).limit(limit)))


def count_contacts(tx: Tx) -> int:
    """How many living contacts there are."""
    living = (ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    return tx.scalar(select(func.count()).select_from(ContactRow).where(*living)) or 0
