"""REST: the settings kept in the store, those of the business and those of booking."""

from collections.abc import Callable
from dataclasses import dataclass

from business.team.settings import CLOCK, EDIT, Key, StoreSettings
from conversation.messages import Json, JsonObject, Language
from conversation.ports import Texts
from desk.rest.api import Answer, Call, Route, Schema, page_of
from desk.rest.routes import named
from desk.rest.schemas import SETTING, listed, record


@dataclass(frozen=True, slots=True)
class Place:
    """Where settings are read and changed. ``readers``: the permission to see them, None for every agent; ``noun``:
    what OpenAPI calls the operations by."""

    path: str
    noun: str
    summary: str
    readers: str | None
    editors: str
    example: JsonObject


_EXAMPLE: JsonObject = {"retention.contacts_bin_days": 60, "business.name_order": None}
BUSINESS = Place("/settings", "settings", "All settings", EDIT, EDIT, _EXAMPLE)


Note = Callable[[str, Json], str | None]


def _no_note(_name: str, _value: Json) -> str | None:
    return None


class SettingRoutes:
    """What the business has set."""

    def __init__(self, settings: StoreSettings, texts: Texts, place: Place = BUSINESS, note: Note = _no_note) -> None:
        """``note``: what is to be said of a setting as it is, a key of the texts, None for nothing."""
        self._note = note
        self._settings = settings
        self._texts = texts
        self._place = place

    def routes(self) -> list[Route]:
        """The operations."""
        place = self._place
        body = record({name: _schema(key) for name, key in self._settings.keys.items()}, [], closed=True)
        return [
            Route(
                "GET",
                place.path,
                named(self.list_settings, f"list_{place.noun}"),
                place.summary,
                {200: listed(SETTING)},
                permission=place.readers,
            ),
            Route(
                "PATCH",
                place.path,
                named(self.change_settings, f"change_{place.noun}"),
                "Sets what is given; null goes back to the default",
                {200: listed(SETTING)},
                body=body,
                permission=place.editors,
                example=place.example,
            ),
        ]

    async def list_settings(self, call: Call) -> Answer:
        """With their bounds and defaults."""
        return self._answer(call.language, await self._settings.read_all())

    async def change_settings(self, call: Call) -> Answer:
        """All or nothing."""
        values = {key: _whole(value) for key, value in call.body.items()}
        return self._answer(call.language, await self._settings.change(call.session.agent, values, call.remote))

    def _answer(self, language: Language, values: dict[str, Json]) -> Answer:
        shown: list[dict[str, object]] = []
        for name, key in self._settings.keys.items():
            one: dict[str, object] = {
                "key": name,
                "label": self._texts.get(language, key.label),
                "kind": key.kind,
                "value": values[name],
                "default": key.default,
            }
            if key.kind == "choice":
                one["choices"] = list(key.choices)
            elif key.kind in ("whole", "text"):
                one |= {"least": key.least, "most": key.most}
            note = self._note(name, values[name])
            if note is not None:
                one["note"] = self._texts.get(language, note)
            shown.append(one)
        return page_of(shown, None)


def _whole(value: Json) -> Json:
    """1.0 is 1, as JSON has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _schema(key: Key) -> Schema:
    if key.kind == "whole":
        return {"type": "integer", "minimum": key.least, "maximum": key.most}
    if key.kind == "choice":
        return {"type": "string", "enum": list(key.choices)}
    if key.kind == "flag":
        return {"type": "boolean"}
    if key.kind == "clock":
        return {"type": "string", "pattern": f"^({CLOCK.pattern})$"}
    return {"type": "string", "minLength": key.least, "maxLength": key.most}
