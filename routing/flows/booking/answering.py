"""A typed answer to what the firm asked by itself: whether he takes a freed time, whether he comes."""

from typing import TYPE_CHECKING, Final, Literal

from conversation.messages import Button
from routing.flows.booking.leaving import says_leave
from routing.flows.booking.ports import Question
from routing.flows.booking.wanted import VISIT
from routing.flows.booking.words import find_said
from routing.flows.commands import begins_with, find_command, plain_words
from routing.flows.reading import wish_of

if TYPE_CHECKING:
    from routing.flows.turn import Turn

_WORDS_MOST: Final = 8
"""Who writes more tells something else."""
_Answer = Literal["yes", "no", "move", "cancel"]


def answer_told(turn: "Turn") -> bool:
    """Takes a message for the answer to what he was asked, where nothing else is asked of him; False where it is
    none. What has run out meanwhile is told once, while it is the last thing that was said."""
    if turn.state.place is not None or turn.heard.choice is not None or not turn.heard.text.strip():
        return False
    answer = _read(turn)
    question = None if answer is None else turn.facts.told.question()
    if answer is None or question is None or not (question.latest or question.open):
        return False
    if not question.latest and turn.offers_it():
        return False
    return _take_offer(turn, question, answer) if question.kind == "offer" else _take_visit(turn, question, answer)


def _read(turn: "Turn") -> _Answer | None:
    text, understood = turn.heard.text, turn.heard.understood
    if says_leave(text):
        return None
    wish = wish_of(understood, turn.rules, idle=True)
    said = find_said(text)
    if wish == "reschedule" or "move" in said:
        return "move"
    if "stays_away" not in said and (wish == "cancel" or find_command(text) == "stop"):
        return "cancel"
    names = {one.kind for one in understood.entities} & {"time", "service", "staff"}
    if len(plain_words(text)) > _WORDS_MOST or names:
        return None
    if "stays_away" in said or begins_with(text, "no") or wish == "deny":
        return "no"
    return "yes" if "comes" in said or begins_with(text, "yes") or wish == "affirm" else None


def _take_offer(turn: "Turn", question: Question, answer: _Answer) -> bool:
    if answer == "move" or (answer == "cancel" and turn.heard.understood.intent == "cancel"):
        return False  # of a visit that he has
    said = turn.facts.told.answer(question, yes=answer == "yes")
    turn.say(said, [Button(">my_bookings", turn.text("title.my_bookings")), Button("!menu", turn.text("menu.menu"))])
    return True


def _take_visit(turn: "Turn", question: Question, answer: _Answer) -> bool:
    """A yes is done at once; to move and to call off are talks, the second with one question whether he means it."""
    if answer == "yes" or not question.open:
        turn.say(turn.facts.told.answer(question, yes=True), turn.menu())
        return True
    chosen: dict[str, str | None] = {VISIT: str(question.id)}
    if answer == "no":
        chosen["reason"] = ""
    turn.enter("reschedule" if answer == "move" else "cancel", chosen, afresh=True, telling=True)
    return True
