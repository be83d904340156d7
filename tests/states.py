"""What a client holds after a first load, events and ``sync``, to the letter of the contract: nothing more is taken for
granted than it says, so a difference from a fresh load is the server's fault."""

from collections.abc import Iterable
from typing import Any

Wire = dict[str, Any]

_VISITOR_HEAD = ("id", "status", "assignee", "agent_read_seq", "visitor_read_seq", "rating")
_DESK_HEAD = (
    "id",
    "status",
    "channel",
    "assignee",
    "team",
    "branch",
    "handler",
    "unanswered",
    "waiting_since",
    "snoozed_until",
    "last_message_at",
    "last_text",
    "last_seq",
    "change",
    "visitor_read_seq",
    "agent_read_seq",
    "page_url",
    "rating",
    "rating_text",
    "created_at",
)
_DESK_NEWS = ("status", "assignee", "team", "handler", "unanswered", "waiting_since", "snoozed_until", "rating")
_CONTACT = ("id", "name", "phone", "email", "language", "note")
_LAST_TEXT_CHARS = 200


def put_message(held: dict[int, Wire], message: Wire) -> bool:
    """Keeps the version of a message with the highest change; whether it was news."""
    known = held.get(message["id"])
    if known is not None and known["change"] >= message["change"]:
        return False
    held[message["id"]] = message
    return True


def shown(messages: Iterable[Wire]) -> list[Wire]:
    """Messages in order, as they are compared: a deleted one is its place without a text, however it came."""
    kept = ("id", "conversation_id", "seq", "change", "at", "author", "text", "deleted")
    return [
        {key: one[key] for key in kept if key in one} if one.get("deleted") else one
        for one in sorted(messages, key=lambda one: (one.get("conversation_id", 0), one["seq"]))
    ]


def difference(held: object, fresh: object, path: str = "") -> str:
    """The first place where two views differ, in words; empty where they are equal."""
    if held == fresh:
        return ""
    if isinstance(held, dict) and isinstance(fresh, dict):
        for key in [*fresh, *(key for key in held if key not in fresh)]:
            if held.get(key, "nothing") != fresh.get(key, "nothing"):
                return difference(held.get(key, "nothing"), fresh.get(key, "nothing"), f"{path}.{key}")
    if isinstance(held, list) and isinstance(fresh, list):
        for place, (one, other) in enumerate(zip(held, fresh, strict=False)):
            if one != other:
                return difference(one, other, f"{path}[{place}]")
        longer = "held" if len(held) > len(fresh) else "fresh"
        extra = (held if longer == "held" else fresh)[min(len(held), len(fresh)) :]
        return f"{path}: {len(held)} held, {len(fresh)} fresh; only {longer}: {extra[:3]}"
    return f"{path}: held {held!r}, fresh {fresh!r}"


