"""Telegram in tests: a server of the Bot API with the methods that the product uses, their documented answers and
errors, and people who write to the bot. Its flood limits are errors: who breaks them is told so, and ``floods`` counts.
"""

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

WAIT_S = 60.0
TOKEN = "4242:AAH-a_token-of_the-tests_0123456789abc"
ME = {"id": 4242, "is_bot": True, "first_name": "Salon", "username": "salon_test_bot", "can_join_groups": True}
PER_SECOND = 30
GAP_S = 0.7  # a second over there; what leaves at one pace does not arrive at it
Wire = dict[str, Any]
_FILES = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendVideo": "video",
    "sendAnimation": "animation",
}


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.wire = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.wire["parameters"] = parameters


def bad(words: str) -> Refused:
    """A 400."""
    return Refused(400, f"Bad Request: {words}")


@dataclass
class Person:
    """Somebody with Telegram."""

    id: int
    first_name: str = "Ani"
    language_code: str = "en"
    username: str | None = None

    @property
    def user(self) -> Wire:
        """As a ``User``."""
        shown = {"id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": self.language_code}
        return shown | ({"username": self.username} if self.username else {})

    @property
    def chat(self) -> Wire:
        """His chat with the bot, as a ``Chat``."""
        return {"id": self.id, "type": "private", "first_name": self.first_name}


