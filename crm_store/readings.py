"""What a bot took a message for, as it is kept in the content of the bot's answer."""

from typing import Any

from sqlalchemy import select, update

from conversation.messages import Json, JsonObject, Mention, Message, Reading
from crm_store import Tx
from crm_store.models import MessageRow

_row = MessageRow


def dump(reading: Reading) -> JsonObject:
    """As it is kept."""
    mentions: list[Json] = [list(one) for one in reading.mentions]
    return {
        "message_id": reading.message_id,
        "language": reading.language,
        "intent": reading.intent,
        "confidence": reading.confidence,
        "mentions": mentions,
        "flow": reading.flow,
        "step": reading.step,
    }


def load(kept: Any) -> Reading | None:
    """What ``dump`` made; None where nothing is kept."""
    if not kept:
        return None
    return Reading(**{**kept, "mentions": tuple(Mention(*one) for one in kept["mentions"])})


def forget(tx: Tx, asked: Message) -> None:
    """Takes out what the bot took a customer's message for, in the transaction that takes the message back."""
    answers = (_row.conversation_id == asked.conversation_id, _row.client_id == f"bot:{asked.id}:0")
    for answer in tx.execute(select(_row.id, _row.content).where(*answers, _row.author_kind == "bot")):
        content = {key: value for key, value in (answer.content or {}).items() if key != "reading"}
        tx.execute(update(_row).where(_row.id == answer.id).values(content=content or None))
