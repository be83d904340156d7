"""What an import asks of contacts and writes to them, many at once, in one transaction."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, and_, bindparam, delete, func, insert, or_, select, update

from conversation.messages import Json, JsonObject
from crm_store import Tx, search_sources
from crm_store.history import IMPORTED
from crm_store.models import (
    AddressRow,
    AgentRow,
    AuditRow,
    AuditValuesRow,
    Base,
    ContactCategoryMemberRow,
    ContactCategoryRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactRow,
    ContactSourceRow,
    CustomFieldRow,
)
from crm_store.ordering import sorted_by

COLUMNS: Final = (
    *("name", "given_name", "family_name", "patronymic", "address_form", "code", "language", "country"),
    *("birthday", "note", "source_id", "curator_id"),
)
_CONTACTS: Table = ContactRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause
_NEVER_NULL: Final = ("name", "note")
Key = tuple[str, str]
"""(code | phone | email, value)."""


@dataclass(slots=True)
class Known:
    """A contact as an import sees him: one of the store, or (``id`` None) one that is about to be added.

    ``addresses``: (channel, value) of phones and e-mails, with how people read it; ``groups`` and ``categories``: ids.
    ``row``: the row of this import that added him. ``search``: what he is found by, where that is made already.
    """

    id: int | None
    columns: dict[str, Any]
    custom: JsonObject = field(default_factory=dict)
    addresses: dict[Key, str] = field(default_factory=dict)
    groups: set[int] = field(default_factory=set)
    categories: set[int] = field(default_factory=set)
    row: int | None = None
    created_at: datetime | None = None
    search: dict[str, str] | None = None

    @property
    def keys(self) -> list[Key]:
        """What he is known by."""
        code = self.columns.get("code")
        return [*([("code", code)] if code else []), *self.addresses]

    def digest(self) -> str:
        """A short name of his state: another state has another one."""
        parts = [
            {name: self.columns.get(name) or None for name in COLUMNS},
            self.custom,
            sorted(self.addresses),
            sorted(self.groups),
            sorted(self.categories),
        ]
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def find_known(tx: Tx, keys: Collection[Key]) -> list[Known]:
    """The living contacts that have one of these keys, the oldest first."""
    codes = sorted({value for kind, value in keys if kind == "code"})
    values = sorted({value for kind, value in keys if kind != "code"})
    conditions = []
    if codes:
        conditions.append(ContactRow.code.in_(codes))
    if values:
        stated = select(AddressRow.contact_id).where(AddressRow.value.in_(values), AddressRow.channel != "web")
        conditions.append(ContactRow.id.in_(tx.scalars(stated).all()))
    if not conditions:
        return []
    living = and_(ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    return load_known(tx, tx.scalars(select(ContactRow.id).where(living, or_(*conditions))).all())


def load_known(tx: Tx, ids: Iterable[int]) -> list[Known]:
    """These contacts, in order of id."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    columns = [getattr(ContactRow, name) for name in COLUMNS]
    query = select(ContactRow.id, ContactRow.custom, ContactRow.created_at, *columns).where(ContactRow.id.in_(wanted))
    found: dict[int, Known] = {}
    for row in tx.execute(query.order_by(ContactRow.id)).mappings():
        one = Known(row["id"], {name: row[name] for name in COLUMNS}, dict(row["custom"]))
        one.created_at = row["created_at"]
        found[row["id"]] = one
    stated = select(AddressRow.contact_id, AddressRow.channel, AddressRow.value, AddressRow.display)
    stated = stated.where(AddressRow.contact_id.in_(wanted), AddressRow.channel != "web")
    for contact_id, channel, value, display in tx.execute(stated.order_by(AddressRow.id)):
        if contact_id in found:
            kind = "email" if channel == "email" else "phone"
            found[contact_id].addresses.setdefault((kind, value), display or value)
    for table, column, name in _MEMBERS:
        members = select(table.contact_id, column.label("of")).where(table.contact_id.in_(wanted))
        for contact_id, other in tx.execute(members):
            if contact_id in found:
                getattr(found[contact_id], name).add(other)
    return list(found.values())


_MEMBERS: Final = (
    (ContactGroupMemberRow, ContactGroupMemberRow.group_id, "groups"),
    (ContactCategoryMemberRow, ContactCategoryMemberRow.category_id, "categories"),
)


