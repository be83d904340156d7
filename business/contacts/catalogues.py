"""The firm's own lists: groups, categories, sources, own fields. Each function is one deed with its line in the log."""

import re
from collections.abc import Mapping

from business.contacts.fields import check_key, free_key
from business.team.deeds import record_deed
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, catalogues
from crm_store.rows import AnyRow

Values = Mapping[str, object]
_COLOUR = re.compile("#[0-9a-f]{6}")


def add(tx: Tx, agent: Agent, kind: str, values: Values, remote: str) -> AnyRow:
    """One more; an own field without a key gets one out of its label. Raises Rejected invalid; conflict where its name
    (or key) is taken."""
    if kind == "custom_field" and "key" not in values:
        taken = catalogues.list_keys(tx)
        values = {**values, "key": free_key(str(values["label"]), taken)}
    checked = _check(tx, kind, None, values)
    row_id = catalogues.add(tx, kind, checked)
    record_deed(tx, agent, f"{kind}.added", kind, row_id, after=checked, remote=remote)
    return _require(tx, kind, row_id)


def change(tx: Tx, agent: Agent, kind: str, row_id: int, values: Values, remote: str) -> AnyRow:
    """What is given changes. Raises Rejected not_found, invalid, conflict."""
    before = _require(tx, kind, row_id)
    checked = {key: one for key, one in _check(tx, kind, before, values).items() if getattr(before, key) != one}
    if checked:
        catalogues.change(tx, kind, row_id, checked)
        was = {key: getattr(before, key) for key in checked}
        record_deed(tx, agent, f"{kind}.changed", kind, row_id, before=was, after=checked, remote=remote)
    return _require(tx, kind, row_id)


def remove(tx: Tx, agent: Agent, kind: str, row_id: int, remote: str) -> None:
    """Takes one away; contacts lose it. Raises Rejected not_found."""
    before = _require(tx, kind, row_id)
    catalogues.remove(tx, kind, row_id)
    was = {"name": before.label if kind == "custom_field" else before.name}
    record_deed(tx, agent, f"{kind}.removed", kind, row_id, before=was, remote=remote)


def _require(tx: Tx, kind: str, row_id: int) -> AnyRow:
    row = catalogues.find(tx, kind, row_id)
    if row is None:
        raise Rejected("not_found", "error.not_found")
    return row


def _check(tx: Tx, kind: str, before: AnyRow | None, values: Values) -> dict[str, object]:
    checked = dict(values)
    unique = "key" if kind == "custom_field" else "name"
    name = checked.get(unique)
    if isinstance(name, str):
        if unique == "key":
            check_key(name)
        holder = catalogues.find_named(tx, kind, unique, name)
        if holder is not None and (before is None or holder != before.id):
            raise Rejected("conflict", f"contact.{unique}_taken", field=unique)
    colour = checked.get("colour")
    if isinstance(colour, str):
        checked["colour"] = colour = colour.lower()
        if not _COLOUR.fullmatch(colour):
            raise Rejected("invalid", "contact.colour_wrong", field="colour")
    if kind == "custom_field":
        field_kind = checked.get("kind", "text" if before is None else before.kind)
        choices = checked.get("choices", [] if before is None else before.choices)
        if field_kind == "choice" and not choices:
            raise Rejected("invalid", "contact.choices_missing", field="choices")
    return checked
