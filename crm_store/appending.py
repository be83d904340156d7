"""Appending messages, many at once: numbering, repeats, and what a message does to its conversation's head."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple, Protocol

from conversation.clock import from_ms
from conversation.errors import BarevError, Rejected
from conversation.messages import Activity, AuthorKind, Channel, Conversation, Handler, MessageKind, Status
from conversation.thanks import closes
from crm_store import Tx, carried, joining
from crm_store.types import dump_json

LAST_TEXT_CHARS = 200
AT_ONCE = 1000
"""Messages a statement: SQLite takes 32,766 parameters, and a message has 18."""


class NewMessage(NamedTuple):
    """A message to be appended. ``contact_check``: the contact that must own the conversation, None for those who may
    write in any (agents, bots). ``content``: JSON text, see ``MessageRow``. ``at_ms``: milliseconds since 1970 UTC.
    ``channel``, ``address_id``: by which a customer wrote it, so that the conversation goes on there (None: as it
    does). Where only the channel is known, the address is the one at which the conversation is held. ``within``: when
    the conversation's channel carries it; what it would not is refused. None: that is not asked."""

    conversation_id: int
    author_kind: AuthorKind
    author_id: int
    author_name: str
    contact_check: int | None
    client_id: str | None
    kind: MessageKind
    private: bool
    text: str
    content: str | None
    reply_to: int | None
    at_ms: int
    channel: Channel | None = None
    address_id: int | None = None
    within: "Windows | None" = None


Windows = Mapping[Channel, float | None]
"""Hours after the customer's last word within which each open channel carries what is said; None: at any time."""


def activity_line(conversation_id: int, activity: Activity, at_ms: int) -> NewMessage:
    """A private line that says what happened."""
    content = dump_json({"activity": {"code": activity.code, "fields": dict(activity.fields)}})
    return NewMessage(conversation_id, "system", 0, "", None, None, "activity", True, "", content, None, at_ms)


def preview_of(message: NewMessage) -> str:
    """What a list shows of a message."""
    return message.text[:LAST_TEXT_CHARS] if message.text else preview("", json.loads(message.content or "{}"))


def preview(text: str, content: Mapping[str, Any] | None) -> str:
    """The beginning of a text; where there is none, the files that came instead of words."""
    names = [f"[{one['name']}]" for one in (content or {}).get("attachments", ())]
    return (text or " ".join(names))[:LAST_TEXT_CHARS]


class Appended(NamedTuple):
    """A message in the store. ``repeated``: it had been there before, under the same ``client_id``.

    ``conversation_id`` is where it went, which for a visitor writing to a resolved conversation may be another one.
    ``head_changed``: this message changed the conversation's ``status`` or ``waiting_since_ms``, given as after it.
    ``head``: then the whole head as of this message, so that it can be told in its turn (set by the writer).
    ``carried``: another channel is to carry it; it is in its line.
    ``channel``: by which it came, or is to go.
    ``moved``: the line before it that says by what the conversation goes on from here, with its own outcome.
    """

    id: int
    conversation_id: int
    seq: int
    change: int
    event: int
    at_ms: int
    repeated: bool
    team_id: int | None
    assignee_id: int | None
    contact_id: int
    head_changed: bool
    status: Status
    waiting_since_ms: int | None
    head: Conversation | None = None
    carried: bool = False
    moved: "tuple[NewMessage, Appended] | None" = None
    channel: Channel = "web"


@dataclass(slots=True)
class Head:
    """What of a conversation an append reads (in the order of HEAD_COLUMNS) and writes."""

    id: int
    contact_id: int
    address_id: int
    channel: Channel
    status: Status
    team_id: int | None
    assignee_id: int | None
    last_seq: int
    last_change: int
    waiting_since: int | None
    spoken_at: int | None = None  # when something public was said before
    said: str = ""  # how the last of it began
    handler: Handler = "team"
    branch_id: int | None = None
    last_event: int = 0  # stays 0 where nothing was appended
    last_message_at: int | None = None  # stays None where nothing public was said
    last_text: str | None = None
    flipped: bool = False  # status or waiting_since changed


