"""Shapes of what the bot is taught, over REST."""

from typing import Final, get_args

from crm_store.models import LearnedState, NameKind
from desk.rest.schemas import ID, LANGUAGE, MOMENT, PERSON, TEXT, WHOLE, Schema, or_null, record

LANGUAGES: Final = ("hy", "ka", "kk", "ru", "en")
FLAG: Schema = {"type": "boolean"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
SAID: Schema = {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": "\\S"}
KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
KIND: Schema = {"type": "string", "enum": list(get_args(NameKind))}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S"}
STATE: Schema = {"type": "string", "enum": list(get_args(LearnedState))}
INTENT_ASKED: Schema = {
    "type": "string",
    "pattern": "^(none|[a-z][a-z0-9_]{0,39})$",
    "description": "An intent, or `none`: out of scope.",
}
LABEL: Schema = {**or_null(KEY), "description": "null: nothing that an intent answers."}
RANKED = record({"intent": TEXT, "confidence": SHARE})


def _texts(most: int) -> Schema:
    said = {"type": "string", "maxLength": most}
    return {"type": "object", "properties": dict.fromkeys(LANGUAGES, said), "additionalProperties": False}


TITLES, ANSWERS = _texts(60), _texts(4000)
EXAMPLE = record(
    {
        "id": WHOLE,
        "text": TEXT,
        "intent": or_null(TEXT),
        "language": or_null(LANGUAGE),
        "checks": {**FLAG, "description": "Not learned from: models are measured on it."},
        "created_by": or_null(TEXT),
        "created_at": MOMENT,
    }
)
NEW_EXAMPLE = record({"text": SAID, "intent": LABEL, "language": or_null(LANGUAGE), "checks": FLAG}, ["text", "intent"])
CHANGED_EXAMPLE = record({"intent": LABEL, "checks": FLAG}, [])
IMPORTED = record(
    {
        "added": WHOLE,
        "known": WHOLE,
        "changed": WHOLE,
        "intents": {"type": "array", "items": TEXT},
        "synonyms": WHOLE,
        "wrong_count": WHOLE,
        "wrong": {"type": "array", "items": record({"line": WHOLE, "message": TEXT})},
    }
)
INTENT = record(
    {
        "id": or_null(WHOLE),
        "key": TEXT,
        "title": TEXT,
        "built_in": FLAG,
        "examples": WHOLE,
        "titles": TITLES,
        "answers": ANSWERS,
        "hands_over": FLAG,
        "team": or_null(PERSON),
    }
)
_WISHED = {"titles": TITLES, "answers": ANSWERS, "hands_over": FLAG, "team_id": or_null(ID)}
NEW_INTENT = record({"key": KEY, **_WISHED}, ["key", "titles"])
CHANGED_INTENT = record(_WISHED, [])
SYNONYM = record({"id": WHOLE, "kind": KIND, "name": TEXT, "stands_for": TEXT, "created_at": MOMENT})
NEW_SYNONYM = record({"kind": KIND, "name": NAME, "stands_for": NAME})
UNCLEAR = record(
    {
        "id": WHOLE,
        "text": TEXT,
        "language": or_null(LANGUAGE),
        "count": WHOLE,
        "conversation_id": or_null(WHOLE),
        "ranking": {"type": "array", "items": RANKED},
        "state": STATE,
        "first_at": MOMENT,
        "last_at": MOMENT,
    }
)
LABELLED = record({"intent": LABEL})
TRIED = record(
    {
        "text": TEXT,
        "language": or_null(LANGUAGE),
        "intent": or_null(TEXT),
        "confidence": SHARE,
        "ranking": {"type": "array", "items": RANKED},
        "entities": {
            "type": "array",
            "items": record({"kind": TEXT, "text": TEXT, "start": WHOLE, "end": WHOLE, "value": {}}),
        },
    }
)
TO_TRY = record({"text": SAID, "language": or_null(LANGUAGE)}, ["text"])
MODEL = record(
    {
        "id": WHOLE,
        "trained_at": MOMENT,
        "took_ms": WHOLE,
        "tiers": WHOLE,
        "examples": WHOLE,
        "own": WHOLE,
        "checked": WHOLE,
        "right_before": WHOLE,
        "right_after": WHOLE,
        "refused": FLAG,
    }
)
STANDING = record(
    {
        "learned": FLAG,
        "training": or_null(
            record({"stage": {"type": "string", "enum": ["words", "vectors", "failed"]}, "done": WHOLE, "of": WHOLE})
        ),
        "in_force": or_null(MODEL),
        "last": or_null(MODEL),
        "own": WHOLE,
        "checks": WHOLE,
        "unclear": WHOLE,
    }
)
