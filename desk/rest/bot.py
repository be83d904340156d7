"""REST: what the bot says, how its flows go, and a talk with it that nobody has."""

from typing import Final

from business.inboxes.service import EDIT
from business.inboxes.settings import has_bot
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Json, Language
from conversation.ports import Texts
from conversation.wire import get_optional_int
from crm_store import inboxes
from crm_store.bot_texts import Own
from crm_store.engine import Store
from desk.rest.api import Answer, Call, Route
from desk.rest.routes import MOST_ID
from desk.rest.schemas import ID, LANGUAGE, TEXT, WHOLE, Schema, or_null, record
from routing.flows.booking.flows import BOOKING_FLOWS
from routing.flows.booking.store import may_book
from routing.flows.catalogue import FLOWS
from routing.flows.model import AddsTask, Deed, HandsOver, Rates, Resolves
from routing.flows.outline import FlowLine, outline
from routing.flows.preview import SAYINGS_MOST, Preview, Said, Told
from routing.flows.steps import Rules
from routing.flows.wording import SECTION, TEXT_MOST, Worded, Wording, most_of

_FLAG: Schema = {"type": "boolean"}
_KEYS: Schema = {"type": "array", "items": TEXT}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_STEP = record({"name": TEXT, "kind": TEXT, "texts": _KEYS, "then": _KEYS, "optional": _FLAG})
_FLOW = record(
    {
        "name": TEXT,
        "intents": _KEYS,
        "steps": {"type": "array", "items": _STEP},
        "texts": _KEYS,
        "aside": _FLAG,
        "on_silence": {"type": "string", "enum": ["resolve", "hand_over"]},
        "silent_min": WHOLE,
    }
)
BOT = record(
    {
        "flows": {"type": "array", "items": _FLOW},
        "others": {**_KEYS, "description": "Texts that belong to no flow alone."},
        "limits": {"type": "object", "additionalProperties": WHOLE, "description": "Characters, by key of a text."},
        "inboxes": {"type": "array", "items": record({"id": WHOLE, "name": TEXT, "bot": _FLAG})},
        "rules": record({"sure": _SHARE, "unsure": _SHARE, "failures": WHOLE, "silent_min": WHOLE}),
    }
)
_TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
_BY_LANGUAGE: Schema = record({str(one): _TEXTS for one in LANGUAGES}, [])
WORDED = record(
    {
        "standard": {**_BY_LANGUAGE, "description": "By language and key, as Barev says it."},
        "firm": {**_BY_LANGUAGE, "description": "The firm's own wording over it."},
        "inbox": {**_BY_LANGUAGE, "description": "The wording of the inbox that was asked for over both."},
    }
)
_SAID = record({"text": {"type": "string", "maxLength": 2_000}, "choice": {"type": "string", "maxLength": 200}}, [])
_TOLD = record(
    {
        "text": TEXT,
        "buttons": {"type": "array", "items": record({"value": TEXT, "label": TEXT})},
        "language": TEXT,
        "intent": or_null(TEXT),
        "confidence": _SHARE,
        "entities": {"type": "array", "items": record({"kind": TEXT, "text": TEXT, "value": {}})},
        "flow": or_null(TEXT),
        "step": or_null(TEXT),
        "deeds": {
            "type": "array",
            "items": {"type": "string", "enum": ["handed_over", "resolved", "rated", "task_added"]},
            "description": "What would be done beside the answer.",
        },
        "note": {**or_null(TEXT), "description": "What the agent who takes over would read."},
    }
)
_DEEDS: Final[dict[type[Deed], str]] = {
    HandsOver: "handed_over",
    Resolves: "resolved",
    Rates: "rated",
    AddsTask: "task_added",
}


