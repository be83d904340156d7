"""Visits moved by saying how far, as customers do in five languages: an hour later, the same time on another day."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from conversation.messages import Language
from routing.flows.booking.ports import Item, Visit
from routing.flows.model import HandsOver, Heard
from routing.flows.ports import Entity, Understood
from routing.understanding.entities.find import find_entities
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.shifts import find_shift
from tests.routing.flows.set_booking import NOW, SetBooking, wall
from tests.routing.flows.test_booking import VISIT, Talk, service

ZONE: Final = ZoneInfo("Asia/Yerevan")
OTHER: Final = Visit(8, (12,), (2,), "Manicure", "Nino", wall("2026-11-28T12:00"))
_MOVE: Final = "2026-11-27 15:00"


class Spoken(Talk):
    """A customer whose times are read from his words."""

    def tell(self, text: str, intent: str | None = None, *named: Entity) -> str:
        """Says it; returns the answer."""
        frame = Frame(NOW.replace(tzinfo=ZONE), ZONE, language=self.state.language)
        read = (*named, *(one for one in find_entities(text, frame) if one.kind == "time"))
        sure = 0.9 if intent else 0.0
        return self.hear(Heard(text, Understood(text, None, intent, sure, (), read, shift=find_shift(text, frame))))

    @property
    def chosen(self) -> str:
        """The time that is to be confirmed; where it is not free, what was sought."""
        slots = self.slots
        return slots["wall"] if self.step.endswith(".confirm") else f"? {slots.get('time', '').strip()}"

    @property
    def slots(self) -> dict[str, str]:
        """What is known so far."""
        assert self.state.place is not None
        return self.state.place.slots


def moving(language: Language, *visits: Visit) -> Spoken:
    """A talk that is about to move a visit, on Friday the 27th at 15:00 where no other is given."""
    talk = Spoken(SetBooking(*(visits or (VISIT,))), language)
    talk.say("move", "reschedule")
    return talk


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "an hour later", "2026-11-27 16:00"),
        ("en", "two hours earlier please", "2026-11-27 13:00"),
        ("en", "the same time tomorrow", "2026-11-25 15:00"),
        ("en", "same time next week", "2026-12-04 15:00"),
        ("en", "a week later", "2026-12-04 15:00"),
        ("en", "a day earlier", "2026-11-26 15:00"),
        ("en", "tomorrow, an hour later", "2026-11-25 16:00"),
        ("en", "a week later at 5 pm", "2026-12-04 17:00"),
        ("en", "not at 3 but at 4", "2026-11-27 16:00"),
        ("ru", "на час позже", "2026-11-27 16:00"),
        ("ru", "na chas pozzhe", "2026-11-27 16:00"),
        ("ru", "можно на два часа пораньше?", "2026-11-27 13:00"),
        ("ru", "в то же время в четверг", "2026-11-26 15:00"),
        ("ru", "на неделю позже", "2026-12-04 15:00"),
        ("ru", "на день раньше", "2026-11-26 15:00"),
        ("ru", "не в 3 а в 4", "2026-11-27 16:00"),
        ("hy", "մեկ ժամ ուշ", "2026-11-27 16:00"),
        ("hy", "mek zham ush", "2026-11-27 16:00"),
        ("hy", "վաղը նույն ժամին", "2026-11-25 15:00"),
        ("hy", "մեկ շաբաթ ուշ", "2026-12-04 15:00"),
        ("ka", "ერთი საათით გვიან", "2026-11-27 16:00"),
        ("ka", "erti saatit adre", "2026-11-27 14:00"),
        ("ka", "ხვალ იმავე დროს", "2026-11-25 15:00"),
        ("ka", "ერთი კვირით გვიან", "2026-12-04 15:00"),
        ("kk", "бір сағат кейін", "2026-11-27 16:00"),
        ("kk", "bir sagat keyin", "2026-11-27 16:00"),
        ("kk", "ертең сол уақытта", "2026-11-25 15:00"),
        ("kk", "бір апта кейін", "2026-12-04 15:00"),
    ],
)
def test_from_the_visit(language: Language, text: str, expected: str) -> None:
    """At once with the wish, and as the answer to when; it is shown before it is done, and then done."""
    at_once = Spoken(SetBooking(VISIT), language)
    at_once.tell(text, "reschedule")
    asked = moving(language)
    assert asked.step == "reschedule.time"
    shown = asked.tell(text)
    assert (at_once.chosen, asked.chosen) == (expected, expected)
    assert expected[-5:] in shown
    asked.say("yes")
    assert asked.booking.visits(language)[0].wall == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "an hour later"),
        ("ru", "на час позже"),
        ("hy", "մեկ ժամ ուշ"),
        ("ka", "ერთი საათით გვიან"),
        ("kk", "бір сағат кейін"),
    ],
)
def test_where_one_of_several_is_moved(language: Language, text: str) -> None:
    """Said before it is known which, or after."""
    before = Spoken(SetBooking(VISIT, OTHER), language)
    before.tell(text, "reschedule")
    assert before.step == "reschedule.visit"
    before.press("Manicure")
    assert before.chosen == "2026-11-28 13:00"
    after = moving(language, VISIT, OTHER)
    after.press("Manicure")
    after.tell(text)
    assert after.chosen == "2026-11-28 13:00"


def test_the_day_of_a_visit_tells_which() -> None:
    """Not where it is moved to."""
    talk = Spoken(SetBooking(VISIT, OTHER))
    talk.tell("move my Saturday visit an hour later", "reschedule")
    assert talk.chosen == "2026-11-28 13:00"
    to_another = moving("en")
    to_another.tell("from Friday to the same time on Saturday")
    assert to_another.chosen == "2026-11-28 15:00"


def test_the_same_time_on_a_day_that_is_told_afterwards() -> None:
    """The day is asked for; a press or words; an hour that is said is that hour."""
    talk = moving("en")
    talk.tell("another day at the same time")
    assert talk.step == "reschedule.time"
    talk.tell("on Saturday")
    assert talk.chosen == "2026-11-28 15:00"
    pressed = moving("ru")
    pressed.tell("в то же время")
    pressed.press("завтра")
    assert pressed.chosen == "2026-11-25 15:00"
    other = moving("en")
    other.tell("at the same time")
    other.tell("no, on Saturday at 5 pm")
    assert other.chosen == "2026-11-28 17:00"


def test_the_last_word_counts() -> None:
    """Of an hour that is kept; of the visit where it was not to be had; a time said as such is that time."""
    talk = moving("en")
    talk.tell("an hour later")
    talk.tell("two hours later still")
    assert talk.chosen == "2026-11-27 18:00"
    talk.tell("no, on Saturday at 12")
    assert talk.chosen == "2026-11-28 12:00"
    taken = Spoken(SetBooking(VISIT))
    taken.booking.busy |= {(wall("2026-11-27T16:00"), 1)}
    assert "nothing is free" in taken.tell("move it an hour later", "reschedule")
    taken.tell("two hours later then")
    assert taken.chosen == "2026-11-27 17:00"


def test_what_cannot_be_is_said() -> None:
    """Over, too far, closed then."""
    past = moving("en", Visit(7, (11,), (1,), "Haircut", "Ani", wall("2026-11-24T10:00")))
    assert "already passed" in past.tell("two hours earlier")
    far = moving("en")
    assert "only up to this day" in far.tell("two months later")
    assert "открыта только до этого дня" in moving("ru").tell("через год")
    late = moving("en")
    assert "Nobody works then." in late.tell("six hours later")


def test_a_person_who_takes_over_is_told_the_talk() -> None:
    """Of a time that is not free, and of one that waits for which visit is meant."""
    taken = moving("en")
    taken.tell("six hours later")
    taken.tell("talk to a human")
    waits = Spoken(SetBooking(VISIT, OTHER))
    waits.tell("move my booking an hour later", "reschedule")
    waits.tell("talk to a human")
    for talk in (taken, waits):
        (handed,) = [one for one in talk.decision.deeds if isinstance(one, HandsOver)]
        assert handed.summary.startswith("Moving a booking")


def test_later_alone_and_an_hour_from_now_are_what_they_were() -> None:
    """None of them is said of the visit."""
    talk = moving("ru")
    talk.tell("попозже")
    assert talk.step == "reschedule.time"
    assert "shift" not in talk.slots
    talk.tell("через час")
    assert talk.slots["time"].endswith("(2026-11-24 10:00)")


def test_a_visit_of_two_services() -> None:
    """At the same time tomorrow: the visit's hour, and neither both at once nor the services of the last time."""
    items = (Item(1, 11, "Haircut", 1), Item(2, 12, "Manicure", 2))
    talk = moving("ka", Visit(7, (11, 12), (1, 2), "Haircut, Manicure", "", wall("2026-11-27T15:00"), items=items))
    talk.tell("ხვალ იგივე დროს")
    talk.hear(Heard("", Understood(""), next(one.value for one in talk.buttons())))
    assert talk.chosen == "2026-11-25 15:00"
    assert (talk.slots["services"], "order" in talk.slots) == ("11,12", False)


