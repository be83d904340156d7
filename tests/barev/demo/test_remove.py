"""Removing the demo leaves exactly what was typed meanwhile, and a store that is sound."""

import uuid
from typing import Any

from sqlalchemy import func, insert, select, update

from barev import demo
from business.team.accounts import add_agent
from conversation.clock import from_ms, now_ms
from conversation.messages import AuthorKind
from conversation.ports import AddressKey, Start
from crm_store import Tx, agents, contacts, conversations, merging, remarks, settings_table
from crm_store.appending import Appended, NewMessage, append_messages
from crm_store.cards import Named
from crm_store.engine import Store
from crm_store.models import (
    AgentRow,
    AppointmentItemRow,
    AppointmentRow,
    AttachmentRow,
    BranchRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactRow,
    ContactSourceRow,
    ConversationRow,
    DialogueRow,
    InboxRow,
    MessageRow,
    OutgoingRow,
    ResourceRow,
    ServiceGroupRow,
    ServiceRow,
    TaskRow,
    TeamRow,
)
from tests.barev.demo.faults import find_faults, snapshot

NOW_MS = now_ms()
NOW = from_ms(NOW_MS)
BESIDE = {"settings", "audit_log", "counters"}


def seed(tx: Tx) -> None:
    demo.seed(tx, NOW_MS, "hash")


def remove(tx: Tx) -> dict[str, int]:
    return demo.remove(tx, NOW_MS)


def demo_talk(tx: Tx, status: str, *, assigned: bool) -> Any:
    """A seeded conversation, the first that fits."""
    fits = select(*ConversationRow.__table__.c).where(ConversationRow.status == status)
    by = ConversationRow.assignee_id
    return tx.execute(fits.where(by.is_not(None) if assigned else by.is_(None)).order_by(ConversationRow.id)).first()


PLAIN: dict[str, Any] = {
    "author_name": "A",
    "contact_check": None,
    "kind": "text",
    "private": False,
    "content": None,
    "reply_to": None,
    "at_ms": NOW_MS,
}


def write(tx: Tx, conversation_id: int, author_kind: AuthorKind, author_id: int, text: str, **more: Any) -> int:
    """Appends a message as the product does; returns its id."""
    whose = {"conversation_id": conversation_id, "author_kind": author_kind, "author_id": author_id}
    client_id = None if author_kind == "system" else str(uuid.uuid4())
    (done,) = append_messages(tx, [NewMessage(**PLAIN | whose | more, text=text, client_id=client_id)])
    assert isinstance(done, Appended)
    return done.id


def start(tx: Tx, key: str, inbox_key: str) -> tuple[int, int]:
    """A visitor of one's own opens a conversation; its id and the contact's."""
    contact_id = contacts.insert_contact(tx, name="Own visitor", language="hy", source="web", at=NOW)
    address_id = contacts.insert_address(
        tx, contact_id=contact_id, channel="web", value=key, display=None, language="hy", at=NOW
    )
    wish = Start(AddressKey("web", key, inbox_key), "hy")
    inbox = conversations.find_inbox(tx, "web", inbox_key)
    assert inbox is not None
    opened = conversations.insert_conversation(
        tx, wish, contact_id=contact_id, address_id=address_id, inbox=inbox, at=NOW
    )
    return opened, contact_id


async def test_nothing_of_the_demo_remains(store: Store) -> None:
    before = await store.read(snapshot)
    await store.writer.run(seed)
    seeded = await store.read(snapshot)
    counts = await store.writer.run(remove)
    after = await store.read(snapshot)
    assert {table: found for table, found in after.items() if table not in BESIDE} == {
        table: found for table, found in before.items() if table not in BESIDE
    }
    assert await store.read(lambda tx: settings_table.get(tx, "demo.state")) == "removed"
    assert counts == {
        table: len(seeded[table]) - len(before[table]) for table in counts if table != "conversations_kept"
    } | {"conversations_kept": 0}
    assert len(counts) == 25


