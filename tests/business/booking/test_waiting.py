"""The waiting list: freed time goes to the first in line, is held for him, and is offered to nobody twice."""

from dataclasses import replace
from datetime import timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from business.booking.agreeing import own_consent
from business.booking.model import BookRequest, Person
from business.booking.online import find_standing
from business.booking.settings import BookingSettings
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import BranchRow, ResourceRow, WaitlistWishRow
from crm_store.paging import Wanted
from tests.business.booking.queue import ZONE, Salon, day_ahead, hour, open_salon
from tests.business.booking.salon import add_branch

DAY = day_ahead()


async def full(store: Store) -> tuple[Salon, list[int]]:
    """A salon of which a whole day is taken."""
    salon = await open_salon(store)
    regular = await salon.stranger()
    return salon, [await salon.book(regular, hour(DAY, number)) for number in range(10, 14)]


async def test_the_first_in_line_gets_what_is_freed(store: Store) -> None:
    """It is held for him: nobody else can take it; his yes books it, and a second yes changes nothing."""
    salon, visits = await full(store)
    anna, nino = await salon.customer("Anna"), await salon.customer("Nino")
    await salon.wish(anna, DAY)
    await salon.wish(nino, DAY)
    await salon.run()
    assert await salon.offers() == []
    await salon.visits.cancel(None, visits[1])
    await salon.run()
    ((offer_id, _, state),) = await salon.offers()
    assert (state, await salon.states()) == ("offered", ["offered", "waiting"])
    (message,) = await salon.said(anna)
    assert {"11:00", "Ani"} <= set(message.text.replace(",", "").split())
    values = [one["value"] for one in message.content["buttons"]]
    assert values == [f"do:offer:{offer_id}:yes", f"do:offer:{offer_id}:no"]
    assert await salon.said(nino) == []
    with pytest.raises(Rejected) as refused:
        await salon.visits.book(None, BookRequest(salon.wanted, hour(DAY, 11), nino, "desk"))
    assert refused.value.code == "slot_taken"

    for _ in range(2):
        answered = await store.writer.run(lambda tx: salon.waiting.answer_in(tx, offer_id, True, anna))
        assert answered.outcome == "booked"
        booked = await salon.visits.find(answered.appointment_id or 0)
        assert (booked.contact_id, booked.starts_at) == (anna, hour(DAY, 11))
    await salon.run()
    assert await salon.states() == ["booked", "waiting"]
    assert len(await salon.offers()) == 1
    assert await salon.count_overlaps() == 0


async def test_a_no_and_silence_pass_it_on(store: Store) -> None:
    """To the next in line, in one commit; who did not want it is not asked about it again."""
    salon, visits = await full(store)
    line = [await salon.customer(name) for name in ("Anna", "Nino", "Dana")]
    for one in line:
        await salon.wish(one, DAY)
    await salon.visits.cancel(None, visits[0])
    await salon.run()
    answered = await store.writer.run(lambda tx: salon.waiting.answer_in(tx, 1, False, line[0]))
    assert answered.outcome == "declined"
    assert await salon.offers() == [(1, 1, "declined"), (2, 2, "offered")]
    await salon.lapse(2)
    assert await salon.offers() == [(1, 1, "declined"), (2, 2, "lapsed"), (3, 3, "offered")]
    late = await store.writer.run(lambda tx: salon.waiting.answer_in(tx, 2, True, line[1]))
    assert late.outcome == "late"
    await salon.lapse(3)
    await salon.run()
    assert [state for _, _, state in await salon.offers()] == ["declined", "lapsed", "lapsed"]
    assert await salon.states() == ["waiting"] * 3
    await salon.book(await salon.stranger(), hour(DAY, 10))  # nobody wants it: it is everybody's again