HEAD_COLUMNS = (
    "id, contact_id, address_id, channel, status, team_id, assignee_id, last_seq, last_change, waiting_since,"
    " last_message_at, last_text, handler, branch_id"
)
REPEATED_COLUMNS = (
    "m.author_kind, m.author_id, m.client_id, m.id, m.conversation_id, m.seq, m.change, m.at,"
    " c.team_id, c.assignee_id, c.contact_id, c.status, c.waiting_since"
)
MESSAGE_COLUMNS = (
    "id, conversation_id, contact_id, seq, change, event, client_id, author_kind, author_id, author_name, kind,"
    " private, text, content, reply_to, channel, address_id, at"
)
MessageValues = tuple[object, ...]
"""A row of ``messages`` in the order of MESSAGE_COLUMNS."""
ClientKey = tuple[str, int, str]
"""What makes a message the same one: author_kind, author_id, client_id."""
Quoted = tuple[int, bool]
"""Of a message that is replied to: its conversation's id, and whether it is private."""
Known = tuple[list[Head], int, dict[ClientKey, Appended]]
"""What is asked first: heads, the last event number, what was appended before."""


def settled_by(waiting: str, row: str = "") -> str:
    """SQL: what becomes of a conversation's offer when its ``waiting_since`` becomes the given term: an answer settles
    it; a customer who writes after the end has it asked anew whose it is. ``row``: how its columns are named."""
    again = f"{row}status = 'resolved' AND {row}assignee_id IS NOT NULL"
    kept = {
        "offer": f"WHEN {again} THEN 'again' ELSE {row}offer",
        "answer_due_at": f"WHEN {again} THEN {waiting} ELSE {row}answer_due_at",
        "min_level": f"ELSE {row}min_level",
        "nobody_at": f"ELSE {row}nobody_at",
        "decision": f"ELSE {row}decision",
    }
    cleared = [f"{name} = CASE WHEN {waiting} IS NULL THEN NULL {term} END" for name, term in kept.items()]
    return ", ".join([*cleared, f"passed = CASE WHEN {waiting} IS NULL THEN '[]' ELSE {row}passed END"])


def repeats_from(rows: Iterable[Sequence[Any]]) -> dict[ClientKey, Appended]:
    """Outcomes of messages that are in the store already, from rows in the order of REPEATED_COLUMNS."""
    return {
        (kind, author_id, client_id): Appended(
            id=message_id,
            conversation_id=conversation_id,
            seq=seq,
            change=change,
            event=message_id,
            at_ms=at,
            repeated=True,
            team_id=team_id,
            assignee_id=assignee_id,
            contact_id=contact_id,
            head_changed=False,
            status=status,
            waiting_since_ms=waiting_since,
        )
        for (
            kind,
            author_id,
            client_id,
            message_id,
            conversation_id,
            seq,
            change,
            at,
            team_id,
            assignee_id,
            contact_id,
            status,
            waiting_since,
        ) in rows
    }


class Statements(Protocol):
    """The statements of one kind of store: as few as can be, since each costs a round trip or a switch of threads."""

    def load(self, tx: Tx, ids: Collection[int], keys: Collection[ClientKey]) -> Known:
        """Conversations by id, locked; the last event number given; those messages that are in the store already."""

    def load_quoted(self, tx: Tx, ids: Collection[int]) -> dict[int, Quoted]:
        """Messages by id."""

    def save(self, tx: Tx, rows: Sequence[MessageValues], heads: Sequence[Head]) -> None:
        """Inserts messages, writes the heads that changed, and counts the event numbers used (one a row)."""


