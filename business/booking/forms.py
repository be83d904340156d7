"""Names kept by language, as people write them."""

from collections.abc import Mapping
from typing import Final

from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Json
from conversation.texts import one_line

NAME_LIMIT: Final = 200
ABOUT_LIMIT: Final = 2_000


def read_forms(
    given: Mapping[str, Json], field: str, limit: int = NAME_LIMIT, *, needed: bool = True
) -> dict[str, str]:
    """The forms that are not blank, in the order of the languages. Raises Rejected invalid: for a language there is
    not, a form that is too long, and for none at all where one is ``needed``."""
    if set(given) - set(LANGUAGES):
        raise Rejected("invalid", "error.field_wrong", field=field)
    forms = {one: one_line(str(given[one])) if limit == NAME_LIMIT else str(given[one]).strip() for one in given}
    if any(len(form) > limit for form in forms.values()):
        raise Rejected("too_large", "error.text_too_long", limit=limit, field=field)
    kept: dict[str, str] = {one: forms[one] for one in LANGUAGES if forms.get(one)}
    if needed and not kept:
        raise Rejected("invalid", "error.field_missing", field=field)
    return kept
