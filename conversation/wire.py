"""Reading what came over a wire, once and strictly; writing errors and messages: what every door shares."""

import json
import math
import re
from collections.abc import Callable
from typing import Final

from conversation.clock import to_iso
from conversation.errors import BarevError, Rejected
from conversation.language import negotiate
from conversation.messages import Attachment, Author, Json, JsonObject, Language, Message
from conversation.ports import Texts

Link = Callable[[Attachment], str]
"""The address under which a file can be had."""
DEPTH: Final = 32
"""How deep arrays and objects of what comes in may be nested."""
MAX_ID = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly


def read_json(raw: bytes | str) -> Json:
    """JSON nested within ``DEPTH``, with finite numbers, and texts that every store keeps. Raises ValueError."""
    try:
        return clean_json(json.loads(raw, parse_constant=_refuse_constant))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def clean_json(value: Json, depth: int = DEPTH) -> Json:
    """What was parsed already, as ``read_json`` has it. Raises ValueError."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("too large a number")
    if isinstance(value, list | dict) and not depth:
        raise ValueError("nested too deep")
    if isinstance(value, list):
        return [clean_json(one, depth - 1) for one in value]
    if isinstance(value, dict):
        return {clean_text(key): clean_json(one, depth - 1) for key, one in value.items()}
    return value


def clean_text(text: str) -> str:
    """Without U+0000, which PostgreSQL cannot keep; half a character becomes a question mark."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def error_body(texts: Texts, language: Language, error: BarevError) -> dict[str, object]:
    """``error_payload`` in the reader's language."""
    return error_payload(error, error_text(texts, language, error))


def error_payload(error: BarevError, message: str) -> dict[str, object]:
    """``{"code", "message", "retry_after_s"?, "field"?, ...}``: what a client is told of an error."""
    told: dict[str, object] = {**error.extra, "code": error.code, "message": message}
    if error.retry_after_s is not None:
        told["retry_after_s"] = round(error.retry_after_s, 3)
    if "field" in error.fields:
        told["field"] = error.fields["field"]
    return told


def error_text(texts: Texts, language: Language, error: BarevError) -> str:
    """The plain sentence of an error in a language; the general one of its code where it has none of its own."""
    try:
        return texts.get(language, error.text_key, **error.fields)
    except KeyError:
        return texts.get(language, f"error.{error.code}", **error.fields)


def error_ack(texts: Texts, language: Language, error: BarevError) -> dict[str, object]:
    """The acknowledgement that refuses an event."""
    return {"ok": False, "error": error_body(texts, language, error)}


def choose_language(wanted: str | None, accept_language: str | None, offered: tuple[Language, ...]) -> Language:
    """The language of a client among those the business offers, the first of which is the default."""
    language = negotiate(wanted, accept_language, offered[0])
    return language if language in offered else offered[0]


def as_object(data: Json) -> JsonObject:
    """The event's object; none at all counts as an empty one. Raises Rejected invalid."""
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Rejected("invalid", "error.payload_not_object")
    return data


def get_text(data: JsonObject, key: str, limit: int, *, default: str | None = None) -> str:
    """A text of at most ``limit`` characters, without characters no store keeps. Raises Rejected invalid, too_large."""
    value = data.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise Rejected("invalid", "error.field_missing" if value is None else "error.field_wrong", field=key)
    if len(value) > limit:
        raise Rejected("too_large", "error.text_too_long", limit=limit)
    return clean_text(value)


def get_optional_text(data: JsonObject, key: str, limit: int) -> str | None:
    """Like ``get_text``, None where absent or blank."""
    return get_text(data, key, limit, default="").strip() or None


def get_int(data: JsonObject, key: str, *, least: int = 1, most: int = MAX_ID) -> int:
    """A whole number. Raises Rejected invalid."""
    value = data.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Rejected("invalid", "error.field_missing" if value is None else "error.field_wrong", field=key)
    return value


def get_optional_int(data: JsonObject, key: str, *, least: int = 1) -> int | None:
    """Like ``get_int``, None where absent."""
    return None if data.get(key) is None else get_int(data, key, least=least)


def get_bool(data: JsonObject, key: str) -> bool:
    """A yes or no. Raises Rejected invalid."""
    value = data.get(key)
    if not isinstance(value, bool):
        raise Rejected("invalid", "error.field_missing" if value is None else "error.field_wrong", field=key)
    return value


def get_ids(data: JsonObject, key: str, most: int) -> tuple[int, ...]:
    """A list of ids, empty where absent. Raises Rejected invalid."""
    value = data.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > most:
        raise Rejected("invalid", "error.field_wrong", field=key)
    return tuple(get_int({key: item}, key) for item in value)


UUID = re.compile(r"[0-9a-fA-F]{8}(?:(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{24})")


def get_client_id(data: JsonObject) -> str:
    """The UUID the client made for a message, in the client's own spelling. Raises Rejected invalid."""
    value = data.get("client_id")
    if isinstance(value, str) and UUID.fullmatch(value):
        return value
    raise Rejected("invalid", "error.client_id_wrong", field="client_id")


def get_message_text(data: JsonObject, limit: int, *, files: bool = False) -> str:
    """A message's text: at most ``limit`` characters, and not blank unless ``files`` go with it."""
    text = get_text(data, "text", limit, default="" if files else None)
    if not text.strip():
        if files:
            return ""
        raise Rejected("invalid", "error.text_empty", field="text")
    return text


def show_author(value: Author) -> dict[str, object]:
    """Name, kind and photo; ids are not everybody's to see."""
    shown: dict[str, object] = {"kind": value.kind, "name": value.name}
    if value.photo:
        shown["photo"] = value.photo
    return shown


def show_file(value: Attachment, link: Link) -> dict[str, object]:
    """What every door shows of a file."""
    shown: dict[str, object] = {"id": value.id, "name": value.name, "mime": value.mime, "size": value.size}
    if value.width is not None and value.height is not None:
        shown["width"], shown["height"] = value.width, value.height
    shown["url"] = link(value)
    return shown


def show_message(value: Message, author: dict[str, object], link: Link) -> dict[str, object]:
    """What every door shows of a message."""
    shown: dict[str, object] = {
        "id": value.id,
        "seq": value.seq,
        "change": value.change,
        "at": to_iso(value.at),
        "author": author,
        "text": value.text,
        "kind": value.kind,
    }
    if value.client_id is not None:
        shown["client_id"] = value.client_id
    if value.reply_to is not None:
        shown["reply_to"] = value.reply_to
    if value.buttons:
        shown["buttons"] = [{"value": button.value, "label": button.label} for button in value.buttons]
    if value.choice is not None:
        shown["choice"] = value.choice
    if value.attachments:
        shown["attachments"] = [show_file(one, link) for one in value.attachments]
    if value.edited_at is not None:
        shown["edited_at"] = to_iso(value.edited_at)
    if value.deleted_at is not None:
        shown["deleted"] = True
    return shown
