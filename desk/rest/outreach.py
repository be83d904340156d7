"""REST: the words in which customers are told of their visits, and how one customer wants to be told."""

from typing import Final, cast

from business.outreach.choosing import EDIT as CHOOSE
from business.outreach.choosing import ReachChoices
from business.outreach.wording import FIELDS, TELLS, TEXT_MOST, TellWording, sample
from business.team.settings import EDIT
from conversation.messages import Language
from conversation.ports import Texts
from crm_store.models import ReachWay
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import LANGUAGE, TEXT, Schema, listed, or_null, record

_NAME: Final[Schema] = {"type": "string", "enum": list(TELLS)}
_TEXT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": TEXT_MOST, "pattern": "\\S"}
_WORDS: Final = record(
    {
        "name": _NAME,
        "standard": TEXT,
        "own": or_null(TEXT),
        "preview": {"type": "string", "description": "As a customer reads it, with made-up values."},
        "fields": {"type": "array", "items": TEXT},
    }
)
_WAY: Final[Schema] = {"type": "string", "enum": ["auto", "talk", "sms", "email", "none"]}
_REACH: Final = record({"way": _WAY})


class OutreachRoutes:
    """What is said, and where."""

    def __init__(self, wording: TellWording, choices: ReachChoices, texts: Texts) -> None:
        self._wording = wording
        self._choices = choices
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        words = record(dict.fromkeys(TELLS, or_null(_TEXT)), [], closed=True)
        return [
            Route(
                "GET",
                "/outreach-texts",
                self.list_outreach_texts,
                "What customers are told of their visits, in a language",
                {200: listed(_WORDS)},
                {"language": LANGUAGE},
            ),
            Route(
                "PATCH",
                "/outreach-texts",
                self.change_outreach_texts,
                "Words what is given; null goes back to the standard text",
                {200: listed(_WORDS)},
                body=record({"language": LANGUAGE, "texts": words}),
                permission=EDIT,
                example={"language": "en", "texts": {"remind": "See you at {firm}: {date}, {time}"}},
            ),
            Route(
                "POST",
                "/outreach-texts/preview",
                self.preview_outreach_text,
                "A text as a customer would read it, with made-up values; keeps nothing",
                {200: record({"text": TEXT})},
                body=record({"language": LANGUAGE, "name": _NAME, "text": _TEXT}),
            ),
            Route(
                "GET",
                "/contacts/{id}/reach",
                self.get_reach,
                "How a customer wants to be told of his visits",
                {200: _REACH},
            ),
            Route(
                "PUT",
                "/contacts/{id}/reach",
                self.put_reach,
                "Notes how a customer wants to be told of his visits",
                {200: _REACH},
                body=_REACH,
                permission=CHOOSE,
                example={"way": "sms"},
            ),
        ]

    async def list_outreach_texts(self, call: Call) -> Answer:
        """In the reader's language where none is named."""
        language = cast("Language", call.request.query.get("language") or call.language)
        return await self._list(language)

    async def change_outreach_texts(self, call: Call) -> Answer:
        """All or nothing."""
        language, given = cast("Language", call.body["language"]), cast("dict[str, str | None]", call.body["texts"])
        await self._wording.change(call.session.agent, language, given, call.remote)
        return await self._list(language)

    async def preview_outreach_text(self, call: Call) -> Answer:
        """Refused as the text would be refused."""
        language, name, text = (str(call.body[one]) for one in ("language", "name", "text"))
        return Answer({"text": sample(self._texts, cast("Language", language), name, text)})

    async def get_reach(self, call: Call) -> Answer:
        """What he said last."""
        return Answer({"way": await self._choices.find(call.path_id())})

    async def put_reach(self, call: Call) -> Answer:
        """It counts from here on."""
        way = cast("ReachWay", call.body["way"])
        await self._choices.choose(call.session.agent, call.path_id(), way, call.remote)
        return Answer({"way": way})

    async def _list(self, language: Language) -> Answer:
        own, standard = await self._wording.read(), self._wording.standard(language)
        items: list[dict[str, object]] = [
            {
                "name": name,
                "standard": text,
                "own": own.get((language, name)),
                "preview": sample(self._texts, language, name, own.get((language, name)) or text),
                "fields": list(FIELDS),
            }
            for name, text in standard.items()
        ]
        return Answer({"items": items, "next": None})
