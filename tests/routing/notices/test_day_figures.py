"""A day in numbers."""

from datetime import datetime, timedelta

from sqlalchemy import update

from conversation import clock
from conversation.messages import Agent, Author
from conversation.ports import AddressKey, Start
from crm_store import Tx, day_figures
from crm_store.appending import append_messages
from crm_store.engine import Store
from crm_store.models import ConversationRow
from routing.appended import plain_message
from routing.intake import open_talk


def say(tx: Tx, talk: int, author: Author, contact_id: int | None, text: str, at: datetime) -> None:
    """One message."""
    key = f"{author.kind}:{talk}:{text}"
    new = plain_message(talk, author, text, clock.to_ms(at), key, contact_id=contact_id, private=False, reply_to=None)
    append_messages(tx, [new])


async def test_dialogs_of_a_day(store: Store, owner: Agent) -> None:
    """Those that began in it, how long they waited, what waits still; what began before is of another day."""
    noon = clock.now() - timedelta(hours=2)

    def fill(tx: Tx) -> None:
        for number, began in enumerate((noon - timedelta(days=1), noon, noon + timedelta(minutes=5))):
            key = AddressKey("web", f"visitor-{number}")
            head = open_talk(tx, Start(key, "en", {"name": "Ani"}), "AM", began).head
            say(tx, head.id, Author("visitor", "Ani", head.contact.id), head.contact.id, "Hello", began)
            if number == 1:
                say(tx, head.id, Author("agent", owner.name, owner.id), None, "Yes?", began + timedelta(minutes=3))
            rated = {"created_at": began, "handler": "team", "rating": number + 1}
            tx.execute(update(ConversationRow).where(ConversationRow.id == head.id).values(**rated))

    await store.writer.run(fill)
    day = await store.read(lambda tx: day_figures.read_day(tx, noon, noon + timedelta(hours=1)))
    assert (day.new, day.answered, list(day.waits_s), day.waiting) == (2, 1, [180.0], 2)
    assert (sorted(day.marks), day.booked, day.cancelled, day.missed, day.unsent) == ([2, 3], 0, 0, 0, 0)
    assert await store.read(lambda tx: day_figures.read_load(tx, noon, noon + timedelta(days=1))) == (0, 0.0)
