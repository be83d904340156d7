"""Hears Viber: its events, signed with the bot's token (HMAC-SHA256 of the body, hex). An event or a kind of message
that is not known is no error: a visible note where somebody said something, silence elsewhere."""

import asyncio
import hashlib
import hmac
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from viberbot.api import viber_requests
from viberbot.api.messages import TextMessage
from viberbot.api.viber_requests import (
    ViberConversationStartedRequest,
    ViberDeliveredRequest,
    ViberFailedRequest,
    ViberSeenRequest,
    ViberSubscribedRequest,
    ViberUnsubscribedRequest,
)

from bot.viber.carrier import PRESS
from bot.viber.wire import ViberSettings, ViberWire
from conversation import clock
from conversation.channels import FarFile, FarIntake, FarPerson, Heard, Place, Shared
from conversation.errors import ChannelRejected, ChannelUnavailable, Rejected, Unavailable
from conversation.language import LANGUAGES
from conversation.messages import Language, MessageKind
from conversation.ports import AddressKey
from conversation.wire import read_json

_log = logging.getLogger(__name__)
Answer = tuple[int, Mapping[str, Any] | None]
"""The status of HTTP, and the body where one is asked for."""
_EVENTS: Final = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"]
_LINES_KEPT: Final = 10_000
_SUFFIXES: Final = {"picture": ".jpg", "video": ".mp4", "sticker": ".png"}
_FILES: Final = ("picture", "video", "file")
_TEXT_CHARS: Final = 7000
_LOOK_S: Final = 3600.0
_TRIES: Final = 5
_FAILED_KEPT: Final = 1000