def add_contacts(tx: Tx, new: Sequence[Known], at: datetime) -> None:
    """Adds them with all they have, and what they are found by; gives them their ids."""
    if not new:
        return
    rows = [
        {
            **{name: one.columns.get(name) or ("" if name in _NEVER_NULL else None) for name in COLUMNS},
            "custom": one.custom,
            "source": "import",
            "created_at": one.created_at or at,
            "updated_at": at,
        }
        for one in new
    ]
    added = insert(ContactRow).returning(ContactRow.id, sort_by_parameter_order=True)
    for one, contact_id in zip(new, tx.scalars(added, rows), strict=True):
        one.id = contact_id
    add_addresses(tx, [(_id(one), key, shown) for one in new for key, shown in one.addresses.items()], at)
    add_members(tx, "groups", [(_id(one), group) for one in new for group in sorted(one.groups)])
    add_members(tx, "categories", [(_id(one), category) for one in new for category in sorted(one.categories)])
    search_sources.put_keys(tx, {_id(one): one.search for one in new if one.search is not None})
    search_sources.renew(tx, [_id(one) for one in new if one.search is None])


def _id(one: Known) -> int:
    if one.id is None:
        raise ValueError("this contact is not in the store yet")
    return one.id


def add_addresses(tx: Tx, stated: Sequence[tuple[int, Key, str]], at: datetime) -> None:
    """Notes phones and e-mails, not verified: (contact's id, (channel, value), as people read it)."""
    rows = [
        {"contact_id": contact_id, "channel": channel, "value": value, "display": shown, "created_at": at}
        for contact_id, (channel, value), shown in stated
    ]
    if rows:
        tx.execute(insert(AddressRow), rows)


