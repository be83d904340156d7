"""REST: what the firm teaches its bot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, cast

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import JsonObject, Language
from conversation.ports import Texts
from conversation.wire import get_bool, get_optional_int, get_text
from crm_store.learning import EXAMPLES, SYNONYMS, UNCLEAR
from crm_store.models import NameKind
from crm_store.rows import AnyRow
from desk.rest import teaching_schemas as schemas
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import choice, list_query, listed_page, wanted
from desk.rest.schemas import listed
from desk.settings import DeskSettings
from routing.flows.catalogue import FLOWS
from routing.teaching.examples import TEACH, TEXT_CHARS, Examples, Imported
from routing.teaching.files import FORMS, Form, read_file, write_jsonl, write_rasa
from routing.teaching.intents import Intents, IntentWish
from routing.teaching.state import Learning, Standing
from routing.teaching.synonyms import NAME_CHARS, Synonyms
from routing.teaching.unclear import TeachList
from routing.understanding.corpus import INTENTS

FILE_BYTES: Final = 4 * 1024 * 1024
_WRONG_SHOWN: Final = 100
_NONE: Final = "none"
_MEDIA: Final[dict[Form, tuple[str, str]]] = {
    "jsonl": ("application/x-ndjson", "examples.jsonl"),
    "rasa": ("application/yaml", "nlu.yml"),
}
_NAMED: Final = ("greet", "goodbye", "thank", "affirm", "deny", "human")
TITLES: Final = {
    **{intent: f"flow.title.{flow.name}" for flow in FLOWS.values() for intent in flow.intents},
    **{intent: f"teaching.intent.{intent}" for intent in _NAMED},
}
"""Where the catalogue of texts has an intent's name: that of its flow, or one of its own."""
Try = Callable[[str, Language | None], Awaitable[JsonObject]]
"""Understands a text as ``barev understand`` tells it."""


@dataclass(frozen=True, slots=True)
class TeachingParts:
    """What the routes are about."""

    examples: Examples
    intents: Intents
    synonyms: Synonyms
    unclear: TeachList
    learning: Learning
    attempt: Try


