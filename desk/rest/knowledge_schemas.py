"""JSON schemas of knowledge."""

from typing import Final, get_args

from business.knowledge.articles import MOST_QUESTIONS, MOST_TAGS, SLUG_CHARS, TAG_CHARS, TITLE_CHARS
from business.knowledge.markdown import BODY_CHARS
from conversation.messages import Language
from crm_store.models import ArticleAudience, ArticleKind, ArticleState
from desk.rest.schemas import ID, LANGUAGE, MOMENT, TEXT, WHOLE, Schema, or_null, record

LANGUAGES: Final = get_args(Language)
KIND: Schema = {"type": "string", "enum": list(get_args(ArticleKind))}
STATE: Schema = {"type": "string", "enum": list(get_args(ArticleState))}
AUDIENCE: Schema = {"type": "string", "enum": list(get_args(ArticleAudience))}
FLAG: Schema = {"type": "boolean"}
WORDS: Schema = {"type": "string", "maxLength": 200}
_TITLE: Schema = {"type": "string", "minLength": 1, "maxLength": TITLE_CHARS, "pattern": "\\S"}
BODY: Schema = {"type": "string", "maxLength": BODY_CHARS, "description": "Markdown; HTML in it is text."}
_ASKED: Schema = {
    "type": "array",
    "items": {"type": "string", "maxLength": TITLE_CHARS},
    "maxItems": MOST_QUESTIONS,
    "description": "Other words in which people ask for it.",
}
_TEXT_GIVEN = record({"title": _TITLE, "body": BODY, "questions": _ASKED}, ["title", "body"])
_TEXTS_GIVEN: Schema = {
    "type": "object",
    "properties": {one: or_null(_TEXT_GIVEN) for one in LANGUAGES},
    "additionalProperties": False,
    "description": "By language; null takes a language away.",
}
_OWN: dict[str, Schema] = {
    "kind": KIND,
    "slug": {
        "type": "string",
        "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
        "maxLength": SLUG_CHARS,
        "description": "Its name in addresses; made of the title where there is none.",
    },
    "state": STATE,
    "audience": {**AUDIENCE, "description": "staff: never shown or said to customers."},
    "tags": {"type": "array", "items": {"type": "string", "maxLength": TAG_CHARS}, "maxItems": MOST_TAGS},
    "question_id": {**ID, "description": "The unanswered question that it answers: it leaves the list."},
}
NEW_ARTICLE = record({**_OWN, "texts": _TEXTS_GIVEN}, ["texts"])
ARTICLE_CHANGE = record({**_OWN, "texts": _TEXTS_GIVEN}, [])
_SHOWN: dict[str, Schema] = {
    "id": WHOLE,
    "kind": KIND,
    "slug": TEXT,
    "state": STATE,
    "audience": AUDIENCE,
    "tags": {"type": "array", "items": TEXT},
    "useful": WHOLE,
    "useless": WHOLE,
    "answered": {**WHOLE, "description": "In how many conversations the bot has answered with it."},
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
ARTICLE_LISTED = record({**_SHOWN, "titles": {"type": "object", "additionalProperties": TEXT}})
_TEXT_SHOWN = record({"title": TEXT, "body": TEXT, "html": TEXT, "questions": {"type": "array", "items": TEXT}})
ARTICLE = record(
    {
        **_SHOWN,
        "texts": {"type": "object", "additionalProperties": _TEXT_SHOWN},
        "links": {"type": "object", "additionalProperties": TEXT, "description": "Its help pages, by language."},
    }
)
VERSION = record(
    {"number": WHOLE, "at": MOMENT, "author": TEXT, "titles": {"type": "object", "additionalProperties": TEXT}}
)
PASSAGE = record(
    {
        "article_id": WHOLE,
        "kind": KIND,
        "audience": AUDIENCE,
        "language": LANGUAGE,
        "title": TEXT,
        "heading": TEXT,
        "text": TEXT,
        "link": or_null(TEXT),
        "source": {**TEXT, "description": "Where it is from, in the reader's language."},
        "confidence": {"type": "number"},
        "sure": {**FLAG, "description": "Whether the bot would answer with it."},
    }
)
QUESTION = record(
    {
        "id": WHOLE,
        "question": TEXT,
        "language": LANGUAGE,
        "count": WHOLE,
        "first_at": MOMENT,
        "last_at": MOMENT,
        "conversation_id": or_null(WHOLE),
    }
)
IMPORTED = record(
    {
        "added": WHOLE,
        "changed": WHOLE,
        "faults": {"type": "array", "items": record({"name": TEXT, "message": TEXT})},
    }
)