async def test_own_visits_stay_with_their_service_and_specialist(store: Store) -> None:
    await store.writer.run(seed)

    def book(tx: Tx) -> tuple[int, int, int]:
        visit = tx.execute(select(AppointmentItemRow).order_by(AppointmentItemRow.id)).first()
        assert visit is not None
        of = tx.execute(select(AppointmentRow).where(AppointmentRow.id == visit.appointment_id)).one()
        talk = tx.scalar(select(func.min(ConversationRow.id)))
        times = {"starts_at": NOW, "ends_at": NOW, "wall_start": "2026-11-24T10:00"}
        own = {**times, "contact_id": of.contact_id, "conversation_id": talk, "branch_id": of.branch_id}
        own |= {"zone": "Asia/Yerevan", "source": "desk", "created_at": NOW, "updated_at": NOW}
        added = tx.execute(insert(AppointmentRow).values(own).returning(AppointmentRow.id)).scalar_one()
        item = {**times, "appointment_id": added, "service_id": visit.service_id, "provider_id": visit.provider_id}
        tx.execute(insert(AppointmentItemRow).values(item))
        return added, visit.service_id, visit.provider_id

    added, service, provider = await store.writer.run(book)
    await store.writer.run(remove)
    visits = await store.read(lambda tx: tx.execute(select(AppointmentRow)).all())
    assert [(one.id, one.conversation_id) for one in visits] == [(added, None)]
    home = await store.read(lambda tx: tx.scalar(select(func.min(BranchRow.id))))
    assert visits[0].branch_id == home
    assert await store.read(lambda tx: list(tx.scalars(select(ServiceRow.id)))) == [service]
    kept = await store.read(lambda tx: tx.execute(select(ResourceRow)).all())
    assert [(one.id, one.branch_id) for one in kept] == [(provider, home)]
    assert await store.read(lambda tx: len(list(tx.scalars(select(ServiceGroupRow.id))))) == 1
    assert await store.read(lambda tx: tx.scalar(select(ContactRow.id).where(ContactRow.id == visits[0].contact_id)))


async def test_without_a_demo_there_is_nothing_to_remove(store: Store) -> None:
    before = await store.read(snapshot)
    assert await store.writer.run(remove) == {}
    assert await store.read(snapshot) == before


async def test_it_is_removed_once_and_never_seeded_again(store: Store) -> None:
    await store.writer.run(seed)
    await store.writer.run(remove)
    once = await store.read(snapshot)
    assert await store.writer.run(remove) == {}
    await store.writer.run(seed)
    assert await store.read(snapshot) == once


async def test_own_conversations_come_home(store: Store) -> None:
    await store.writer.run(seed)

    def work(tx: Tx) -> tuple[int, int, list[int]]:
        anahit = agents.find_login(tx, "anahit")
        assert anahit is not None
        talk, contact = start(tx, "own-key", "karavan-yerevan")
        said = [write(tx, talk, "visitor", contact, "Բարև"), write(tx, talk, "agent", anahit, "Barev dzez")]
        conversations.touch(tx, talk, assignee_id=anahit, handler="agent")
        tx.execute(update(ContactRow).where(ContactRow.id == contact).values(curator_id=anahit))
        return talk, contact, said

    talk, contact, said = await store.writer.run(work)
    before = await store.read(lambda tx: conversations.find_head(tx, talk))
    await store.writer.run(remove)
    head = await store.read(lambda tx: conversations.find_head(tx, talk))
    assert before is not None
    assert head is not None
    assert (head.assignee, head.handler, head.contact.id) == (None, "team", contact)
    assert head.team is not None
    assert head.team.id == await store.read(agents.find_default_team)
    assert head.branch is not None
    assert (head.branch.name, head.inbox_id) == ("Barev", 1)
    assert (head.change, head.last_text) == (before.change + 1, "Barev dzez")
    assert head.event > before.event
    left = await store.read(snapshot)
    assert sorted(key for (key,) in left["messages"]) == said
    assert [key for (key,) in left["conversations"]] == [talk]
    assert [key for (key,) in left["contacts"]] == [contact]
    (card,) = await store.read(lambda tx: list(tx.execute(select(*ContactRow.__table__.c))))
    assert card.curator_id is None