class TeachingRoutes:
    """The teach list, own examples, intents and synonyms, and how the learning stands."""

    def __init__(self, settings: DeskSettings, parts: TeachingParts, texts: Texts) -> None:
        self._settings = settings
        self._parts = parts
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations; all need the same permission."""
        found = [
            Route("GET", "/understanding", self.get_standing, "How the learning stands", {200: schemas.STANDING}),
            Route("POST", "/understanding/train", self.train, "Trains once more", {202: schemas.STANDING}),
            Route(
                "POST",
                "/understanding/try",
                self.try_sentence,
                "What the bot would understand",
                {200: schemas.TRIED},
                body=schemas.TO_TRY,
                example={"text": "uzum em grancvel vaghy"},
            ),
            *self._of_examples(),
            *self._of_intents(),
            *self._of_synonyms(),
            *self._of_unclear(),
        ]
        return [replace(route, permission=TEACH) for route in found]

    def _of_examples(self) -> list[Route]:
        path, one, file = "/understanding/examples", "/understanding/examples/{id}", "/understanding/file"
        form = {"format": {"type": "string", "enum": list(FORMS)}}
        upload = {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
        query = list_query(EXAMPLES, self._settings.page, intent=schemas.INTENT_ASKED)
        media = tuple(media for media, _ in _MEDIA.values())
        added = {201: schemas.EXAMPLE}
        example: JsonObject = {"text": "есть ли у вас парковка", "intent": "address", "language": "ru"}
        return [
            Route("GET", path, self.list_examples, "The firm's own examples", {200: listed(schemas.EXAMPLE)}, query),
            Route("POST", path, self.add_example, "Adds an example", added, body=schemas.NEW_EXAMPLE, example=example),
            Route("GET", file, self.get_file, "Own examples as a file", {200: None}, form, media=media),
            Route(
                "POST",
                file,
                self.take_file,
                "Takes examples out of a file",
                {200: schemas.IMPORTED},
                form,
                upload=upload,
            ),
            Route(
                "PATCH",
                one,
                self.change_example,
                "Changes an example",
                {200: schemas.EXAMPLE},
                body=schemas.CHANGED_EXAMPLE,
            ),
            Route("DELETE", one, self.remove_example, "Removes an example", {204: None}),
        ]

    def _of_intents(self) -> list[Route]:
        path, one, shown = "/understanding/intents", "/understanding/intents/{id}", schemas.INTENT
        example: JsonObject = {
            "key": "parking",
            "titles": {"en": "Parking"},
            "answers": {"en": "There is free parking behind the house."},
        }
        return [
            Route("GET", path, self.list_intents, "Intents: everybody's and the firm's own", {200: listed(shown)}),
            Route(
                "POST",
                path,
                self.add_intent,
                "Adds an own intent",
                {201: shown},
                body=schemas.NEW_INTENT,
                example=example,
            ),
            Route("PATCH", one, self.change_intent, "Changes an own intent", {200: shown}, body=schemas.CHANGED_INTENT),
            Route("DELETE", one, self.remove_intent, "Removes an own intent and its examples", {204: None}),
        ]

    def _of_synonyms(self) -> list[Route]:
        path, shown = "/understanding/synonyms", schemas.SYNONYM
        query = list_query(SYNONYMS, self._settings.page, kind=schemas.KIND)
        example: JsonObject = {"kind": "service", "name": "маник", "stands_for": "Маникюр"}
        return [
            Route("GET", path, self.list_synonyms, "What customers call things", {200: listed(shown)}, query),
            Route(
                "POST",
                path,
                self.add_synonym,
                "Adds a synonym",
                {201: shown},
                body=schemas.NEW_SYNONYM,
                example=example,
            ),
            Route("DELETE", f"{path}/{{id}}", self.remove_synonym, "Removes a synonym", {204: None}),
        ]

    def _of_unclear(self) -> list[Route]:
        path, one, shown = "/understanding/unclear", "/understanding/unclear/{id}", schemas.UNCLEAR
        query = list_query(UNCLEAR, self._settings.page, state=schemas.STATE)
        return [
            Route("GET", path, self.list_unclear, "What the bot did not understand", {200: listed(shown)}, query),
            Route(
                "POST",
                f"{one}/label",
                self.label,
                "Says what was meant",
                {200: shown},
                body=schemas.LABELLED,
                example={"intent": "price"},
            ),
            Route("POST", f"{one}/dismiss", self.dismiss, "It is nothing to learn from", {200: shown}),
        ]

    # --- the state --------------------------------------------------------------------------------------------------

    async def get_standing(self, call: Call) -> Answer:
        """``in_force`` null: the starter model. ``last`` may be one that was refused: it was worse on the checks."""
        return Answer(_show_standing(await self._parts.learning.standing()))

    async def train(self, call: Call) -> Answer:
        """In the background; every change of the examples does so by itself."""
        return Answer(_show_standing(await self._parts.learning.begin(call.session.agent)), status=202)

    async def try_sentence(self, call: Call) -> Answer:
        """As ``barev understand`` tells it, in the firm's time and hours. Nothing is kept of it."""
        return Answer(await self._parts.attempt(get_text(call.body, "text", TEXT_CHARS), _language(call.body)))

    # --- examples ---------------------------------------------------------------------------------------------------

    async def list_examples(self, call: Call) -> Answer:
        """``intent=none``: those that no intent answers."""
        asked = call.query_text("intent") or None
        page = await self._parts.examples.page(
            wanted(call, EXAMPLES, self._settings.page), asked, outside=asked == _NONE
        )
        return listed_page(page, _show_example)

    async def add_example(self, call: Call) -> Answer:
        """The same message with another intent before: it means this from now on."""
        body = call.body
        checks = body.get("checks") is not None and get_bool(body, "checks")
        text, who = get_text(body, "text", TEXT_CHARS), call.session.agent
        row = await self._parts.examples.add(
            who, text, _intent(body), _language(body), checks=checks, remote=call.remote
        )
        return Answer(_show_example(row), status=201)

    async def change_example(self, call: Call) -> Answer:
        """What is given."""
        body = call.body
        checks = None if body.get("checks") is None else get_bool(body, "checks")
        row = await self._parts.examples.change(
            call.session.agent,
            call.path_id(),
            _intent(body),
            checks=checks,
            relabel="intent" in body,
            remote=call.remote,
        )
        return Answer(_show_example(row))

    async def remove_example(self, call: Call) -> Answer:
        """It is learned from no more."""
        await self._parts.examples.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def get_file(self, call: Call) -> Answer:
        """JSON lines hold everything; ``nlu.yml`` holds no checks, since Rasa would learn from them."""
        form = _form(call) or "jsonl"
        examples = await self._parts.examples.list_all()
        if form == "jsonl":
            text = await asyncio.to_thread(write_jsonl, examples)
        else:
            text = await asyncio.to_thread(write_rasa, examples, await self._parts.synonyms.list_pairs())
        media, name = _MEDIA[form]
        headers: dict[str, str] = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        headers["X-Content-Type-Options"] = "nosniff"
        response = web.Response(body=text.encode(), content_type=media, charset="utf-8", headers=headers)
        return Answer(None, stream=response)

    async def take_file(self, call: Call) -> Answer:
        """The form's field ``file``. Good lines are taken, and for each other one it is said what is wrong."""
        raw = await _read_upload(call)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise Rejected("invalid", "teaching.not_utf8", field="file", line=line) from error
        file = await asyncio.to_thread(read_file, text, _form(call))
        done = await self._parts.examples.take_in(call.session.agent, file, call.remote)
        return Answer(self._show_imported(done, call.language))

    # --- intents ----------------------------------------------------------------------------------------------------

    async def list_intents(self, call: Call) -> Answer:
        """All at once: a few dozen."""
        own, counts = await self._parts.intents.list_all()
        shown = [self._show_built_in(key, counts.get(key, 0), call.language) for key in INTENTS]
        return page_of([*shown, *(self._show_own(row, counts.get(row.key, 0), call.language) for row in own)], None)

    async def add_intent(self, call: Call) -> Answer:
        """It is understood once it has a few examples."""
        key = get_text(call.body, "key", 40)
        row = await self._parts.intents.add(call.session.agent, key, _wish(call.body), call.remote)
        return Answer(self._show_own(row, 0, call.language), status=201)

    async def change_intent(self, call: Call) -> Answer:
        """What is given; ``titles`` and ``answers``: exactly these."""
        row = await self._parts.intents.change(call.session.agent, call.path_id(), _wish(call.body), call.remote)
        _, counts = await self._parts.intents.list_all()
        return Answer(self._show_own(row, counts.get(row.key, 0), call.language))

    async def remove_intent(self, call: Call) -> Answer:
        """For good."""
        await self._parts.intents.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    # --- synonyms ---------------------------------------------------------------------------------------------------

    async def list_synonyms(self, call: Call) -> Answer:
        """Of services, staff and branches."""
        return listed_page(await self._parts.synonyms.page(wanted(call, SYNONYMS, self._settings.page)), _show_synonym)

    async def add_synonym(self, call: Call) -> Answer:
        """It counts from the next message on."""
        body = call.body
        name, stands_for = get_text(body, "name", NAME_CHARS), get_text(body, "stands_for", NAME_CHARS)
        kind = cast("NameKind", body["kind"])
        row = await self._parts.synonyms.add(call.session.agent, kind, name, stands_for, call.remote)
        return Answer(_show_synonym(row), status=201)

    async def remove_synonym(self, call: Call) -> Answer:
        """For good."""
        await self._parts.synonyms.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    # --- what was unclear -------------------------------------------------------------------------------------------

    async def list_unclear(self, call: Call) -> Answer:
        """Each message once, the most frequent first; ``state=open`` for those that wait."""
        return listed_page(await self._parts.unclear.page(wanted(call, UNCLEAR, self._settings.page)), _show_unclear)

    async def label(self, call: Call) -> Answer:
        """The message becomes an example, and counts from the next message on."""
        row = await self._parts.unclear.label(call.session.agent, call.path_id(), _intent(call.body), call.remote)
        return Answer(_show_unclear(row))

    async def dismiss(self, call: Call) -> Answer:
        """It is not asked again."""
        return Answer(_show_unclear(await self._parts.unclear.dismiss(call.session.agent, call.path_id(), call.remote)))

    # --- as it is shown ---------------------------------------------------------------------------------------------

    def _show_built_in(self, key: str, examples: int, language: Language) -> dict[str, object]:
        title = self._texts.get(language, TITLES[key])
        shown = {"id": None, "key": key, "title": title, "built_in": True, "examples": examples}
        return {**shown, "titles": {}, "answers": {}, "hands_over": False, "team": None}

    def _show_own(self, row: AnyRow, examples: int, language: Language) -> dict[str, object]:
        title = row.titles.get(language) or next(iter(row.titles.values()), row.key)
        return {
            "id": row.id,
            "key": row.key,
            "title": title,
            "built_in": False,
            "examples": examples,
            "titles": row.titles,
            "answers": row.answers,
            "hands_over": row.hands_over,
            "team": None if row.team_id is None else {"id": row.team_id, "name": row.team_name},
        }

    def _show_imported(self, done: Imported, language: Language) -> dict[str, object]:
        wrong = sorted(done.wrong, key=lambda one: one.number)[:_WRONG_SHOWN]
        return {
            "added": done.added,
            "known": done.known,
            "changed": done.changed,
            "intents": list(done.intents),
            "synonyms": done.synonyms,
            "wrong_count": len(done.wrong),
            "wrong": [
                {"line": one.number, "message": self._texts.get(language, one.text_key, **one.fields)} for one in wrong
            ],
        }


