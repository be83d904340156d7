"""Sends what talks have for other channels: each address's messages in their order, at the pace that its channel bears.

A row is leased, its message is sent piece by piece, and what the far side called each piece is kept at once: whoever
dies leaves a lease that runs out, and the next one goes on behind the pieces that are known to have arrived. The piece
that was under way may have arrived: where the far side takes a piece's id once only it is sent again, elsewhere the
message is shown as uncertain, and an agent decides.
"""

import asyncio
import base64
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple

from conversation import clock
from conversation.channels import Capabilities, Carrier, FileOut, Piece, Sent, may_write
from conversation.errors import (
    BarevError,
    ChannelBlocked,
    ChannelGone,
    ChannelRejected,
    ChannelUnavailable,
    ChannelUncertain,
    Rejected,
    Unavailable,
)
from conversation.events import Event, MessageAdded, MessageDeleted, MessageEdited
from conversation.messages import Attachment, Channel, Delivery, Message
from conversation.ports import Texts
from crm_store import Tx, carried, conversations, leases, threads
from crm_store.carried import Recipient
from crm_store.engine import Store
from crm_store.outgoing import Outgoing
from routing.carrying.pace import Pace
from routing.carrying.pieces import Outbound, to_pieces
from routing.carrying.states import add_channel_line, leave, mark
from routing.carrying.together import Ready, Together
from routing.publisher import Publisher

_log = logging.getLogger(__name__)
LOOK_S: Final = 1.0
_SHARED: Final = 4
"""So many requests for many addresses are under way side by side: what may have arrived, should they break."""
_EARLIER: Final = 12
"""So many messages of a talk are named by the next one."""
End = Literal["sent", "failed", "uncertain", "expired"]


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """``attempts``: after so many failed ones a message is given up; ``lease_s``: after which what a process that died
    had taken on is another's; ``file_s``: how long one piece with a file may take; ``hours``: after which what
    could not be sent is given up."""

    attempts: int = 20
    lease_s: float = 60.0
    file_s: float = 600.0
    hours: float = 48.0


