"""JSON schemas of inboxes and blocks."""

from typing import Final

from business.inboxes import settings as given
from business.inboxes.pictures import LOGO, LOGO_MOST
from business.inboxes.service import DOMAIN
from desk.rest.schemas import CHANNEL, ID, LANGUAGE, MOMENT, NAME, SKILL, TEXT, WHOLE, Schema, or_null, record, several

LANGUAGES: Final = ("hy", "ka", "kk", "ru", "en")
_FLAG: Schema = {"type": "boolean"}


def words(most: int) -> Schema:
    """A text by language."""
    return record({one: {"type": "string", "maxLength": most} for one in LANGUAGES}, [], closed=True)


def _list(item: Schema, most: int) -> Schema:
    return {"type": "array", "items": item, "maxItems": most}


LOOK = record(
    {
        "accent": {"type": "string", "pattern": given.COLOUR},
        "scheme": {"type": "string", "enum": ["auto", "light", "dark"]},
        "side": {"type": "string", "enum": ["right", "left"]},
        "likeness": {"type": "string", "enum": ["initials", "logo", "agent"]},
        "agent_id": ID,
        "variables": record(
            {name: {"type": "string", "pattern": pattern} for name, pattern in given.VARIABLES.items()}, [], closed=True
        ),
    },
    [],
    closed=True,
)
QUESTION = record(
    {
        "key": {"type": "string", "pattern": given.KEY},
        "kind": {"type": "string", "enum": ["name", "phone", "email", "choice", "text"]},
        "label": words(given.LABEL_MOST),
        "required": _FLAG,
        "choices": _list(words(given.LABEL_MOST), given.CHOICES_MOST),
    },
    ["key", "kind"],
    closed=True,
)
PROACTIVE = record(
    {
        "key": {"type": "string", "pattern": given.KEY},
        "pages": {"type": "string", "minLength": 1, "maxLength": given.PATTERN_MOST},
        "after_s": {"type": "integer", "minimum": 0, "maximum": given.AFTER_MOST_S},
        "often": {"type": "string", "enum": ["visitor", "day", "page"]},
        "text": words(given.TEXT_MOST),
    },
    ["key", "pages", "after_s", "often", "text"],
    closed=True,
)
SETTINGS = record(
    {
        "look": LOOK,
        "texts": record(
            {"title": words(given.LABEL_MOST), "greeting": words(given.TEXT_MOST), "away": words(given.TEXT_MOST)},
            [],
            closed=True,
        ),
        "form": _list(QUESTION, given.FIELDS_MOST),
        "consent": record(
            {
                "texts": words(given.CONSENT_MOST),
                "version": {"type": "integer", "description": "Ours: it rises with every change of the words."},
            },
            [],
            closed=True,
        ),
        "buttons": _list(
            record({"label": words(given.LABEL_MOST), "text": words(given.TEXT_MOST)}, ["label"], closed=True),
            given.BUTTONS_MOST,
        ),
        "proactive": _list(PROACTIVE, given.RULES_MOST),
        "switches": record({"rating": _FLAG, "transcript": _FLAG, "sound": _FLAG, "bot": _FLAG}, [], closed=True),
    },
    [],
    closed=True,
)
_SOMEBODY = or_null(record({"id": WHOLE, "name": TEXT}))
INBOX = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "channel": CHANNEL,
        "key": TEXT,
        "branch": _SOMEBODY,
        "team": _SOMEBODY,
        "skill": or_null(TEXT),
        "allowed_domains": {"type": "array", "items": TEXT},
        "settings": {"type": "object"},
        "logo": or_null(TEXT),
        "signs": _FLAG,
        "snippet": TEXT,
    }
)
NEW_INBOX = record({"name": NAME, "team_id": ID, "branch_id": ID}, ["name"])
INBOX_CHANGE = record(
    {
        "name": NAME,
        "team_id": ID,
        "skill": {**SKILL, "description": "What the one who answers should know about."},
        "allowed_domains": several({"type": "string", "maxLength": 260, "pattern": DOMAIN}, 50),
        "settings": SETTINGS,
        "logo": {"type": "string", "maxLength": LOGO_MOST, "pattern": LOGO, "description": "A data URL; null: none."},
    },
    [],
    closed=True,
)
PREVIEW = record({"language": LANGUAGE, "settings": SETTINGS}, ["language"])
PREVIEWED = record({"config": {"type": "object"}, "hello": {"type": "object"}})
SECRET = record({"secret": TEXT})
KIND: Schema = {"type": "string", "enum": ["contact", "address", "network"]}
BLOCK = record(
    {
        "id": WHOLE,
        "kind": KIND,
        "contact": _SOMEBODY,
        "address": or_null(record({"id": WHOLE, "channel": TEXT, "value": TEXT})),
        "network": or_null(TEXT),
        "reason": TEXT,
        "until": or_null(MOMENT),
        "created_at": MOMENT,
        "created_by": TEXT,
        "holds": _FLAG,
    }
)
NEW_BLOCK = record(
    {
        "kind": KIND,
        "contact_id": ID,
        "address_id": ID,
        "network": {"type": "string", "minLength": 2, "maxLength": 50},
        "conversation_id": {**ID, "description": "Its contact, address or network is meant where none is named."},
        "reason": {"type": "string", "maxLength": 500},
        "until": MOMENT,
    },
    ["kind"],
)
