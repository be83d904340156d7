"""Writes what was decided, in one transaction with the replies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from business.knowledge.words import question_key
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import BarevError, Rejected
from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Activity, Author, Json, Language, Mention, Message, Reading
from crm_store import Tx, assigning, contacts, conversations, knowledge, knowledge_asked, readings, remarks
from crm_store.appending import append_messages
from crm_store.conversations import HeadRow
from crm_store.types import dump_json
from routing.appended import message_added, plain_message
from routing.cards import note_answers
from routing.flows.facts import StoreFacts
from routing.flows.model import (
    AddsTask,
    Answers,
    Decision,
    HandsOver,
    Misses,
    NotesBooking,
    Rates,
    Reason,
    Reply,
    Resolves,
    Speaks,
    States,
    Votes,
)
from routing.flows.ports import Understood
from routing.flows.proving import ProvingDeed
from routing.handoff import resolved
from routing.intake import add_line, note_rating, require_head

_FOLLOW_UP: Final = timedelta(days=1)
_MENTIONS_MOST: Final = 20
_LINES: Final[dict[Reason, str]] = {
    "asked": "bot_asked",
    "unclear": "bot_stuck",
    "failed": "bot_stuck",
    "file": "bot_stuck",
    "danger": "bot_danger",
    "request": "bot_request",
    "timeout": "bot_request",
}
"""The activity line of each reason."""


@dataclass(slots=True)
class Writing:
    """One conversation, locked, in the writer's transaction. ``events``: to be told after the commit, in this order."""

    tx: Tx
    row: HeadRow
    author: Author
    country: str
    events: list[Event]

    def write(
        self,
        message: Message,
        decision: Decision,
        facts: StoreFacts,
        *,
        last: bool,
        understood: Understood | None = None,
    ) -> None:
        """The answer to a message. ``last``: the customer waits for no other one; ``understood``: what it was taken
        for, which agents see beside it."""
        self._reply(message, decision, None if understood is None else _reading(message, understood, decision))
        values, line = self._head(decision, last=last)
        for deed in decision.deeds:
            if isinstance(deed, States):
                self._state(dict(deed.answers))
            elif isinstance(deed, AddsTask):
                self._add_task(deed, facts)
            elif isinstance(deed, ProvingDeed):
                self.events += facts.proving.carry_out(deed, self.row, message)
                self.row = conversations.lock(self.tx, self.row.id) or self.row  # he may be another contact now
            elif isinstance(deed, Speaks):
                values["language"] = deed.language
                contacts.change_contact(self.tx, self.row.contact_id, {"language": deed.language}, clock.now())
            elif isinstance(deed, Answers | Votes | Misses):
                self._note_known(deed, decision.state.language)
        if values:
            self.touch(values)
        if line is not None:
            self.events.append(add_line(self.tx, self.row.id, line))
            was = {"handler": self.row.handler, "status": self.row.status}
            now = {key: values[key] for key in was if key in values}
            record_deed(self.tx, None, f"conversation.{line.code}", "conversation", self.row.id, before=was, after=now)
        self._add_lines(message, decision)
        if facts.booking is not None:
            self.events += facts.booking.events
        self.events += facts.told.events

    def _add_lines(self, message: Message, decision: Decision) -> None:
        """What agents read beside the answer."""
        for deed in decision.deeds:
            if isinstance(deed, NotesBooking):
                said = Activity(deed.code, {"what": deed.what, "when": deed.when})
                self.events.append(add_line(self.tx, self.row.id, said))
            elif isinstance(deed, HandsOver):
                self.note(str(message.id), deed.summary)
            elif isinstance(deed, Rates):
                head, told = note_rating(self.tx, self.row.id, deed.score, "")
                self.events += [ConversationChanged(Audience.of(head), head), told]

    def note(self, key: str, text: str) -> None:
        """What agents read and customers do not; of a ``key`` there is one, and of nothing none."""
        if text:
            self._say(f"bot:{key}:note", Reply(text), private=True)

    def touch(self, values: dict[str, object]) -> None:
        """Changes the head; whom it concerned before is told too."""
        before = Audience(self.row.id, self.row.team_id, self.row.assignee_id)
        conversations.touch(self.tx, self.row.id, **values)
        head = require_head(self.tx, self.row.id)
        now = Audience.of(head)
        self.events.append(ConversationChanged(now, head, None if before == now else before))

    def to_people(self) -> dict[str, object]:
        """The columns of a conversation that people are to answer from here on."""
        waiting = self.row.waiting_since or clock.now()
        return {**assigning.SETTLED, "handler": "team", "waiting_since": waiting, "status": "open"}

    def _head(self, decision: Decision, *, last: bool) -> tuple[dict[str, object], Activity | None]:
        values: dict[str, object] = {}
        if self.row.assignee_id is not None:  # who had it before its end comes first if it is handed over again
            values |= {**assigning.SETTLED, "assignee_id": None, "known_agent_id": self.row.assignee_id}
        over = next((deed for deed in decision.deeds if isinstance(deed, HandsOver)), None)
        if over is not None:
            team = {} if over.team_id is None else {"team_id": over.team_id}
            return {**values, **self.to_people(), **team}, Activity(_LINES[over.reason])
        if last and any(isinstance(deed, Resolves) for deed in decision.deeds):
            return {**values, **resolved(self.tx, self.row)}, Activity("resolved", {"by": self.author.name})
        return ({**values, "waiting_since": None} if last else values), None

    def _reply(self, message: Message, decision: Decision, reading: Reading | None) -> None:
        for number, reply in enumerate(decision.replies):
            self._say(f"bot:{message.id}:{number}", reply, private=False, reading=None if number else reading)

    def _say(self, client_id: str, reply: Reply, *, private: bool, reading: Reading | None = None) -> None:
        at_ms = clock.now_ms()
        new = plain_message(
            self.row.id, self.author, reply.text, at_ms, client_id, contact_id=None, private=private, reply_to=None
        )
        content: dict[str, Json] = {} if reading is None else {"reading": readings.dump(reading)}
        if reply.buttons:
            content["buttons"] = [{"value": one.value, "label": one.label} for one in reply.buttons]
            new = new._replace(kind="buttons")
        if content:
            new = new._replace(content=dump_json(content))
        (outcome,) = append_messages(self.tx, [new])
        if isinstance(outcome, BarevError):
            raise outcome
        added = message_added(new, self.author, outcome)
        self.events.append(added._replace(message=added.message._replace(buttons=reply.buttons, reading=reading)))

    def _state(self, answers: dict[str, str]) -> None:
        at = clock.now()
        try:
            note_answers(self.tx, self.row.contact_id, answers, self.country, self.row.branch_id, at)
        except Rejected:
            return  # a number that nobody can call stays in what the agent is told

    def _note_known(self, deed: Answers | Votes | Misses, language: Language) -> None:
        """What became of a question; of an article that was taken away meanwhile nothing is kept."""
        talk, at = self.row.id, clock.now()
        if isinstance(deed, Misses):
            self._miss(deed.question, language)
        elif knowledge.find_article(self.tx, deed.article_id) is None:
            return
        elif isinstance(deed, Answers):
            knowledge_asked.note_answer(self.tx, deed.article_id, talk, language, deed.question, at)
        else:
            voter = f"conversation:{talk}"
            knowledge_asked.put_vote(self.tx, deed.article_id, voter, useful=deed.useful, at=at)
            answered = knowledge_asked.find_answer(self.tx, deed.article_id, talk)
            if answered is not None and not deed.useful:
                self._miss(answered.question, language)

    def _miss(self, question: str, language: Language) -> None:
        key = question_key(question)
        if key:
            knowledge_asked.note_question(self.tx, key, language, question, self.row.id, clock.now())

    def _add_task(self, deed: AddsTask, facts: StoreFacts) -> None:
        at = clock.now()
        values = {"kind": "todo", "title": deed.title, "note": deed.note, "author_name": self.author.name}
        values |= {"contact_id": self.row.contact_id, "conversation_id": self.row.id}
        due: datetime = facts.opens_next() + _FOLLOW_UP
        remarks.insert_task(self.tx, {**values, "due_at": due, "created_at": at})


def _reading(message: Message, understood: Understood, decision: Decision) -> Reading:
    place = decision.state.place
    mentions = tuple(Mention(one.kind, one.text, dump_json(one.value)) for one in understood.entities[:_MENTIONS_MOST])
    where = ("", "") if place is None else (place.flow, place.step)
    return Reading(
        message.id, understood.language, understood.intent, round(understood.confidence, 4), mentions, *where
    )