async def test_another_cannot_answer(store: Store) -> None:
    salon, visits = await full(store)
    anna, other = await salon.customer(), await salon.customer()
    await salon.wish(anna, DAY)
    await salon.visits.cancel(None, visits[0])
    await salon.run()
    answered = await store.writer.run(lambda tx: salon.waiting.answer_in(tx, 1, True, other))
    assert (answered.outcome, answered.appointment_id) == ("gone", None)
    assert await salon.offers() == [(1, 1, "offered")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        ({}, True),
        ({"from_time": "11:00", "to_time": "12:00"}, True),
        ({"from_time": "11:30"}, False),
        ({"to_time": "11:59"}, False),
        ({"weekdays": (("mon", "tue", "wed", "thu", "fri", "sat", "sun")[DAY.weekday()],)}, True),
        ({"weekdays": (("mon", "tue", "wed", "thu", "fri", "sat", "sun")[DAY.weekday() - 1],)}, False),
    ],
)
async def test_only_what_was_wished_is_offered(store: Store, wish: dict[str, object], fits: bool) -> None:
    salon, visits = await full(store)
    await salon.wish(await salon.customer(), DAY, **wish)
    await salon.visits.cancel(None, visits[1])
    await salon.run()
    assert bool(await salon.offers()) == fits


async def test_who_can_only_be_phoned_is_phoned(store: Store) -> None:
    """A phone that is merely stated may be anybody's: nothing is written to it. The time is held all the same, and an
    agent is asked to phone; when the offer is over there is nothing to phone about, and the next in line is told."""
    salon, visits = await full(store)
    stated = await salon.stranger("+37477000001", proven=False)
    nowhere, proven = await salon.stranger(), await salon.stranger("+37477000002")
    for one in (stated, nowhere, proven):
        await salon.wish(one, DAY)
    shown, _ = await salon.wishes.page(Wanted("id", limit=20))
    assert [one.reachable for one in shown] == [False, False, True]
    await salon.visits.cancel(None, visits[2])
    await salon.run()
    assert await salon.offers() == [(1, 1, "offered")]
    assert await salon.letters() == []
    ((title, note, contact, done),) = await salon.tasks()
    assert ("+37477000001" in title, "12:00" in note, contact, done) == (True, True, stated, False)
    await salon.lapse(1)
    assert await salon.offers() == [(1, 1, "lapsed"), (2, 3, "offered")]
    assert await salon.letters() == [("+37477000002", "waitlist")]
    assert [done for *_, done in await salon.tasks()] == [True]


async def test_who_has_closed_the_chat_is_phoned_too(store: Store) -> None:
    """The offer waits in his talk, but nobody knows when he reads it. Who reads it now needs no call."""
    salon, visits = await full(store)
    anna, nino = await salon.customer("Anna"), await salon.customer("Nino")
    for one, phone in ((anna, "+37477000001"), (nino, "+37477000002")):
        await salon.state(one, phone)
        await salon.wish(one, DAY)
    salon.online.add(nino)
    await salon.visits.cancel(None, visits[0])
    await salon.visits.cancel(None, visits[1])
    await salon.run()
    assert [state for *_, state in await salon.offers()] == ["offered", "offered"]
    assert [contact for _, _, contact, _ in await salon.tasks()] == [anna]
    assert [len(await salon.said(one)) for one in (anna, nino)] == [1, 1]
    answered = await store.writer.run(lambda tx: salon.waiting.answer_in(tx, 1, True, anna))
    assert answered.outcome == "booked"
    assert [done for *_, done in await salon.tasks()] == [True]


def _night(zone: tzinfo) -> dict[str, str]:
    """Quiet hours in the middle of which it is now."""
    now = clock.now().astimezone(zone)
    quiet = {"outreach__quiet_from": now - timedelta(hours=1), "outreach__quiet_to": now + timedelta(hours=1)}
    return {name: moment.strftime("%H:%M") for name, moment in quiet.items()}


async def test_nobody_is_woken(store: Store) -> None:
    """What is freed at night is held for the first in line until he may be written to, and some minutes longer; the
    letter waits as long. It is not sent any more where he has answered in his talk."""
    salon, visits = await full(store)
    anna, nino = await salon.stranger("+37477000001"), await salon.customer("Nino")
    await salon.prove(nino, "+37477000002")
    await salon.wish(anna, DAY)
    await salon.wish(nino, DAY)
    await salon.reset(**_night(ZONE))
    for one in visits[:2]:
        await salon.visits.cancel(None, one)
    await salon.run()
    assert [state for *_, state in await salon.offers()] == ["offered", "offered"]
    for sends, ends in await salon.waits():
        assert timedelta(minutes=58) < sends <= timedelta(minutes=60)
        assert ends - sends == timedelta(minutes=BookingSettings().offer_min)
    assert await salon.queued() == ["+37477000001", "+37477000002"]
    answered = await store.writer.run(lambda tx: salon.waiting.answer_in(tx, 2, True, nino))
    assert answered.outcome == "booked"
    assert await salon.queued() == ["+37477000001"]


