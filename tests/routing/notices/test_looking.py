"""Who is told of what, worked out from the store."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from business.hours.week import DAYS
from business.team.notices import Choices, OwnNotices, choices_of, link_now
from conversation import clock
from conversation.messages import Agent, Author, Channel, JsonObject
from conversation.ports import AddressKey, Start
from conversation.texts import Catalogue
from crm_store import Tx, settings_table, working_hours
from crm_store.appending import append_messages
from crm_store.engine import Store
from crm_store.models import AgentRow, ConversationRow, NoticeAddressRow, OutgoingRow, TaskRow
from crm_store.notices import Waiting
from crm_store.outgoing import Outgoing
from crm_store.working_hours import Kept, Owner
from routing.appended import plain_message
from routing.intake import open_talk
from routing.notices.looking import NoticeLook, NoticeRules, kind_of
from routing.notices.sending import is_stale
from routing.notices.wording import Wording, read_press

WAYS: frozenset[Channel] = frozenset(("telegram", "sms"))
LATER = timedelta(minutes=10)


def look_of(store: Store, away: bool = True, **rules: Any) -> NoticeLook:
    """As the product makes it, without a pause for the desk."""
    wording = Wording(Catalogue(), "https://chat.example.am")
    return NoticeLook(store, wording, NoticeRules(after_s=0.0, **rules), lambda: WAYS, lambda _: away)


def begin(tx: Tx, number: int, assignee: int | None, text: str = "Hello") -> int:
    """A visitor waits for an answer, and has done so for ten minutes."""
    at = clock.now()
    head = open_talk(tx, Start(AddressKey("web", f"visitor-{number}"), "en", {"name": "Ani"}), "AM", at).head
    author = Author("visitor", "Ani", head.contact.id)
    new = plain_message(
        head.id, author, text, clock.to_ms(at), f"c{number}", contact_id=head.contact.id, private=False, reply_to=None
    )
    append_messages(tx, [new])
    values = {"assignee_id": assignee, "handler": "team" if assignee is None else "agent", "waiting_since": at - LATER}
    tx.execute(update(ConversationRow).where(ConversationRow.id == head.id).values(**values))
    return head.id


def link(tx: Tx, agent: Agent, channel: Channel, value: str) -> None:
    """He has been told there for an hour."""
    link_now(tx, agent, channel, value, value, None)
    tx.execute(update(NoticeAddressRow).values(linked_at=clock.now() - timedelta(hours=1)))


def list_told(tx: Tx) -> list[tuple[str, str]]:
    """Where what was said."""
    rows = tx.execute(select(OutgoingRow.recipient, OutgoingRow.payload).order_by(OutgoingRow.id))
    return [(row.recipient, str(row.payload["text"])) for row in rows]


async def test_once_until_somebody_looked(store: Store, owner: Agent, gor: Agent) -> None:
    """His own and his team's, each once, whoever looks; another's not; and again when it was looked at and more was
    said."""

    def prepare(tx: Tx) -> int:
        link(tx, gor, "telegram", "2")
        begin(tx, 2, None, "Anybody?")
        begin(tx, 3, owner.id, "For Mariam")
        return begin(tx, 1, gor.id, "For Gor")

    mine = await store.writer.run(prepare)
    assert await look_of(store, away=False).look() == 0
    assert await look_of(store).look() == 2
    assert await look_of(store).look() == 0
    told = "\n".join(text for _, text in await store.read(list_told))
    assert ("For Gor" in told, "Anybody?" in told, "For Mariam" in told) == (True, True, False)
    assert f"https://chat.example.am/desk/#/dialogs/{mine}" in told

    def look_at(tx: Tx) -> None:
        tx.execute(update(ConversationRow).where(ConversationRow.id == mine).values(agent_read_seq=1))

    await store.writer.run(look_at)
    assert await look_of(store).look() == 0

    def more(tx: Tx) -> None:
        contact = tx.scalar(select(ConversationRow.contact_id).where(ConversationRow.id == mine))
        author = Author("visitor", "Ani", contact)
        words = plain_message(
            mine, author, "Still?", clock.now_ms(), "c9", contact_id=contact, private=False, reply_to=None
        )
        append_messages(tx, [words])

    await store.writer.run(more)
    assert await look_of(store).look() == 1


async def test_who_may_not_work_hears_nothing(store: Store, gor: Agent) -> None:
    """Neither is anything written for him, nor does what was written go."""

    def prepare(tx: Tx) -> None:
        link(tx, gor, "telegram", "2")
        begin(tx, 1, gor.id)

    await store.writer.run(prepare)
    assert await look_of(store).look() == 1

    def stale(tx: Tx) -> bool:
        row = tx.execute(select(OutgoingRow.id, OutgoingRow.conversation_id, OutgoingRow.payload)).one()
        return is_stale(
            tx, Outgoing(row.id, row.conversation_id, None, None, "telegram", "notice", row.payload, None, 1, "2")
        )

    assert not await store.read(stale)
    out = update(AgentRow).where(AgentRow.id == gor.id).values(disabled_at=clock.now())
    await store.writer.run(lambda tx: tx.execute(out))
    assert await store.read(stale)
    await store.writer.run(lambda tx: begin(tx, 2, gor.id))
    assert await look_of(store).look() == 0


async def test_sms_costs(store: Store, gor: Agent) -> None:
    """Nothing goes to phones before the firm switched it on; then short, and so many a day."""

    def prepare(tx: Tx) -> None:
        link(tx, gor, "sms", "+37477123456")
        for number in range(3):
            begin(tx, number, gor.id, "a secret")

    await store.writer.run(prepare)
    assert await look_of(store).look() == 0

    def switch_on(tx: Tx) -> None:
        settings_table.put(tx, "notices.sms", True, clock.now())
        settings_table.put(tx, "notices.sms_per_day", 2, clock.now())

    await store.writer.run(switch_on)
    assert await look_of(store).look() == 2
    assert await look_of(store).look() == 0
    told = await store.read(list_told)
    assert all("a secret" not in text and to == "+37477123456" for to, text in told)


async def test_outside_his_hours(store: Store, gor: Agent) -> None:
    """He is let alone, unless he chose otherwise; what waits is told when his work begins."""

    def prepare(tx: Tx) -> None:
        link(tx, gor, "telegram", "2")
        begin(tx, 1, gor.id)
        never: JsonObject = {day: [] for day in DAYS}
        working_hours.put(tx, Owner("agent", gor.id), Kept(never, None, None), clock.now())

    await store.writer.run(prepare)
    assert await look_of(store).look() == 0
    await OwnNotices(store, lambda: WAYS, "AM", 15).choose(gor, {"off_hours": True})
    assert await look_of(store).look() == 1


async def test_tasks_that_are_due(store: Store, gor: Agent) -> None:
    """At their time, once."""

    def prepare(tx: Tx) -> None:
        link(tx, gor, "telegram", "2")
        common = {"assignee_id": gor.id, "author_name": "", "created_at": clock.now()}
        soon, past = clock.now() + LATER, clock.now() - LATER
        tasks = [{**common, "title": "call", "due_at": past}, {**common, "title": "write", "due_at": soon}]
        tx.execute(insert(TaskRow), tasks)

    await store.writer.run(prepare)
    assert [await look_of(store).look() for _ in range(2)] == [1, 0]
    ((_, text),) = await store.read(list_told)
    assert "call" in text


@pytest.mark.parametrize(
    ("choices", "talk", "expected"),
    [
        ({}, {"assignee_id": 7}, "assigned"),
        ({}, {"assignee_id": 7, "spoke": True}, "answer"),
        ({"answers": False}, {"assignee_id": 7, "spoke": True}, None),
        ({"assigned": False}, {"assignee_id": 7}, None),
        ({}, {"assignee_id": 8}, None),
        ({}, {"team_id": 1}, "waiting"),
        ({"wait_min": 11}, {"team_id": 1}, None),
        ({"waiting": False}, {"team_id": 1}, None),
        ({}, {"team_id": 2}, None),
        ({}, {"team_id": None}, "waiting"),
    ],
)
def test_what_a_conversation_is_to_him(choices: dict[str, Any], talk: dict[str, Any], expected: str | None) -> None:
    """What he chose decides, and whose it is."""
    at = clock.now()
    gor = Agent(7, "gor", "Gor", "agent", teams=(1,))
    made = Waiting(1, "web", None, None, at - LATER, 0, "Ani", None, "Hello", at, spoke=False)
    assert kind_of(gor, Choices(**choices), made._replace(**talk), at) == expected


def test_what_is_not_his_to_see_is_not_in_his_digest() -> None:
    """Whatever was kept; an owner has it unless he chose otherwise."""
    everything = frozenset(("conversations.all",))
    owner = Agent(1, "olga", "Olga", "owner", permissions=everything)
    assert not choices_of(Agent(2, "gor", "Gor", "agent"), {"digest": True, "unknown": 1}).digest
    assert choices_of(owner, None).digest
    assert not choices_of(owner, {"digest": False}).digest


def test_only_buttons_of_notices_are_read() -> None:
    """Those of customers' messages look otherwise."""
    assert read_press("n.take.12") == ("take", 12)
    assert [read_press(one) for one in ("12.0", "n.take.", "n.x.1", "n.take.1e3", "n.take." + "9" * 30, "")] == [
        None
    ] * 6