class VisitorState:
    """A visitor's conversation. ``last``: every change up to it is in. ``behind``: a ``sync`` is due. ``gaps``: how
    often a line left out a number between two that it told. What happened while there was no line is none: news may
    come before the answer to the ``sync`` that asks for it."""

    def __init__(self) -> None:
        self.loaded = False
        self._early: list[tuple[str, Wire]] = []  # events that overtook the first load
        self.head: Wire | None = None
        self.messages: dict[int, Wire] = {}
        self.last = 0
        self.gaps = 0
        self._seen: set[int] = set()
        self._told: int | None = None  # up to where this line has told of everything since its first word
        self._doubtful = False

    @property
    def behind(self) -> bool:
        """Whether something was missed."""
        return self._doubtful or bool(self._seen)

    @property
    def conversation_id(self) -> int | None:
        """The conversation it knows of."""
        return None if self.head is None else int(self.head["id"])

    def leave(self) -> None:
        """The line is gone; another will go on from some later place."""
        self._told = None

    def load(self, hello: Wire) -> None:
        """The answer to ``hello``."""
        self._begin(hello.get("conversation"))
        self._put_all(hello["messages"])
        if self.head is not None:
            self._reach(hello["last_change"])
        self._told = self.last
        self.loaded = True
        early, self._early = self._early, []
        for event, payload in early:
            self.apply(event, payload)

    def merge(self, page: Wire) -> None:
        """The answer to ``sync``; one about another conversation makes a ``sync`` from 0 due."""
        head = page["conversation"]
        self.loaded = True
        if head is None:
            self._told = 0
            return
        if self.head is None or head["id"] != self.head["id"]:
            self._begin(head)
            self._doubtful = True
            return
        self._put_head(head)
        self._put_all(page["messages"])
        self._doubtful = False
        self._reach(page["last_change"])
        if not page["more"]:
            self._told = max(self._told or 0, self.last)

    def apply(self, event: str, payload: Wire) -> None:
        """An event of the server."""
        if not self.loaded:
            self._early.append((event, payload))
        elif event == "conversation":
            self._apply_head(payload)
        elif event in {"message", "message_changed", "message_deleted"}:
            if self.head is None:
                self._doubtful = True
                return
            if event == "message_deleted" and "author" not in payload:
                payload = {**self.messages[payload["id"]], **payload, "text": "", "deleted": True}
            put_message(self.messages, payload)
            self._note(payload["change"])
        elif event == "read":
            if self.head is None:
                self._doubtful = True
                return
            key = f"{payload['side']}_read_seq"
            self.head[key] = max(self.head[key], payload["seq"])
            self._note(payload["change"])

    def view(self) -> Wire:
        """What is compared."""
        if self.head is None:
            return {"head": None, "messages": [], "last": 0}
        head = {key: self.head.get(key) for key in _VISITOR_HEAD}
        return {"head": head, "messages": shown(self.messages.values()), "last": self.last}

    def _begin(self, head: Wire | None) -> None:
        self.head = None if head is None else dict(head)
        self.messages = {}
        self.last = 0
        self._seen = set()
        self._told = None
        self._doubtful = False

    def _apply_head(self, head: Wire) -> None:
        whole = "assignee" in head
        if self.head is None or head["id"] != self.head["id"]:  # another one is his conversation now
            if whole:
                told = head["change"] if self._told is None else 0
                self._begin(head)
                self._told = told
            self._doubtful = True  # what was said in it before this event is not here
            return
        if whole:
            self._put_head(head)
        elif head["change"] >= self.head["change"]:
            self.head["status"] = head.get("status", self.head["status"])
        self._note(head["change"])

    def _put_head(self, head: Wire) -> None:
        assert self.head is not None
        old = self.head
        if head["change"] >= old["change"]:
            marks = {key: max(old[key], head[key]) for key in ("agent_read_seq", "visitor_read_seq")}
            self.head = {**head, **marks}

    def _put_all(self, messages: Iterable[Wire]) -> None:
        for message in messages:
            put_message(self.messages, message)

    def _note(self, change: int) -> None:
        if self._told is not None and change > max(self._told, self.last) + 1:
            self.gaps += 1
        self._told = max(self._told or 0, change)
        if change > self.last:
            self._seen.add(change)
        self._close()

    def _reach(self, change: int) -> None:
        self.last = max(self.last, change)
        self._close()

    def _close(self) -> None:
        while self.last + 1 in self._seen:
            self.last += 1
        self._seen = {change for change in self._seen if change > self.last}