class _Task(NamedTuple):
    """All that is needed to carry a row."""

    row: Outgoing
    message: Message
    recipient: Recipient
    quote: str | None
    far_ids: tuple[str, ...]
    subject: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What pieces are made of. ``find_file``: where a file lies, by its id; ``link``: where a customer may fetch it;
    ``secret``: of their tokens."""

    texts: Texts
    find_file: Callable[[int], Awaitable[Path]]
    link: Callable[[Attachment], str]
    secret: bytes = b""


class Deliveries:
    """One a channel, in the process that holds its door."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        channel: Channel,
        carrier: Carrier,
        holder: str,
        rules: DeliveryRules,
        means: Means,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._channel = channel
        self._carrier = carrier
        self._holder = holder
        self._rules = rules
        self._means = means
        can = carrier.capabilities
        self.pace = Pace(can.per_second, can.gap_s)
        self._together = Together(carrier, can, self.pace)
        self._wake = asyncio.Event()

    def heard(self, event: MessageAdded | MessageEdited | MessageDeleted) -> None:
        """A listener: something may wait for this channel."""
        if event.message.delivery == "queued" or not isinstance(event, MessageAdded):
            self._wake.set()

    def stir(self) -> None:
        """Something may wait."""
        self._wake.set()

    async def work(self) -> None:
        """Sends until it is cancelled: lines side by side, so that none waits for another's long file. Raises
        Unavailable, and is then to be called anew."""
        running: dict[asyncio.Task[None], int] = {}
        try:
            while True:
                self._wake.clear()
                for task in [one for one in running if one.done()]:
                    del running[task]
                    task.result()
                shared = sum(rows > 1 for rows in running.values())
                taken = await self._take(self._carrier.capabilities.at_once - len(running), shared < _SHARED)
                for rows in taken:
                    task = asyncio.create_task(self._carry(rows))
                    task.add_done_callback(lambda _: self._wake.set())
                    running[task] = len(rows)
                if not taken:
                    await self._rest()
        except BarevError:  # the store's: what is on its way is not broken off
            await asyncio.gather(*running, return_exceptions=True)
            raise
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _rest(self) -> None:
        due = await self._store.read(lambda tx: carried.next_due(tx, self._channel))
        left_s = LOOK_S if due is None else max((due - clock.now()).total_seconds(), 0.0)
        try:
            async with asyncio.timeout(min(max(left_s, 0.01), LOOK_S)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def carry_due(self) -> int:
        """Sends the first of each line that is due; returns how many rows were taken."""
        taken = await self._take(self._carrier.capabilities.at_once)
        await asyncio.gather(*(self._carry(rows) for rows in taken))
        return sum(map(len, taken))

    async def _take(self, limit: int, together: bool = True) -> list[list[Outgoing]]:
        """What is to be carried side by side: rows that say the same, at most once, and single ones."""
        due = await self._store.read(lambda tx: carried.next_due(tx, self._channel)) if limit > 0 else None
        if due is None or due > clock.now():
            return []
        least = self._together.least if together else 0
        taken = await self._store.writer.run(lambda tx: self._lease(tx, limit, least), lambda one: self._tell(one[1]))
        return taken[0]

    def _lease(self, tx: Tx, limit: int, least: int) -> tuple[list[list[Outgoing]], list[Event]]:
        at, lease_s = clock.now(), self._rules.lease_s
        events: list[Event] = []
        if not self._carrier.repeatable:
            for left in filter(carried.was_on_its_way, carried.list_left(tx, self._channel, at)):
                if carried.doubt(tx, left, "interrupted while it was being sent", at):
                    events += mark(tx, left.message_id, "uncertain")
        alike: list[Outgoing] = []
        if least:
            most, fits = self._carrier.capabilities.together, self._together.fits
            alike = carried.lease_alike(tx, self._channel, self._holder, at, lease_s, least, most, fits)
        more = limit - bool(alike)
        rows = carried.lease(tx, self._channel, self._holder, at, lease_s, more) if more else []
        return [*([alike] if alike else []), *([row] for row in rows)], events

    async def _carry(self, rows: Sequence[Outgoing]) -> None:
        """For as long as it takes, the rows are ours."""
        holding = [asyncio.create_task(self._hold(row)) for row in rows]
        try:
            if len(rows) == 1:
                await self.carry_single(rows[0])
            else:
                await self._together.carry(rows, self)
        finally:
            for one in holding:
                one.cancel()
            await asyncio.gather(*holding, return_exceptions=True)

    async def _hold(self, row: Outgoing) -> None:
        while True:
            await asyncio.sleep(self._rules.lease_s / 3)
            try:
                if not await self._store.writer.run(lambda tx: carried.renew(tx, row, self._holder, self._until())):
                    return
            except BarevError:
                continue  # the store's: the next time, or the lease runs out

    def _until(self) -> datetime:
        return clock.now() + timedelta(seconds=self._rules.lease_s)

    async def carry_single(self, row: Outgoing) -> None:
        """See ``together.Steps``."""
        await self._settle(row, self._do(row))

    async def _do(self, row: Outgoing) -> tuple[End, str]:
        task = await self._store.read(lambda tx: self._load(tx, row))
        return _GONE if task is None else await self._act(task)

    async def _settle(self, row: Outgoing, doing: Awaitable[tuple[End, str]]) -> None:
        """Notes how it ends, or what is to become of it."""
        try:
            end, why = await doing
        except (ChannelBlocked, ChannelGone) as error:
            why, line = str(error), "channel_gone" if isinstance(error, ChannelGone) else "channel_left"
            await self._run(lambda tx: self._blocked(tx, row, why, line))
        except ChannelRejected as error:
            why = str(error)
            _log.warning("message %s by %s failed: %s", row.message_id, row.channel, why)
            await self._run(lambda tx: self._end(tx, row, "failed", why))
        except ChannelUnavailable as error:
            if error.for_all:
                self.pace.hold(error.retry_after_s)
            await self._later(row, str(error), error.retry_after_s)
        except (ChannelUncertain, TimeoutError) as error:
            await self._doubtful(row, str(error) or "no answer in time")
        except BarevError:
            raise  # the store's: the lease runs out
        except Exception as error:  # a driver's own fault: it is not known what was done
            _log.exception("message %s by %s", row.message_id, row.channel)
            await self._doubtful(row, type(error).__name__)
        else:
            await self._run(lambda tx: self._end(tx, row, end, why))

    # --- many rows that say the same: see ``together.Steps``

    async def list_plain(self, rows: Sequence[Outgoing]) -> list[Ready]:
        """See ``together.Steps``."""
        tasks = await self._store.read(lambda tx: [self._load(tx, row) for row in rows])
        ready = ((task, self._find_plain(task)) for task in tasks if task is not None)
        return [Ready(task.row, piece) for task, piece in ready if piece is not None]

    def _find_plain(self, task: _Task) -> Piece | None:
        can = self._carrier.capabilities
        if task.row.purpose != "message" or _done(task.row) or task.message.attachments:
            return None
        try:
            self._check(task, can)
        except ChannelRejected:
            return None
        pieces = self._pieces(task, (), can)
        plain = Piece(pieces[0].id, pieces[0].to, pieces[0].text, pieces[0].language, thread=pieces[0].thread)
        return plain if pieces == [plain] else None

    async def begin_all(self, rows: Sequence[Outgoing]) -> list[bool]:
        """See ``together.Steps``."""
        until = self._until()
        return await self._store.writer.run(lambda tx: [carried.begin(tx, row, self._holder, 0, until) for row in rows])

    async def conclude(self, row: Outgoing, outcome: Sent | Exception) -> None:
        """See ``together.Steps``."""
        await self._settle(row, self._read_outcome(row, outcome))

    async def _read_outcome(self, row: Outgoing, outcome: Sent | Exception) -> tuple[End, str]:
        if not isinstance(outcome, Sent):
            raise outcome
        return ("sent", "") if await self._progress(row, 0, outcome.id) else _LOST

    async def give_back(self, row: Outgoing, why: str) -> None:
        """See ``together.Steps``."""
        await self._store.writer.run(lambda tx: carried.put_back(tx, row, self._holder, why, clock.now(), 0.0))

    # --- one row

    def _load(self, tx: Tx, row: Outgoing) -> _Task | None:
        message = conversations.find_message(tx, row.message_id or 0)
        recipient = carried.find_recipient(tx, row.address_id or 0, row.conversation_id or 0)
        if message is None or recipient is None or (message.deleted_at is not None and row.purpose != "delete"):
            return None
        quote = None
        if message.reply_to is not None:
            quote = next(iter(carried.list_far_ids(tx, recipient.address_id, message.reply_to)), None)
        far_ids = tuple(carried.list_far_ids(tx, recipient.address_id, message.id))
        if not self._carrier.capabilities.threads:
            return _Task(row, message, recipient, quote, far_ids)
        subject = threads.find_subject(tx, message.conversation_id)
        before = threads.list_earlier(tx, recipient.address_id, message.conversation_id, message.id, _EARLIER)
        return _Task(row, message, recipient, quote, far_ids, subject, before)

    async def _files(self, message: Message) -> tuple[FileOut, ...]:
        found = []
        for one in message.attachments:
            try:
                path = await self._means.find_file(one.id)
            except Rejected:
                continue  # taken back meanwhile
            except Unavailable as error:
                raise ChannelUnavailable("a file cannot be read here", error.retry_after_s or LOOK_S) from None
            found.append(FileOut(one.id, one.name, one.mime, one.size, path, self._means.link(one)))
        return tuple(found)

    async def _act(self, task: _Task) -> tuple[End, str]:
        """Raises what the carrier raises."""
        can = self._carrier.capabilities
        if task.row.purpose == "delete":
            return await self._take_back(task, can)
        self._check(task, can)
        pieces = self._pieces(task, await self._files(task.message), can)
        if task.row.purpose == "edit":
            return await self._change(task, pieces, can)
        done = _done(task.row)
        for place, piece in enumerate(pieces):
            if place < done:
                continue
            await self.pace.turn(piece.to)
            if not await self._begin(task.row, place):
                return _LOST
            async with asyncio.timeout(can.piece_s if piece.file is None else self._rules.file_s):
                sent = await self._carrier.send(piece)
            if not await self._progress(task.row, place, sent.id):
                return _LOST
        return "sent", ""

    def _check(self, task: _Task, can: Capabilities) -> None:
        """What need not be tried. Raises ChannelRejected."""
        if task.recipient.blocked_at is not None:
            raise ChannelRejected("blocked: he does not want to hear from us by this channel")
        if not may_write(can, task.recipient.heard_at, clock.now(), task.message.template):
            raise ChannelRejected(f"window: he last wrote more than {can.window_h:g} h ago")

    def _pieces(self, task: _Task, files: tuple[FileOut, ...], can: Capabilities) -> list[Piece]:
        recipient = task.recipient
        language = recipient.language or "en"
        message, below = task.message, task.row.payload.get("below")
        if isinstance(below, str):
            message = message._replace(text=f"{message.text}\n\n{below}".strip())
        outbound = Outbound(f"barev-{message.id}", recipient.value, language, message, task.quote, files)
        pieces = to_pieces(outbound, can, self._means.texts)
        return [self._threaded(piece, task) for piece in pieces] if can.threads else pieces

    def _threaded(self, piece: Piece, task: _Task) -> Piece:
        digest = hmac.digest(self._means.secret, f"piece.{piece.id}".encode(), "sha256")
        token = base64.b32encode(digest[:10]).decode().lower()
        message = task.message
        return piece._replace(
            token=token,
            at=message.at,
            automatic=message.author.kind == "bot",
            subject=task.subject,
            earlier=task.earlier,
        )

    async def _begin(self, row: Outgoing, done: int) -> bool:
        """Notes that a piece is on its way; False where the lease was lost."""
        return await self._store.writer.run(lambda tx: carried.begin(tx, row, self._holder, done, self._until()))

    async def _progress(self, row: Outgoing, place: int, far_id: str) -> bool:
        """Keeps what a piece is called, and that it arrived; False where the lease was lost."""

        def write(tx: Tx) -> bool:
            if far_id:
                carried.name_message(tx, row.address_id or 0, far_id, row.message_id or 0, place, heard=False)
            return carried.advance(tx, row, self._holder, place + 1, self._until())

        return await self._store.writer.run(write)

    async def _take_back(self, task: _Task, can: Capabilities) -> tuple[End, str]:
        if not task.far_ids:
            return "expired", "it had not been sent"
        if not can.deletes:
            return "failed", "this channel cannot take a message back"
        for far_id in task.far_ids:
            await self.pace.turn(task.recipient.value)
            await self._carrier.delete(task.recipient.value, far_id)
        return "sent", ""

    async def _change(self, task: _Task, pieces: Sequence[Piece], can: Capabilities) -> tuple[End, str]:
        """The text that was sent becomes another; what has grown longer than its place goes behind it."""
        if not task.far_ids:
            return "expired", "it had not been sent"
        if not can.edits:
            return "failed", "this channel cannot change a message"
        if len(pieces) != len(task.far_ids):
            return "failed", "the message is too long to be changed in its place"
        for far_id, piece in zip(task.far_ids, pieces, strict=True):
            if piece.file is None or piece.text:
                await self.pace.turn(piece.to)
                await self._carrier.edit(far_id, piece)
        return "sent", ""

    # --- what became of it

    async def _run(self, write: Callable[[Tx], list[Event]]) -> None:
        await self._store.writer.run(write, self._tell)

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            self._publisher.publish(event)

    def _end(self, tx: Tx, row: Outgoing, end: End, why: str) -> list[Event]:
        if not carried.settle(tx, row, self._holder, end, why or None):
            return []
        if row.purpose == "message":
            message = conversations.find_message(tx, row.message_id or 0)
            if end == "sent" and message is not None and message.delivery == "failed":
                return []  # the far side was quicker with its report than we with our own note
            return mark(tx, row.message_id, _STATE[end])
        if end == "failed" and row.conversation_id is not None:
            return [add_channel_line(tx, row.conversation_id, f"channel_{row.purpose}_failed", row.channel)]
        return []

    def _blocked(self, tx: Tx, row: Outgoing, why: str, line: str) -> list[Event]:
        events = self._end(tx, row, "failed", why)
        return [*events, *leave(tx, row.address_id or 0, row.conversation_id, self._channel, line=line)]

    async def _later(self, row: Outgoing, why: str, wait_s: float) -> None:
        late = row.created_at is not None and row.created_at + timedelta(hours=self._rules.hours) <= clock.now()
        if row.attempts >= self._rules.attempts or late:
            _log.warning("message %s by %s is given up: %s", row.message_id, row.channel, why)
            await self._run(lambda tx: self._end(tx, row, "failed", why))
            return
        pause_s = max(leases.backoff_s(row.attempts), wait_s)
        _log.info("message %s by %s: %s; again in %g s", row.message_id, row.channel, why, pause_s)
        await self._store.writer.run(lambda tx: carried.put_back(tx, row, self._holder, why, clock.now(), pause_s))

    async def _doubtful(self, row: Outgoing, why: str) -> None:
        if self._carrier.repeatable:
            await self._later(row, why, 0.0)
            return
        _log.warning("message %s by %s may have arrived: %s", row.message_id, row.channel, why)
        await self._run(lambda tx: self._end(tx, row, "uncertain", why))


_STATE: Final[Mapping[End, Delivery]] = {
    "sent": "sent", "failed": "failed", "uncertain": "uncertain", "expired": "failed",
}  # fmt: skip


_LOST: Final[tuple[End, str]] = ("expired", "another process sends it")
_GONE: Final[tuple[End, str]] = ("expired", "taken back before it was sent")


def _done(row: Outgoing) -> int:
    """How many pieces are known to have arrived."""
    done = row.payload.get("done")
    return done if isinstance(done, int) else 0
