"""Hears gateways that call: incoming SMS and delivery reports as JSON, form or query, one or several in a call, under
the names that the settings give."""

import hmac
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import parse_qsl

from bot.sms.driver import ReportState, SmsIn, SmsReport, SmsSink
from conversation import clock
from conversation.errors import Unavailable
from conversation.messages import Json
from conversation.wire import clean_text, read_json

_log = logging.getLogger(__name__)
_MOST: Final = 1000
_ID_CHARS: Final = 200
_WHY_CHARS: Final = 80
_DIGITS: Final = re.compile(r"\d{10}(\d{3})?")
_FORM: Final = "application/x-www-form-urlencoded"
Fields = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """``secret``: what a call must know. A name is a path through objects and lists (``results.0.from``); names that
    are tried one after another stand between commas. ``each``: of a list of several; ``delivered``, ``failed``: states,
    with ``*`` and ``?`` for what may stand there; ``answer``: the body of a good answer."""

    secret: str = field(repr=False)
    each: str
    in_from: str
    in_text: str
    in_id: str
    in_at: str
    report_id: str
    report_to: str
    report_state: str
    report_why: str
    delivered: str
    failed: str
    answer: str


def check(settings: WebhookSettings) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    if len(settings.secret) < 16:
        return "sms.in_secret: at least 16 characters, so that nobody guesses it"
    return None


class SmsWebhook:
    """Reads calls, and hands what they tell to the sink."""

    def __init__(self, settings: WebhookSettings, sink: SmsSink) -> None:
        self._settings = settings
        self._sink = sink
        self._delivered = _names(settings.delivered.casefold())
        self._failed = _names(settings.failed.casefold())

    @property
    def answer(self) -> str:
        """What a gateway is told whose call was taken."""
        return self._settings.answer

    def admits(self, given: str) -> bool:
        """Whether a call knows the secret."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._settings.secret.encode())

    async def take_incoming(self, query: Fields, kind: str, body: bytes) -> int:
        """One call with SMS; the status of HTTP."""
        given = self._settings
        try:
            for one in self._each(query, kind, body):
                sender, text = _text(one, given.in_from), _text(one, given.in_text, strip=False)
                if not sender:
                    return 400
                stamp = _text(one, given.in_at)
                far_id = _text(one, given.in_id)[:_ID_CHARS]
                await self._sink.incoming(SmsIn(sender, text, far_id, _moment(stamp)))
        except ValueError:
            return 400
        except Unavailable:
            return 503  # it comes again
        return 200

    async def take_report(self, query: Fields, kind: str, body: bytes) -> int:
        """One call with delivery reports; the status of HTTP."""
        given = self._settings
        try:
            for one in self._each(query, kind, body):
                state = self._state(_text(one, given.report_state))
                far_id = _text(one, given.report_id)[:_ID_CHARS]
                if not far_id:
                    return 400
                why = _text(one, given.report_why)[:_WHY_CHARS] if state == "failed" else ""
                await self._sink.report(SmsReport(far_id, state, why, _text(one, given.report_to)))
        except ValueError:
            return 400
        except Unavailable:
            return 503
        return 200

    def _state(self, said: str) -> ReportState:
        state = said.casefold()
        if any(fnmatchcase(state, one) for one in self._failed):
            return "failed"
        return "delivered" if any(fnmatchcase(state, one) for one in self._delivered) else "sent"

    def _each(self, query: Fields, kind: str, body: bytes) -> list[Fields]:
        """What one call tells of. Raises ValueError where it cannot be read."""
        if not body.strip():
            return [query]
        if kind == _FORM:
            form = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST)
            return [{**query, **dict(form)}]
        told = read_json(body)
        listed = told if isinstance(told, list) else _first_list(told, self._settings.each)
        several = [told] if listed is None else listed
        if len(several) > _MOST:
            raise ValueError("too many")
        if not all(isinstance(one, dict) for one in several):
            raise ValueError("no objects")
        return [{**query, **one} for one in several if isinstance(one, dict)]


def _names(listed: str) -> list[str]:
    return [one.strip() for one in listed.split(",")]


def _first_list(told: Json, names: str) -> list[Json] | None:
    for name in _names(names):
        found = _find(told, name)
        if isinstance(found, list):
            return found
    return None


def _text(one: Fields, names: str, *, strip: bool = True) -> str:
    """The first of the names that says something."""
    for name in _names(names):
        found = _find(dict(one), name)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and str(found).strip():
            return clean_text(str(found).strip() if strip else str(found))
    return ""


def _find(told: Json, path: str) -> Json:
    for step in path.split("."):
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and step.isdecimal() and int(step) < len(told):
            told = told[int(step)]
        else:
            return None
    return told


def _moment(stamp: str) -> datetime:
    """Of ISO 8601, or seconds or milliseconds since 1970 UTC; now, where it is neither."""
    if _DIGITS.fullmatch(stamp):
        return datetime.fromtimestamp(int(stamp) / (1000 if len(stamp) > 10 else 1), UTC)
    try:
        found = datetime.fromisoformat(stamp)
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the latter: of the year 1 or 9999, in another zone
        return clock.now()
