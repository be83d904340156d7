"""Booking by talk over a firm in memory: one sentence or step by step, set right, refused, moved, called off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversation.language import LANGUAGES
from conversation.messages import Button, Json, Language
from conversation.texts import Catalogue
from routing.flows.booking.flows import BOOKING_FLOWS, holds
from routing.flows.booking.ports import Visit
from routing.flows.catalogue import FLOWS
from routing.flows.model import Decision, HandsOver, Heard, NotesBooking, State, States
from routing.flows.ports import Entity, Understood
from routing.flows.proving import CardProof
from routing.flows.steps import Rules
from routing.flows.turn import Turn
from routing.understanding.entities.frame import TimeValue
from tests.fakes import SetFacts
from tests.routing.flows.set_booking import NOW, SetBooking, wall

TEXTS = Catalogue()
ALL = {**FLOWS, **BOOKING_FLOWS}
VISIT = Visit(7, (11,), (1,), "Haircut", "Ani", wall("2026-11-27T15:00"))
CARD = {"name": "Anna", "phone": "+37477123456"}


def service(number: int) -> Entity:
    """A service that is named."""
    return Entity("service", "it", 0, 2, str(number))


def staff(number: int) -> Entity:
    """A specialist who is named."""
    return Entity("staff", "her", 0, 3, f"provider:{number}")


def moment(start: str, end: str | None = None, at: int = 5) -> Entity:
    """A time that is named."""
    grain = "minute" if "T" in start else "day"
    value: Json = {"from": start, "to": end, "grain": grain, "ambiguous": False}
    return Entity("time", "then", at, at + 4, value)


FRIDAY = moment("2026-11-27T15:00")


class Talk:
    """A customer who talks with the bot of a firm in memory."""

    def __init__(self, booking: SetBooking | None = None, language: Language = "en", *, known: bool = True) -> None:
        self.booking = booking or SetBooking()
        self.facts = SetFacts(known=CARD if known else None, booking=self.booking)
        self.state = State(language)
        self.decision = Decision(self.state, (), ())

    def say(self, text: str, intent: str | None = None, *named: Entity, sure: float = 0.9) -> str:
        """Says it; returns the answer."""
        understood = Understood(text, None, intent, sure if intent else 0.0, (), named)
        return self.hear(Heard(text, understood))

    def press(self, label: str) -> str:
        """Presses the button."""
        (value,) = [one.value for one in self.buttons() if one.label.startswith(label)]
        return self.hear(Heard("", Understood(""), value))

    def buttons(self) -> Sequence[Button]:
        """What may be pressed."""
        return self.decision.replies[0].buttons

    def hear(self, heard: Heard) -> str:
        self.decision = Turn(ALL, Rules(), TEXTS, self.facts, self.state, heard).take()
        self.state = self.decision.state
        return self.decision.replies[0].text

    @property
    def step(self) -> str:
        """Where the talk stands."""
        return f"{self.state.place.flow}.{self.state.place.step}" if self.state.place else "-"


def test_one_sentence() -> None:
    """Service, specialist and time at once: kept, shown, booked."""
    talk = Talk()
    shown = talk.say("haircut on Friday at 3 with Ani", "book", service(11), moment("2026-11-27T15:00"), staff(1))
    assert talk.step == "book.confirm"
    assert [one in shown for one in ("Haircut", "Ani", "Friday, 27 November, 15:00", "5 000", "Anna")] == [True] * 5
    assert talk.booking.held is not None
    assert talk.press("Yes, book it").startswith("Done")
    (order,) = talk.booking.booked
    assert (order.choice.at, order.choice.provider_ids) == (datetime(2026, 11, 27, 15, tzinfo=UTC), (1,))
    assert [one for one in talk.decision.deeds if isinstance(one, NotesBooking)] != []
    assert talk.step == "-"


def test_step_by_step() -> None:
    """Service, specialist, day, time, name, phone: each asked for, by buttons."""
    talk = Talk(known=False)
    talk.say("I want to come", "book")
    assert talk.step == "book.service"
    talk.press("Haircut")
    assert talk.step == "book.staff"
    talk.press("Nino")
    assert talk.step == "book.time"
    talk.press("tomorrow")
    assert talk.step == "book.start"
    talk.press("11:00")
    assert talk.step == "book.name"
    talk.say("Anna")
    assert talk.step == "book.phone"
    shown = talk.say("077 123456")
    assert "Nino" in shown
    talk.say("yes")
    (order,) = talk.booking.booked
    assert (order.choice.provider_ids, order.name) == ((2,), "Anna")
    assert any(isinstance(one, States) for one in talk.decision.deeds)


def test_name_and_phone_in_one_breath() -> None:
    """Neither is asked for again."""
    talk = Talk(known=False)
    talk.say("haircut with Nino on Friday at 3", "book", service(11), staff(2), moment("2026-11-27T15:00"))
    assert talk.step == "book.name"
    said = "Anna, 077 123456"
    shown = talk.say(said, None, Entity("phone", "077 123456", 6, len(said), "077 123456"))
    assert "Nino" in shown
    talk.say("yes")
    (order,) = talk.booking.booked
    assert (order.name, order.phone) == ("Anna", "077 123456")


def test_who_states_a_phone_that_is_kept_from_booking() -> None:
    """People talk on; what was held for him is free."""
    talk = Talk(known=False)
    talk.booking.barred = "077 123456"
    talk.say("haircut with Nino on Friday at 3", "book", service(11), staff(2), moment("2026-11-27T15:00"))
    talk.say("Anna")
    shown = talk.say("077 123456")
    assert "Please call us." in shown
    assert talk.decision.state.place is None
    assert (talk.booking.booked, talk.booking.held) == ([], None)


@pytest.mark.parametrize("number", ["+7 701 123 45 67", "599123456"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_out_of_turn_is_no_other_wish(language: Language, number: str) -> None:
    """Numbers alone are of no intent where a talk is under way, whatever they are taken for (an account, a meter)."""
    talk = Talk(language=language)
    talk.say("haircut tomorrow", "book", service(11), staff(1), moment("2026-11-25"))
    assert talk.step == "book.start"
    talk.say(number, "balance")
    assert talk.step == "book.start"
    talk.say("what do I owe", "balance")
    assert talk.step != "book.start"


def test_set_right_and_asked_in_between() -> None:
    """A price in the middle, another day, another specialist: what was kept before is let go."""
    talk = Talk()
    talk.say("haircut on Friday at 3", "book", service(11), moment("2026-11-27T15:00"))
    priced = talk.say("how much is a manicure?", "price", service(12))
    assert "3 000" in priced
    assert "Friday, 27 November, 15:00" in priced
    shown = talk.say("no, on Saturday at 12", None, moment("2026-11-28T12:00"))
    assert "Saturday, 28 November, 12:00" in shown
    shown = talk.say("with Nino", None, staff(2))
    assert "Nino" in shown
    talk.say("yes")
    (order,) = talk.booking.booked
    assert (order.choice.at.day, order.choice.provider_ids) == (28, (2,))


def test_taken_and_days_off_have_the_nearest() -> None:
    """Why not, and what is near; a day off is said to be one."""
    talk = Talk()
    talk.booking.busy |= {(wall("2026-11-27T15:00"), 1)}
    shown = talk.say("haircut on Friday at 3 with Ani", "book", service(11), moment("2026-11-27T15:00"), staff(1))
    assert "nothing is free" in shown
    assert "Friday, 27 November, 14:00" in [one.label for one in talk.buttons()]
    shown = talk.say("on Sunday then", None, moment("2026-11-29"))
    assert "Day off." in shown
    assert talk.step == "book.start"
    talk.press("Saturday, 28 November, 18:00")
    assert talk.step == "book.confirm"


def test_taken_while_he_thought() -> None:
    """Somebody else has it at the moment of his yes: the nearest are offered, and nothing is booked."""
    talk = Talk()
    talk.say("haircut on Friday at 3", "book", service(11), moment("2026-11-27T15:00"))
    talk.booking.busy |= {(wall("2026-11-27T15:00"), one) for one in (1, 2)}
    shown = talk.say("yes")
    assert "It is taken." in shown
    assert talk.step == "book.start"
    assert talk.booking.booked == []
    talk.press("Friday, 27 November, 16:00")
    talk.say("yes")
    assert len(talk.booking.booked) == 1


def test_past_and_too_far() -> None:
    """What cannot be is said, with what can."""
    talk = Talk()
    shown = talk.say("haircut yesterday at 3", "book", service(11), moment("2026-11-23T15:00"))
    assert "already passed" in shown
    assert talk.buttons()[0].label.startswith("today")
    shown = talk.say("in a year", None, moment("2027-11-23"))
    assert "only up to this day" in shown


def test_the_wrong_specialist() -> None:
    """One who does not do it is not booked: those who do are named."""
    talk = Talk()
    shown = talk.say("manicure with Ani", "book", service(12), staff(1))
    assert "Ani does not do this: Manicure. Those who do: Nino." in shown


def test_several_services_the_earliest_and_the_same_again() -> None:
    """Two in one visit; whatever comes first; as the last time."""
    talk = Talk(SetBooking(VISIT))
    shown = talk.say("haircut and manicure as soon as possible", "book", service(11), service(12))
    assert "Haircut, Manicure" in shown
    assert "today, 10:00" in shown
    talk.say("stop")
    assert talk.booking.held is not None  # let go by whoever carries the decision out
    assert not holds(talk.state)
    talk.say("the same as last time", "book")
    assert talk.state.place is not None
    assert (talk.state.place.slots["services"], talk.state.place.slots["provider"]) == ("11", "1")


def test_the_earliest_of_the_day_that_was_said() -> None:
    """In the same sentence, or where its times are shown; where it has none the nearest are told."""
    friday = "Friday, 27 November, 10:00"
    assert friday in Talk().say("haircut on Friday, the earliest", "book", service(11), moment("2026-11-27"))
    talk = Talk()
    talk.say("haircut on Friday", "book", service(11), moment("2026-11-27"))
    assert friday in talk.say("the earliest")
    assert "today" in Talk().say("haircut, the earliest", "book", service(11))
    closed = SetBooking()
    closed.off = {wall("2026-11-27T00:00").date()}
    shown = Talk(closed).say("haircut on Friday, the earliest", "book", service(11), moment("2026-11-27"))
    assert "Day off." in shown
    assert friday not in shown


def test_the_earliest_where_a_specialist_is_asked_for() -> None:
    """With or without the article that Armenian puts behind a word."""
    for earliest in ("the earliest", "ամենաշուտը", "ամենամոտը"):
        talk = Talk()
        talk.say("haircut", "book", service(11))
        assert talk.step == "book.staff"
        assert "10:00" in talk.say(earliest), earliest


def test_a_child_of_several() -> None:
    """Is asked for; an only one is meant."""
    talk = Talk()
    talk.booking.children = [(1, "Rex"), (2, "Rita")]
    talk.say("haircut on Friday at 3", "book", service(11), moment("2026-11-27T15:00"))
    assert talk.step == "book.subject"
    assert "Rita" in talk.press("Rita")
    talk.say("yes")
    assert talk.booking.booked[0].subject_id == 2


def test_the_waiting_list() -> None:
    """Where a day is full he may wait for it."""
    talk = Talk()
    talk.booking.waiting_list = True
    talk.say("haircut on Sunday", "book", service(11), moment("2026-11-29"))
    shown = talk.press("Put me on the waiting list")
    assert "waiting list" in shown
    (wish,) = talk.booking.wishes_kept
    assert (wish.first.day, wish.last.day) == (29, 29)
    assert talk.step == "-"


@pytest.mark.parametrize(
    "text",
    [
        "ինձ սպասացուցակում գրեք",
        "եթե տեղ ազատվի, ինձ ասեք",
        "ლოდინის სიაში ჩამწერეთ",
        "თუ ადგილი გათავისუფლდება, მითხარით",
        "орын босаса айтыңызшы",
        "если освободится место, напишите",
        "tell me when a spot opens up",
    ],
)
def test_who_wants_to_be_told_of_a_freed_time_waits(text: str) -> None:
    """Whatever else his words sound like, and without a press."""
    talk = Talk()
    talk.booking.waiting_list = True
    talk.say(text, None, service(11))
    assert len(talk.booking.wishes_kept) == 1


def test_a_proven_phone() -> None:
    """Where the firm wants it, a code goes out first."""
    talk = Talk()
    talk.booking.proof = True
    talk.say("haircut on Friday at 3", "book", service(11), moment("2026-11-27T15:00"))
    assert talk.step == "book.code"
    talk.say("123456")
    assert talk.step == "book.confirm"


def test_a_phone_proven_by_a_card() -> None:
    """Where no code can be sent, it is asked for after the yes: he is booked as it comes. What he asks meanwhile is
    answered, another number is asked for anew, and one whose wish is for the waiting list is put on it."""
    talk = Talk()
    talk.booking.proof, talk.facts.proving.sent = True, "card"
    talk.say("haircut on Friday at 3", "book", service(11), FRIDAY)
    assert talk.step == "book.confirm"
    assert "https://t.me/firm?start=+37477123456" in talk.say("yes")
    assert talk.step == "book.card"
    assert "not come" in talk.press("I have shared it")
    assert "https://t.me/" in talk.say("when are you open?", "hours")
    talk.press("Another number")
    assert talk.step == "book.phone"
    talk.say("077 123458", None, Entity("phone", "077 123458", 0, 10, "+37477123458"))
    assert talk.step == "book.confirm"
    talk.say("yes")
    talk.facts.proving.shared = CardProof("right")
    talk.press("I have shared it")
    assert talk.booking.booked[0].phone == "+37477123458"
    wish = Talk()
    wish.booking.proof = wish.booking.waiting_list = True
    wish.facts.proving.sent = "card"
    wish.say("haircut on Sunday", "book", service(11), moment("2026-11-29"))
    wish.press("Put me on the waiting list")
    assert wish.step == "book.card"
    wish.facts.proving.shared = CardProof("right")
    assert "waiting list" in wish.press("I have shared it")
    assert len(wish.booking.wishes_kept) == 1
    late = Talk()
    late.booking.proof, late.facts.proving.sent = True, "card"
    late.say("haircut on Friday at 3", "book", service(11), FRIDAY)
    late.say("yes")
    late.booking.busy |= {(wall("2026-11-27T15:00"), one) for one in (1, 2)}  # his hold ran out, and others took it
    late.facts.proving.shared = CardProof("right")
    late.press("I have shared it")
    assert (late.step, late.booking.booked) == ("book.start", [])
    shut = Talk()
    shut.booking.proof, shut.facts.proving.sent = True, "card"
    shut.say("haircut on Friday at 3", "book", service(11), FRIDAY)
    shut.facts.proving.sent = "no_door"
    shut.say("yes")
    assert any(isinstance(deed, HandsOver) for deed in shut.decision.deeds)


def test_moved() -> None:
    """The only one, to a new time, from the old one that was named beside it."""
    talk = Talk(SetBooking(VISIT))
    talk.say("move my booking", "reschedule")
    assert talk.step == "reschedule.time"
    shown = talk.say("Saturday at 12", None, moment("2026-11-28T12:00"))
    assert "Friday, 27 November, 15:00 → Saturday, 28 November, 12:00" in shown
    talk.press("Yes, move it")
    assert talk.booking.visits("en")[0].wall == wall("2026-11-28T12:00")
    again = Talk(SetBooking(VISIT))
    both = (moment("2026-11-27", at=3), moment("2026-11-28T12:00", at=20))
    again.say("move it from Friday to Saturday at 12", "reschedule", *both)
    assert again.step == "reschedule.confirm"


@pytest.mark.parametrize(
    ("text", "taken_for", "intent"),
    [
        ("no, at 4 pm", "hy", "deny"),
        ("yes at 4 p.m.", "hy", None),
        ("no at 10am", "ru", None),
        ("4 pm is ok", "kk", None),
    ],
)
def test_an_hour_of_twelve_is_of_no_language(text: str, taken_for: Language, intent: str | None) -> None:
    """Short words about an hour, which look like another language in Latin letters, leave the talk in its own."""
    talk = Talk()
    talk.say("haircut on Friday at 3", "book", service(11), FRIDAY)
    talk.hear(
        Heard(text, Understood(text, taken_for, intent, 0.95 if intent else 0.1, (), (moment("2026-11-27T16:00"),)))
    )
    assert talk.state.language == "en"


def test_moved_to_an_hour_of_its_day() -> None:
    """An hour alone, at once or when asked, is meant on the visit's day; a day that is said is that day."""
    five = TimeValue(wall("2026-11-24T17:00"), None, "minute", dated=False)
    hour = Entity("time", "at 5 pm", 19, 26, five.as_json(), five)
    asked = Talk(SetBooking(VISIT))
    asked.say("move my booking", "reschedule")
    for talk in (Talk(SetBooking(VISIT)), asked):
        shown = talk.say("move my booking to at 5 pm", "reschedule", hour)
        assert "Friday, 27 November, 15:00 → Friday, 27 November, 17:00" in shown
    dated = replace(five, dated=True)
    today = Talk(SetBooking(VISIT)).say(
        "move it to today 5 pm", "reschedule", replace(hour, value=dated.as_json(), time=dated)
    )
    assert "→ today, 17:00" in today