async def test_who_talks_by_sms_is_not_woken_either(store: Store) -> None:
    """A message in his talk would leave at once; a letter waits."""
    salon, visits = await full(store)
    anna = await salon.customer()
    await salon.talks_by(anna, "sms", "+37477000001")
    await salon.prove(anna, "+37477000001")
    await salon.wish(anna, DAY)
    await salon.reset(**_night(ZONE))
    await salon.visits.cancel(None, visits[0])
    await salon.run()
    assert (await salon.said(anna), await salon.queued()) == ([], ["+37477000001"])
    ((sends, _),) = await salon.waits()
    assert sends > timedelta(minutes=58)


@pytest.mark.parametrize("answered", [False, True], ids=["he sleeps", "his agent answers for him"])
async def test_an_sms_talk_that_nothing_proves_does_not_ring(store: Store, answered: bool) -> None:
    """His number is neither proven nor agreed to, so that he gets no letter: the time is held, and his talk rings in
    the morning, once, if it is still to be had."""
    salon, visits = await full(store)
    anna = await salon.customer()
    await salon.talks_by(anna, "sms", "+37477000001")
    await salon.wish(anna, DAY)
    await salon.reset(**_night(ZONE))
    await salon.visits.cancel(None, visits[0])
    await salon.run()
    assert await salon.offers() == [(1, 1, "offered")]
    assert (await salon.said(anna), await salon.queued()) == ([], [])
    ((_, ends),) = await salon.waits()
    assert ends > timedelta(minutes=58 + BookingSettings().offer_min)
    if answered:
        await store.writer.run(lambda tx: salon.waiting.answer_in(tx, 1, True))
    await salon.until_told()
    await salon.run()
    told = [[one["value"] for one in said.content["buttons"]] for said in await salon.said(anna)]
    assert told == ([] if answered else [["do:offer:1:yes", "do:offer:1:no"]])


async def test_who_reads_at_night_is_told_at_night(store: Store) -> None:
    salon, visits = await full(store)
    anna = await salon.customer()
    salon.online.add(anna)
    await salon.wish(anna, DAY)
    await salon.reset(**_night(ZONE))
    await salon.visits.cancel(None, visits[0])
    await salon.run()
    assert await salon.offers() == [(1, 1, "offered")]
    assert len(await salon.said(anna)) == 1
    ((_, ends),) = await salon.waits()
    assert ends <= timedelta(minutes=BookingSettings().offer_min)


async def test_what_begins_before_the_night_is_over_goes_to_who_is_awake(store: Store) -> None:
    """The first in line could be told only when it is too late."""
    salon = await open_salon(store)
    soon = clock.now() + timedelta(minutes=50)
    anna, nino = await salon.stranger("+37477000001"), await salon.customer("Nino")
    salon.online.add(nino)
    day = clock.now().astimezone(ZONE).date()
    await salon.reset(**_night(ZONE), booking__notice_min=0, booking__step_min=5)
    await salon.work_always()
    for one in (anna, nino):
        await salon.wish(one, day, to_day=day + timedelta(days=1))
    span = soon, soon + timedelta(minutes=5)
    await store.writer.run(lambda tx: salon.waiting.look_in(tx, *span, clock.now()))
    assert [wish for _, wish, _ in await salon.offers()] == [2]