@dataclass
class TelegramApi:
    """The server. ``sent``: what the bot said, in its order, each as the ``Message`` that was made of it; ``asked``:
    every other request; ``fails``: by method, what the next requests get instead; ``late``: likewise, but it was done.
    While ``held`` is set, what is sent arrives and is not answered."""

    port: int = 0
    token: str = TOKEN
    strict: bool = True
    sent: list[Wire] = field(default_factory=list)
    asked: list[tuple[str, Wire]] = field(default_factory=list)
    fails: dict[str, list[Refused]] = field(default_factory=lambda: defaultdict(list))
    late: dict[str, list[Refused]] = field(default_factory=lambda: defaultdict(list))
    held: asyncio.Event | None = None
    blocked: set[int] = field(default_factory=set)
    floods: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    messages: dict[tuple[int, int], Wire] = field(default_factory=dict)
    webhook: Wire = field(default_factory=dict)
    updates: list[Wire] = field(default_factory=list)
    confirmed: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _poller: object = None
    _last_message: int = 100
    _last_update: int = 5000
    _times: dict[int, float] = field(default_factory=dict)
    _spent: tuple[float, float] = (0.0, 0.0)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    # --- what people do

    async def tell(self, **update: Any) -> int:
        """An update; its number. Where a webhook is set, it is called until it has taken it."""
        async with self._news:
            self._last_update += 1
            told = {"update_id": self._last_update, **update}
            if not self.webhook:
                self.updates.append(told)
            self._news.notify_all()
        if self.webhook:
            await self.call(told)
        return int(told["update_id"])

    async def call(self, told: Wire, secret: str | None = None) -> int:
        """Calls the webhook until it is taken; with another ``secret`` once. The status of the answer."""
        given = self.webhook["secret_token"] if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": given}
        async with aiohttp.ClientSession() as far, asyncio.timeout(WAIT_S):
            while True:
                async with far.post(self.webhook["url"], json=told, headers=headers) as answer:
                    if answer.status == 200 or secret is not None:
                        return answer.status
                await asyncio.sleep(0.1)  # it was not taken: it is called again, as Telegram does

    def message(self, who: Person, **content: Any) -> Wire:
        """Something of his, as a ``Message``; not told yet."""
        self._last_message += 1
        made: Wire = {"message_id": self._last_message, "date": int(time.time()), "chat": who.chat, "from": who.user}
        made |= content
        self.messages[made["chat"]["id"], self._last_message] = made
        return made

    async def says(self, who: Person, text: str, **more: Any) -> int:
        """He writes; the message's id."""
        said = self.message(who, text=text, **more)
        await self.tell(message=said)
        return int(said["message_id"])

    async def presses(self, who: Person, message: Wire, label: str) -> str:
        """He presses a button; the id of the query."""
        keys = [key for row in message["reply_markup"]["inline_keyboard"] for key in row]
        (data,) = [key["callback_data"] for key in keys if key["text"] == label]
        query_id = f"q{self._last_update + 1}"
        query = {"id": query_id, "from": who.user, "message": message, "chat_instance": "1", "data": data}
        await self.tell(callback_query=query)
        return query_id

    async def edits(self, who: Person, message_id: int, **content: Any) -> int:
        """He changes what he wrote; the number of the update."""
        message = self.messages[who.id, message_id]
        message |= content | {"edit_date": int(time.time())}
        return await self.tell(edited_message=message)

    # --- what tests look at

    async def until(self, look: Callable[[], bool]) -> None:
        """Waits until it is so."""
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(look)

    def said_to(self, who: int) -> list[Wire]:
        """What the bot said in a chat."""
        return [one for one in self.sent if one["chat"]["id"] == who]

    async def heard(self, who: Person, count: int = 1) -> list[Wire]:
        """What the bot said to somebody, as soon as it is so much."""
        await self.until(lambda: len(self.said_to(who.id)) >= count)
        return self.said_to(who.id)

    async def asked_for(self, method: str, count: int = 1) -> list[Wire]:
        """The requests of a method, as soon as there are so many."""
        await self.until(lambda: sum(name == method for name, _ in self.asked) >= count)
        return [given for name, given in self.asked if name == method]

    async def taken(self, update_id: int) -> None:
        """Waits until an update is confirmed."""
        await self.until(lambda: self.confirmed > update_id)

    # --- the wire

    async def handle(self, request: web.Request) -> web.Response:
        """``/bot<token>/<method>``"""
        try:
            token = request.match_info["token"]
            if not re.fullmatch(r"\d+:[\w-]{30,}", token):
                raise Refused(404, "Not Found")
            if token != self.token:
                raise Refused(401, "Unauthorized")
            given = await _read(request)
            result = await self._do(request.match_info["method"], given)
        except Refused as refused:
            return web.json_response(refused.wire, status=refused.code)
        finally:
            async with self._news:
                self._news.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def _do(self, method: str, given: Wire) -> Any:
        if self.fails[method]:
            raise self.fails[method].pop(0)
        if method in ("sendMessage", *_FILES):
            result = self._send(method, given)
            async with self._news:
                self._news.notify_all()
            if self.held is not None:
                await self.held.wait()
        else:
            if method != "getUpdates":
                self.asked.append((method, given))
            act = getattr(self, f"_{method}", None)
            if act is None:
                raise Refused(404, "Not Found: method not found")
            result = act(given)
            result = await result if asyncio.iscoroutine(result) else result
        if self.late[method]:
            raise self.late[method].pop(0)
        return result

    async def fetch(self, request: web.Request) -> web.Response:
        """``/file/bot<token>/<path>``"""
        content = self.files.get(request.match_info["path"])
        if request.match_info["token"] != self.token or content is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=content)

    def _flood(self, chat: int) -> None:
        """So many a second, of which at most a second's worth at once: a moment in which this server itself stood
        still is no fault of who sends."""
        now = time.monotonic()
        then, spent = self._spent
        spent = max(0.0, spent - (now - then) * PER_SECOND)
        if self.strict and (now - self._times.get(chat, -GAP_S) < GAP_S or spent + 1 > PER_SECOND):
            self.floods += 1
            raise Refused(429, "Too Many Requests: retry after 1", retry_after=1)
        self._times[chat] = now
        self._spent = now, spent + 1

    def _chat(self, given: Wire) -> int:
        chat = int(given["chat_id"])
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not any(one == chat for one, _ in self.messages):
            raise bad("chat not found")
        return chat

    def _send(self, method: str, given: Wire) -> Wire:
        chat = self._chat(given)
        self._flood(chat)
        kind = _FILES.get(method)
        text, most = (given.get("text", ""), 4096) if kind is None else (given.get("caption", ""), 1024)
        if kind is None and not text.strip():
            raise bad("message text is empty")
        if len(text.encode("utf-16-le")) // 2 > most:
            raise bad("message is too long" if kind is None else "message caption is too long")
        self._last_message += 1
        made: Wire = {
            "message_id": self._last_message,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private"},
            "from": ME,
            "text" if kind is None else "caption": text,
        }
        made |= _markup(given)
        if "business_connection_id" in given:
            made["business_connection_id"] = given["business_connection_id"]
        quote = given.get("reply_parameters")
        if quote is not None:
            found = self.messages.get((chat, quote["message_id"]))
            if found is None and not quote.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
            if found is not None:
                made["reply_to_message"] = found
        if kind is not None:
            made |= self._file(kind, given)
        self.messages[chat, made["message_id"]] = made
        self.sent.append(made)
        return made

    def _file(self, kind: str, given: Wire) -> Wire:
        name, content = given[kind]
        if len(content) > 50 * 1024 * 1024:
            raise Refused(413, "Request Entity Too Large")
        if kind == "photo" and not content.startswith((b"\xff\xd8", b"\x89PNG")):
            raise bad("IMAGE_PROCESS_FAILED")
        shown: Wire = {"file_id": f"f{len(self.files)}", "file_unique_id": f"u{len(self.files)}"}
        shown["file_size"] = len(content)
        self.files[f"sent/{shown['file_id']}"] = content
        if kind == "photo":
            return {"photo": [{**shown, "width": 90, "height": 90}]}
        more = {"voice": {"duration": 1}, "audio": {"duration": 1}}.get(kind, {})
        if kind in ("video", "animation"):
            more = {"duration": 1, "width": 90, "height": 90}
        return {kind: {**shown, "file_name": name, **more}}

    def _known(self, given: Wire, words: str) -> Wire:
        found = self.messages.get((self._chat(given), int(given["message_id"])))
        if found is None:
            raise bad(words)
        return found

    def _getMe(self, given: Wire) -> Wire:  # noqa: N802  # Telegram's names
        return {**ME, "can_connect_to_business": True, "has_main_web_app": False}

    async def _getUpdates(self, given: Wire) -> list[Wire]:  # noqa: N802
        if self.webhook:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refused(409, f"Conflict: {words}")
        me = self._poller = object()
        offset = int(given.get("offset", 0))
        async with self._news:
            self.confirmed = max(self.confirmed, offset)
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
            self._news.notify_all()
            try:
                async with asyncio.timeout(float(given.get("timeout", 0))):
                    await self._news.wait_for(lambda: bool(self.updates) or self._poller is not me)
            except TimeoutError:
                return []
        if self._poller is not me:
            words = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refused(409, f"Conflict: {words}")
        return self.updates[: int(given.get("limit", 100))]

    def _setWebhook(self, given: Wire) -> bool:  # noqa: N802
        self.webhook = given
        return True

    def _deleteWebhook(self, given: Wire) -> bool:  # noqa: N802
        self.webhook = {}
        return True

    def _getWebhookInfo(self, given: Wire) -> Wire:  # noqa: N802
        shown = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        return shown | {key: self.webhook[key] for key in ("max_connections",) if key in self.webhook}

    def _editMessageText(self, given: Wire, part: str = "text") -> Wire:  # noqa: N802
        found = self._known(given, "message to edit not found")
        if found["from"] != ME:
            raise bad("message can't be edited")
        markup = given.get("reply_markup")
        if found.get(part) == given[part] and found.get("reply_markup") == markup:
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        found |= {part: given[part], "edit_date": int(time.time())}
        found |= {"reply_markup": markup} if markup else {}
        return found

    def _editMessageCaption(self, given: Wire) -> Wire:  # noqa: N802
        return self._editMessageText(given, "caption")

    def _deleteMessage(self, given: Wire) -> bool:  # noqa: N802
        found = self._known(given, "message to delete not found")
        if time.time() - found["date"] > 48 * 3600:
            raise bad("message can't be deleted for everyone")
        del self.messages[int(given["chat_id"]), int(given["message_id"])]
        return True

    def _deleteBusinessMessages(self, given: Wire) -> bool:  # noqa: N802
        return True

    def _answerCallbackQuery(self, given: Wire) -> bool:  # noqa: N802
        return True

    def _sendChatAction(self, given: Wire) -> bool:  # noqa: N802
        self._chat(given)
        return True

    def _leaveChat(self, given: Wire) -> bool:  # noqa: N802
        return True

    def _getFile(self, given: Wire) -> Wire:  # noqa: N802
        content = self.files.get(f"far/{given['file_id']}")
        if content is None:
            raise bad("invalid file_id")
        if len(content) > 20 * 1024 * 1024:
            raise bad("file is too big")
        path = f"far/{given['file_id']}"
        return {
            "file_id": given["file_id"],
            "file_unique_id": "x",
            "file_size": len(content),
            "file_path": path,
        }