async def test_own_words_keep_a_demo_conversation_as_their_holder(store: Store) -> None:
    await store.writer.run(seed)

    def work(tx: Tx) -> tuple[Any, list[int], Any]:
        nino = agents.find_login(tx, "nino")
        assert nino is not None
        waits = demo_talk(tx, "open", assigned=False)
        quoted = tx.scalar(select(MessageRow.id).where(MessageRow.conversation_id == waits.id).limit(1))
        said = [
            write(tx, waits.id, "agent", nino, "an answer", reply_to=quoted),
            write(tx, waits.id, "agent", nino, "a note", private=True),
        ]
        taken = '{"activity":{"code":"taken","fields":{"by":"Nino"}}}'
        touched = demo_talk(tx, "snoozed", assigned=True)
        write(tx, touched.id, "system", 0, "", kind="activity", private=True, content=taken)
        return waits, said, touched

    waits, said, touched = await store.writer.run(work)
    counts = await store.writer.run(remove)
    assert counts["conversations_kept"] == 1
    head = await store.read(lambda tx: conversations.find_head(tx, waits.id))
    assert head is not None
    assert head.contact.id == waits.contact_id
    assert (head.last_text, head.waiting_since, head.assignee) == ("an answer", None, None)
    assert await store.read(lambda tx: conversations.find_head(tx, touched.id)) is None
    left = await store.read(snapshot)
    assert sorted(key for (key,) in left["messages"]) == said
    assert [key for (key,) in left["contacts"]] == [waits.contact_id]
    assert len(left["addresses"]) >= 1
    messages = await store.read(lambda tx: list(tx.execute(select(*MessageRow.__table__.c).order_by(MessageRow.seq))))
    assert [message.reply_to for message in messages] == [None, None]
    assert [(message.seq, message.author_name) for message in messages] == [
        (waits.last_seq + 1, "A"),
        (waits.last_seq + 2, "A"),
    ]
    assert await store.read(find_faults_of_kept) == []


def find_faults_of_kept(tx: Tx) -> list[str]:
    """Faults but one: whoever answered for the demo is gone, his answers stay."""
    return [fault for fault in find_faults(tx, NOW, dense=False) if "written by nobody" not in fault]


async def test_a_kept_conversation_waits_only_for_what_is_left(store: Store) -> None:
    await store.writer.run(seed)

    def work(tx: Tx) -> tuple[int, int]:
        silent = demo_talk(tx, "open", assigned=False)
        write(tx, silent.id, "agent", 1, "only a note", private=True)
        asked = demo_talk(tx, "resolved", assigned=True)
        conversations.touch(tx, asked.id, rating=5, rating_text="")
        write(tx, asked.id, "visitor", asked.contact_id, "one more question")
        return silent.id, asked.id

    silent, asked = await store.writer.run(work)
    await store.writer.run(remove)
    heads = {head.id: head for head in await store.read(lambda tx: conversations.find_heads(tx, [silent, asked]))}
    assert (heads[silent].waiting_since, heads[silent].last_text, heads[silent].last_message_at) == (None, "", None)
    assert (heads[asked].waiting_since, heads[asked].last_text, heads[asked].rating) == (NOW, "one more question", None)


