"""Appointments are booked, moved and cancelled, and nothing is ever booked twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from business.booking.agreeing import own_consent
from business.booking.breaks import Breaks
from business.booking.holds import Holds
from business.booking.keeping import Keeping
from business.booking.model import BookingRules, BookRequest, Part, Person, Wanted
from business.booking.moving import Move
from conversation.errors import Rejected
from conversation.events import AppointmentChanged, Event
from conversation.messages import Agent
from crm_store import Tx, binned, cards, contacts, erasing, merging, services
from crm_store.engine import Store
from crm_store.models import SubjectRow
from tests.business.booking.salon import add_week
from tests.business.visits.parlour import at, check_sound, count, make_salon, visits_of, wish

AGREED = own_consent("He agrees.", "en", "page")
_BUSY = "SELECT count(*) FROM allocations"


async def _refusal(awaited: object) -> tuple[str, str]:
    with pytest.raises(Rejected) as refused:
        await awaited  # type: ignore[misc]  # a coroutine of any kind
    return refused.value.code, refused.value.text_key


async def test_a_visit_is_booked_and_told(store: Store, owner: Agent) -> None:
    told: list[Event] = []
    salon, visits = await make_salon(store), visits_of(store, told)
    booked = (await visits.book(owner, wish(salon, salon.cut, at(10), salon.nino))).appointment
    assert (booked.status, booked.contact_id, booked.total_minor, booked.currency) == (
        "booked",
        salon.contact,
        5000,
        "AMD",
    )
    assert booked.zone == "Asia/Yerevan"
    assert booked.wall_start.endswith("T14:00")
    assert [(one.service_id, one.provider_id) for one in booked.items] == [(salon.cut, salon.nino)]
    event = told[0]
    assert isinstance(event, AppointmentChanged)
    assert (event.name, event.resource_ids) == ("appointment.booked", (salon.nino,))
    taken = _refusal(visits.book(owner, wish(salon, salon.cut, at(10, 15), salon.nino)))
    assert await taken == ("slot_taken", "booking.slot_taken")


async def test_a_key_books_once(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    request = wish(salon, salon.cut, at(10), salon.nino)
    first, again = await visits.book(owner, request, "k1"), await visits.book(owner, request, "k1")
    assert (first.repeated, again.repeated) == (False, True)
    assert first.appointment.id == again.appointment.id
    other = replace(request, starts_at=at(12))
    assert await _refusal(visits.book(owner, other, "k1")) == ("conflict", "error.key_reused")
    assert await count(store, "SELECT count(*) FROM appointments") == 1


async def test_anybody_is_the_least_busy_of_the_day(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    await visits.book(owner, wish(salon, salon.colour, at(8), salon.nino))
    chosen = [
        (await visits.book(owner, wish(salon, salon.cut, at(hour)))).appointment.items[0].provider_id
        for hour in (10, 11, 12, 13)
    ]
    assert chosen == [salon.ani, salon.ani, salon.ani, salon.nino]
    await check_sound(store)


async def test_what_it_takes_beside_is_taken_too(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    await visits.book(owner, wish(salon, salon.massage, at(10), salon.nino))
    assert await count(store, _BUSY) == 3
    refused = await _refusal(visits.book(owner, wish(salon, salon.massage, at(10, 30), salon.ani)))
    assert refused == ("slot_taken", "booking.slot_taken")  # the one table is taken
    await visits.book(owner, wish(salon, salon.cut, at(10, 30), salon.ani))
    await check_sound(store)


async def test_several_services_one_after_another_and_at_once(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    both = (Part(salon.colour), Part(salon.cut))
    row = await visits.book(owner, BookRequest(Wanted(both), at(10), salon.contact, "desk"))
    assert [(one.provider_id, one.starts_at) for one in row.appointment.items] == [
        (salon.nino, at(10)),
        (salon.nino, at(11)),
    ]
    assert row.appointment.total_minor == 14000
    at_once = BookRequest(Wanted(both, "parallel"), at(14), salon.contact, "desk")
    done = (await visits.book(owner, at_once)).appointment
    assert {one.provider_id for one in done.items} == {salon.nino, salon.ani}
    assert (done.starts_at, done.ends_at) == (at(14), at(15))
    await check_sound(store)


async def test_seats_are_as_many_as_there_are(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    first = await visits.book(owner, wish(salon, salon.yoga, at(10), seats=3))
    second = await visits.book(owner, wish(salon, salon.yoga, at(10)))
    assert first.appointment.total_minor == 6000
    assert await _refusal(visits.book(owner, wish(salon, salon.yoga, at(10)))) == (
        "slot_taken",
        "booking.seats_taken",
    )
    assert await count(store, _BUSY) == 1
    await visits.cancel(owner, first.appointment.id)
    moved = await visits.move(owner, second.appointment.id, Move(starts_at=at(10, 30)))
    assert moved.appointment.starts_at == at(10, 30)  # the session that he was alone in is no hindrance
    assert await count(store, "SELECT count(*) FROM group_sessions") == 1
    await check_sound(store)
    await visits.cancel(owner, second.appointment.id)
    assert await count(store, _BUSY) + await count(store, "SELECT count(*) FROM group_sessions") == 0


async def test_a_visit_is_moved_stretched_and_given_to_another(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    mine = (await visits.book(owner, wish(salon, salon.cut, at(10), salon.nino))).appointment
    await visits.book(owner, wish(salon, salon.cut, at(11), salon.nino))
    later = (await visits.move(owner, mine.id, Move(starts_at=at(10, 15)))).appointment
    assert (later.starts_at, later.ends_at, later.version) == (at(10, 15), at(10, 45), 2)
    assert (await _refusal(visits.move(owner, mine.id, Move(starts_at=at(10, 45)))))[0] == "slot_taken"
    assert (await _refusal(visits.move(owner, mine.id, Move(ends_at=at(11, 5)))))[0] == "slot_taken"
    assert (await _refusal(visits.move(owner, mine.id, Move(ends_at=at(11), version=1))))[0] == "conflict"
    longer = (await visits.move(owner, mine.id, Move(ends_at=at(11), version=2))).appointment
    assert longer.ends_at == at(11)
    other = (await visits.move(owner, mine.id, Move(starts_at=at(11), provider_id=salon.ani))).appointment
    assert (other.items[0].provider_id, other.ends_at) == (salon.ani, at(11, 45))
    await check_sound(store)


async def test_who_is_given_a_visit_works_then_and_so_does_who_has_it_longer(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    await store.writer.run(lambda tx: add_week(tx, salon.ani, ["12:00", "18:00"]))
    await store.writer.run(lambda tx: add_week(tx, salon.nino, ["08:00", "18:00"]))
    mine = (await visits.book(owner, wish(salon, salon.cut, at(6), salon.nino))).appointment
    longer = mine.starts_at + timedelta(hours=12)
    closed = ("invalid", "booking.closed")
    assert await _refusal(visits.move(owner, mine.id, Move(provider_id=salon.ani))) == closed
    assert await _refusal(visits.move(owner, mine.id, Move(ends_at=longer))) == closed
    assert (await visits.move(owner, mine.id, Move(ends_at=longer, override=True))).appointment.ends_at == longer
    shorter = mine.starts_at + timedelta(hours=11)
    assert (await visits.move(owner, mine.id, Move(ends_at=shorter))).appointment.ends_at == shorter


async def test_its_path_gives_time_back_and_takes_it_again(store: Store, owner: Agent) -> None:
    freed: list[int] = []
    keeping = Keeping(lambda _tx, resource_id, _from, _to: freed.append(resource_id))
    salon, visits = await make_salon(store), visits_of(store, keeping=keeping)
    mine = (await visits.book(owner, wish(salon, salon.cut, at(10), salon.nino))).appointment
    assert (await _refusal(visits.set_status(owner, mine.id, "no_show")))[1] == "booking.not_yet"
    await visits.cancel(owner, mine.id, "ill")
    assert freed == [salon.nino]
    again = await visits.cancel(owner, mine.id)
    assert again.repeated
    other = (await visits.book(owner, wish(salon, salon.cut, at(10), salon.nino))).appointment
    assert (await _refusal(visits.set_status(owner, mine.id, "booked")))[0] == "slot_taken"
    await visits.cancel(owner, other.id)
    back = (await visits.set_status(owner, mine.id, "confirmed")).appointment
    assert (back.status, back.cancel_reason) == ("confirmed", None)
    for step in ("arrived", "done", "paid"):
        await visits.set_status(owner, mine.id, step)
    assert (await _refusal(visits.cancel(owner, mine.id)))[1] == "booking.over"
    strict = visits_of(store, rules=BookingRules(revert_min=-1))
    assert (await _refusal(strict.set_status(owner, mine.id, "done")))[1] == "booking.revert_late"
    await check_sound(store)


async def test_a_hold_is_exclusive_and_becomes_the_visit(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    holds = Holds(store, visits)
    wanted = Wanted((Part(salon.massage, salon.nino),))
    held = await holds.take(wanted, at(10), "chat", "chat:1")
    assert (await holds.take(wanted, at(10), "chat", "chat:1")).hold_id == held.hold_id
    taken = _refusal(visits.book(owner, wish(salon, salon.massage, at(10), salon.nino)))
    assert (await taken)[0] == "slot_taken"
    mine = await visits.book(owner, wish(salon, salon.massage, at(10), salon.nino, hold_id=held.hold_id))
    assert mine.appointment.starts_at == at(10)
    assert await count(store, "SELECT count(*) FROM holds") == 0
    assert await count(store, _BUSY) == 3
    seats = await holds.take(Wanted((Part(salon.yoga, None, 3),)), at(12), "page", "page:1")
    assert (await _refusal(holds.take(Wanted((Part(salon.yoga, None, 2),)), at(12), "page", "page:2")))[
        0
    ] == "slot_taken"
    assert await holds.release(seats.hold_id)
    assert not await holds.release(seats.hold_id)
    await check_sound(store)


async def test_what_has_expired_is_in_nobodys_way(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    holds = Holds(store, visits)
    for number, service in enumerate((salon.massage, salon.yoga)):
        await holds.take(Wanted((Part(service, None, 1),)), at(10 + 2 * number), "chat", f"{number}", minutes=-1)
    await visits.book(owner, wish(salon, salon.massage, at(10, 15)))
    await visits.book(owner, wish(salon, salon.yoga, at(12), seats=4))
    assert await count(store, "SELECT count(*) FROM holds") == 0
    await holds.take(Wanted((Part(salon.cut),)), at(16), "chat", "late", minutes=-1)
    assert await holds.sweep() == 1
    assert await holds.sweep() == 0
    await check_sound(store)


async def test_a_break_and_a_visit_keep_each_other_away(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    breaks = Breaks(visits)
    lunch = await breaks.add(owner, salon.nino, at(13), at(14), "break", "lunch")
    assert (await _refusal(visits.book(owner, wish(salon, salon.cut, at(13, 45), salon.nino))))[0] == "slot_taken"
    await visits.book(owner, wish(salon, salon.cut, at(14), salon.nino))
    assert (await _refusal(breaks.add(owner, salon.nino, at(14), at(20), "absence", "")))[1] == "booking.busy"
    await breaks.remove(owner, lunch.id)
    assert (await _refusal(breaks.remove(owner, lunch.id)))[0] == "not_found"
    await visits.book(owner, wish(salon, salon.cut, at(13, 30), salon.nino))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"starts_at": at(10, days=-1)}, ("invalid", "booking.past")),
        ({"starts_at": at(10, days=200), "online": True}, ("invalid", "booking.too_far")),
        ({"starts_at": at(10, days=2000), "override": True}, ("invalid", "booking.too_far")),
        ({"starts_at": at(10) + timedelta(seconds=1)}, ("invalid", "booking.whole_minutes")),
        ({"wanted": Wanted((Part(999),))}, ("not_found", "booking.service_unknown")),
        ({"wanted": Wanted((Part(1, 999),))}, ("not_found", "booking.provider_unknown")),
        ({"wanted": Wanted((Part(2, 2),))}, ("invalid", "booking.provider_other")),
        ({"wanted": Wanted((Part(4, None, 5),))}, ("invalid", "booking.seats_many")),
        ({"contact": None}, ("invalid", "error.field_missing")),
        ({"contact": 999}, ("not_found", "error.contact_not_found")),
        ({"contact": Person("Ani", "12")}, ("invalid", "error.phone_wrong")),
        ({"subject_id": 7}, ("not_found", "error.not_found")),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    store: Store, owner: Agent, change: dict[str, object], why: tuple[str, str]
) -> None:
    salon = await make_salon(store)
    visits = visits_of(store, rules=BookingRules(far_days=100))
    request = replace(wish(salon, salon.cut, at(10), salon.nino), **change)  # type: ignore[arg-type]  # of any field
    assert await _refusal(visits.book(owner, request)) == why
    assert await count(store, _BUSY) + await count(store, "SELECT count(*) FROM appointments") == 0


async def test_customers_begin_on_the_grid_and_agents_at_any_minute(store: Store, owner: Agent) -> None:
    """As free time is offered: by the firm's step, or the service's own; where it stands already, it stays."""
    salon = await make_salon(store)
    visits = visits_of(store, rules=BookingRules(step_min=15))
    odd, even = wish(salon, salon.cut, at(11, 3), salon.nino), wish(salon, salon.cut, at(11, 45), salon.nino)
    assert await _refusal(visits.book(None, replace(odd, online=True))) == ("invalid", "booking.off_grid")
    assert await _refusal(Holds(store, visits).take(odd.wanted, at(11, 3), "page", "k", online=True)) == (
        "invalid",
        "booking.off_grid",
    )
    mine = (await visits.book(owner, odd)).appointment
    off = await _refusal(visits.move(None, mine.id, Move(at(12, 20), online=True)))
    assert off == ("invalid", "booking.off_grid")
    assert (await visits.move(None, mine.id, Move(None, salon.ani, online=True))).appointment.starts_at == at(11, 3)
    await visits.book(None, replace(even, online=True, consent=AGREED))
    hourly = visits_of(store, rules=BookingRules(step_min=60))
    quarter = wish(salon, salon.cut, at(15, 15), salon.nino)
    assert (await _refusal(hourly.book(None, replace(quarter, online=True))))[1] == "booking.off_grid"
    await store.writer.run(lambda tx: services.change_service(tx, salon.cut, {"step_min": 15}, at(0)))
    await hourly.book(None, replace(quarter, online=True, consent=AGREED))


async def test_a_discount_is_not_more_than_the_visit_costs(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    request = wish(salon, salon.cut, at(10), salon.nino)
    refused = ("invalid", "booking.discount_whole")
    assert await _refusal(visits.book(owner, replace(request, discount_minor=5001))) == refused
    mine = (await visits.book(owner, replace(request, discount_minor=5000))).appointment
    assert mine.total_minor == 0
    assert await _refusal(visits.change(owner, mine.id, {"discount_minor": 5001})) == refused
    item = mine.items[0].id
    assert await _refusal(visits.change(owner, mine.id, {"item_discounts": {item: 1}})) == refused
    split = {"discount_minor": 4000, "item_discounts": {item: 1000}}
    assert (await visits.change(owner, mine.id, split)).appointment.total_minor == 0
    unpriced = replace(wish(salon, salon.massage, at(12), salon.ani), discount_minor=1)
    assert await _refusal(visits.book(owner, unpriced)) == refused


async def test_customers_are_bound_by_the_notice_and_agents_are_not(store: Store, owner: Agent) -> None:
    salon = await make_salon(store)
    week = 7 * 24 * 60
    visits = visits_of(store, rules=BookingRules(notice_min=week, change_min=week, late_min=2 * week))
    soon = wish(salon, salon.cut, at(10), salon.nino)
    assert (await _refusal(visits.book(None, replace(soon, online=True))))[1] == "booking.too_soon"
    mine = (await visits.book(owner, soon)).appointment
    assert (await _refusal(visits.cancel(None, mine.id)))[1] == "booking.change_late"
    assert (await _refusal(visits.move(None, mine.id, Move(at(12), online=True))))[1] == "booking.change_late"
    later = (await visits.move(owner, mine.id, Move(at(10, days=10)))).appointment
    gone = (await visits.cancel(None, later.id)).appointment
    assert (gone.status, gone.cancelled_by) == ("cancelled", "customer")
    assert await count(store, "SELECT count(*) FROM appointments WHERE late") == 1
    shut = visits_of(store, rules=BookingRules(online=False))
    assert (await _refusal(shut.book(None, replace(soon, online=True))))[1] == "booking.online_off"


async def test_a_customer_is_found_by_his_phone_where_an_agent_says_it(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    person = Person("Tigran", "077 123456")

    async def booked(hour: int, actor: Agent | None, who: Person) -> int | None:
        return (await visits.book(actor, wish(salon, salon.cut, at(hour), contact=who))).appointment.contact_id

    first = await booked(10, owner, person)
    assert await booked(11, owner, replace(person, name="T.", phone="+374 77 12-34-56")) == first
    assert await booked(12, None, replace(person, verified=True)) == first
    assert await booked(13, None, person) != first  # a stranger's word


async def test_a_visit_goes_with_its_customer_and_outlives_what_was_said(store: Store, owner: Agent) -> None:
    salon, visits = await make_salon(store), visits_of(store)
    now = at(0)

    def add(tx: Tx) -> tuple[int, int]:
        row = {"contact_id": salon.contact, "kind": "child", "name": "Davit", "created_at": now}
        subject = cards.insert_row(tx, SubjectRow, row)
        return subject, contacts.insert_contact(tx, name="Mariam again", language=None, source="desk", at=now)

    subject, other = await store.writer.run(add)
    request = wish(salon, salon.cut, at(10), salon.nino, subject_id=subject, note="sensitive skin")
    mine = (await visits.book(owner, request)).appointment
    await store.writer.run(lambda tx: merging.move_rows(tx, salon.contact, other))
    assert (await visits.find(mine.id)).contact_id == other
    await store.writer.run(lambda tx: erasing.erase_contacts(tx, [other], now))
    left = await visits.find(mine.id)
    assert (left.note, left.subject_id, left.status) == ("", None, "booked")
    third = await store.writer.run(add)
    other_visit = wish(salon, salon.cut, at(12), salon.nino, subject_id=third[0])
    kept = (await visits.book(owner, other_visit)).appointment
    await store.writer.run(lambda tx: binned.purge(tx, "subject", [third[0]]))
    assert (await visits.find(kept.id)).subject_id is None
