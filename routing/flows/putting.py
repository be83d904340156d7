"""Puts the questions of flows: their texts, what may be pressed, and what may be changed before it is confirmed."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from conversation.messages import Button
from routing.flows import offers, times
from routing.flows.knowing import note_missed
from routing.flows.model import Place
from routing.flows.reading import likely_flows
from routing.flows.steps import Ask, Choose, Confirm
from routing.flows.summary import filled_lines

if TYPE_CHECKING:
    from routing.flows.turn import Turn


def put_question(turn: "Turn", step: Ask | Choose | Confirm, place: Place) -> None:
    """Puts a question."""
    if not place.asked or place.asked[-1] != step.name:
        place.asked.append(step.name)
        del place.asked[:-20]
    if isinstance(step, Ask):
        _ask(turn, step, place)
    elif isinstance(step, Choose):
        said = step.make(turn) if step.make else turn.text(step.text)
        turn.say(said, _options(f"={place.flow}.{step.name}:", step.options(turn)))
    else:
        lines = step.lines(turn) if step.lines else filled_lines(turn.texts, turn.state.language, place.slots)
        more = [Button(f"&{place.flow}:{value}", turn.text(key)) for value, key in step.more]
        change = [] if step.changes == () else [Button("!no", turn.text("change"))]
        answers = [Button("!yes", turn.text(step.yes)), *change, *more, Button("!stop", turn.text(step.stop))]
        turn.say("\n".join([turn.text(step.text), *lines]), answers)


def _ask(turn: "Turn", step: Ask, place: Place) -> None:
    readings = turn.readings() if step.kind == "time" else []
    if readings:
        shown = partial(times.say_reading, turn.texts, turn.state.language, today=turn.facts.today)
        where = f"@{place.flow}.{step.name}:"
        said = turn.text("which_time", said=place.slots.get(times.SAID, ""))
        options = [Button(where + one, shown(one)) for one in readings]
        turn.say(said, [*options, Button(where, turn.text("other_time"))])
        return
    known = step.options(turn) if step.options else ()
    turn.say(turn.text(step.text), [*_options("", known), *offers.beside(step, turn.text)])


def _options(where: str, options: Sequence[tuple[str, str]]) -> list[Button]:
    return [Button(value if value.startswith(("&", "!")) else where + value, label) for value, label in options]


def offer_changes(turn: "Turn", step: Confirm, place: Place) -> None:
    """What of it is wrong?"""
    slots = step.changes or tuple(slot for slot in turn.flows[place.flow].asks() if slot in place.slots)
    turn.say(turn.text("which"), [Button(f"~{slot}", turn.text(f"label.{slot}")) for slot in slots])


def offer_likeliest(turn: "Turn") -> bool:
    """Where it is not sure what was meant: the two likeliest, and a person; False where nothing is likely."""
    likely = likely_flows(turn.heard.understood, turn.flows, turn.rules)
    if not likely:
        return False
    buttons = [Button(f">{one.name}", one.title(turn)) for one in likely]
    turn.say(turn.text("unsure"), [*buttons, Button("!human", turn.text("menu.human"))])
    turn.note(turn.heard.text)
    note_missed(turn)
    return True