class ViberWebhook:
    """``welcome``: what somebody is greeted with who opens the talk for the first time, in his language, or (True) who
    comes by a link to go on with one; ``file_limit``: bytes of a file that is taken."""

    def __init__(
        self,
        settings: ViberSettings,
        wire: ViberWire,
        intake: FarIntake,
        welcome: Callable[[Language | None, bool], str],
        file_limit: int,
    ) -> None:
        self._settings = settings
        self._wire = wire
        self._intake = intake
        self._welcome = welcome
        self._file_limit = file_limit
        self._lines: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._unknown: set[str] = set()
        self._failed: OrderedDict[str, int] = OrderedDict()

    async def listen(self) -> None:
        """Tells Viber where to call, now and then again, since an address that failed for long is dropped there."""
        if not self._settings.webhook_url:
            raise ChannelRejected("viber.webhook_url: the address is missing that Viber calls")
        body = {"url": self._settings.webhook_url, "event_types": _EVENTS, "send_name": True, "send_photo": False}
        await self._wire.ask("set_webhook", body)
        await asyncio.sleep(_LOOK_S)

    async def take(self, body: bytes, signature: str) -> Answer:
        """One call of Viber."""
        wanted = hmac.new(self._settings.token.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")):
            return 403, None
        try:
            event: Any = read_json(body)
            kind = str(event["event"])
        except (ValueError, KeyError, TypeError):
            return 400, None
        try:
            return 200, await self._hear(kind, event)
        except (Unavailable, ChannelUnavailable):
            return 503, None  # it comes again
        except Rejected as error:
            _log.warning("viber: %s was not taken: %s", kind, error.code)
            return 200, None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            _log.warning("viber: a %s that cannot be read (%s)", kind, type(error).__name__)
            return 200, None

    async def _hear(self, kind: str, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if kind == "message":
            await self._hear_message(event)
            return None
        try:
            request = viber_requests.create_request(dict(event))
        except Exception:  # its own word for what it does not know
            if kind not in self._unknown and len(self._unknown) < len(_EVENTS) * 10:
                self._unknown.add(kind)
                _log.info("viber: events of the kind %.40r are passed over", kind)
            return None
        match request:
            case ViberConversationStartedRequest():
                return await self._greet(request, event)
            case ViberSubscribedRequest():
                await self._intake.hear_coming(_address(request.user.id), _person(request.user))
            case ViberUnsubscribedRequest():
                await self._intake.hear_leaving(_address(request.user_id))
            case ViberDeliveredRequest():
                await self._intake.hear_receipt(_address(request.user_id), str(request.message_token), "delivered")
            case ViberSeenRequest():
                await self._intake.hear_receipt(_address(request.user_id), str(request.message_token), "read")
            case ViberFailedRequest():
                far_id, why = str(request.message_token), str(request.desc or "")[:80]
                await self._intake.hear_receipt(_address(request.user_id), far_id, "failed", why)
            case _:
                pass  # the webhook is being set
        return None

    async def _greet(
        self, request: ViberConversationStartedRequest, event: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """He sees the empty talk: what is answered here is shown to him, though he has not subscribed yet."""
        person = _person(request.user)
        start = str(event.get("context") or "")
        joined = await self._intake.hear_coming(_address(request.user.id), person, start) == "joined"
        if event.get("subscribed") and not joined:
            return None
        text = self._welcome(person.language, joined)
        return {**TextMessage(text=text).to_dict(), "sender": {"name": self._settings.name[:28]}}

    # --- messages

    async def _hear_message(self, event: Mapping[str, Any]) -> None:
        sender = event["sender"]
        async with self._line(str(sender["id"])):
            await self._keep_message(event)

    def _line(self, user_id: str) -> asyncio.Lock:
        """Messages of one customer are taken one after another, as they came."""
        line = self._lines.setdefault(user_id, asyncio.Lock())
        self._lines.move_to_end(user_id)
        while len(self._lines) > _LINES_KEPT and not next(iter(self._lines.values())).locked():
            self._lines.popitem(last=False)
        return line

    async def _keep_message(self, event: Mapping[str, Any]) -> None:
        said: Mapping[str, Any] = event["message"]
        address = _address(str(event["sender"]["id"]))
        person = _person_of(event["sender"])
        far_id = str(event["message_token"])
        text = str(said.get("text") or "")
        if said.get("type") == "text" and text.startswith(PRESS):
            await self._intake.hear_press(address, text.removeprefix(PRESS), None, person)
            return
        heard = await self._read(address, far_id, person, _moment(event.get("timestamp")), said)
        await self._intake.hear(heard)

    async def _read(
        self, address: AddressKey, far_id: str, person: FarPerson, at: datetime, said: Mapping[str, Any]
    ) -> Heard:
        kind, text = str(said.get("type") or ""), str(said.get("text") or "")[:_TEXT_CHARS]
        if kind == "text":
            return Heard(address, far_id, person, at, text)
        if kind == "url":
            return Heard(address, far_id, person, at, str(said.get("media") or text))
        if kind in _FILES and said.get("media"):
            return await self._read_file(address, far_id, person, at, said)
        if kind == "location":
            where = said["location"]
            place = Place(float(where["lat"]), float(where["lon"]), str(where.get("address") or "")[:200])
            return Heard(address, far_id, person, at, kind="location", place=place)
        if kind == "contact":
            card = said["contact"]
            shared = Shared(str(card.get("name") or ""), str(card.get("phone_number") or ""))
            return Heard(address, far_id, person, at, text, kind="contact", card=shared)
        return _note(address, far_id, person, at, kind or "?", text)

    async def _read_file(
        self, address: AddressKey, far_id: str, person: FarPerson, at: datetime, said: Mapping[str, Any]
    ) -> Heard:
        kind, text = str(said["type"]), str(said.get("text") or "")[:_TEXT_CHARS]
        url = str(said["media"])
        name = str(said.get("file_name") or urlsplit(url).path.rpartition("/")[2] or kind)[:200]
        if "." not in name:
            name += _SUFFIXES.get(kind, "")
        size = said.get("size") or said.get("file_size")
        if isinstance(size, int) and size > self._file_limit:
            return _note(address, far_id, person, at, name, text)
        try:
            chunks = self._wire.fetch(url, self._file_limit)
            kept = await self._intake.keep(address, FarFile(far_id, name), chunks)
        except (Rejected, ChannelRejected) as error:
            _log.info("viber: a %s is not kept: %s", kind, error)
            return _note(address, far_id, person, at, name, text)
        except ChannelUnavailable as error:
            if self._may_come_again(far_id):
                raise
            _log.warning("viber: a %s could not be fetched: %s", kind, error)
            return _note(address, far_id, person, at, name, text)
        return Heard(address, far_id, person, at, text, kind="attachment" if not text else "text", files=(kept,))

    def _may_come_again(self, far_id: str) -> bool:
        """What cannot be fetched is asked for a few times; then a note is better than silence."""
        tries = self._failed.pop(far_id, 0) + 1
        if tries < _TRIES:
            self._failed[far_id] = tries
            if len(self._failed) > _FAILED_KEPT:
                self._failed.popitem(last=False)
        return tries < _TRIES


def _note(address: AddressKey, far_id: str, person: FarPerson, at: datetime, what: str, text: str) -> Heard:
    """Something that cannot be shown here; the agent sees that it came."""
    kind: MessageKind = "unsupported"
    return Heard(address, far_id, person, at, "\n".join([f"[{what}]", *([text] if text else [])]), kind=kind)


def _address(user_id: str) -> AddressKey:
    return AddressKey("viber", str(user_id))


def _person(user: Any) -> FarPerson:
    return FarPerson(str(user.name or "")[:100], _language(user.language))


def _person_of(sender: Mapping[str, Any]) -> FarPerson:
    return FarPerson(str(sender.get("name") or "")[:100], _language(sender.get("language")))


def _language(code: object) -> Language | None:
    """Of a locale such as ``hy`` or ``ru-RU``."""
    begin = str(code or "")[:2].lower()
    return next((one for one in LANGUAGES if one == begin), None)


def _moment(stamp: object) -> datetime:
    """Milliseconds since 1970 UTC."""
    if isinstance(stamp, int) and 0 < stamp < 4_102_444_800_000:
        return datetime.fromtimestamp(stamp / 1000, UTC)
    return clock.now()
