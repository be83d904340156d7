"""Times in a talk: what can be read in two ways is asked, and what is set right keeps what was not. With the engine
that finds them, on a Tuesday at ten, in a firm that is open from 10 to 20."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from conversation.messages import Language
from conversation.texts import Catalogue
from routing.flows.catalogue import FLOWS
from routing.flows.model import Decision, HandsOver, Heard, State
from routing.flows.ports import FreeAnswer, Passage, Understood
from routing.flows.steps import Rules
from routing.flows.turn import Turn
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.local import Local
from tests.fakes import SetFacts
from tests.routing.understanding.made import FRAME

TEXTS = Catalogue()
INDEX = Gazetteer(())
ENGINE = Local(lambda: INDEX, sentences=False)


def talk(said: Sequence[str], language: Language = "en", begun: str = ">availability") -> Decision:
    """What comes of the last of several messages, after a press on the button of a flow that asks for a time."""
    decision = Turn(FLOWS, Rules(), TEXTS, SetFacts(), State(language), Heard("", Understood(""), begun)).take()
    for text in said:
        label = {one.label: one.value for one in decision.replies[0].buttons}.get(text)
        heard = Heard(
            text,
            ENGINE.understand(text, replace(FRAME, language=language)) if label is None else Understood(text),
            label,
        )
        decision = Turn(FLOWS, Rules(), TEXTS, SetFacts(), decision.state, heard).take()
    return decision


def time_of(decision: Decision) -> str:
    """What is kept of it."""
    assert decision.state.place is not None
    return decision.state.place.slots.get("time", "")


@pytest.mark.parametrize(
    ("said", "language", "labels"),
    [
        ("tomorrow at 9", "en", ["tomorrow, 09:00", "tomorrow, 21:00"]),
        ("next Friday at 7 pm", "en", ["Friday, 27 November, 19:00", "Friday, 4 December, 19:00"]),
        ("во вторник", "ru", ["сегодня", "вторник, 1 декабря"]),
        ("վաղը ժամը 9-ին", "hy", ["վաղը, 09:00", "վաղը, 21:00"]),
        ("ხვალ 9 საათზე", "ka", ["ხვალ, 09:00", "ხვალ, 21:00"]),
        ("ертең сағат 9-да", "kk", ["ертең, 09:00", "ертең, 21:00"]),
        ("5/6/2027", "en", ["Saturday, 5 June 2027"]),
    ],
)
def test_a_time_that_reads_in_two_ways_is_asked(said: str, language: Language, labels: list[str]) -> None:
    """With the readings as buttons, and another time beside them; nothing is kept before."""
    asked = talk(["manicure", said], language)
    assert TEXTS.section(language, "flow")["which_time"].partition("{said}")[2] in asked.replies[0].text
    assert [one.label for one in asked.replies[0].buttons] == [*labels, TEXTS.get(language, "flow.other_time")]
    assert time_of(asked) == ""
    chosen = talk(["manicure", said, labels[-1]], language)
    assert "2026-" in time_of(chosen) or "2027-" in time_of(chosen)
    assert chosen.state.place is not None
    assert chosen.state.place.step == "confirm"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["tomorrow at 9", "1"], "tomorrow at 9 (2026-11-25 09:00)"),
        (["on 2020-01-05"], "2020-01-05 (2020-01-05)"),
        (["on 05.01.2020 at 10:00"], "05.01.2020 at 10:00 (2020-01-05 10:00)"),
        (["tomorrow at 9", "in the evening at 7"], "evening at 7 (2026-11-25 19:00)"),
        (["tomorrow at 9", "Another time", "on Friday at 4"], "Friday at 4 (2026-11-27 16:00)"),
        (["tomorrow at 4", "no, on Friday"], "Friday (2026-11-27 16:00)"),
        (["on Friday at 4", "no, at 5"], "5 (2026-11-27 17:00)"),
        (["on Friday at 4", "no, Saturday at 11"], "Saturday at 11 (2026-11-28 11:00)"),
    ],
)
def test_what_is_set_right_keeps_what_is_not(said: list[str], kept: str) -> None:
    """The day or the hour that was said before."""
    assert time_of(talk(["manicure", *said])) == kept


def test_a_correction_that_reads_in_two_ways_is_asked_too() -> None:
    """And the talk comes back to its end."""
    asked = talk(["manicure", "tomorrow at 4", "no, at 9"])
    assert asked.state.place is not None
    assert (asked.state.place.step, time_of(asked)) == ("time", "")
    assert [one.label for one in asked.replies[0].buttons][:2] == ["tomorrow, 09:00", "tomorrow, 21:00"]


@pytest.mark.parametrize(
    ("text", "language", "labels"),
    [
        ("хочу перенести запись с пятницы на субботу", "ru", ["суббота, 28 ноября", "пятница, 27 ноября"]),
        ("please move my appointment to Saturday at 3", "en", ["Saturday, 28 November, 15:00"]),
    ],
)
def test_the_old_time_is_not_taken_for_the_new_one(text: str, language: Language, labels: list[str]) -> None:
    """Where something is moved, what was named is offered, not taken."""
    heard = Heard(text, ENGINE.understand(text, replace(FRAME, language=language)))
    asked = Turn(FLOWS, Rules(), TEXTS, SetFacts(), State(language), heard).take()
    assert asked.state.place is not None
    assert (asked.state.place.flow, asked.state.place.step, time_of(asked)) == ("reschedule", "time", "")
    assert [one.label for one in asked.replies[0].buttons][:-1] == labels


def test_what_nobody_has_chosen_is_told_to_people() -> None:
    """Both readings, in the note for the agent."""
    (over,) = [one for one in talk(["manicure", "tomorrow at 9", "human"]).deeds if isinstance(one, HandsOver)]
    assert "tomorrow at 9 (2026-11-25 09:00 / 2026-11-25 21:00)" in over.summary


def test_words_that_are_no_time_are_asked_once_more_and_then_kept() -> None:
    """People will understand them."""
    again = talk(["manicure", "when the moon is full"])
    assert TEXTS.get("en", "flow.again.time") in again.replies[0].text
    assert time_of(talk(["manicure", "when the moon is full", "as I said, full moon"])) == "as I said, full moon"


def test_what_the_firm_has_written_is_said_with_its_source() -> None:
    """Where no flow has an answer; a question that is open goes first."""
    free = FreeAnswer("Behind the house.", Passage("Parking", "Behind the house.", "/help/en/parking"))
    heard = Heard("where do I leave my car", Understood("where do I leave my car"), free=free)
    told = Turn(FLOWS, Rules(), TEXTS, SetFacts(), State("en"), heard).take()
    assert told.replies[0].text == "Behind the house.\n\nSource: Parking /help/en/parking"
    assert told.state.failures == 0
    open_ = talk(["manicure"]).state
    assert "Behind the house" not in Turn(FLOWS, Rules(), TEXTS, SetFacts(), open_, heard).take().replies[0].text