def add_members(tx: Tx, name: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Puts contacts into groups or categories: (contact's id, group's id), none of them there yet."""
    for table, column, known in _MEMBERS:
        if known == name and pairs:
            tx.execute(insert(table), [{"contact_id": one, column.key: other} for one, other in pairs])


def take_members(tx: Tx, name: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Takes contacts out of groups or categories: (contact's id, group's id)."""
    for table, column, known in _MEMBERS:
        if known == name and pairs:
            members: Table = table.__table__  # type: ignore[assignment]  # as above
            gone = delete(members).where(
                members.c.contact_id == bindparam("one"), members.c[column.key] == bindparam("of")
            )
            tx.execute(gone, [{"one": one, "of": other} for one, other in pairs])


def set_columns(tx: Tx, values: Mapping[int, Mapping[str, object]], at: datetime) -> None:
    """Sets columns of contacts (``custom`` whole), those who get the same ones together."""
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for contact_id, given in values.items():
        plain = {name: "" if name in _NEVER_NULL and value is None else value for name, value in given.items()}
        alike.setdefault(tuple(sorted(plain)), []).append({**sorted_by(plain), "of": contact_id, "updated_at": at})
    for rows in alike.values():
        tx.execute(update(_CONTACTS).where(_CONTACTS.c.id == bindparam("of")), rows)


class Catalogues:
    """Groups, categories, sources and agents by name, whatever its case; what is missing is added.

    With ``dry`` nothing is written: what would be added has a negative id. ``made``: ids added, by table.
    """

    _TABLES: Final[Mapping[str, type[ContactGroupRow | ContactCategoryRow | ContactSourceRow]]] = {
        "groups": ContactGroupRow,
        "categories": ContactCategoryRow,
        "sources": ContactSourceRow,
    }

    def __init__(self, tx: Tx, *, dry: bool = False) -> None:
        self._dry = dry
        self._ids: dict[str, dict[str, int]] = {}
        self.made: dict[str, list[Json]] = {}
        for name, table in self._TABLES.items():
            rows = tx.execute(select(table.id, table.name).order_by(table.id.desc()))
            self._ids[name] = {row.name.casefold(): row.id for row in rows}
        rows = tx.execute(select(AgentRow.id, AgentRow.login, AgentRow.name).order_by(AgentRow.id.desc()))
        agents = [(row.id, row.login, row.name) for row in rows]
        named = {name.casefold(): agent_id for agent_id, _, name in agents}
        self._agents = named | {login: agent_id for agent_id, login, _ in agents}

    def find_agent(self, word: str) -> int | None:
        """An agent's id by his login or name."""
        return self._agents.get(word.casefold())

    def id_of(self, tx: Tx, name: str, word: str) -> int:
        """The id of an entry of ``groups``, ``categories`` or ``sources``."""
        ids = self._ids[name]
        found = ids.get(word.casefold())
        if found is None:
            found = -len(ids) - 1 if self._dry else self._add(tx, name, word)
            ids[word.casefold()] = found
        return found

    def _add(self, tx: Tx, name: str, word: str) -> int:
        table = self._TABLES[name]
        added = insert(table).values(name=word, position=len(self._ids[name])).returning(table.id)
        found = tx.execute(added).scalar_one()
        self.made.setdefault(name, []).append(found)
        return found


def add_fields(tx: Tx, labels: Mapping[str, str]) -> list[int]:
    """Adds fields of the firm's own, of kind text, by key and label, where there is none of that key; their ids."""
    known = set(tx.scalars(select(CustomFieldRow.key)))
    rows = [
        {"key": key, "label": label, "kind": "text", "choices": [], "position": len(known) + number}
        for number, (key, label) in enumerate(labels.items())
        if key not in known
    ]
    return list(tx.scalars(insert(CustomFieldRow).returning(CustomFieldRow.id), rows)) if rows else []


def list_fields(tx: Tx) -> list[tuple[str, str, str, list[str]]]:
    """The firm's own fields: (key, label, kind, choices)."""
    columns = (CustomFieldRow.key, CustomFieldRow.label, CustomFieldRow.kind, CustomFieldRow.choices)
    query = select(*columns).order_by(CustomFieldRow.position, CustomFieldRow.id)
    return [(row.key, row.label, row.kind, row.choices) for row in tx.execute(query)]


def remove_unused(tx: Tx, made: Mapping[str, Sequence[int]]) -> int:
    """Removes catalogue entries that an import added and nobody uses; returns how many."""
    used: dict[str, tuple[type[Base], Any]] = {
        "groups": (ContactGroupRow, ContactGroupMemberRow.group_id),
        "categories": (ContactCategoryRow, ContactCategoryMemberRow.category_id),
        "sources": (ContactSourceRow, ContactRow.source_id),
    }
    gone = 0
    for name, (table, column) in used.items():
        for entry in made.get(name, ()):
            if not tx.scalar(select(func.count()).where(column == entry)):
                gone += tx.execute(delete(table).where(table.__table__.c.id == entry)).rowcount
    return gone


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: groups, categories, sources by name, agents by login."""

    groups: Mapping[int, str]
    categories: Mapping[int, str]
    sources: Mapping[int, str]
    agents: Mapping[int, str]


def load_names(tx: Tx) -> Names:
    """All names of catalogues and agents."""
    tables = (ContactGroupRow, ContactCategoryRow, ContactSourceRow)
    groups, categories, sources = ({row.id: row.name for row in tx.execute(select(t.id, t.name))} for t in tables)
    agents = {row.id: row.login for row in tx.execute(select(AgentRow.id, AgentRow.login))}
    return Names(groups, categories, sources, agents)


def record_imported(
    tx: Tx,
    author: tuple[int | None, str, str | None],
    deeds: Sequence[tuple[int, JsonObject | None, JsonObject]],
    at: datetime,
) -> None:
    """A line of the audit log for each contact that an import brought or changed: (id, before, after). ``author``: his
    id, name and address. Old and new values are kept apart from the log, where there are old ones."""
    agent_id, name, remote = author
    rows: list[dict[str, object]] = [
        {
            "at": at,
            "actor_kind": "system" if agent_id is None else "agent",
            "actor_id": agent_id,
            "actor_name": name,
            "action": IMPORTED,
            "entity": "contact",
            "entity_id": contact_id,
            "before": None,
            "after": {"fields": [*sorted({*(before or {}), *after})]},
            "remote": remote,
        }
        for contact_id, before, after in deeds
    ]
    brought = [row for row, (_, before, _) in zip(rows, deeds, strict=True) if before is None]
    if brought:
        tx.execute(insert(AuditRow), brought)
    changed = [(row, deed) for row, deed in zip(rows, deeds, strict=True) if deed[1] is not None]
    if changed:
        added = insert(AuditRow).returning(AuditRow.id, sort_by_parameter_order=True)
        ids = tx.scalars(added, [row for row, _ in changed])
        values = [
            {"audit_id": audit_id, "contact_id": contact_id, "before": before, "after": after}
            for audit_id, (_, (contact_id, before, after)) in zip(ids, changed, strict=True)
        ]
        tx.execute(insert(AuditValuesRow), values)