def _intent(body: JsonObject) -> str | None:
    intent = body.get("intent")
    return intent if isinstance(intent, str) else None


def _language(body: JsonObject) -> Language | None:
    return next((one for one in LANGUAGES if one == body.get("language")), None)


def _form(call: Call) -> Form | None:
    word = choice(call, "format", FORMS)
    return next((one for one in FORMS if one == word), None)


def _wish(body: JsonObject) -> IntentWish:
    hands_over = None if body.get("hands_over") is None else get_bool(body, "hands_over")
    team_id = (get_optional_int(body, "team_id") or 0) if "team_id" in body else None
    return IntentWish(_texts_of(body, "titles", 60), _texts_of(body, "answers", 4000), hands_over, team_id)


def _texts_of(body: JsonObject, name: str, limit: int) -> dict[str, str] | None:
    given = body.get(name)
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Rejected("invalid", "error.field_wrong", field=name)
    return {language: get_text(given, language, limit, default="") for language in given}


async def _read_upload(call: Call) -> bytes:
    if not (call.request.content_type or "").startswith("multipart/"):
        raise Rejected("invalid", "exchange.no_file", field="file")
    try:
        form = await call.request.multipart()
        while (part := await form.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "file":
                raw = bytearray()
                while chunk := await part.read_chunk():
                    raw += chunk
                    if len(raw) > FILE_BYTES:
                        raise Rejected("too_large", "error.file_too_large", field="file", limit_mb=FILE_BYTES >> 20)
                return bytes(raw)
    except (ValueError, AssertionError, web.RequestPayloadError, HttpProcessingError) as error:  # a broken form
        raise Rejected("invalid", "exchange.no_file", field="file") from error
    raise Rejected("invalid", "exchange.no_file", field="file")


def _show_example(row: AnyRow) -> dict[str, object]:
    shown = {name: getattr(row, name) for name in ("id", "text", "intent", "language", "checks", "created_by")}
    return {**shown, "created_at": to_iso(row.created_at)}


def _show_synonym(row: AnyRow) -> dict[str, object]:
    shown = {name: getattr(row, name) for name in ("id", "kind", "name", "stands_for")}
    return {**shown, "created_at": to_iso(row.created_at)}


def _show_unclear(row: AnyRow) -> dict[str, object]:
    names = ("id", "text", "language", "count", "conversation_id", "ranking", "state")
    shown = {name: getattr(row, name) for name in names}
    return {**shown, "first_at": to_iso(row.first_at), "last_at": to_iso(row.last_at)}


def _show_model(row: AnyRow | None) -> dict[str, object] | None:
    if row is None:
        return None
    names = ("id", "took_ms", "tiers", "examples", "own", "checked", "right_before", "right_after", "refused")
    return {**{name: getattr(row, name) for name in names}, "trained_at": to_iso(row.trained_at)}


def _show_standing(one: Standing) -> dict[str, object]:
    progress = one.progress
    training = progress and {"stage": progress.stage, "done": progress.done, "of": progress.total}
    return {
        "learned": one.learned,
        "training": training,
        "in_force": _show_model(one.in_force),
        "last": _show_model(one.last),
        "own": one.own,
        "checks": one.checks,
        "unclear": one.unclear,
    }
