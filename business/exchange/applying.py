"""A batch of rows, decided and written in one transaction; and the same taken back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from business.exchange.matching import Decision, Matcher, OnDuplicate
from business.exchange.rows import Person
from conversation.messages import Json, JsonObject
from crm_store import Tx, contacts, importing, imports, unimporting
from crm_store.importing import Catalogues, Key, Known
from crm_store.imports import Import, ImportLine
from crm_store.unimporting import Return

Lines = list[dict[str, object]]


def apply_batch(tx: Tx, one: Import, people: Sequence[Person], mode: OnDuplicate, at: datetime) -> Counter[str]:
    """Adds and changes contacts by rows, notes what became of each and how far the import is; counts of outcomes."""
    catalogues = Catalogues(tx)
    matcher = Matcher(mode, catalogues)
    known = importing.find_known(tx, {key for person in people if not person.wrong for key in person.keys})
    rows = imports.rows_that_added(tx, one.id, [contact.id for contact in known if contact.id is not None])
    for contact in known:
        contact.row = rows.get(contact.id or 0)
    matcher.learn(known)
    decisions = [matcher.decide(tx, person) for person in people]
    new = [decision.known for decision in decisions if decision.outcome == "added" and decision.known is not None]
    importing.add_contacts(tx, new, at)
    met = {id(contact) for contact in known}
    changed = [d for d in decisions if d.outcome == "updated" and id(d.known) in met]
    _write_changes(tx, changed, at)
    imports.add_lines(tx, one.id, to_lines(decisions), at)
    importing.record_imported(tx, (one.author_id, one.author_name, one.remote), _deeds(decisions), at)
    counts = Counter[str](decision.outcome for decision in decisions)
    imports.advance(tx, one.id, one.done + len(people), counts)
    if catalogues.made:
        note_made(tx, one.id, catalogues.made)
    return counts


def _deeds(decisions: Sequence[Decision]) -> list[tuple[int, JsonObject | None, JsonObject]]:
    """Who was brought or changed: his id, what was, and what is."""
    found: list[tuple[int, JsonObject | None, JsonObject]] = []
    for decision in decisions:
        known = decision.known
        if known is not None and known.id is not None and decision.outcome == "updated":
            found.append((known.id, decision.before or {}, decision.after or {}))
        elif known is not None and known.id is not None and decision.outcome == "added":
            said: JsonObject = {name: None for name, value in known.columns.items() if value}
            found.append((known.id, None, said | {channel: None for channel, _ in known.addresses}))
    return found


def _write_changes(tx: Tx, changed: Sequence[Decision], at: datetime) -> None:
    columns: dict[int, dict[str, object]] = {}
    stated: list[tuple[int, Key, str]] = []
    groups: list[tuple[int, int]] = []
    categories: list[tuple[int, int]] = []
    for decision in changed:
        known, after = decision.known, decision.after or {}
        if known is None or known.id is None:
            continue
        names = [name for name in after if name not in ("addresses", "groups", "categories")]
        values = columns.setdefault(known.id, {})
        values.update({name: known.custom if name == "custom" else known.columns[name] for name in names})
        stated += [(known.id, key, known.addresses[key]) for key in decision.added]
        groups += [(known.id, group) for group in decision.groups]
        categories += [(known.id, category) for category in decision.categories]
    importing.add_addresses(tx, stated, at)
    importing.add_members(tx, "groups", groups)
    importing.add_members(tx, "categories", categories)
    importing.set_columns(tx, columns, at)
    contacts.renew_searches(tx, columns)


def to_lines(decisions: Sequence[Decision]) -> Lines:
    """Decisions as rows to keep."""
    return [
        {
            "row": decision.row,
            "outcome": decision.outcome,
            "contact_id": None if decision.known is None else decision.known.id,
            "remarks": decision.remarks or None,
            "before": decision.before,
            "after": decision.after,
            "state": decision.state,
        }
        for decision in decisions
    ]


def note_made(tx: Tx, import_id: int, made: dict[str, list[Json]]) -> None:
    """Keeps which catalogue entries the import added, for the undo."""
    one = imports.find(tx, import_id)
    if one is not None:
        kept: JsonObject = dict(one.made)
        for name, ids in made.items():
            kept[name] = [*cast("list[Json]", kept.get(name) or []), *ids]
        imports.change(tx, import_id, made=kept)


def undo_batch(tx: Tx, one: Import, lines: Sequence[ImportLine], at: datetime) -> Counter[str]:
    """Takes back what rows did, the last row first. Counts of removed, restored and kept."""
    ids = {line.contact_id for line in lines if line.contact_id is not None}
    known = {contact.id: contact for contact in importing.load_known(tx, ids)}
    used = unimporting.find_used(tx, ids) if ids else set()
    met = imports.met_by_others(tx, one.id, ids) if ids else set()
    back = Return(unimporting.find_proven(tx, {line.contact_id or 0 for line in lines if _stated(line)}))
    gone: set[int] = set()
    notes: list[tuple[int, str, list[JsonObject]]] = []
    for line in lines:
        contact = known.get(line.contact_id)
        remarks = list(line.remarks)
        if contact is None or contact.id is None or contact.id in gone:
            undone = "removed"
        elif line.outcome == "updated":
            undone = _restore(line, contact, remarks, back)
        elif contact.id in used:
            undone = _keep(remarks, "kept_used")
        elif contact.id in met or contact.digest() != line.state:
            undone = _keep(remarks, "kept_changed")
        else:
            gone.add(contact.id)
            undone = "removed"
        notes.append((line.row, undone, remarks))
    unimporting.put_back(tx, back, gone, at)
    if gone:
        unimporting.remove_contacts(tx, gone)
    imports.note_undone(tx, one.id, notes)
    return Counter(undone for _, undone, _ in notes)


def _stated(line: ImportLine) -> list[Key]:
    """The addresses that a row added to somebody who was there."""
    pairs = cast("list[list[str]]", (line.after or {}).get("addresses") or [])
    return [(str(pair[0]), str(pair[1])) for pair in pairs]


def _restore(line: ImportLine, contact: Known, remarks: list[JsonObject], back: Return) -> str:
    """Puts back, in memory, what is still as the import left it; ``back`` notes it for the store."""
    before, after = line.before or {}, line.after or {}
    contact_id = contact.id or 0
    columns = back.columns.setdefault(contact_id, {})
    stays: list[str] = []
    for name, value in after.items():
        if name in importing.COLUMNS:
            if contact.columns.get(name) == value:
                columns[name] = contact.columns[name] = before.get(name)
            else:
                stays.append(name)
    said = cast("JsonObject", after.get("custom") or {})
    custom = dict(contact.custom)
    was = cast("JsonObject", before.get("custom") or {})
    for key, value in said.items():
        if custom.get(key) != value:
            stays.append(key)
        elif was.get(key) is None:
            custom.pop(key, None)
        else:
            custom[key] = was[key]
    if custom != contact.custom:
        columns["custom"] = contact.custom = custom
    for address in _stated(line):
        if (contact_id, *address) in back.proven:
            stays.append(address[1])
        else:
            back.addresses.add((contact_id, *address))
            contact.addresses.pop(address, None)
    for name, members in (("groups", contact.groups), ("categories", contact.categories)):
        left = cast("list[int]", after.get(name) or [])
        back.members.setdefault(name, set()).update((contact_id, one) for one in left)
        members.difference_update(left)
    if stays:
        return _keep(remarks, "kept_fields", fields=", ".join(stays))
    return "restored"


def _keep(remarks: list[JsonObject], code: str, /, **fields: Json) -> str:
    remarks.append({"key": f"exchange.row.{code}", "fields": fields})
    return "kept"
