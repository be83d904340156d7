"""Everything about a person in one list, newest first: each kind of thing has a source here, later ones join."""

from collections.abc import Callable

from conversation.clock import from_ms, to_ms
from conversation.errors import Rejected
from crm_store import Tx, cards, history
from crm_store.conversations import Visible
from crm_store.cursors import read_cursor, write_cursor
from crm_store.history import Cut, Entry, Scope

Source = Callable[[Tx, Scope, Cut | None, int], list[Entry]]
"""Entries of one kind, newest first, at most so many, after the cut (see ``Cut``)."""
_SOURCES: dict[str, Source] = {
    "agreed": history.list_agreed,
    "change": history.list_changes,
    "consent": history.list_consents,
    "conversation": history.list_conversations,
    "import": history.list_imports,
    "letters": history.list_stops,
    "merge": history.list_merges,
    "note": history.list_notes,
    "task": history.list_tasks,
}


def add_kind(kind: str, source: Source) -> None:
    """Another kind of thing that happens to people (calls, visits, payments); to be called once, at import.

    Its title is the text ``history.<what>`` of its entries.
    """
    _SOURCES[kind] = source


def kinds() -> list[str]:
    """All kinds, in the order in which things of one moment are listed."""
    return sorted(_SOURCES)


def list_history(
    tx: Tx, contact_id: int, eyes: Visible, *, wanted: list[str], after: str | None, limit: int
) -> tuple[list[Entry], str | None]:
    """A page of a contact's past, and the cursor of the next. ``wanted``: kinds, all where empty.

    What happened to contacts that were merged into him is his past too. Raises Rejected not_found, invalid.
    """
    card = cards.find_card(tx, contact_id)
    if card is None:
        raise Rejected("not_found", "error.contact_not_found")
    if any(kind not in _SOURCES for kind in wanted):
        raise Rejected("invalid", "error.field_wrong", field="kind")
    scope = Scope(contact_id, cards.list_family(tx, contact_id), eyes)
    last: tuple[int, str, int] | None = None
    if after is not None:
        at_ms, kind, row_id = read_cursor(after, int, str, int)
        last = at_ms, kind, row_id
    found: list[Entry] = []
    for kind in wanted or kinds():
        found += _SOURCES[kind](tx, scope, _cut_of(kind, last), limit + 1)
    found.sort(key=lambda one: (-to_ms(one.at), one.kind, -one.id))
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    return page, write_cursor(to_ms(page[-1].at), page[-1].kind, page[-1].id)


def _cut_of(kind: str, last: tuple[int, str, int] | None) -> Cut | None:
    """Things of one moment are listed by kind, then by id: those of earlier kinds have been shown."""
    if last is None:
        return None
    at_ms, last_kind, row_id = last
    return Cut(from_ms(at_ms), kind >= last_kind, row_id if kind == last_kind else None)
