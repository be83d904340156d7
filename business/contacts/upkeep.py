"""What has to be done by itself: phones kept in an older way, the bin, retention by kind, old keys, codes, letters."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from business.contacts.bin import purge_due
from business.contacts.cards import regions_of
from business.contacts.phones import read_phone
from business.contacts.telling import Publish, tell_changed, touch_talks
from business.team import settings
from conversation import clock
from conversation.messages import Conversation
from crm_store import Tx, cards, codes, contacts, erasing, idempotency, outgoing, settings_table
from crm_store.engine import Store

T = TypeVar("T")
Forget = Callable[[Tx, datetime, int], tuple[int, list[int]]]
"""Takes some of what is older than a moment out, at most so much; returns how much, and conversations that changed."""
PHONES_READ = "contacts.phones_read"
_AT_ONCE = 200
_TALKS_AT_ONCE = 20
_ROUNDS = 50
_CODES_KEPT = timedelta(days=1)
"""They are counted for an hour."""
_LETTERS_KEPT = timedelta(days=90)
"""For the owner to look back at."""


def _forget_messages(tx: Tx, before: datetime, limit: int) -> tuple[int, list[int]]:
    talks = erasing.list_old_talks(tx, before, min(limit, _TALKS_AT_ONCE))
    for conversation_id in talks:
        erasing.empty_talk(tx, conversation_id, clock.now())
    return len(talks), talks


def _forget_audit(tx: Tx, before: datetime, limit: int) -> tuple[int, list[int]]:
    return erasing.forget_values(tx, before, limit), []


_KINDS: dict[str, Forget] = {"messages": _forget_messages, "audit": _forget_audit}


def add_retention(kind: str, forget: Forget) -> None:
    """Another kind that is kept for ``retention.<kind>_days``; to be called once, at import.
    The setting is a line of ``business.team.settings.KEYS``."""
    _KINDS[kind] = forget


def retain(tx: Tx, kind: str) -> tuple[int, list[Conversation]]:
    """Forgets some of a kind where its setting says so (0: kept for ever); how much, and heads to tell."""
    days = settings.read_whole(tx, f"retention.{kind}_days")
    if days == 0:
        return 0, []
    count, talks = _KINDS[kind](tx, clock.now() - timedelta(days=days), _AT_ONCE)
    return count, touch_talks(tx, talks)


def read_phones(tx: Tx, country: str) -> int:
    """Reads some of the phones that are kept as bare digits (as Barev 0.1 did) and keeps them as E.164; how many were
    looked at. One that no country of the firm has stays as it is."""
    seen = settings_table.get(tx, PHONES_READ)
    rows = contacts.list_bare_phones(tx, seen if isinstance(seen, int) else 0, _AT_ONCE)
    if not rows:
        return 0
    for row in rows:
        phone = read_phone(row.display or row.value, *regions_of(tx, country, row.country))
        if phone is None:
            continue
        if contacts.has_address(tx, row.contact_id, "phone", phone.value) and not cards.is_address_used(tx, row.id):
            cards.delete_address(tx, row.id)
        else:
            contacts.set_address(tx, row.id, phone.value, phone.display)
        contacts.renew_search(tx, row.contact_id)
    settings_table.put(tx, PHONES_READ, rows[-1].id, clock.now())
    return len(rows)


class Upkeep:
    """Does it now and then, in small transactions, so that nobody waits."""

    def __init__(self, store: Store, publish: Publish, country: str) -> None:
        self._store = store
        self._publish = publish
        self._country = country

    async def run(self) -> int:
        """Does what is due; returns how much that was. Raises Unavailable."""
        total = await self._repeat(lambda tx: (read_phones(tx, self._country), []))
        total += await self._repeat(purge_due)
        total += await self._store.writer.run(lambda tx: idempotency.forget_expired(tx, clock.now()))
        total += await self._store.writer.run(lambda tx: codes.sweep(tx, clock.now() - _CODES_KEPT))
        total += await self._store.writer.run(lambda tx: outgoing.sweep(tx, clock.now() - _LETTERS_KEPT))
        for kind in _KINDS:
            total += await self._repeat(lambda tx, kind=kind: retain(tx, kind))  # type: ignore[misc]  # binds the loop's
        return total

    async def _repeat(self, work: Callable[[Tx], tuple[int, list[Conversation]]]) -> int:
        total = 0
        for _ in range(_ROUNDS):
            count, _heads = await self._store.writer.run(work, lambda done: tell_changed(self._publish, done[1]))
            total += count
            if count == 0:
                break
        return total
