"""What cannot be, said to the flows that book: told in a sentence in five languages, and what is possible with it."""

import pytest

from conversation.messages import Language
from routing.flows.catalogue import FLOWS
from routing.flows.model import Heard, State
from routing.flows.ports import Understood
from routing.flows.steps import Rules
from routing.flows.turn import Turn
from tests.fakes import SetFacts
from tests.routing.flows.set_booking import SetBooking
from tests.routing.flows.test_booking import TEXTS, VISIT, Talk, moment, service, staff

DAYS: dict[Language, str] = {
    "en": "haircut on 31 February",
    "ru": "стрижка 31 февраля",
    "hy": "սանրվածք փետրվարի 31-ին",
    "ka": "თმის შეჭრა 31 თებერვალს",
    "kk": "шаш қию 31 ақпанда",
}
HOURS: dict[Language, str] = {
    "en": "at 25:99",
    "ru": "в 25 часов",
    "hy": "ժամը 25-ին",
    "ka": "25 საათზე",
    "kk": "сағат 25-те",
}
ZORRO: dict[Language, tuple[str, str]] = {
    "en": ("haircut tomorrow with Zorro", "Zorro"),
    "ru": ("стрижка завтра к Зорро", "Зорро"),
    "hy": ("սանրվածք վաղը Զորոյի մոտ", "Զորո"),
    "ka": ("თმის შეჭრა ხვალ ზოროსთან", "ზორო"),
    "kk": ("шаш қию ертең Зорроға", "Зорро"),
}
MANY: dict[Language, str] = {
    "en": "haircut for 999999999999 people",
    "ru": "стрижка на 999999999999 человек",
    "hy": "սանրվածք 999999999999 հոգու համար",
    "ka": "თმის შეჭრა 999999999999 კაცისთვის",
    "kk": "шаш қию 999999999999 адамға",
}
FIVE = pytest.mark.parametrize("language", DAYS)


@FIVE
def test_a_day_that_there_is_not(language: Language) -> None:
    """It is said, without a word of what is wanted too, and the time is asked for."""
    talk = Talk(language=language)
    said = talk.say(DAYS[language], None, service(12))
    what = DAYS[language].split(" ", 2 if language in ("ka", "kk") else 1)[-1].removeprefix("on ")
    assert said.startswith(TEXTS.get(language, "flow.no_such.day", what=what))
    assert talk.step == "book.time"


@FIVE
def test_an_hour_that_there_is_not(language: Language) -> None:
    """The day that was said stands, and its times are offered; no failure is counted."""
    talk = Talk(language=language)
    talk.say("...", "book", service(11), moment("2026-11-27"), staff(2))
    said = talk.say(HOURS[language])
    what = HOURS[language].removeprefix("at ").removeprefix("в ")
    assert said.startswith(TEXTS.get(language, "flow.no_such.hour", what=what))
    assert (talk.step, talk.state.failures) == ("book.start", 0)
    assert [one.label for one in talk.buttons()][:2] == ["10:00", "11:00"]


def test_an_hour_that_there_is_not_while_a_booking_is_confirmed() -> None:
    """What is kept for him stays kept."""
    talk = Talk()
    talk.say("...", "book", service(11), moment("2026-11-27T15:00"), staff(1))
    assert "There is no such time: 25:70." in talk.say("no, at 25:70")
    assert talk.step == "book.confirm"
    assert talk.booking.held is not None


def test_a_visit_is_not_moved_to_such_a_day() -> None:
    talk = Talk(SetBooking(VISIT))
    said = talk.say("move it to 31 February", "reschedule")
    assert said.startswith("There is no such day: 31 February.")
    assert talk.step == "reschedule.time"


def test_where_people_book_it_is_said_too() -> None:
    """In the flow that takes a wish down, and in the answer to who is free; not of what is no time."""
    state, facts = State("en"), SetFacts()
    begun = Turn(FLOWS, Rules(), TEXTS, facts, state, Heard("book me", Understood("book me", None, "book", 0.9))).take()
    assert begun.state.place is not None
    begun.state.place.slots["service"] = "haircut"
    begun.state.place.step = "time"
    decided = Turn(FLOWS, Rules(), TEXTS, facts, begun.state, Heard("25:99", Understood("25:99"))).take()
    assert decided.replies[0].text.startswith("There is no such time: 25:99.")
    assert Talk().say("who is free on 31 February").startswith("There is no such day: 31 February.\n")
    assert "no such" not in Talk().say("we lost 25:99", "complaint")


@FIVE
def test_an_hour_that_nobody_works(language: Language) -> None:
    """The reason is said where the day itself has free time, and the nearest times."""
    talk = Talk(language=language)
    said = talk.say("...", "book", service(11), moment("2026-11-27T03:00"))
    assert "Nobody works then." in said
    assert said.endswith(TEXTS.get(language, "flow.booking.nearest"))
    assert talk.step == "book.start"


@FIVE
def test_a_specialist_whom_nobody_knows(language: Language) -> None:
    """Nobody is called so; who does it is told, and offered as buttons."""
    text, name = ZORRO[language]
    talk = Talk(language=language)
    said = talk.say(text, None, service(11), moment("2026-11-25T15:00", at=90))
    told = TEXTS.get(language, "flow.booking.nobody_called", who=name, what="Haircut", others="Ani, Nino")
    assert said.startswith(told)
    assert talk.step == "book.staff"
    assert [one.label for one in talk.buttons()][1:] == ["Ani", "Nino"]
    talk.press("Ani")
    assert talk.step == "book.confirm"


def test_another_specialist_whom_nobody_knows() -> None:
    """In place of one who was chosen; where one alone does it, nobody is asked; a companion is no specialist."""
    talk = Talk()
    talk.say("...", "book", service(11), moment("2026-11-27T15:00"), staff(1))
    assert "Nobody called “Zorro” does this" in talk.say("no, with Zorro")
    assert talk.step == "book.staff"
    alone = Talk()
    said = alone.say("with Zorro", "book", service(12), moment("2026-11-27T15:00", at=90))
    assert "Those who do: Nino." in said
    assert alone.step == "book.confirm"
    for plain in ("haircut with you", "haircut with my friend", "haircut with Ani"):
        named = [staff(1)] if "Ani" in plain else []
        other = Talk().say(plain, "book", service(11), moment("2026-11-27T15:00", at=90), *named)
        assert "Nobody called" not in other, plain
    moved = Talk(SetBooking(VISIT))
    told = moved.say("move it to Friday with Zorro", "reschedule", moment("2026-11-28T12:00", at=90))
    assert "Nobody called “Zorro” does this: Haircut. Those who do: Ani, Nino." in told
    assert moved.step == "reschedule.confirm"


@FIVE
def test_more_people_than_there_are_seats(language: Language) -> None:
    """How many there are at most is said, though nothing else tells that he wants to book."""
    talk = Talk(language=language)
    said = talk.say(MANY[language], "human" if language == "kk" else None, service(11))  # адамға: to a person, too
    assert said.startswith(TEXTS.get(language, "flow.booking.seats_most", what="Haircut", most=1))
    assert talk.step == "book.staff"
