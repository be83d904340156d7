"""What a stranger is asked before the talk begins, in his language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from conversation.messages import Language

AskedKind = Literal["name", "phone", "email", "choice", "text"]


@dataclass(frozen=True, slots=True)
class AskedField:
    """One question of the form, in the visitor's language. ``choices``: of a ``choice``, the answers there are."""

    key: str
    kind: AskedKind
    label: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedConsent:
    """The text to agree to. ``version`` rises with every change of it in any language."""

    version: int
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Asked:
    """What a stranger is asked before the talk begins."""

    fields: tuple[AskedField, ...] = ()
    consent: AskedConsent | None = None
    inbox_id: int = 0


CONSENT = "consent"
"""The key of the consent among the fields on the wire."""
_TYPES = {"name": "text", "phone": "tel", "email": "email", "choice": "choice", "text": "text"}


def show_form(asked: Asked, known: Mapping[str, str | None]) -> list[dict[str, object]]:
    """``form`` of ``hello``: what is known is filled in already."""
    form = [_show_field(one, known.get(one.key)) for one in asked.fields]
    if asked.consent is not None:
        version, text = asked.consent.version, asked.consent.text
        form.append({"key": CONSENT, "type": CONSENT, "label": text, "required": True, "version": version})
    return form


def _show_field(one: AskedField, value: str | None) -> dict[str, object]:
    field: dict[str, object] = {
        "key": one.key,
        "label": one.label,
        "type": _TYPES[one.kind],
        "required": one.required,
    }
    if one.kind == "choice":
        field["choices"] = list(one.choices)
    if value:
        field["value"] = value
    return field