@pytest.mark.parametrize(
    ("language", "first", "text"),
    [
        ("en", "haircut on Friday at 3 pm", "an hour later"),
        ("ru", "стрижка в пятницу в 15:00", "на час позже"),
        ("hy", "ուրբաթ 15:00", "մեկ ժամ ուշ"),
        ("ka", "პარასკევს 15:00", "ერთი საათით გვიან"),
        ("kk", "жұма 15:00", "бір сағат кейін"),
    ],
)
def test_in_a_booking_from_the_hour_that_is_spoken_of(language: Language, first: str, text: str) -> None:
    """One that is kept, or one that was asked for and is taken."""
    talk = Spoken(None, language)
    talk.tell(first, "book", service(11))
    assert talk.chosen == "2026-11-27 15:00"
    talk.tell(text)
    assert talk.chosen == "2026-11-27 16:00"
    taken = Spoken(None, language)
    taken.booking.busy |= {(wall("2026-11-27T15:00"), one) for one in (1, 2)}
    taken.tell(first, "book", service(11))
    assert taken.step == "book.start"
    taken.tell(text)
    assert taken.chosen == "2026-11-27 16:00"


def test_in_a_booking_from_now_where_no_hour_is_spoken_of() -> None:
    """As it was; and "in an hour" is from now wherever it is said."""
    talk = Spoken()
    talk.tell("haircut", "book", service(11))
    talk.tell("an hour later")
    assert talk.chosen == "2026-11-24 10:00"
    kept = Spoken(None, "ru")
    kept.tell("стрижка в пятницу в 15:00", "book", service(11))
    kept.tell("нет, через час")
    assert kept.slots["time"].endswith("(2026-11-24 10:00)")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "show more"), ("ru", "больше"), ("hy", "ավելի շատ"), ("ka", "მეტი"), ("kk", "көбірек")],
)
def test_more_is_asked_for_in_other_words_than_the_buttons(language: Language, text: str) -> None:
    """Where a page of choices has more of them."""
    talk = Spoken(None, language)
    talk.tell("", "book", service(11))
    talk.tell("2026-11-27")
    first = [one.label for one in talk.buttons()]
    talk.tell(text)
    second = [one.label for one in talk.buttons()]
    assert second != first
    assert "17:00" in second
