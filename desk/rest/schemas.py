"""JSON schemas of what REST takes and gives (OpenAPI 3.1, JSON Schema 2020-12)."""

from collections.abc import Mapping
from typing import Final, get_args

from business.team.permissions import PERMISSIONS
from routing.assignment.board import Kind

Schema = Mapping[str, object]
MOST_WHOLE: Final = 2**53 - 1
MAX_TEAMS: Final = 100

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S"}
SKILL: Schema = {"type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S"}
LOGIN: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "pattern": "^[!-~\u0531-\u0556\u0561-\u0586\u10d0-\u10fa\u0400-\u0481\u048a-\u04ff]+$",
    "description": "Without spaces; Latin, Armenian, Georgian or Cyrillic letters.",
}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217."}
PERMISSION: Schema = {"type": "string", "enum": list(PERMISSIONS)}
LANGUAGE: Schema = {"type": "string", "enum": ["hy", "ka", "kk", "ru", "en"]}
STATUS: Schema = {"type": "string", "enum": ["open", "pending", "snoozed", "resolved"]}
STATUSES: Schema = {
    "type": "string",
    "pattern": "^(open|pending|snoozed|resolved)(,(open|pending|snoozed|resolved)){0,3}$",
    "description": "One, or several by comma.",
}
ASSIGNEE: Schema = {
    "type": "string",
    "pattern": "^(me|none|[1-9][0-9]{0,14})$",
    "description": "An agent's id, `me` or `none`.",
}
CHANNEL: Schema = {
    "type": "string",
    "pattern": "^[a-z][a-z0-9_]{0,31}$",
    "description": "`web`, `telegram`, `viber`, `voice`, `sms`, `email`, or a channel of your own.",
}
HANDLER: Schema = {"type": "string", "enum": ["bot", "team", "agent"]}
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


def several(item: Schema, most: int) -> Schema:
    """A list without doubles."""
    return {"type": "array", "items": item, "maxItems": most, "uniqueItems": True}


def password(shortest: int) -> Schema:
    """A new password."""
    return {"type": "string", "minLength": shortest, "maxLength": 1000}


def or_null(schema: Schema) -> Schema:
    """The thing, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def forms(most: int) -> Schema:
    """A name by language: one form at least where it is a name."""
    one = {"type": "string", "maxLength": most}
    return {
        **record(dict.fromkeys(("hy", "ka", "kk", "ru", "en"), one), [], closed=True),
        "description": "By language.",
    }


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
        "login": TEXT,
        "role": TEXT,
        "role_id": WHOLE,
        "language": LANGUAGE,
        "capacity": WHOLE,
        "disabled": {"type": "boolean"},
        "grant": {"type": "array", "items": PERMISSION},
        "deny": {"type": "array", "items": PERMISSION},
        "created_at": MOMENT,
        "last_seen_at": or_null(MOMENT),
    },
    ["id", "name", "photo", "status", "teams"],
)
PERMISSIONS_GIVEN = several(PERMISSION, len(PERMISSIONS))
PERMISSION_SHOWN = record(
    {
        "name": PERMISSION,
        "label": TEXT,
        "about": TEXT,
        "roles": {"type": "array", "items": TEXT},
        "mine": {"type": "boolean"},
    }
)
GROUND = record({"from": {"type": "string", "enum": ["role", "grant", "deny", "team"]}, "name": TEXT})
REASON = record(
    {"name": PERMISSION, "allowed": {"type": "boolean"}, "why": {"type": "array", "items": GROUND}, "text": TEXT}
)
ROLE = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "label": TEXT,
        "built_in": {"type": "boolean"},
        "permissions": {"type": "array", "items": PERMISSION},
        "agents": WHOLE,
    },
    ["id", "name", "label", "built_in", "permissions"],
)
_API_TOKEN = {
    "id": WHOLE,
    "name": TEXT,
    "prefix": TEXT,
    "scopes": {"type": "array", "items": TEXT},
    "agent": PERSON,
    "created_at": MOMENT,
    "expires_at": or_null(MOMENT),
    "last_used_at": or_null(MOMENT),
    "revoked_at": or_null(MOMENT),
}
API_TOKEN = record(_API_TOKEN)
NEW_API_TOKEN = record({**_API_TOKEN, "token": TEXT})
SETTING = record(
    {
        "key": TEXT,
        "label": TEXT,
        "kind": {"type": "string", "enum": ["whole", "text", "choice", "flag", "clock"]},
        "value": {"type": ["string", "integer", "boolean"]},
        "default": {"type": ["string", "integer", "boolean"]},
        "least": WHOLE,
        "most": WHOLE,
        "choices": {"type": "array", "items": TEXT},
        "note": {**TEXT, "description": "What is to be known of it as it is set."},
    },
    ["key", "label", "kind", "value", "default"],
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
FILE = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "mime": TEXT,
        "size": WHOLE,
        "width": WHOLE,
        "height": WHOLE,
        "url": {"type": "string", "description": "Opens without a session, for some weeks"},
    },
    ["id", "name", "mime", "size", "url"],
)
READING: Schema = {
    **record(
        {
            "message_id": WHOLE,
            "language": or_null(TEXT),
            "intent": or_null(TEXT),
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "entities": {"type": "array", "items": record({"kind": TEXT, "text": TEXT, "value": {}})},
            "flow": or_null(TEXT),
            "step": or_null(TEXT),
        }
    ),
    "description": "Of a bot's answer: what the customer's message was taken for, and where the talk stands now.",
}
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
        "channel": CHANNEL,
        "client_id": TEXT,
        "reply_to": WHOLE,
        "deleted": {"type": "boolean"},
        "edited_at": MOMENT,
        "buttons": {"type": "array", "items": record({"value": TEXT, "label": TEXT})},
        "choice": TEXT,
        "out_of_hours": {"type": "boolean"},
        "attachments": {"type": "array", "items": FILE},
        "reading": READING,
        "activity": record({"code": TEXT, "fields": {"type": "object", "additionalProperties": TEXT}}),
    },
    [
        "id",
        "conversation_id",
        "seq",
        "change",
        "event",
        "at",
        "author",
        "text",
        "kind",
        "private",
        "delivery",
        "channel",
    ],
)
DECISION = record(
    {
        "id": WHOLE,
        "at": MOMENT,
        "kind": {"type": "string", "enum": list(get_args(Kind))},
        "agent": or_null(PERSON),
        "team": or_null(PERSON),
        "policy": or_null(TEXT),
        "reason": {"type": "object"},
        "text": TEXT,
    }
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
        "handler": HANDLER,
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
        "decision": record({"code": TEXT, "fields": {"type": "object", "additionalProperties": TEXT}}),
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
TEAM = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "branch": or_null(PERSON),
        "agents": {"type": "array", "items": PERSON},
        "archived_at": or_null(MOMENT),
    }
)
BRANCH = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "timezone": TEXT,
        "country": TEXT,
        "language": LANGUAGE,
        "city": TEXT,
        "address": TEXT,
        "phone": or_null(TEXT),
        "archived_at": or_null(MOMENT),
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
_WORD = {"type": "string", "maxLength": 1000}
CREDENTIALS = record({"login": _WORD, "password": _WORD})
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
