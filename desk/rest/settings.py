"""REST: the settings kept in the store."""

from business.team.settings import EDIT, KEYS, Key, StoreSettings
from conversation.messages import Json, Language
from conversation.ports import Texts
from desk.rest.api import Answer, Call, Route, Schema, page_of
from desk.rest.schemas import SETTING, listed, record


class SettingRoutes:
    """What the business has set."""

    def __init__(self, settings: StoreSettings, texts: Texts) -> None:
        self._settings = settings
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        body = record({name: _schema(key) for name, key in KEYS.items()}, [], closed=True)
        return [
            Route("GET", "/settings", self.list_settings, "All settings", {200: listed(SETTING)}, permission=EDIT),
            Route(
                "PATCH",
                "/settings",
                self.change_settings,
                "Sets what is given; null goes back to the default",
                {200: listed(SETTING)},
                body=body,
                permission=EDIT,
                example={"retention.contacts_bin_days": 60, "business.name_order": None},
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
        for name, key in KEYS.items():
            one: dict[str, object] = {
                "key": name,
                "label": self._texts.get(language, key.label),
                "kind": key.kind,
                "value": values[name],
                "default": key.default,
            }
            if key.kind == "choice":
                one["choices"] = list(key.choices)
            else:
                one |= {"least": key.least, "most": key.most}
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
    return {"type": "string", "minLength": key.least, "maxLength": key.most}
