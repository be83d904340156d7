"""Reminders: told once, of visits that stand, when it is of use, where the customer wants it, and not at night."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from business.booking.moving import Move
from business.contacts.history import list_history
from business.outreach.choosing import choose_way
from business.outreach.stopping import Stopping, is_stopped
from conversation import clock
from conversation.links import Stop
from conversation.messages import Channel, JsonObject
from crm_store import jobs, outgoing
from crm_store.engine import Store
from crm_store.models import AddressRow, OutgoingRow, ReachWay
from tests.business.booking.queue import STOPS, Salon, day_ahead, hour, open_salon

DAY = day_ahead()
AT = hour(DAY, 11)


async def texts(salon: Salon, contact_id: int) -> list[str]:
    """The first lines of what he was told."""
    return [one.text.split("\n")[0] for one in await salon.said(contact_id)]


async def come_near(salon: Salon, hours: float) -> None:
    """The visit is so many hours ahead now, and what is due by then is due."""
    starts_at = clock.now() + timedelta(hours=hours)

    await salon.move_all(starts_at)
    await salon.run()


async def test_booked_asked_reminded(store: Store) -> None:
    """Each is told once, however often the jobs are done; the first asks, and its yes confirms the visit."""
    salon = await open_salon(store)
    anna = await salon.customer("Anna", language="en")
    visit = await salon.book(anna, AT)
    await salon.run()
    assert await texts(salon, anna) == ["You are booked."]
    await come_near(salon, 23)
    assert await texts(salon, anna) == ["You are booked.", "You have a visit with us. Will you come?"]
    asked = (await salon.said(anna))[-1]
    values = [f"do:visit:{visit}:yes", f"&reschedule:visit={visit}", f"&cancel:visit={visit}"]
    assert [one["value"] for one in asked.content["buttons"]] == values
    for _ in range(2):
        answer = await store.writer.run(lambda tx: salon.reminding.answer_in(tx, visit, anna))
        assert answer.text.split("\n")[0] == "Thank you, we are expecting you!"
    assert (await salon.visits.find(visit)).status == "confirmed"
    await come_near(salon, 1.5)
    await salon.hurry()
    await salon.run()
    assert (await texts(salon, anna))[2:] == ["We are expecting you."]


async def test_two_reminders_at_one_time_are_one(store: Store) -> None:
    """Set as long before the visit, they are the one that asks."""
    salon = await open_salon(store)
    await salon.reset(booking__remind_first_hours=24, booking__remind_last_hours=24)
    anna = await salon.customer("Anna", language="en")
    await salon.book(anna, AT)
    await salon.run()
    await come_near(salon, 23)
    await salon.hurry()
    await salon.run()
    assert await texts(salon, anna) == ["You are booked.", "You have a visit with us. Will you come?"]


async def test_what_was_moved_or_cancelled_is_not_reminded_of(store: Store) -> None:
    salon = await open_salon(store)
    anna = await salon.customer("Anna", language="ru")
    visit = await salon.book(anna, AT)
    await salon.run()
    await salon.visits.move(None, visit, Move(hour(DAY, 13)))
    await salon.run()
    assert await texts(salon, anna) == ["Вы записаны.", "Ваша запись перенесена. Новое время:"]
    await salon.visits.cancel(None, visit)
    await salon.hurry()
    await salon.run()
    assert len(await salon.said(anna)) == 2  # he cancelled it himself


async def test_after_a_long_stop_one_reminder_is_enough(store: Store) -> None:
    """Both are overdue: the one that is nearer to the visit is told, and none for a visit that has begun."""
    salon = await open_salon(store)
    anna, late = await salon.customer(language="en"), await salon.customer(language="en")
    await salon.book(anna, AT)
    await salon.run()
    await salon.move_all(clock.now() + timedelta(hours=1))
    await salon.run()
    assert (await texts(salon, anna))[1:] == ["We are expecting you."]
    await salon.book(late, hour(DAY, 12))
    await salon.run()
    await salon.move_all(clock.now() - timedelta(minutes=1))
    await salon.run()
    assert len(await salon.said(late)) == 1


@pytest.mark.parametrize(
    ("way", "by"),
    [("none", []), ("sms", ["+37477000009"]), ("talk", []), ("email", ["+37477000009"]), ("auto", ["+37477000009"])],
)
async def test_the_way_that_he_chose(store: Store, way: ReachWay, by: list[str]) -> None:
    """By itself: who has left the website is written to, and finds the message in his dialog too."""
    salon = await open_salon(store)
    anna = await salon.customer()
    await salon.prove(anna, "+37477000009")
    await store.writer.run(lambda tx: choose_way(tx, anna, way, "page", None, None))
    await salon.book(anna, AT)
    await salon.run()
    assert [to for to, _ in await salon.letters()] == by
    assert len(await salon.said(anna)) == (0 if way == "none" else 1)


@pytest.mark.parametrize(
    ("channel", "way", "in_talk"),
    [("sms", "auto", True), ("sms", "sms", True), ("telegram", "auto", True), ("telegram", "sms", False)],
)
async def test_who_talks_elsewhere_is_told_once(store: Store, channel: Channel, way: ReachWay, in_talk: bool) -> None:
    """Not by a message there and a letter beside it."""
    salon = await open_salon(store)
    anna = await salon.customer()
    await salon.talks_by(anna, channel, "+37477000009")
    await salon.prove(anna, "+37477000009")
    await store.writer.run(lambda tx: choose_way(tx, anna, way, "page", None, None))
    await salon.book(anna, AT)
    await salon.run()
    assert len(await salon.said(anna)) == in_talk
    assert len(await salon.letters()) == 1  # what is said there leaves by the same box


async def test_who_looks_at_the_chat_gets_no_letter(store: Store) -> None:
    salon = await open_salon(store)
    anna = await salon.customer()
    await salon.prove(anna, "+37477000009")
    salon.online.add(anna)
    await salon.book(anna, AT)
    await salon.run()
    assert (len(await salon.said(anna)), await salon.letters()) == (1, [])


async def test_the_quiet_hours_put_it_off(store: Store) -> None:
    salon = await open_salon(store)
    now = clock.now().astimezone(AT.tzinfo)
    around = [(now + timedelta(hours=ahead)).strftime("%H:%M") for ahead in (-1, 1)]
    await salon.reset(outreach__quiet_from=around[0], outreach__quiet_to=around[1])
    await salon.reset(booking__remind_first_hours=0, booking__remind_last_hours=0)
    anna = await salon.customer()
    await salon.book(anna, AT)
    await salon.run()
    assert await salon.said(anna) == []
    await salon.reset(outreach__quiet_from="03:00", outreach__quiet_to="03:00")
    await salon.hurry()
    await salon.run()
    assert len(await salon.said(anna)) == 1


async def test_a_yes_is_of_the_visit_as_it_stands(store: Store) -> None:
    """To the question about an hour from which it was moved meanwhile, the answer names the new one; once the visit is
    over a yes confirms nothing."""
    salon = await open_salon(store)
    anna = await salon.customer("Anna", language="en")
    visit = await salon.book(anna, AT)
    moved = hour(DAY, 13)
    await salon.visits.move(None, visit, Move(moved))
    answer = await store.writer.run(lambda tx: salon.reminding.answer_in(tx, visit, anna))
    assert answer.text == f"Thank you, we are expecting you!\n{moved:%A}, {moved.day} {moved:%B}, 13:00"
    over = await salon.book(anna, AT)
    await salon.move_all(clock.now() - timedelta(hours=1, minutes=1))
    late = await store.writer.run(lambda tx: salon.reminding.answer_in(tx, over, anna))
    assert late.text.startswith("This visit is not there")
    assert not late.stands
    assert (await salon.visits.find(over)).status == "booked"


async def test_another_cannot_confirm(store: Store) -> None:
    salon = await open_salon(store)
    anna, other = await salon.customer(), await salon.customer(language="en")
    visit = await salon.book(anna, AT)
    answer = await store.writer.run(lambda tx: salon.reminding.answer_in(tx, visit, other))
    assert answer.text.startswith("This visit is not there")
    assert (await salon.visits.find(visit)).status == "booked"


async def test_a_job_is_done_with_what_it_did_or_not_at_all(store: Store) -> None:
    """Whoever dies between two commits leaves a job that is done by the next, once."""
    salon = await open_salon(store)
    anna = await salon.customer()
    visit = await salon.book(anna, AT)
    payload: JsonObject = {"appointment_id": visit, "rule": "booked", "starts_at": clock.to_ms(AT)}

    class Killed(Exception):
        """The process is gone."""

    def die(tx: object) -> None:
        salon.reminding.run_in(tx, payload, clock.now())  # type: ignore[arg-type]  # a transaction
        raise Killed

    with pytest.raises(Killed):
        await store.writer.run(die)
    assert await salon.said(anna) == []
    await salon.run()
    await store.writer.run(lambda tx: jobs.enqueue(tx, "reminder", payload, run_at=clock.now(), at=clock.now()))
    await salon.run()
    assert len(await salon.said(anna)) == 1  # the second job of it found it told


async def test_no_word_of_somebody_without_a_way(store: Store) -> None:
    salon = await open_salon(store)
    await salon.book(await salon.stranger("+37477000001", proven=False), AT)
    await salon.run()
    assert await salon.letters() == []
    assert await salon.reasons() == ["no_address"]


async def _pages(salon: Salon) -> list[dict[str, str]]:
    """What letters say, in their order."""
    query = select(OutgoingRow.payload).order_by(OutgoingRow.id)
    return [
        {name: str(value) for name, value in one.items()}
        for one in await salon.store.read(lambda tx: list(tx.scalars(query)))
    ]


async def test_an_address_that_wants_no_more_letters(store: Store) -> None:
    """Each by e-mail says how it ends; then nothing is written there, and what waits is not sent; the offers of free
    time go on, another's mailbox too, and it can be taken back. Said twice it is noted once, on the card."""
    salon = await open_salon(store)
    anna, nino = await salon.customer("Anna"), await salon.customer("Nino")
    await salon.prove(anna, "anna@example.am")
    await salon.prove(nino, "nino@example.am")
    address_id = await store.read(
        lambda tx: tx.scalar(select(AddressRow.id).where(AddressRow.value == "anna@example.am"))
    )
    assert address_id is not None
    await salon.book(anna, AT)
    await salon.run()
    (letter,) = await _pages(salon)
    token = STOPS.token(Stop(address_id, "reminder"))
    assert letter["unsubscribe"] == f"https://example.am/unsubscribe/{token}?lang=en"
    assert letter["unsubscribe"] in letter["text"]
    stopping = Stopping(store, STOPS)
    before = await stopping.find(token)
    assert (before and before.stopped) is False
    for _ in range(2):
        after = await stopping.set_stopped(token, "letter", "127.0.0.1", stopped=True)
        assert after is not None
        assert after.stopped
    (waiting,) = await store.writer.run(lambda tx: outgoing.lease(tx, "me", clock.now(), 60, 9))
    assert await store.read(lambda tx: is_stopped(tx, waiting))
    await salon.book(anna, hour(DAY, 12))
    await salon.book(nino, hour(DAY, 13))
    await salon.run()
    assert await salon.letters() == [("anna@example.am", "reminder"), ("nino@example.am", "reminder")]
    assert len(await salon.said(anna)) == 2  # in his dialog it waits for him as ever
    other = await stopping.find(STOPS.token(Stop(address_id, "waitlist")))
    assert (other and other.stopped) is False
    assert await stopping.set_stopped("reminder.1.wrong", "letter", "", stopped=True) is None
    await stopping.set_stopped(token, "page", "127.0.0.1", stopped=False)
    assert not await store.read(lambda tx: is_stopped(tx, waiting))
    noted, _ = await store.read(lambda tx: list_history(tx, anna, None, wanted=["letters"], after=None, limit=9))
    assert [(one.what, one.fields["address"]) for one in noted] == [
        ("letters.resumed.reminder", "anna@example.am"),
        ("letters.stopped.reminder", "anna@example.am"),
    ]
