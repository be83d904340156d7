"""Writes the demo's cards into the store: what is known of customers beside their talks."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from barev.demo.cards import CARDS, CATEGORIES, FIELDS, GROUPS, SOURCES, Known
from barev.demo.people import STAFF
from crm_store import Tx, cards, catalogues, contacts
from crm_store.demo_rows import SeededRows
from crm_store.models import (
    AgentRow,
    ContactCategoryMemberRow,
    ContactCategoryRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactNoteRow,
    ContactRow,
    ContactSourceRow,
    CustomFieldRow,
    ExtraContactRow,
    SubjectRow,
    TaskRow,
)

_NAMES = {one.login: one.name for one in STAFF}


def columns_of(tx: Tx, key: str, ids: Mapping[str, int]) -> dict[str, Any]:
    """Columns of a customer's row: names in parts, birthday, source, curator. ``ids``: of agents by login."""
    known = CARDS.get(key, Known())
    code = known.code if known.code is None or cards.find_coded(tx, known.code) is None else None
    return {
        "given_name": known.given,
        "family_name": known.family,
        "address_form": known.form,
        "code": code,
        "birthday": known.birthday,
        "source_id": None
        if known.source is None
        else catalogues.find_named(tx, "contact_source", "name", known.source),
        "curator_id": None if known.curator is None else ids[known.curator],
        "custom": dict(known.custom),
    }


def add_catalogues(rows: SeededRows) -> None:
    """Groups, sources and own fields; those of the same name that the firm has already are its own."""
    _add_missing(rows, ContactGroupRow, "contact_group", "name", [{"name": name} for name in GROUPS])
    _add_missing(rows, ContactSourceRow, "contact_source", "name", [{"name": name} for name in SOURCES])
    fields = [{"key": key, "label": label, "kind": kind} for key, label, kind in FIELDS]
    _add_missing(rows, CustomFieldRow, "custom_field", "key", fields)
    if len(catalogues.list_all(rows.tx, "contact_category")) < len(CATEGORIES):
        kinds = [{"name": name, "colour": colour} for _, name, colour in CATEGORIES]
        _add_missing(rows, ContactCategoryRow, "contact_category", "name", kinds)


def _add_missing(rows: SeededRows, table: type[Any], kind: str, column: str, values: Iterable[dict[str, Any]]) -> None:
    missing = [one for one in values if catalogues.find_named(rows.tx, kind, column, one[column]) is None]
    wanted = {one[column]: {**one, "position": 100 + place} for place, one in enumerate(missing)}
    if wanted:
        rows.add(table, wanted)


def add_cards(rows: SeededRows, at: datetime) -> None:
    """What hangs on the customers' rows, which must be there."""
    tx = rows.tx
    categories = [row.id for row in catalogues.list_all(tx, "contact_category")]
    by_key = {key: categories[place] for place, (key, _, _) in enumerate(CATEGORIES)}
    ids = {key: rows.id_of(ContactRow, key) for key in CARDS}
    groups = [
        {"contact_id": ids[key], "group_id": catalogues.find_named(tx, "contact_group", "name", name)}
        for key, known in CARDS.items()
        for name in known.groups
    ]
    rows.add_dependent(ContactGroupMemberRow, groups)
    kinds = [
        {"contact_id": ids[key], "category_id": by_key[known.category]}
        for key, known in CARDS.items()
        if known.category is not None
    ]
    rows.add_dependent(ContactCategoryMemberRow, kinds)
    rows.add(SubjectRow, dict(enumerate(_subjects(ids, at))))
    rows.add(ExtraContactRow, dict(enumerate(_kin(ids))))
    rows.add(ContactNoteRow, dict(enumerate(_notes(rows, ids, at))))
    rows.add(TaskRow, dict(enumerate(_tasks(rows, ids, at))))
    for contact_id in ids.values():
        contacts.renew_search(tx, contact_id)


def _subjects(ids: Mapping[str, int], at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": ids[key],
            "kind": thing.kind,
            "name": thing.name,
            "birthday": thing.birthday,
            "plate": thing.plate,
            "note": thing.note,
            "created_at": at - timedelta(days=30),
        }
        for key, known in CARDS.items()
        for thing in known.things
    ]


def _kin(ids: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"contact_id": ids[key], "name": kin.name, "relation": kin.relation, "phone": kin.phone}
        for key, known in CARDS.items()
        for kin in known.kin
    ]


def _notes(rows: SeededRows, ids: Mapping[str, int], at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": ids[key],
            "author_id": rows.id_of(AgentRow, by),
            "author_name": _NAMES[by],
            "text": text,
            "at": at - timedelta(days=days),
        }
        for key, known in CARDS.items()
        for by, days, text in known.notes
    ]


def _tasks(rows: SeededRows, ids: Mapping[str, int], at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": ids[key],
            "assignee_id": rows.id_of(AgentRow, todo.by),
            "author_id": rows.id_of(AgentRow, todo.by),
            "author_name": _NAMES[todo.by],
            "title": todo.title,
            "note": todo.note,
            "due_at": None if todo.due_h is None else at + timedelta(hours=todo.due_h),
            "done_at": None if todo.done_h is None else at - timedelta(hours=todo.done_h),
            "created_at": at - timedelta(days=3),
        }
        for key, known in CARDS.items()
        for todo in known.todos
    ]