def append_messages(tx: Tx, new: Sequence[NewMessage]) -> list[Appended | BarevError]:
    """Appends messages in their order, in the writer's transaction; one outcome for each, in the same order.

    Refused, each by itself: Rejected not_found for an unknown or a foreign conversation, and for a ``reply_to`` that is
    no message of it which the author may see; Rejected invalid for a text that no store can keep; Rejected conflict for
    what its channel would not carry (``within``).
    """
    sql = _statements(tx.dialect.name)
    return [
        outcome
        for start in range(0, len(new), AT_ONCE)
        for outcome in _Batch(tx, sql, new[start : start + AT_ONCE]).append_all()
    ]


@cache
def _statements(dialect: str) -> Statements:
    """Imported when first used: a process speaks to one kind of store."""
    if dialect == "sqlite":
        from crm_store.append_sqlite import SqliteStatements

        return SqliteStatements()
    from crm_store.append_postgres import PostgresStatements

    return PostgresStatements()


class _Batch:
    """The messages of one call and what the store knows of their conversations."""

    def __init__(self, tx: Tx, sql: Statements, new: Sequence[NewMessage]) -> None:
        self._tx = tx
        self._sql = sql
        self._new = new
        self._rows: list[MessageValues] = []
        self._spoken: list[carried.Spoken] = []
        keys = {(m.author_kind, m.author_id, m.client_id) for m in new if m.client_id is not None}
        heads, self._last_event, self._known = sql.load(tx, {message.conversation_id for message in new}, keys)
        self._heads = {head.id: head for head in heads}
        quoted = {message.reply_to for message in new if message.reply_to is not None}
        self._quoted = sql.load_quoted(tx, quoted) if quoted else {}
        self._open = self._load_open()

    def _load_open(self) -> dict[int, Head]:
        """By the id of a resolved conversation here: the unresolved one that is held where it is, or that its customer
        may join from there."""
        spoken = {one.conversation_id: one for one in self._new if one.author_kind == "visitor"}
        resolved = {one: self._heads[one] for one in spoken if one in self._heads}
        resolved = {one: head for one, head in resolved.items() if head.status == "resolved"}
        if not resolved:
            return {}
        found = joining.find_beside(self._tx, resolved)
        for named, head in resolved.items():
            if named not in found and (joined := self._find_joinable(head, spoken[named])) is not None:
                found[named] = joined
        missing = {one for one in found.values() if one not in self._heads}
        if missing:
            self._heads |= {head.id: head for head in self._sql.load(self._tx, missing, ())[0]}
        return {named: self._heads[other] for named, other in found.items()}

    def _find_joinable(self, head: Head, message: NewMessage) -> int | None:
        address_id = message.address_id or head.address_id
        if message.address_id is None and message.channel is not None and message.channel != head.channel:
            address_id = joining.find_address(self._tx, head.id, message.channel) or address_id
        return joining.find_joinable(self._tx, head.contact_id, address_id, head.branch_id)

    def append_all(self) -> list[Appended | BarevError]:
        outcomes = [self._append(message) for message in self._new]
        if self._rows:
            self._sql.save(self._tx, self._rows, [head for head in self._heads.values() if head.last_event])
            carried.enqueue(self._tx, self._spoken)
        return outcomes

    def _append(self, message: NewMessage) -> Appended | BarevError:
        key = None if message.client_id is None else (message.author_kind, message.author_id, message.client_id)
        known = None if key is None else self._known.get(key)
        if known is not None:
            return known if known.repeated else known._replace(repeated=True, head_changed=False)
        named = self._heads.get(message.conversation_id)
        refused = self._refusal(message, named)
        if named is None or refused is not None:
            return refused or Rejected("not_found", "error.conversation_not_found")
        moved = None
        if message.author_kind == "visitor":
            head = self._target(named)
            if message.channel is not None:
                moved = self._follow(message, head)
        else:
            head = named
        flipped = _apply(message, head)
        appended = self._number(message, head, flipped or moved is not None)
        if moved is not None:
            appended = appended._replace(moved=moved)
        if key is not None:
            self._known[key] = appended
        return appended

    def _refusal(self, message: NewMessage, head: Head | None) -> BarevError | None:
        if "\0" in message.text or "\0" in message.author_name:
            return Rejected("invalid", "error.invalid")
        if head is None or (message.contact_check is not None and message.contact_check != head.contact_id):
            return Rejected("not_found", "error.conversation_not_found")
        if message.reply_to is not None:
            conversation_id, private = self._quoted.get(message.reply_to, (0, False))
            if conversation_id != head.id or (private and message.author_kind == "visitor"):
                return Rejected("not_found", "error.message_not_found")
        if message.within is not None and head.channel in message.within and not message.private:
            return self._unreachable(head, message.within[head.channel], message.at_ms)
        return None

    def _unreachable(self, head: Head, window_h: float | None, at_ms: int) -> BarevError | None:
        blocked, heard_at = carried.find_reach(self._tx, head.address_id)
        why = "blocked" if blocked else None
        if window_h is not None and (heard_at is None or heard_at + timedelta(hours=window_h) <= from_ms(at_ms)):
            why = why or "window"
        extra = {"reason": why, "channel": head.channel}
        return None if why is None else Rejected("conflict", f"channel.cannot.{why}", extra=extra, hours=window_h or 0)

    def _target(self, named: Head) -> Head:
        """Where a visitor's message goes: from a resolved conversation to the unresolved one of his, if any."""
        if named.status != "resolved":
            return named
        return self._open.get(named.id, named)

    def _follow(self, message: NewMessage, head: Head) -> tuple[NewMessage, Appended] | None:
        """The conversation goes on where its customer is now."""
        channel, address_id = message.channel, message.address_id
        if channel is None or (channel == head.channel and address_id in (None, head.address_id)):
            return None
        address_id = address_id or joining.find_address(self._tx, head.id, channel)
        if address_id is None:
            return None
        joining.move(self._tx, head.id, head.address_id, address_id, channel, from_ms(message.at_ms))
        line = activity_line(head.id, Activity("channel_changed", {"channel": channel}), message.at_ms)
        head.channel, head.address_id = channel, address_id
        return line, self._number(line, head, False)

    def _number(self, message: NewMessage, head: Head, flipped: bool) -> Appended:
        self._last_event = event = self._last_event + 1
        head.last_event = event
        head.last_seq = seq = head.last_seq + 1
        head.last_change = change = head.last_change + 1
        reply_to = message.reply_to if head.id == message.conversation_id else None
        self._rows.append(
            (
                event,
                head.id,
                head.contact_id,
                seq,
                change,
                event,
                message.client_id,
                message.author_kind,
                message.author_id,
                message.author_name,
                message.kind,
                message.private,
                message.text,
                message.content,
                reply_to,
                head.channel,
                head.address_id,
                message.at_ms,
            )
        )
        out = head.channel != "web" and carried.goes_out(head.channel, message.author_kind, message.private)
        if out:
            self._spoken.append(carried.Spoken(event, head.id, head.address_id, head.channel, message.at_ms))
        return Appended(
            event,
            head.id,
            seq,
            change,
            event,
            message.at_ms,
            False,
            head.team_id,
            head.assignee_id,
            head.contact_id,
            flipped,
            head.status,
            head.waiting_since,
            None,
            out,
            None,
            head.channel,
        )


def _apply(message: NewMessage, head: Head) -> bool:
    """What a message does to its conversation's head; whether it changed status or waiting_since."""
    if message.private or message.kind == "activity":
        return False
    before, spoken = head.said, head.spoken_at is not None
    head.last_message_at = head.spoken_at = message.at_ms
    head.last_text = head.said = preview_of(message)
    if message.author_kind == "visitor":
        if head.waiting_since is not None:
            if head.status == "open":
                return False
        elif spoken and head.handler != "bot" and message.content is None and closes(message.text, before):
            return False  # it was answered: a thank-you asks for nothing (a bot answers that too)
        head.status = "open"
        if head.waiting_since is None:
            head.waiting_since = message.at_ms
    elif message.author_kind == "agent" and head.waiting_since is not None:
        head.waiting_since = None
    else:
        return False
    head.flipped = True
    return True
