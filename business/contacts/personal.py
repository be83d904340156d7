"""One person's data: handed out on request, and erased on request (the audit log keeps his id and the names of fields
only)."""

from business.contacts.cards import summarise
from business.contacts.telling import touch_talks
from business.team.deeds import record_deed
from conversation import clock
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Agent, Conversation, Json, JsonObject
from crm_store import Tx, binned, cards, conversations, erasing, remarks, visits
from crm_store.cards import Card
from crm_store.news import list_wishes
from crm_store.paging import Wanted
from crm_store.remarks import Task
from crm_store.stops import list_stops

_PAGE = 500
FORMAT = "barev.personal-data.1"


def erase(tx: Tx, agent: Agent, contact_id: int, confirm: str, remote: str) -> list[Conversation]:
    """Takes everything personal of a contact, and of those merged into him, out of the store, for good.

    ``confirm``: his name as it is shown, or his id where he has none. Returns the heads to be told. Raises Rejected
    not_found; invalid where it is another name; conflict while a conversation with him is unresolved.
    """
    card = _require(tx, contact_id)
    name = card.name or str(card.id)
    if confirm.split() != name.split():
        raise Rejected("invalid", "contact.confirm_wrong", field="confirm", name=name)
    if binned.has_open_talk(tx, contact_id):
        raise Rejected("conflict", "contact.talk_open")
    talks = erasing.erase_contacts(tx, cards.list_family(tx, contact_id), clock.now())
    record_deed(tx, agent, "contact.erased", "contact", contact_id, remote=remote)
    return touch_talks(tx, talks)


def record_export(tx: Tx, agent: Agent, contact_id: int, remote: str) -> None:
    """Notes that somebody took the data out."""
    _require(tx, contact_id)
    record_deed(tx, agent, "contact.exported", "contact", contact_id, remote=remote)


def collect(tx: Tx, contact_id: int) -> JsonObject:
    """All that is kept of a person, as one JSON document to hand out. Raises Rejected not_found."""
    card = _require(tx, contact_id)
    family = cards.list_family(tx, contact_id)
    kin = cards.load_kin(tx, contact_id)
    return {
        "format": FORMAT,
        "made_at": to_iso(clock.now()),
        "id": card.id,
        "card": {
            **summarise(tx, card),
            "created_at": to_iso(card.created_at),
            "last_seen_at": None if card.last_seen_at is None else to_iso(card.last_seen_at),
        },
        "addresses": [
            {
                "channel": one.channel,
                "value": one.display or one.value,
                "verified_at": None if one.verified_at is None else to_iso(one.verified_at),
                "consent_at": None if one.consent_at is None else to_iso(one.consent_at),
            }
            for one in kin.addresses
        ],
        "extra_contacts": [{key: v for key, v in one._asdict().items() if key != "id"} for one in kin.extra_contacts],
        "subjects": [{key: v for key, v in one._asdict().items() if key != "id"} for one in kin.subjects],
        "notes": [
            {"at": to_iso(one.at), "author": one.author_name, "text": one.text}
            for each in family
            for one in remarks.list_notes(tx, each)
        ],
        "consents": [
            {
                "at": to_iso(one.at),
                "version": one.version,
                "language": one.language,
                "text": one.text,
                "source": one.source,
            }
            for each in family
            for one in visits.list_consents(tx, each)
        ],
        "news": [
            {"at": to_iso(one.at), "topic": one.topic, "wanted": one.wanted, "source": one.source, "text": one.words}
            for each in family
            for one in list_wishes(tx, each)
        ],
        "letters": [
            {"at": to_iso(one.at), "about": one.about, "to": one.value, "stopped": one.stopped, "source": one.source}
            for each in family
            for one in list_stops(tx, each)
        ],
        "tasks": [_show_task(one) for one in _tasks(tx, contact_id)],
        "conversations": [_show_talk(tx, one) for one in _talks(tx, contact_id)],
    }


def _require(tx: Tx, contact_id: int) -> Card:
    card = cards.find_card(tx, contact_id)
    if card is None or card.merged_into is not None or card.erased_at is not None:
        raise Rejected("not_found", "error.contact_not_found")
    return card


def _tasks(tx: Tx, contact_id: int) -> list[Task]:
    found: list[Task] = []
    after: str | None = None
    while True:
        wanted = Wanted(sort="created_at", after=after, limit=_PAGE, filters={"contact": contact_id})
        page, after = remarks.list_tasks(tx, wanted, now=clock.now(), eyes=None, assignee_id=None, state=None)
        found += page
        if after is None:
            return found


def _show_task(task: Task) -> JsonObject:
    due = None if task.due_at is None else to_iso(task.due_at)
    done = task.done_at is not None
    return {"created_at": to_iso(task.created_at), "title": task.title, "note": task.note, "due_at": due, "done": done}


def _talks(tx: Tx, contact_id: int) -> list[Conversation]:
    found: list[Conversation] = []
    after: str | None = None
    while True:
        wanted = Wanted(sort="id", after=after, limit=_PAGE, filters={"contact": contact_id})
        page, after = conversations.page_heads(tx, None, wanted)
        found += page
        if after is None:
            return found


def _show_talk(tx: Tx, head: Conversation) -> JsonObject:
    """With every message he wrote or was written, and what colleagues noted of him there."""
    said: list[JsonObject] = []
    seq, more = 0, True
    while more:
        messages, more = conversations.list_after(tx, head.id, seq, _PAGE)
        for one in messages:
            seq = one.seq
            if one.kind != "activity" and one.deleted_at is None:
                line: JsonObject = {"at": to_iso(one.at), "by": one.author.kind, "name": one.author.name}
                files: list[Json] = [{"name": f.name, "mime": f.mime, "size": f.size} for f in one.attachments]
                said.append({**line, "note": one.private, "text": one.text, "files": files})
    return {
        "id": head.id,
        "channel": head.channel,
        "began_at": to_iso(head.created_at),
        "page_url": head.page_url,
        "pages": [{"at": to_iso(one.at), "url": one.url} for one in visits.list_pages(tx, head.id)],
        "rating": head.rating,
        "rating_text": head.rating_text,
        "messages": [*said],
    }
