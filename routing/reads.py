"""Read marks: they come in swarms, so those of a moment are written together, and only those that move forward."""

import asyncio

from conversation.errors import BarevError
from conversation.events import Audience, ReadMarked, Side
from crm_store import Tx, conversations
from crm_store.engine import Store
from routing.publisher import Publisher

_COLUMN = {"visitor": "visitor_read_seq", "agent": "agent_read_seq"}
Key = tuple[int, Side]
_Written = tuple[dict[Key, int], list[ReadMarked]]


class ReadMarks:
    """Gathers marks for ``every_s`` seconds, then writes the highest of each conversation and side in one operation."""

    def __init__(self, store: Store, publisher: Publisher, every_s: float = 0.2) -> None:
        self._store = store
        self._publisher = publisher
        self._every_s = every_s
        self._marks: dict[Key, int] = {}
        self._flushed: asyncio.Future[dict[Key, int]] | None = None
        self._task: asyncio.Task[None] | None = None

    async def mark(self, conversation_id: int, side: Side, seq: int) -> int:
        """Returns the mark as it is, after the commit; 0 for an unknown conversation. Raises Unavailable."""
        key = (conversation_id, side)
        self._marks[key] = max(seq, self._marks.get(key, 0))
        if self._flushed is None:
            loop = asyncio.get_running_loop()
            self._flushed = loop.create_future()
            self._task = loop.create_task(self._flush_later())
        return (await asyncio.shield(self._flushed)).get(key, 0)

    async def _flush_later(self) -> None:
        await asyncio.sleep(self._every_s)
        marks, flushed = self._marks, self._flushed
        self._marks, self._flushed = {}, None
        if flushed is None:
            return
        try:
            held, _ = await self._store.writer.run(lambda tx: _write(tx, marks), self._tell)
        except BarevError as error:
            flushed.set_exception(error)
            flushed.exception()  # whoever waits gets it; if all have gone, nobody needs to hear
            return
        flushed.set_result(held)

    def _tell(self, written: _Written) -> None:
        for event in written[1]:
            self._publisher.publish(event)


def _write(tx: Tx, marks: dict[Key, int]) -> _Written:
    held: dict[Key, int] = {}
    written: list[ReadMarked] = []
    for (conversation_id, side), wanted in sorted(marks.items()):
        row = conversations.lock(tx, conversation_id)
        if row is None:
            continue
        seq = min(wanted, row.last_seq)
        held[conversation_id, side] = max(seq, getattr(row, _COLUMN[side]))
        if seq > getattr(row, _COLUMN[side]):
            change, event = conversations.touch(tx, conversation_id, **{_COLUMN[side]: seq})
            audience = Audience(conversation_id, row.team_id, row.assignee_id)
            written.append(ReadMarked(audience, side, seq, change, event))
    return held, written
