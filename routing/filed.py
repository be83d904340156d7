"""Messages with files: the message and its hold on the files are one commit."""

import asyncio
from collections.abc import Callable, Sequence

from conversation.errors import BarevError
from conversation.messages import Attachment
from crm_store import Tx, attachments, conversations
from crm_store.appending import Appended, NewMessage, append_messages
from crm_store.engine import Store
from crm_store.types import dump_json

Committed = Callable[[NewMessage, tuple[Attachment, ...], Appended], None]
Refused = Callable[[BarevError], None]
_under_way: set[asyncio.Task[None]] = set()


def append_with_files(
    store: Store, new: NewMessage, owner: str, ids: Sequence[int], committed: Committed, refused: Refused
) -> None:
    """Queues a message with an owner's files for the next commit; then one of the two is called, on the loop.

    Refused with not_found where a file is not his, or goes with another message already.
    """
    task = asyncio.get_running_loop().create_task(_append(store, new, owner, ids, committed, refused))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def _append(
    store: Store, new: NewMessage, owner: str, ids: Sequence[int], committed: Committed, refused: Refused
) -> None:
    def write(tx: Tx) -> tuple[NewMessage, tuple[Attachment, ...], Appended]:
        if attachments.is_said(tx, new.author_kind, new.author_id, new.client_id):
            return new, (), _append_one(tx, new)
        files = tuple(attachments.load_unsent(tx, owner, ids))
        shown = [{key: value for key, value in one._asdict().items() if value is not None} for one in files]
        kind = new.kind if new.text else "attachment"
        whole = new._replace(content=dump_json({"attachments": shown}), kind=kind)
        appended = _append_one(tx, whole)
        attachments.send(tx, ids, appended.id, appended.contact_id)
        if appended.head_changed:
            appended = appended._replace(head=conversations.find_head(tx, appended.conversation_id))
        return whole, files, appended

    try:
        await store.writer.run(write, lambda written: committed(*written))
    except BarevError as error:
        refused(error)


def _append_one(tx: Tx, new: NewMessage) -> Appended:
    (outcome,) = append_messages(tx, [new])
    if isinstance(outcome, BarevError):
        raise outcome
    return outcome
