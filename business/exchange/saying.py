"""The remarks of a report, in the reader's language."""

from business.exchange.headings import TARGETS
from conversation.messages import JsonObject, Language
from conversation.ports import Texts

_OF_VISITS = ("exchange.row.visit_value", "exchange.row.visit_counts")


def say(texts: Texts, language: Language, remark: JsonObject) -> str:
    """A remark in a language; the names of fields are said in it too."""
    given = remark.get("fields")
    fields: dict[str, object] = dict(given) if isinstance(given, dict) else {}
    field = fields.get("field")
    if remark["key"] in _OF_VISITS:
        fields["field"] = texts.get(language, f"exchange.visit.{field}")
    elif field in TARGETS:
        fields["field"] = texts.get(language, f"exchange.target.{field}")
    return texts.get(language, str(remark["key"]), **fields)
