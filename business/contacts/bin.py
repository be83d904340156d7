"""The bin: what is deleted rests for a time, to be restored or purged by itself.

A contact with an unresolved conversation is not deleted: somebody waits there. One who comes back while he rests is
restored by it. After the rest a contact is erased (``personal.erase``), everything else is deleted.
"""

from datetime import timedelta

from business.contacts.cards import require_card
from business.contacts.telling import touch_talks
from business.team import settings
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Conversation
from crm_store import Tx, binned, cards, contacts, erasing
from crm_store.binned import BinKind, Binned

_ENTITIES: dict[BinKind, str] = {"contact": "contact", "note": "note", "task": "task", "subject": "subject"}
_AT_ONCE = 100


def rest_days(tx: Tx) -> int:
    """How long things rest, in days; 0: until somebody restores them."""
    return settings.read_whole(tx, "retention.contacts_bin_days")


def delete_contact(tx: Tx, agent: Agent, contact_id: int, remote: str) -> None:
    """Puts a contact into the bin. Raises Rejected not_found; conflict while a conversation with him is unresolved."""
    require_card(tx, contact_id)
    if binned.has_open_talk(tx, contact_id):
        raise Rejected("conflict", "contact.talk_open")
    binned.put(tx, "contact", contact_id, agent.id, clock.now())
    record_deed(tx, agent, "contact.deleted", "contact", contact_id, remote=remote)
    contacts.renew_search(tx, contact_id)


def restore(tx: Tx, agent: Agent | None, kind: BinKind, row_id: int, remote: str | None) -> Binned:
    """Takes something out of the bin. Raises Rejected not_found; conflict where its contact is not there any more."""
    found = binned.find(tx, kind, row_id)
    if found is None:
        raise Rejected("not_found", "error.not_found")
    if kind != "contact" and found.contact_id is not None:
        card = cards.find_card(tx, found.contact_id)
        if card is None or not card.live:
            raise Rejected("conflict", "contact.of_gone")
    binned.restore(tx, kind, row_id)
    entity = _ENTITIES[kind]
    record_deed(tx, agent, f"{entity}.restored", entity, row_id, remote=remote, about=found.contact_id)
    if found.contact_id is not None:
        contacts.renew_search(tx, found.contact_id)
    return found


def restore_returning(tx: Tx, contact_id: int) -> None:
    """He comes back while he rests in the bin: he is a customer again."""
    if binned.find(tx, "contact", contact_id) is not None:
        restore(tx, None, "contact", contact_id, None)


def purge_due(tx: Tx) -> tuple[int, list[Conversation]]:
    """Purges some of what has rested long enough; how much, and the heads to be told. 0: nothing is left to purge."""
    days = rest_days(tx)
    if days == 0:
        return 0, []
    at = clock.now()
    before = at - timedelta(days=days)
    count = 0
    for kind in ("note", "task", "subject"):
        ids = binned.list_rested(tx, kind, before, _AT_ONCE)
        count += binned.purge(tx, kind, ids) if ids else 0
    told: list[int] = []
    for contact_id in binned.list_rested(tx, "contact", before, _AT_ONCE // 10):
        count += 1
        if binned.has_open_talk(tx, contact_id):
            restore_returning(tx, contact_id)
            continue
        told += erasing.erase_contacts(tx, cards.list_family(tx, contact_id), at)
        record_deed(tx, None, "contact.erased", "contact", contact_id)
    return count, touch_talks(tx, told)