async def test_what_hangs_on_the_demo_goes_or_comes_home(store: Store) -> None:
    await store.writer.run(seed)

    def work(tx: Tx) -> tuple[int, int, int]:
        anahit = agents.find_login(tx, "anahit")
        branch = tx.scalar(select(BranchRow.id).order_by(BranchRow.id.desc()).limit(1))
        team = tx.scalar(select(TeamRow.id).order_by(TeamRow.id.desc()).limit(1))
        talk = demo_talk(tx, "open", assigned=True)
        message = tx.scalar(select(MessageRow.id).where(MessageRow.conversation_id == talk.id).limit(1))
        assert anahit is not None
        agents.insert_session(tx, agent_id=anahit, token_hash="h", at=NOW, expires_at=NOW, remote=None, user_agent=None)
        mine = add_agent(tx, "mine", "hash", "owner", "Mine", "en")
        assert team is not None
        agents.join_team(tx, mine, team)
        tx.execute(insert(TeamRow).values(branch_id=branch, name="own team"))
        tx.execute(insert(InboxRow).values(branch_id=branch, team_id=team, channel="viber", name="own", key="own"))
        tx.execute(insert(DialogueRow).values(conversation_id=talk.id, flow="f", step="s"))
        file = {"name": "a.png", "mime": "image/png", "size": 1, "sha256": "0", "path": "a", "created_at": NOW}
        tx.execute(insert(AttachmentRow).values(message_id=message, agent_id=anahit, **file))
        tx.execute(insert(AttachmentRow).values(agent_id=anahit, **file))
        send = {"channel": "web", "purpose": "p", "payload": {}, "not_before": NOW, "created_at": NOW}
        for key, of in (
            ("1", {"conversation_id": talk.id}),
            ("2", {"message_id": message}),
            ("3", {"address_id": talk.address_id}),
        ):
            tx.execute(insert(OutgoingRow).values(dedupe_key=key, **send, **of))
        tx.execute(insert(OutgoingRow).values(dedupe_key="own", **send))
        merged = contacts.insert_contact(tx, name="Merged", language=None, source="web", at=NOW)
        other = demo_talk(tx, "resolved", assigned=True)
        tx.execute(update(ContactRow).where(ContactRow.id == merged).values(merged_into=other.contact_id))
        return mine, merged, other.contact_id

    mine, merged, holder = await store.writer.run(work)
    await store.writer.run(remove)
    left = await store.read(snapshot)
    assert [key for (key,) in left["agents"]] == [mine]
    assert left["team_members"] == {(1, mine): (1, mine)}
    assert left["agent_sessions"] == {}
    assert left["dialogues"] == {}
    assert sorted(left["contacts"]) == sorted([(merged,), (holder,)])
    assert left["conversations"] == {}

    def rest(tx: Tx) -> list[list[Any]]:
        own_team = select(TeamRow.branch_id, TeamRow.name).order_by(TeamRow.id)
        own_inbox = select(InboxRow.branch_id, InboxRow.team_id, InboxRow.key).where(InboxRow.key == "own")
        files = select(AttachmentRow.message_id, AttachmentRow.agent_id, AttachmentRow.doomed_at.is_(None))
        sent = select(OutgoingRow.dedupe_key)
        return [[tuple(row) for row in tx.execute(query)] for query in (own_team, own_inbox, files, sent)]

    assert await store.read(rest) == [
        [(1, "Barev"), (1, "own team")],
        [(1, 1, "own")],
        [(None, None, False), (None, None, True)],
        [("own",)],
    ]


async def test_the_id_of_a_gone_agent_is_never_given_again(store: Store) -> None:
    await store.writer.run(seed)
    highest = await store.read(lambda tx: tx.scalar(select(AgentRow.id).order_by(AgentRow.id.desc()).limit(1)))
    await store.writer.run(remove)
    added = await store.writer.run(lambda tx: add_agent(tx, "later", "hash", "agent", "Later", "en"))
    assert highest is not None
    assert added > highest


async def test_what_was_entered_on_cards_stays(store: Store) -> None:
    """A note of one's own keeps a demo contact as its holder; groups and sources that own contacts have stay too."""
    await store.writer.run(seed)

    def enter(tx: Tx) -> tuple[int, int]:
        login = tx.scalar(select(AgentRow.id).order_by(AgentRow.id.desc()).limit(1))
        noted, free = tx.scalars(select(ContactRow.id).order_by(ContactRow.id).limit(2)).all()
        remarks.insert_note(tx, noted, Named(login or 0, "Mariam"), "of my own", NOW)
        task = {"author_id": login, "assignee_id": login, "author_name": "M", "title": "own", "created_at": NOW}
        remarks.insert_task(tx, task)
        own = contacts.insert_contact(tx, name="Own", language="hy", source="desk", at=NOW)
        source = tx.scalar(select(ContactSourceRow.id).where(ContactSourceRow.name == "Instagram"))
        tx.execute(update(ContactRow).where(ContactRow.id == own).values(source_id=source, custom={"newsletter": True}))
        group = tx.scalar(select(func.min(ContactGroupRow.id)))
        tx.execute(insert(ContactGroupMemberRow).values(contact_id=own, group_id=group))
        merged = contacts.insert_contact(tx, name="Double", language=None, source="desk", at=NOW)
        merging.insert_merge(tx, free, merged, login, "Mariam", NOW, {})
        return noted, own

    noted, own = await store.writer.run(enter)
    await store.writer.run(remove)
    left = await store.read(snapshot)
    assert (noted,) in left["contacts"]
    assert (own,) in left["contacts"]
    for table in ("contact_notes", "tasks", "contact_groups", "contact_sources", "custom_fields"):
        assert len(left[table]) == 1, table
    assert left["merges"] == left["subjects"] == left["extra_contacts"] == {}
    assert await store.read(lambda tx: tx.scalar(select(TaskRow.assignee_id))) is None
