"""A visitor's answers to the form."""

from conversation.errors import Rejected
from conversation.forms import CONSENT, Asked
from conversation.messages import JsonObject
from conversation.wire import get_text

_ANSWERS = 14


def read_answers(data: JsonObject, asked: Asked, limit: int) -> tuple[dict[str, str], int]:
    """The answers that are not blank, and the version of the consent that was agreed to (0: none). Raises Rejected
    invalid, too_large."""
    answers = data.get("answers")
    if answers is None:
        return {}, 0
    if not isinstance(answers, dict) or len(answers) > _ANSWERS or any(len(key) > 40 for key in answers):
        raise Rejected("invalid", "error.field_wrong", field="answers")
    texts = {key: value for key, value in answers.items() if key != CONSENT}
    read = {key: get_text(texts, key, limit, default="").strip() for key in texts}
    for one in asked.fields:
        if one.kind == "choice" and read.get(one.key) and read[one.key] not in one.choices:
            raise Rejected("invalid", "error.field_wrong", field=one.key)
    return {key: value for key, value in read.items() if value}, _read_agreed(answers.get(CONSENT))


def _read_agreed(value: object) -> int:
    if value in (None, "", False):
        return 0
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Rejected("invalid", "error.field_wrong", field=CONSENT)
    return int(text)
