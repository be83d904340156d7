"""JSON schemas of what REST takes and gives (OpenAPI 3.1, JSON Schema 2020-12)."""

from collections.abc import Mapping

Schema = Mapping[str, object]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
LANGUAGE: Schema = {"type": "string", "enum": ["hy", "ka", "kk", "ru", "en"]}
STATUS: Schema = {"type": "string", "enum": ["open", "pending", "snoozed", "resolved"]}
CURSOR: Schema = {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}


def limit(most: int) -> Schema:
    """How many rows a page may hold."""
    return {"type": "integer", "minimum": 1, "maximum": most}


def record(properties: Mapping[str, object], required: list[str] | None = None, *, closed: bool = False) -> Schema:
    """An object; all properties are required unless told otherwise."""
    schema: dict[str, object] = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties) if required is None else required,
    }
    if closed:
        schema["additionalProperties"] = False
    return schema


def or_null(schema: Schema) -> Schema:
    """The thing, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(item: Schema) -> Schema:
    """A page of a list."""
    return record({"items": {"type": "array", "items": item}, "next": or_null(TEXT)})


PERSON = record({"id": WHOLE, "name": TEXT})
AGENT = record(
    {
        "id": WHOLE,
        "login": TEXT,
        "name": TEXT,
        "role": TEXT,
        "language": LANGUAGE,
        "photo": or_null(TEXT),
        "permissions": {"type": "array", "items": TEXT},
        "teams": {"type": "array", "items": WHOLE},
    }
)
AGENT_SHOWN = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "photo": or_null(TEXT),
        "status": {"type": "string", "enum": ["online", "away", "offline"]},
        "teams": {"type": "array", "items": WHOLE},
    }
)
SESSION = record({"token": TEXT, "agent": AGENT})
CONTACT = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "returning": {"type": "boolean"},
        "conversations": WHOLE,
        "note": TEXT,
        "phone": TEXT,
        "email": TEXT,
        "language": LANGUAGE,
        "last_seen_at": MOMENT,
        "created_at": MOMENT,
    },
    ["id", "name", "returning", "conversations", "note"],
)
AUTHOR = record(
    {
        "kind": {"type": "string", "enum": ["visitor", "agent", "bot", "system"]},
        "name": TEXT,
        "id": WHOLE,
        "photo": TEXT,
    },
    ["kind", "name"],
)
MESSAGE = record(
    {
        "id": WHOLE,
        "conversation_id": WHOLE,
        "seq": WHOLE,
        "change": WHOLE,
        "event": WHOLE,
        "at": MOMENT,
        "author": AUTHOR,
        "text": TEXT,
        "kind": TEXT,
        "private": {"type": "boolean"},
        "delivery": TEXT,
        "client_id": TEXT,
        "reply_to": WHOLE,
        "deleted": {"type": "boolean"},
        "edited_at": MOMENT,
    },
    ["id", "conversation_id", "seq", "change", "event", "at", "author", "text", "kind", "private", "delivery"],
)
CONVERSATION = record(
    {
        "id": WHOLE,
        "status": STATUS,
        "channel": TEXT,
        "contact": CONTACT,
        "assignee": or_null(PERSON),
        "team": or_null(PERSON),
        "branch": or_null(PERSON),
        "handler": {"type": "string", "enum": ["bot", "team", "agent"]},
        "unanswered": {"type": "boolean"},
        "last_message_at": or_null(MOMENT),
        "last_text": TEXT,
        "last_seq": WHOLE,
        "change": WHOLE,
        "event": WHOLE,
        "visitor_read_seq": WHOLE,
        "agent_read_seq": WHOLE,
        "visitor_online": {"type": "boolean"},
        "created_at": MOMENT,
        "waiting_since": MOMENT,
        "snoozed_until": MOMENT,
        "page_url": TEXT,
        "page_title": TEXT,
        "referrer": TEXT,
        "rating": WHOLE,
        "rating_text": TEXT,
    },
    [
        "id",
        "status",
        "channel",
        "contact",
        "assignee",
        "team",
        "unanswered",
        "last_message_at",
        "last_seq",
        "change",
        "event",
        "created_at",
    ],
)
BRANCH = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "timezone": TEXT,
        "country": TEXT,
        "language": LANGUAGE,
        "address": TEXT,
        "phone": or_null(TEXT),
    }
)
AUDIT = record(
    {
        "id": WHOLE,
        "at": MOMENT,
        "actor_kind": TEXT,
        "actor_id": or_null(WHOLE),
        "actor_name": TEXT,
        "action": TEXT,
        "entity": TEXT,
        "entity_id": or_null(WHOLE),
        "before": or_null({"type": "object"}),
        "after": or_null({"type": "object"}),
        "remote": or_null(TEXT),
    }
)
CREDENTIALS = record({"login": TEXT, "password": TEXT})
PROBLEM = record(
    {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "code": TEXT,
        "message": TEXT,
        "retry_after_s": {"type": "number"},
        "field": TEXT,
    },
    ["type", "title", "status", "detail", "code", "message"],
)