class DeskState:
    """An agent's desk. ``last_event``: where a ``sync`` begins. ``late``: news that came after an event with a higher
    number, and so would be missed by a client that was cut off in between."""

    def __init__(self) -> None:
        self.loaded = False
        self._early: list[tuple[str, Wire]] = []
        self.heads: dict[int, Wire] = {}  # as last told whole; what messages and marks add is put on top by ``view``
        self.messages: dict[int, Wire] = {}
        self.marks: dict[tuple[int, str], Wire] = {}
        self.last_event = 0
        self.late: list[str] = []

    def load(self, hello: Wire) -> None:
        """The answer to ``hello``."""
        for head in hello["conversations"]:
            self._put_head(head)
        self.last_event = hello["last_event"]
        self.loaded = True
        early, self._early = self._early, []
        for event, payload in early:
            self.apply(event, payload)
        self.late.clear()  # what came before the load was no news after it

    def open(self, opened: Wire) -> None:
        """The answer to ``open``."""
        self._put_head(opened["conversation"])
        for message in opened["messages"]:
            put_message(self.messages, message)

    def merge(self, page: Wire) -> None:
        """The answer to ``sync``."""
        for head in page["conversations"]:
            self._put_head(head)
        for message in page["messages"]:
            put_message(self.messages, message)
        for gone in page.get("gone", ()):
            self.heads.pop(gone, None)
        self.last_event = max(self.last_event, page["last_event"])

    def apply(self, event: str, payload: Wire) -> None:
        """An event of the server."""
        if not self.loaded:
            self._early.append((event, payload))
            return
        if event == "conversation":
            old = payload["id"] in self.heads and self.heads[payload["id"]]["change"] > payload["change"]
            news = self._put_head(payload)
            if payload.get("gone") and not old:
                self.heads.pop(payload["id"], None)
        elif event in {"message", "message_changed", "message_deleted"}:
            if event == "message_deleted" and "author" not in payload:
                payload = {**self.messages[payload["id"]], **payload, "text": "", "deleted": True}
            news = put_message(self.messages, payload)
        elif event == "read":
            news = self._put_mark(payload)
        else:
            return
        if news and payload["event"] < self.last_event:
            self.late.append(f"{event} {payload['event']} after {self.last_event}")
        self.last_event = max(self.last_event, payload["event"])

    def view(self) -> Wire:
        """What is compared."""
        heads = {number: {key: head.get(key) for key in _DESK_HEAD} for number, head in sorted(self.heads.items())}
        for number, head in heads.items():
            head["contact"] = {key: self.heads[number]["contact"].get(key) for key in _CONTACT}
            for side in ("visitor", "agent"):
                mark = self.marks.get((number, side), {"seq": 0, "change": 0})
                head[f"{side}_read_seq"] = max(head[f"{side}_read_seq"], mark["seq"])
                head["change"] = max(head["change"], mark["change"])
        for message in sorted(self.messages.values(), key=lambda one: int(one["seq"])):
            _put_last(heads.get(message["conversation_id"], {"last_seq": message["seq"], "change": 0}), message)
        messages = [{key: value for key, value in one.items() if key != "event"} for one in self.messages.values()]
        return {"heads": heads, "messages": shown(messages)}

    def last_seq(self, conversation_id: int) -> int:
        """The last place taken in a conversation, as far as it is known."""
        seqs = [one["seq"] for one in self.messages.values() if one["conversation_id"] == conversation_id]
        return max(seqs, default=0)

    def _put_head(self, head: Wire) -> bool:
        held = self.heads.get(head["id"])
        if held is not None and held["change"] > head["change"]:
            return False
        self.heads[head["id"]] = head
        return held is None or any(held.get(key) != head.get(key) for key in _DESK_NEWS)

    def _put_mark(self, mark: Wire) -> bool:
        key = (mark["conversation_id"], mark["side"])
        held = self.marks.get(key)
        if held is not None and held["change"] >= mark["change"]:
            return False
        self.marks[key] = mark
        head = self.heads.get(mark["conversation_id"])
        return head is None or head["change"] < mark["change"]  # a later head has the mark in it


def _put_last(head: Wire, message: Wire) -> None:
    """What a message says of its conversation's head by itself: its numbers, and that it is the last one."""
    if message["seq"] > head["last_seq"]:
        head["last_seq"] = message["seq"]
        if not message["private"]:
            head["last_message_at"] = message["at"]
            head["last_text"] = message["text"][:_LAST_TEXT_CHARS]
    head["change"] = max(head["change"], message["change"])
