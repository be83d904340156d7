"""Tells the demo's talks: from lines as written to messages and heads, numbered as the product itself numbers them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Literal

from barev.demo.people import STAFF
from barev.demo.script import Line, Story, Talk
from conversation.clock import from_ms, to_iso
from conversation.messages import AuthorKind, Handler, JsonObject, MessageKind, Status
from crm_store.appending import LAST_TEXT_CHARS

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_SECOND_THOUGHT_MS = _MINUTE_MS // 2
_NAMES = {staff.login: staff.name for staff in STAFF}

StepKind = Literal["start", "visitor_read", "agent_read", "line", "change"]


@dataclass(slots=True)
class Said:
    """A message. ``event`` and ``created_event`` count from 1 among all of the demo; ``by`` is an agent's login."""

    seq: int
    change: int
    event: int
    created_event: int
    at_ms: int
    author_kind: AuthorKind
    by: str | None
    author_name: str
    text: str
    kind: MessageKind = "text"
    private: bool = False
    content: JsonObject | None = None
    reply_to: int | None = None  # the created_event of the message quoted
    edited_ms: int | None = None
    deleted_ms: int | None = None


@dataclass(slots=True)
class Told:
    """A conversation as it stands now. Times are milliseconds since 1970 UTC; ``assignee`` is an agent's login."""

    story: Story
    talk: Talk
    created_ms: int
    status: Status = "open"
    handler: Handler = "team"
    assignee: str | None = None
    last_seq: int = 0
    last_change: int = 0
    last_event: int = 0
    last_message_ms: int | None = None
    last_text: str = ""
    waiting_ms: int | None = None
    snoozed_ms: int | None = None
    resolved_ms: int | None = None
    visitor_read_seq: int = 0
    agent_read_seq: int = 0
    rating: int | None = None
    rating_text: str | None = None
    messages: list[Said] = field(default_factory=list)
    by_line: dict[int, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Step:
    at_ms: int
    kind: StepKind
    told: Told
    index: int = 0  # of the line


def tell(stories: Sequence[Story], now_ms: int) -> tuple[list[Told], int]:
    """All talks, in order of their beginning, and how many event numbers they took.

    Everything happens in the order of time, so that numbers rise with it across all conversations.
    """
    steps = [
        step
        for story in stories
        for talk in story.talks
        for step in _steps(Told(story, talk, _begin_ms(story, talk, now_ms)), now_ms)
    ]
    steps.sort(key=lambda step: step.at_ms)
    numbers = count(1)
    for step in steps:
        _take(step, numbers, now_ms)
    return [step.told for step in steps if step.kind == "start"], next(numbers) - 1


def _begin_ms(story: Story, talk: Talk, now_ms: int) -> int:
    if not talk.at:
        length_min = sum(line.gap_min for line in talk.lines)
        return now_ms - round((talk.ago_min + length_min) * _MINUTE_MS)
    offset_ms = story.branch.utc_offset_h * _HOUR_MS
    local = from_ms(now_ms + offset_ms) - timedelta(days=talk.days)
    hour, minute = map(int, talk.at.split(":"))
    begin = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return round(begin.timestamp() * 1000) - offset_ms


def _steps(told: Told, now_ms: int) -> Iterator[_Step]:
    """What happens in a talk: its lines, the reading before each answer, and second thoughts."""
    planned_ms = told.created_ms
    at_ms = told.created_ms = planned_ms - _early_ms(0, told.talk.lines[0])
    yield _Step(at_ms, "start", told)
    for index, line in enumerate(told.talk.lines):
        planned_ms += round(line.gap_min * _MINUTE_MS)
        at_ms = planned_ms - _early_ms(index, line)
        yield _Step(at_ms, "agent_read" if line.kind != "visitor" and line.act != "rated" else "visitor_read", told)
        yield _Step(at_ms, "line", told, index)
        if line.edited or line.deleted:
            yield _Step(min(at_ms + _SECOND_THOUGHT_MS, now_ms), "change", told, index)
    if not told.talk.unread:
        yield _Step(min(at_ms + _SECOND_THOUGHT_MS, now_ms), "visitor_read", told)


def _early_ms(index: int, line: Line) -> int:
    """People do not speak on the full minute: up to nine seconds, less than any gap between two lines."""
    return (len(line.text) * 1237 + index * 331) % 9000


def _take(step: _Step, numbers: Iterator[int], now_ms: int) -> None:
    told = step.told
    if step.kind == "start":
        told.last_event = next(numbers)
    elif step.kind == "line":
        line = told.talk.lines[step.index]
        if line.kind == "act":
            _act(told, line, step.at_ms, numbers, now_ms)
        else:
            _say(told, step.index, line, step.at_ms, next(numbers))
    elif step.kind == "change":
        _change(told, step, next(numbers))
    else:
        _read(told, step.kind, numbers)


def _touch(told: Told, event: int) -> int:
    told.last_change += 1
    told.last_event = event
    return told.last_change


def _append(told: Told, said: Said) -> None:
    told.last_seq += 1
    said.seq, said.change = told.last_seq, _touch(told, said.event)
    told.messages.append(said)


def _say(told: Told, index: int, line: Line, at_ms: int, event: int) -> None:
    login = None if line.kind == "visitor" else line.by or told.talk.agent
    quoted = told.by_line[index - line.quotes].created_event if line.quotes else None
    kind: AuthorKind = "visitor" if login is None else "agent"
    name = _customer_name(told) if login is None else _NAMES[login]
    private = line.kind == "note"
    said = Said(0, 0, event, event, at_ms, kind, login, name, line.text, private=private, reply_to=quoted)
    _append(told, said)
    told.by_line[index] = said
    if private:
        return
    told.last_message_ms, told.last_text = at_ms, line.text[:LAST_TEXT_CHARS]
    if kind == "visitor":
        told.status, told.snoozed_ms, told.resolved_ms = "open", None, None
        told.waiting_ms = told.waiting_ms or at_ms
    else:
        told.waiting_ms = None


def _act(told: Told, line: Line, at_ms: int, numbers: Iterator[int], now_ms: int) -> None:
    """What an agent, or the customer's rating, did: a change of the head and a line that tells of it."""
    login = line.by or told.talk.agent or ""
    fields: JsonObject = {"score": str(line.score)} if line.act == "rated" else {"by": _NAMES[login]}
    if line.act == "rated":
        told.rating, told.rating_text = line.score, line.text or None
    elif line.act == "resolved":
        told.status, told.resolved_ms, told.waiting_ms = "resolved", at_ms, None
    elif line.act == "snoozed":
        until = now_ms + round(line.hours * _HOUR_MS)
        told.status, told.snoozed_ms = "snoozed", until - until % _HOUR_MS + _HOUR_MS
        fields["until"] = to_iso(from_ms(told.snoozed_ms))
    elif line.act == "escalated":
        told.assignee, told.handler = None, "team"
        fields["to"] = told.story.branch.team
    else:
        told.assignee, told.handler = line.to or login, "agent"
        if line.to:
            fields["to"] = _NAMES[line.to]
    _touch(told, next(numbers))
    event = next(numbers)
    content: JsonObject = {"activity": {"code": line.act, "fields": fields}}
    _append(told, Said(0, 0, event, event, at_ms, "system", None, "", "", "activity", True, content))


def _change(told: Told, step: _Step, event: int) -> None:
    said = told.by_line[step.index]
    said.event, said.change = event, _touch(told, event)
    if told.talk.lines[step.index].edited:
        said.edited_ms = step.at_ms
    else:
        said.deleted_ms, said.text = step.at_ms, ""


def _read(told: Told, kind: StepKind, numbers: Iterator[int]) -> None:
    """One side has read what the other wrote, if that is news."""
    other = "agent" if kind == "visitor_read" else "visitor"
    seq = max((said.seq for said in told.messages if said.author_kind == other and not said.private), default=0)
    if kind == "visitor_read" and seq > told.visitor_read_seq:
        told.visitor_read_seq = seq
    elif kind == "agent_read" and seq > told.agent_read_seq:
        told.agent_read_seq = seq
    else:
        return
    _touch(told, next(numbers))


def _customer_name(told: Told) -> str:
    return next(one.name for one in told.story.customers if one.key == told.talk.customer)
