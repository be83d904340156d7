"""JSON schemas of contacts and what hangs on them, and how they are shown and read."""

from typing import get_args

from crm_store.models import TaskKind
from desk.rest.schemas import ID, LANGUAGE, MOMENT, PERSON, TEXT, WHOLE, Schema, or_null, record

_MOMENT = or_null(MOMENT)
_TEXT = or_null(TEXT)
AFTER: Schema = {"type": "string", "maxLength": 2000, "description": "The `next` of the last page."}
YES: Schema = {"type": "boolean"}
IDS: Schema = {"type": "array", "items": ID, "maxItems": 100}
_NAME: Schema = {"type": "string", "maxLength": 200}
_FILLED: Schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S"}
_NOTE: Schema = {"type": "string", "maxLength": 10_000}
_SHORT: Schema = {"type": "string", "maxLength": 80}
_BIRTHDAY: Schema = {"type": "string", "pattern": "^([0-9]{4}-|--)[0-9]{2}-[0-9]{2}$|^$"}
_COUNTRY: Schema = {"type": "string", "pattern": "^([A-Za-z]{2})?$"}
_PHONE: Schema = {"type": "string", "maxLength": 200, "pattern": "^(.*[0-9].*)?$"}
_EMAIL: Schema = {"type": "string", "maxLength": 200, "pattern": "^([^@\\s]+@[^@\\s]+)?$"}
PLAIN: Schema = {"anyOf": [{"type": "string", "maxLength": 1000}, {"type": ["number", "boolean", "null"]}]}
_VALUES: Schema = {"type": "object", "additionalProperties": PLAIN}
CATEGORY = record({"id": WHOLE, "name": TEXT, "colour": TEXT})
ADDRESS = record(
    {
        "id": WHOLE,
        "channel": TEXT,
        "value": TEXT,
        "display": TEXT,
        "verified_at": _MOMENT,
        "consent_at": _MOMENT,
        "blocked_at": _MOMENT,
    }
)
EXTRA = record({"id": WHOLE, "name": TEXT, "relation": TEXT, "phone": _TEXT, "email": _TEXT, "note": TEXT})
SUBJECT_KIND: Schema = {"type": "string", "enum": ["child", "pet", "car", "other"]}
SUBJECT = record(
    {
        "id": WHOLE,
        "kind": SUBJECT_KIND,
        "name": TEXT,
        "birthday": _TEXT,
        "plate": _TEXT,
        "details": {"type": "object"},
        "note": TEXT,
    }
)
NEWS = record({"topic": TEXT, "since": MOMENT, "source": TEXT})
LISTED = {
    "id": WHOLE,
    "code": _TEXT,
    "name": TEXT,
    "given_name": _TEXT,
    "family_name": _TEXT,
    "patronymic": _TEXT,
    "address_form": _TEXT,
    "language": or_null(LANGUAGE),
    "country": _TEXT,
    "birthday": _TEXT,
    "phone": _TEXT,
    "email": _TEXT,
    "note": TEXT,
    "source": or_null(PERSON),
    "curator": or_null(PERSON),
    "groups": {"type": "array", "items": PERSON},
    "categories": {"type": "array", "items": CATEGORY},
    "custom": {"type": "object"},
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "last_seen_at": _MOMENT,
    "conversations": WHOLE,
    "returning": YES,
    "merged_into": or_null(WHOLE),
    "deleted_at": _MOMENT,
}
CARD = record(LISTED)
WHOLE_CARD = record(
    {
        **LISTED,
        "addresses": {"type": "array", "items": ADDRESS},
        "extra_contacts": {"type": "array", "items": EXTRA},
        "subjects": {"type": "array", "items": SUBJECT},
        "news": {"type": "array", "items": NEWS},
        "no_shows": {**WHOLE, "description": "Visits to which he did not come."},
        "late_cancels": {**WHOLE, "description": "Visits that he cancelled later than the firm asks for."},
    }
)
WHY: Schema = {"type": "array", "items": {"type": "string", "enum": ["phone", "email", "name", "birthday"]}}
SAVED = record(
    {
        **LISTED,
        "addresses": {"type": "array", "items": ADDRESS},
        "extra_contacts": {"type": "array", "items": EXTRA},
        "subjects": {"type": "array", "items": SUBJECT},
        "news": {"type": "array", "items": NEWS},
        "no_shows": {**WHOLE, "description": "Visits to which he did not come."},
        "late_cancels": {**WHOLE, "description": "Visits that he cancelled later than the firm asks for."},
        "duplicates": {"type": "array", "items": record({"id": WHOLE, "name": TEXT, "why": WHY})},
    }
)
CARD_BODY = record(
    {
        "name": _NAME,
        "given_name": _NAME,
        "family_name": _NAME,
        "patronymic": _NAME,
        "address_form": _SHORT,
        "code": _SHORT,
        "language": LANGUAGE,
        "country": _COUNTRY,
        "birthday": _BIRTHDAY,
        "phone": _PHONE,
        "email": _EMAIL,
        "note": _NOTE,
        "source_id": ID,
        "curator_id": ID,
        "group_ids": IDS,
        "category_ids": IDS,
        "custom": _VALUES,
    },
    [],
)
_EXTRA: dict[str, Schema] = {"name": _FILLED, "relation": _NAME, "phone": _PHONE, "email": _EMAIL, "note": _NOTE}
EXTRA_BODY = record(_EXTRA, ["name"])
EXTRA_CHANGE = record(_EXTRA, [])
_SUBJECT = {
    "kind": SUBJECT_KIND,
    "name": _NAME,
    "birthday": _BIRTHDAY,
    "plate": _SHORT,
    "details": _VALUES,
    "note": _NOTE,
}
SUBJECT_BODY = record(_SUBJECT, ["kind"])
SUBJECT_CHANGE = record(_SUBJECT, [])
NOTE_BODY = record({"text": {"type": "string", "minLength": 1, "maxLength": 10_000, "pattern": "\\S"}})
ADDRESS_BODY = record({"channel": {"type": "string", "enum": ["phone", "email"]}, "value": _FILLED})
OTHER_BODY = record({"other_id": ID})
CONFIRM_BODY = record({"confirm": {"type": "string", "maxLength": 400}})
NOTE = record({"id": WHOLE, "text": TEXT, "at": MOMENT, "edited_at": _MOMENT, "author": or_null(PERSON)})
TASK_KIND: Schema = {"type": "string", "enum": list(get_args(TaskKind))}
TASK = record(
    {
        "id": WHOLE,
        "title": TEXT,
        "note": TEXT,
        "due_at": _MOMENT,
        "done_at": _MOMENT,
        "done": YES,
        "overdue": YES,
        "created_at": MOMENT,
        "assignee": or_null(PERSON),
        "author": or_null(PERSON),
        "contact": or_null(PERSON),
        "conversation_id": or_null(WHOLE),
        "kind": TASK_KIND,
    }
)
_TASK = {
    "title": _FILLED,
    "note": _NOTE,
    "due_at": {**MOMENT, "pattern": "^(19|[2-8][0-9])[0-9]{2}-", "description": "From the year 1900 on, before 9000."},
    "assignee_id": ID,
    "contact_id": ID,
    "conversation_id": ID,
}
TASK_BODY = record(_TASK, ["title"])
TASK_CHANGE = record({**_TASK, "done": YES}, [])