class BotRoutes:
    """The bot, as its owner sees it."""

    def __init__(self, store: Store, texts: Texts, wording: Wording, preview: Preview, rules: Rules) -> None:
        self._store = store
        self._texts = texts
        self._wording = wording
        self._preview = preview
        self._rules = rules

    def routes(self) -> list[Route]:
        """The operations."""
        inbox: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_ID}
        own: Schema = {"type": "string", "maxLength": TEXT_MOST * 2}
        return [
            Route("GET", "/bot", self.get_bot, "The bot's flows, thresholds and inboxes", {200: BOT}, permission=EDIT),
            Route(
                "GET",
                "/bot/texts",
                self.get_texts,
                "What the bot says, in five languages",
                {200: WORDED},
                query={"inbox_id": inbox},
                permission=EDIT,
            ),
            Route(
                "PATCH",
                "/bot/texts",
                self.change_texts,
                "Words what is given, for the firm or for an inbox; null: back to what holds without it",
                {200: WORDED},
                body=record(
                    {
                        "inbox_id": or_null(ID),
                        "language": LANGUAGE,
                        "texts": {"type": "object", "additionalProperties": or_null(own), "minProperties": 1},
                    },
                    ["language", "texts"],
                ),
                permission=EDIT,
                example={"language": "en", "texts": {"thanks": "My pleasure!"}},
            ),
            Route(
                "POST",
                "/bot/preview",
                self.play,
                "What the bot would answer with these texts; keeps nothing",
                {200: record({"inbox_id": ID, "answers": {"type": "array", "items": _TOLD}})},
                body=record(
                    {
                        "inbox_id": or_null(ID),
                        "language": LANGUAGE,
                        "texts": {"type": "object", "additionalProperties": own},
                        "said": {"type": "array", "items": _SAID, "maxItems": SAYINGS_MOST},
                    },
                    ["language", "said"],
                ),
                permission=EDIT,
                example={"language": "en", "said": [{"text": "Where are you?"}]},
            ),
        ]

    async def get_bot(self, call: Call) -> Answer:
        """Flows as they are drawn."""
        keys = list(self._texts.section("en", SECTION))
        rows, books = await self._store.read(lambda tx: (inboxes.list_web(tx), may_book(tx)))
        flows, others = outline({**FLOWS, **BOOKING_FLOWS} if books else FLOWS, keys)
        rules = self._rules
        return Answer(
            {
                "flows": [_show_flow(one) for one in flows],
                "others": others,
                "limits": {key: most_of(key) for key in keys},
                "inboxes": [{"id": row.id, "name": row.name, "bot": has_bot(row.settings)} for row in rows],
                "rules": {
                    "sure": rules.sure,
                    "unsure": rules.unsure,
                    "failures": rules.failures,
                    "silent_min": rules.silent_min,
                },
            }
        )

    async def get_texts(self, call: Call) -> Answer:
        """Without an inbox: the firm's."""
        return Answer(_show(await self._wording.read(call.query_int("inbox_id", None, 1, MOST_ID))))

    async def change_texts(self, call: Call) -> Answer:
        """All or nothing; from the bot's next answer on."""
        given = call.body["texts"]
        texts = {key: None if text is None else str(text) for key, text in _bag(given).items()}
        inbox_id = get_optional_int(call.body, "inbox_id")
        changed = await self._wording.change(call.session.agent, inbox_id, _language(call), texts, call.remote)
        return Answer(_show(changed))

    async def play(self, call: Call) -> Answer:
        """A draft must be one that could be kept. Without an inbox: as in the first of the website's."""
        draft = self._wording.check(
            _language(call), {key: str(text) for key, text in _bag(call.body.get("texts")).items()}
        )
        texts = {key: text for key, text in draft.items() if text is not None}
        inbox_id = get_optional_int(call.body, "inbox_id")
        if inbox_id is None:
            rows = await self._store.read(inboxes.list_web)
            if not rows:
                raise Rejected("not_found", "error.inbox_not_found")
            inbox_id = int(rows[0].id)
        listed = call.body["said"]
        said = [_said(one) for one in (listed if isinstance(listed, list) else [])]
        told = await self._preview.play(inbox_id, _language(call), texts, said)
        return Answer({"inbox_id": inbox_id, "answers": [_show_told(one) for one in told]})


def _language(call: Call) -> Language:
    return next(one for one in LANGUAGES if one == call.body["language"])


def _bag(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _said(value: Json) -> Said:
    given = _bag(value)
    choice = given.get("choice")
    return Said(str(given.get("text") or ""), None if choice is None else str(choice))


def _show_flow(flow: FlowLine) -> dict[str, object]:
    return {
        "name": flow.name,
        "intents": list(flow.intents),
        "steps": [
            {"name": one.name, "kind": one.kind, "texts": one.texts, "then": one.then, "optional": one.optional}
            for one in flow.steps
        ],
        "texts": flow.texts,
        "aside": flow.aside,
        "on_silence": flow.on_silence,
        "silent_min": flow.silent_min,
    }


def _show(worded: Worded) -> dict[str, object]:
    return {
        "standard": _by_language(worded.standard),
        "firm": _by_language(worded.firm),
        "inbox": _by_language(worded.inbox),
    }


def _by_language(own: Own) -> dict[str, dict[str, str]]:
    shown: dict[str, dict[str, str]] = {one: {} for one in LANGUAGES}
    for (language, key), text in own.items():
        shown[language][key] = text
    return shown


def _show_told(told: Told) -> dict[str, object]:
    understood, decision = told.understood, told.decision
    over = next((deed for deed in decision.deeds if isinstance(deed, HandsOver)), None)
    return {
        "text": "\n\n".join(one.text for one in decision.replies),
        "buttons": [{"value": one.value, "label": one.label} for reply in decision.replies for one in reply.buttons],
        "language": decision.state.language,
        "intent": understood.intent,
        "confidence": understood.confidence,
        "entities": [{"kind": one.kind, "text": one.text, "value": one.value} for one in understood.entities],
        "flow": told.flow or None,
        "step": told.step or None,
        "deeds": [_DEEDS[type(deed)] for deed in decision.deeds if type(deed) in _DEEDS],
        "note": None if over is None else over.summary,
    }
