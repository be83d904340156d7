"""One message of a customer, and what follows from it: the order in which it is read, and how flows are followed.

Nothing here waits, opens or sends; the same state and the same message give the same decision.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from conversation.language import LANGUAGES
from conversation.messages import Button, Language
from conversation.ports import Texts
from routing.flows import offers, times
from routing.flows.asked import find_asked
from routing.flows.booking.answering import answer_told
from routing.flows.checks import is_secret, read_answer
from routing.flows.commands import begins_with_no, find_command, find_language
from routing.flows.danger import find_danger, number_to_call
from routing.flows.filling import correct, fill, prefill, take_phone, take_words
from routing.flows.impossible import told_in_passing
from routing.flows.knowing import FLOW as KNOWN
from routing.flows.knowing import VOTE, may_answer, note_missed, tell_free, vote
from routing.flows.model import (
    Decision,
    Deed,
    Facts,
    HandsOver,
    Heard,
    Place,
    Reason,
    Reply,
    Resolves,
    Speaks,
    State,
    States,
)
from routing.flows.proving import Masks
from routing.flows.putting import offer_changes, offer_likeliest, put_question
from routing.flows.reading import asks_for_person, is_to_the_point, tells_language, wish_of
from routing.flows.steps import Ask, Branch, Choose, Confirm, Do, End, Flow, HandOver, Look, Rules, Say, Step, step_at
from routing.flows.summary import summarise

_UNDER_MOST: Final = 2


class Turn:
    """What the steps' functions are handed. ``replies`` become one message."""

    def __init__(
        self, flows: Mapping[str, Flow], rules: Rules, texts: Texts, facts: Facts, state: State, heard: Heard
    ) -> None:
        self.flows = flows
        self.rules = rules
        self.texts = texts
        self.facts = facts
        self.state = state
        self.heard = heard
        self._secret = is_secret(flows, state.place, heard.text)
        self.deeds: list[Deed] = [Masks()] if self._secret else []
        self._said: list[str] = []
        self._buttons: tuple[Button, ...] = ()
        self._before = list(state.offered)
        self._lost = False

    # --- what steps do ----------------------------------------------------------------------------------------------

    @property
    def slots(self) -> dict[str, str]:
        """What is filled in; nothing is kept of it where no flow is under way."""
        return {} if self.state.place is None else self.state.place.slots

    def text(self, key: str, **fields: object) -> str:
        """A text of the section ``flow`` in the customer's language."""
        return self.texts.get(self.state.language, f"flow.{key}", **fields)

    def say(self, text: str, buttons: Sequence[Button] = ()) -> None:
        """Says it; the buttons of what is said last are shown."""
        shown = offers.shown(buttons, self.state.page, *self._room(), self.text("more"))
        self._said.append("\n".join([text, *shown.lines]))
        self._buttons = shown.buttons
        self.state.offered = list(buttons)

    def menu(self) -> list[Button]:
        """What may be chosen at any time."""
        return offers.menu(self.text)

    def note(self, text: str) -> None:
        """Something that the agent should know, if it comes to one."""
        if not self._secret:
            self.state.note(text)

    def hand_over(self, reason: Reason, team_id: int | None = None, **fields: object) -> None:
        """To people (those of a team), with all that is known; the talk with the bot is over."""
        spoken = reason == "file" and self.heard.spoken
        self.say(self.text("handing.voice" if spoken else f"handing.{reason}", **fields))
        said = "" if self._secret else self.heard.text
        self.deeds += self.stated()
        self.deeds.append(HandsOver(reason, summarise(self.texts, self.facts, self.state, said), team_id))
        self._forget()

    def stated(self) -> list[Deed]:
        """What he said of himself, for his card."""
        places = [*self.state.under, *([self.state.place] if self.state.place else [])]
        said = {key: one.slots[key] for one in places for key in ("name", "phone") if one.slots.get(key)}
        fresh = tuple((key, value) for key, value in said.items() if self.facts.known.get(key) != value)
        return [States(fresh)] if fresh else []

    def speak(self, language: Language) -> None:
        """From here on in another language."""
        self.state.language = language
        self.deeds.append(Speaks(language))

    def resolve(self) -> None:
        """The talk is over."""
        self.deeds.append(Resolves())

    # --- the order in which a message is read -----------------------------------------------------------------------

    def take(self) -> Decision:
        """Reads the message and decides."""
        self._follow_language()
        danger = find_danger(self.heard.text)
        if danger is not None:
            self.say(self.text(f"danger.{danger}", number=number_to_call(self.facts.country, danger)))
            self.hand_over("danger")
        elif (
            answer_told(self)
            or self._pressed()
            or self._commanded()
            or self._brought()
            or self._answered()
            or self._wished()
            or tell_free(self)
        ):
            self.state.failures = self.state.failures + 1 if self._lost else 0
        else:
            self._fail()
        if self._lost and self.state.failures >= self.rules.failures:
            self._said.clear()
            self.hand_over("unclear")
        if not self._said:
            self.say(self.text("menu"), self.menu())
        if any(isinstance(deed, Resolves) for deed in self.deeds):
            self._forget()
        reply = Reply("\n\n".join([*told_in_passing(self), *self._said]), self._buttons)
        return Decision(self.state, (reply,), tuple(self.deeds))

    def _follow_language(self) -> None:
        spoken, text = self.heard.understood.language, self.heard.text
        if spoken is None or spoken == self.state.language or self.heard.choice is not None:
            return
        tells = tells_language(self.heard, self.step, self.rules, self.state.language)
        if tells and find_command(text) is None and find_language(text) is None:
            self.speak(spoken)

    def _pressed(self) -> bool:
        value = self.heard.choice or self.offers_it()
        return value is not None and self._press(value)

    def offers_it(self) -> str | None:
        """The value of the button that the words of a message mean."""
        return offers.find_chosen(self.heard.text, self._before, self.state.page, *self._room(), self.text("more"))

    def _room(self) -> tuple[int, bool]:
        limit = self.rules.buttons.get(self.facts.channel, 8)
        return limit, self.readings() != [] or offers.by_number(self.step, limit)

    def _press(self, value: str) -> bool:
        kind, rest = value[:1], value[1:]
        if kind == ">" and rest in self.flows:
            self.begin(self.flows[rest], telling=False)
            return True
        if kind == "!":
            return self._command(rest)
        if kind == "&":
            name, _, said = rest.partition(":")
            flow = self.flows.get(name)
            return flow is not None and (flow.press(self, said) if flow.press else self._press(f">{name}"))
        if kind == VOTE:
            return vote(self, rest)
        step, place = self.step, self.state.place
        if kind == "=" and isinstance(step, Choose) and place is not None:
            where, _, chosen = rest.partition(":")
            if where == f"{place.flow}.{step.name}" and chosen in {one for one, _ in step.options(self)}:
                place.slots[step.slot] = chosen
                self.run()
                return True
        if kind == "@" and isinstance(step, Ask) and place is not None:
            where, _, moment = rest.partition(":")
            if where == f"{place.flow}.{step.name}" and (not moment or moment in self.readings()):
                times.choose_reading(place, moment) if moment else times.clear_time(place)
                self.run()
                return True
        if kind == "~" and isinstance(step, Confirm) and place is not None and rest in place.slots:
            self._ask_anew(place, rest)
            return True
        return False

    def _commanded(self) -> bool:
        language = find_language(self.heard.text)
        if language is not None:
            return self._command(f"lang:{language}")
        if asked := find_asked(self.heard.text, self.state.place):
            self.begin(self.flows[asked], telling=False)
            return True
        command = find_command(self.heard.text)
        if command is None:
            understood = self.heard.understood
            return asks_for_person(understood, self.rules) and self._command("human")
        return self._command(command)

    def _command(self, command: str) -> bool:
        """Follows a command; False where it means nothing here."""
        step, place = self.step, self.state.place
        if command == "human":
            self.hand_over("asked")
        elif command.startswith("lang:"):
            language = next((one for one in LANGUAGES if one == command[5:]), None)
            if language is None:
                return False
            self.speak(language)
            self.say(self.text("language.done"), () if place else self.menu())
            self.run()
        elif command in ("menu", "stop"):
            if command == "stop" and place is None and self._wish() is not None:
                return False
            self.say(self.text("stopped" if place and command == "stop" else "menu"), self.menu())
            self._leave()
        elif command == "back":
            self._go_back()
        elif command == "more":
            self.state.offered = self._before
            self.state.page += 1
            self.run() if place else self.say(self.text("menu"), self._before)
        elif command == "skip" and isinstance(step, Ask) and step.optional and place is not None:
            place.slots[step.slot] = ""
            self.run()
        elif command == "yes" and isinstance(step, Confirm):
            self._next()
            self.run()
        elif command == "no" and isinstance(step, Confirm) and place is not None:
            offer_changes(self, step, place) if step.changes != () else self._command("stop")
        else:
            return False
        return True

    def _brought(self) -> bool:
        """A file without a word: part of what is asked for, or for a person to look at."""
        if not self.heard.files or self.heard.text.strip():
            return False
        step, place = self.step, self.state.place
        if isinstance(step, Ask) and step.kind == "text" and place is not None:
            place.slots[step.slot] = self.text("file")
            self.run()
        else:
            self.hand_over("file")
        return True

    def _answered(self) -> bool:
        step, place, understood = self.step, self.state.place, self.heard.understood
        flow = self.flows.get(place.flow) if place else None
        if place is None or flow is None or step is None:
            return False
        if isinstance(step, Ask) and step.plain:
            return self._fill_in(place, step)
        if flow.hear is not None and flow.hear(self):
            place.step = flow.steps[0].name
            self.run()
            return True
        sets_right = begins_with_no(self.heard.text) or isinstance(step, Confirm) or understood.intent == "deny"
        awaited = step.slot if isinstance(step, Ask | Choose) else None
        changed = correct(flow, place, understood, awaited) if sets_right and not flow.hear else []
        if changed:
            lines = [f"{self.text(f'label.{slot}')}: {place.slots[slot]}" for slot in changed if place.slots.get(slot)]
            self.say("\n".join([self.text("corrected"), *lines]))
            fill(flow, place, understood)
            asked = flow.asks().get(times.SLOT)
            if self.readings() and asked is not None:
                place.step = asked.name
            self.run()
            return True
        if isinstance(step, Confirm) and understood.confidence >= self.rules.sure:
            if understood.intent in ("affirm", "deny"):
                return self._command("yes" if understood.intent == "affirm" else "no")
            return False
        return isinstance(step, Ask) and not self._strays(step, place) and self._fill_in(place, step)

    def _fill_in(self, place: Place, step: Ask) -> bool:
        understood = self.heard.understood
        if (value := read_answer(step.kind, understood, self.facts)) is None:
            return False
        when = next((one for one in understood.entities if one.kind == "time"), None)
        if step.kind == "time" and when is None and self.state.failures == 0:
            return False  # the second time his words are kept as they are: people will understand them
        if step.kind == "time" and when is not None:
            times.put_time(place, when)
        else:
            place.slots[step.slot] = value
        flow = self.flows[place.flow]
        if step.kind == "name":
            take_phone(flow, place, understood)
        if not step.plain and step.kind != "name" and step.slot != "what" and not flow.hear:
            fill(flow, place, understood)
        self.run()
        return True

    def readings(self) -> list[str]:
        """What the time may mean that is to be asked now."""
        return [] if self.state.place is None else times.split_readings(self.state.place.slots)

    def _strays(self, step: Ask, place: Place) -> bool:
        """Whether another wish came in between. The same one at the same question a second time is an answer."""
        wish = self._wish()
        if wish is None or wish.name == place.flow:
            return False
        if is_to_the_point(self.heard, step):
            return False
        mark = f"{step.name}>{wish.name}"
        if mark in place.asked:
            return step.kind in ("phone", "number")
        place.asked.insert(0, mark)
        return True

    def _wish(self) -> Flow | None:
        """The flow of an intent that is sure enough, else one that claims it, else an article that answers."""
        intent = wish_of(self.heard.understood, self.rules, idle=self.state.place is None)
        claims = next((flow for flow in self.flows.values() if flow.claims and flow.claims(self)), None)
        if intent is None or (claims is not None and claims.first):
            return claims or (self.flows.get(KNOWN.name) if may_answer(self) else None)
        return next((flow for flow in self.flows.values() if intent in flow.intents), None)

    def _wished(self) -> bool:
        wish, place = self._wish(), self.state.place
        if wish is not None:
            if place is not None and place.flow == wish.name:
                return False
            self.begin(wish, telling=True)
            return True
        self._lost = place is None and offer_likeliest(self)
        return self._lost

    def _fail(self) -> None:
        self._lost = True
        self.state.failures += 1
        self.note(self.heard.text)
        step = self.step
        if step is None:
            note_missed(self)
            self.say(self.text("unclear"), self.menu())
            return
        kind = step.kind if isinstance(step, Ask) else "choose"
        self.say(self.text(f"again.{kind}"))
        self.run()

    # --- following a flow -------------------------------------------------------------------------------------------

    def begin(self, flow: Flow, *, telling: bool) -> None:
        """Begins a flow; the one that is under way waits for its end. ``telling``: the message itself says what it is
        about."""
        fresh = self._open(flow)
        if flow.on_silence == "hand_over":
            prefill(flow, fresh, self.facts.known)
        if telling and flow.hear:
            flow.hear(self)
        elif telling and not take_words(flow, fresh, self.heard) and flow.on_silence == "hand_over":
            self.note(self.heard.text)
        self.run()

    def enter(
        self, name: str, changes: Mapping[str, str | None], *, afresh: bool = False, telling: bool = False
    ) -> None:
        """Goes on in a flow with other slots (None: forgotten), from its first step; begins it where it is not under
        way, or ``afresh``. ``telling``: as in ``begin``."""
        place, flow = self.state.place, self.flows[name]
        if afresh or place is None or place.flow != name:
            place = self._open(flow)
        place.slots.update({slot: value for slot, value in changes.items() if value is not None})
        for slot in (one for one, value in changes.items() if value is None):
            place.slots.pop(slot, None)
        if telling and flow.hear:
            flow.hear(self)
        place.step, self.state.page = flow.steps[0].name, 0
        self.run()

    def _open(self, flow: Flow) -> Place:
        place = self.state.place
        if place is not None and place.flow != flow.name:
            self.state.under = [*(one for one in self.state.under if one.flow != flow.name), place][-_UNDER_MOST:]
        fresh = Place(flow.name, flow.steps[0].name)
        self.state.place, self.state.page = fresh, 0
        if flow.on_silence == "hand_over" or flow.hear:
            self.state.wanted = flow.name
        return fresh

    def run(self) -> None:
        """Follows the flow to its next question or its end, but no further than the rules let a message go."""
        for _ in range(self.rules.steps):
            step = self.step
            if step is None:
                self.state.place = None
                return
            if self._take(step):
                return
        self.hand_over("failed")

    def _take(self, step: Step) -> bool:
        """One step; whether it is now the customer's turn."""
        place = self.state.place
        if place is None:
            return True
        match step:
            case Ask() | Choose() if step.slot in place.slots:
                self._next()
            case Ask() | Choose() | Confirm():
                put_question(self, step, place)
                return True
            case Say():
                buttons = step.buttons(self) if step.buttons and not self.state.under else ()
                self.say(step.make(self) if step.make else self.text(step.text), buttons)
                self._next()
            case Look():
                place.slots.update(step.find(self))
                self._next()
            case Branch():
                target = step.to(self)
                if target is None:
                    self._next()
                else:
                    place.step = target
            case Do():
                step.act(self)
                self._next()
            case HandOver():
                self.hand_over(step.reason, step.team_id)
                return True
            case End():
                if step.text:
                    self.say(self.text(step.text), () if self.state.under else self.menu())
                self._finish()
        return False

    def _ask_anew(self, place: Place, slot: str) -> None:
        asked = self.flows[place.flow].asks().get(slot)
        if asked is not None:
            place.slots.pop(slot, None)
            if slot == times.SLOT:
                times.clear_time(place)
            place.step = asked.name
        self.run()

    def _go_back(self) -> None:
        """To the question before this one; from the first one to the menu."""
        place = self.state.place
        flow = self.flows.get(place.flow) if place else None
        step = self.step
        asked = [] if place is None else [name for name in place.asked if ">" not in name]
        if place is None or flow is None or step is None or len(asked) < 2:
            self.say(self.text("menu"), self.menu())
            self._leave()
            return
        before = asked[-2]
        place.asked = place.asked[: place.asked.index(before)]
        index = flow.index(before) or 0
        for one in flow.steps[index:]:
            if isinstance(one, Ask | Choose):
                place.slots.pop(one.slot, None)
                if one.slot == times.SLOT:
                    times.clear_time(place)
        place.step = before
        self.run()

    @property
    def step(self) -> Step | None:
        """The step that the talk is at; None where no flow is under way, or none that there still is."""
        place = self.state.place
        return None if place is None else step_at(self.flows.get(place.flow), place.step)

    def _next(self) -> None:
        place = self.state.place
        flow = self.flows.get(place.flow) if place else None
        index = flow.index(place.step) if place and flow else None
        if place is None or flow is None or index is None:
            return
        if index + 1 < len(flow.steps):
            place.step = flow.steps[index + 1].name
        else:
            self._finish()

    def _finish(self) -> None:
        """The flow is over; the one under it goes on."""
        self.state.page = 0
        self.state.place = self.state.under.pop() if self.state.under else None

    def _leave(self) -> None:
        self.state.place, self.state.page = None, 0
        self.state.under.clear()

    def _forget(self) -> None:
        self._leave()
        self.state.offered, self.state.failures, self.state.wanted = [], 0, ""
        self.state.notes.clear()