def _markup(given: Wire) -> Wire:
    """The buttons; the real one does not answer with what stands in place of the keyboard, this one keeps it too."""
    asked: Wire = given.get("reply_markup", {})
    if "keyboard" in asked and "business_connection_id" in given:
        raise bad("BUSINESS_PEER_INVALID")
    rows = asked.get("inline_keyboard", ())
    if not all(1 <= len(key["callback_data"].encode()) <= 64 for row in rows for key in row):
        raise bad("BUTTON_DATA_INVALID")
    return {"reply_markup": asked} if rows or "keyboard" in asked else {}


async def _read(request: web.Request) -> Wire:
    """What is given, by query, form or JSON; what is JSON inside is read, files are their name and content."""
    given: Wire = dict(request.query)
    if request.content_type == "application/json":
        body: Wire = await request.json()
        return given | body
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            given[key] = (value.filename, value.file.read())
        else:
            given[key] = value
    for key, value in given.items():
        if isinstance(value, str) and value[:1] in "[{" and key not in ("text", "caption"):
            given[key] = json.loads(value)
        elif isinstance(value, str) and value.startswith("attach://"):
            given[key] = given[value.removeprefix("attach://")]
    return given


@asynccontextmanager
async def telegram_api() -> AsyncIterator[TelegramApi]:
    """One that runs."""
    api = TelegramApi()
    app = web.Application(client_max_size=80 * 1024 * 1024)
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", api.handle)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", api.fetch)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.port = runner.addresses[0][1]
    try:
        yield api
    finally:
        if api.held is not None:
            api.held.set()
        await runner.cleanup()