async def test_the_night_is_that_of_the_branch(store: Store) -> None:
    """It is quiet at the firm's first place, but the freed time is of a specialist on the other side of the world."""
    salon, visits = await full(store)
    await salon.wish(await salon.stranger("+37477000001"), DAY)
    await salon.reset(**_night(ZoneInfo("Pacific/Auckland")))

    def move(tx: Tx) -> None:
        here = add_branch(tx, "Asia/Yerevan")
        tx.execute(update(BranchRow).where(BranchRow.id != here).values(timezone="Pacific/Auckland"))
        tx.execute(update(ResourceRow).where(ResourceRow.id == salon.provider_id).values(branch_id=here))

    await store.writer.run(move)
    await salon.visits.cancel(None, visits[0])
    await salon.run()
    assert [state for _, _, state in await salon.offers()] == ["offered"]
    ((sends, _),) = await salon.waits()
    assert sends <= timedelta(0)


async def test_wishes_that_make_no_sense(store: Store) -> None:
    salon = await open_salon(store)
    anna = await salon.customer()
    await salon.wish(anna, DAY)
    for values, key in (
        ({}, "outreach.wish_twice"),
        ({"from_time": "12:00", "to_time": "11:00"}, "outreach.wish_upside_down"),
        ({"provider_id": 999}, "outreach.specialist_unknown"),
    ):
        with pytest.raises(Rejected) as refused:
            await salon.wish(anna, DAY, **values)
        assert refused.value.text_key == key
    for days, key in ((-2, "outreach.wish_past"), (400, "outreach.wish_far")):
        with pytest.raises(Rejected) as refused:
            await salon.wish(anna, day_ahead(days))
        assert refused.value.text_key == key


async def test_days_that_are_over_are_waited_for_no_more(store: Store) -> None:
    salon = await open_salon(store)
    await salon.wish(await salon.customer(), DAY)
    past = {"from_day": "2020-01-01", "to_day": "2020-01-02"}
    await store.writer.run(lambda tx: tx.execute(update(WaitlistWishRow).values(**past)))
    assert await salon.wishes.end_past() == 1
    assert await salon.states() == ["expired"]


async def test_who_missed_too_much_asks_people(store: Store) -> None:
    """He cannot book by himself any more; an agent still books him, and is warned where that is all the firm wants."""
    salon = await open_salon(store)
    anna = await salon.customer()
    await salon.reset(booking__missed_rule="deny", booking__missed_count=1)
    online = BookRequest(salon.wanted, hour(DAY, 10), anna, "page", online=True)
    with pytest.raises(Rejected) as refused:
        await salon.visits.book(None, online)
    assert (refused.value.code, refused.value.fields["field"]) == ("invalid", "consent")
    agreed = replace(online, consent=own_consent("He agrees.", "en", "page"))
    visit = (await salon.visits.book(None, agreed)).appointment.id
    await salon.move_all(clock.now() - timedelta(minutes=5))
    await salon.visits.set_status(None, visit, "no_show")
    with pytest.raises(Rejected) as refused:
        await salon.visits.book(None, BookRequest(salon.wanted, hour(DAY, 12), anna, "page", online=True))
    assert (refused.value.code, refused.value.text_key) == ("forbidden", "outreach.online_denied")
    await salon.book(anna, hour(DAY, 12))
    assert await store.read(lambda tx: find_standing(tx, anna)) == (1, 0, "deny")


async def test_who_missed_too_much_is_known_by_his_phone(store: Store) -> None:
    """On the booking page a stranger is a new contact each time: what was missed under a phone counts for whoever
    states it, but not for who proves it."""
    salon = await open_salon(store)
    await salon.reset(booking__missed_rule="deny", booking__missed_count=2)
    agreed = own_consent("He agrees.", "en", "page")

    def request(hour_of_day: int, *, verified: bool = False) -> BookRequest:
        person = Person("Anna", "+37477000001", verified=verified)
        return BookRequest(salon.wanted, hour(DAY, hour_of_day), person, "page", online=True, consent=agreed)

    visits = [(await salon.visits.book(None, request(number))).appointment.id for number in (10, 11)]
    await salon.move_all(clock.now() - timedelta(minutes=5))
    for visit in visits:
        await salon.visits.set_status(None, visit, "no_show")
    with pytest.raises(Rejected) as refused:
        await salon.visits.book(None, request(12))
    assert refused.value.text_key == "outreach.online_denied"
    assert (await salon.visits.book(None, request(12, verified=True))).appointment.status == "booked"