def test_which_of_several_is_cancelled() -> None:
    """Asked for, or told by its day; a reason if he likes; then confirmed."""
    other = Visit(8, (12,), (2,), "Manicure", "Nino", wall("2026-11-28T12:00"))
    talk = Talk(SetBooking(VISIT, other))
    talk.say("cancel my booking", "cancel")
    assert talk.step == "cancel.visit"
    talk.press("Manicure")
    talk.say("I am ill")
    assert talk.step == "cancel.confirm"
    talk.press("Yes, cancel it")
    assert talk.booking.cancelled == [(8, "I am ill")]
    named = Talk(SetBooking(VISIT, other))
    named.say("cancel the one on Friday", "cancel", moment("2026-11-27"))
    assert named.step == "cancel.reason"
    named.say("skip")
    named.press("No, keep it")
    assert named.booking.cancelled == []


def test_my_bookings() -> None:
    """Listed, with what may be done about each; none are none."""
    talk = Talk(SetBooking(VISIT))
    assert "Haircut · Friday, 27 November, 15:00 · Ani" in talk.say("my bookings", "my_bookings")
    talk.press("Move")
    assert talk.step == "reschedule.time"
    assert "I see no bookings" in Talk().say("my bookings", "my_bookings")


def test_prices_and_who() -> None:
    """One service with who does it and how long; all of them; a press books."""
    talk = Talk()
    shown = talk.say("how much is a haircut?", "price", service(11))
    assert [one in shown for one in ("5 000", "60 min", "Ani, Nino")] == [True] * 3
    talk.press("Book: Haircut")
    assert talk.step == "book.staff"
    assert "Manicure" in Talk().say("what do you do?", "services")


def test_a_booking_that_may_not_be() -> None:
    """Somebody whom the firm wants to speak to is handed over, with the reason."""
    talk = Talk()
    talk.booking.refusal = "Please speak to us first."
    assert talk.say("book me in", "book").startswith("Please speak to us first.")
    assert talk.booking.now == NOW
    assert talk.booking.horizon - NOW.date() == timedelta(days=30)


def test_one_who_does_only_some_of_it() -> None:
    """Does what he does, and somebody else the rest."""
    talk = Talk()
    shown = talk.say("haircut and manicure with Ani, Friday at 3", "book", service(11), service(12), staff(1), FRIDAY)
    assert "Specialist: Ani, Nino" in shown
    talk.say("yes")
    assert talk.booking.booked[0].choice.provider_ids == (1, 2)


def test_calling_off_what_is_not_booked_yet() -> None:
    """Ends the booking that is under way; what was kept is let go."""
    talk = Talk(known=False)
    talk.say("haircut on Friday at 3", "book", service(11), FRIDAY)
    assert talk.step == "book.name"
    assert "I have stopped" in talk.say("I want to cancel that", "cancel")
    assert talk.step == "-"
    assert not holds(talk.state)
