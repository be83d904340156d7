"""JSON schemas of contacts and what hangs on them, and how they are shown and read."""

from desk.rest.schemas import LANGUAGE, MOMENT, PERSON, TEXT, WHOLE, Schema, or_null, record

_MOMENT = or_null(MOMENT)
_TEXT = or_null(TEXT)
YES: Schema = {"type": "boolean"}
IDS: Schema = {"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 100}
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
    }
)
WHY: Schema = {"type": "array", "items": {"type": "string", "enum": ["phone", "email", "name", "birthday"]}}
SAVED = record(
    {
        **LISTED,
        "addresses": {"type": "array", "items": ADDRESS},
        "extra_contacts": {"type": "array", "items": EXTRA},
        "subjects": {"type": "array", "items": SUBJECT},
        "duplicates": {"type": "array", "items": record({"id": WHOLE, "name": TEXT, "why": WHY})},
    }
)
CARD_BODY = record(
    {
        "name": TEXT,
        "given_name": _TEXT,
        "family_name": _TEXT,
        "patronymic": _TEXT,
        "address_form": _TEXT,
        "code": _TEXT,
        "language": or_null(LANGUAGE),
        "country": _TEXT,
        "birthday": _TEXT,
        "phone": _TEXT,
        "email": _TEXT,
        "note": TEXT,
        "source_id": or_null(WHOLE),
        "curator_id": or_null(WHOLE),
        "group_ids": IDS,
        "category_ids": IDS,
        "custom": {"type": "object"},
    },
    [],
)
EXTRA_BODY = record({"name": TEXT, "relation": TEXT, "phone": _TEXT, "email": _TEXT, "note": TEXT}, ["name"])
EXTRA_CHANGE = record({"name": TEXT, "relation": TEXT, "phone": _TEXT, "email": _TEXT, "note": TEXT}, [])
_SUBJECT = {
    "kind": SUBJECT_KIND,
    "name": TEXT,
    "birthday": _TEXT,
    "plate": _TEXT,
    "details": {"type": "object"},
    "note": TEXT,
}
SUBJECT_BODY = record(_SUBJECT, ["kind"])
SUBJECT_CHANGE = record(_SUBJECT, [])
NOTE = record({"id": WHOLE, "text": TEXT, "at": MOMENT, "edited_at": _MOMENT, "author": or_null(PERSON)})
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
    }
)
_TASK = {
    "title": TEXT,
    "note": TEXT,
    "due_at": _MOMENT,
    "assignee_id": or_null(WHOLE),
    "contact_id": or_null(WHOLE),
    "conversation_id": or_null(WHOLE),
}
TASK_BODY = record(_TASK, ["title"])
TASK_CHANGE = record({**_TASK, "done": YES}, [])
