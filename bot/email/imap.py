"""Asks a mailbox for its letters (IMAP, package imap-tools), and is told of new ones where it can be (IDLE, RFC 2177).

Everything of the line is done in a thread of its own, one thing after another; whoever ends it cuts the line, so that
nothing waits.
"""

import asyncio
import imaplib
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, TypeVar

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from bot.email.hearing import Hearing
from bot.email.settings import Box, EmailSettings, read_imap
from bot.far_tls import explain, make_context
from conversation import clock
from conversation.errors import BarevError, ChannelRejected, ChannelUnavailable

_log = logging.getLogger(__name__)
T = TypeVar("T")
_AGAIN_S: Final = 5.0
_BEGINNING: Final = 256 * 1024
_IDLE_S: Final = 600.0
_SKIPPED: Final = 1000
_NO_TLS: Final = "it offers no TLS (STARTTLS), and a password is not said aloud to another machine"
_BROKEN: Final = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, IndexError)


class ImapListener:
    """See ``conversation.channels.Listener``."""

    def __init__(self, settings: EmailSettings, hearing: Hearing) -> None:
        self._settings = settings
        self._hearing = hearing
        self._box = read_imap(settings.imap_url)
        self._skipped: dict[str, None] = {}

    async def listen(self) -> None:
        """See the port."""
        line = _Line(self._box, self._settings)
        try:
            await _apart(line.open)
            _log.info("hearing letters to %s", self._box.folder)
            while True:
                await self._take_new(line)
                await _apart(line.wait)
        except (MailboxLoginError, MailboxFolderSelectError) as error:
            refused = "its password" if isinstance(error, MailboxLoginError) else f"the folder {self._box.folder}"
            raise ChannelRejected(f"the mailbox refuses {refused}") from None
        except _BROKEN as error:
            raise ChannelUnavailable(f"the mailbox is not reached ({_explain(error)})", _AGAIN_S) from None
        except BarevError as error:
            raise ChannelUnavailable(f"a letter is not kept: {error.code}", error.retry_after_s or _AGAIN_S) from None
        finally:
            line.cut()

    async def _take_new(self, line: "_Line") -> None:
        """A letter is marked as read only when it is kept."""
        for uid in await _apart(line.find_new):
            if uid in self._skipped:
                continue
            raw, size = await _apart(lambda uid=uid: line.fetch(uid))  # type: ignore[misc]  # binds the loop's value
            if not raw:
                continue  # somebody took it away meanwhile
            try:
                await self._hearing.take(raw, (), size)
            except BarevError:
                raise
            except Exception:  # ours: one such letter must not hold up all others for ever
                _log.exception("letter %s of the mailbox", uid)
                self._skipped[uid] = None
                if len(self._skipped) > _SKIPPED:
                    del self._skipped[next(iter(self._skipped))]
                continue
            await _apart(lambda uid=uid: line.mark(uid))  # type: ignore[misc]  # binds the loop's value


async def look(settings: EmailSettings) -> tuple[str, str]:
    """Where the mailbox is, and what is wrong with the line to it; empty: nothing. Nobody signs in."""
    box = read_imap(settings.imap_url)
    line = _Line(box, settings)
    try:
        await _apart(line.connect)
    except _BROKEN as error:
        return f"{box.host}:{box.port}", _explain(error)
    finally:
        line.cut()
    return f"{box.host}:{box.port}", ""


class _NoTls(OSError):
    """There is nothing to be said before TLS, and over there it is not had."""


def _explain(error: BaseException) -> str:
    return _NO_TLS if isinstance(error, _NoTls) else explain(error, "email.ca_file")


class _Line:
    """A line to the mailbox; its methods block."""

    def __init__(self, box: Box, settings: EmailSettings) -> None:
        self._box = box
        self._settings = settings
        self._mail: BaseMailBox | None = None
        self._over = False
        self._told = False

    @property
    def _open(self) -> BaseMailBox:
        if self._mail is None or self._over:
            raise OSError("the line is cut")
        return self._mail

    def connect(self) -> None:
        """Begins it; nothing is said aloud to another machine."""
        box, timeout = self._box, self._settings.timeout_s
        context = make_context(self._settings.ca_file)
        if box.tls:
            self._mail = MailBox(box.host, box.port, timeout, ssl_context=context)
            return
        self._mail = MailBoxUnencrypted(box.host, box.port, timeout)
        if box.must:
            try:
                self._mail.client.starttls(context)
            except imaplib.IMAP4.error:  # not offered, refused, or no longer possible
                raise _NoTls from None

    def open(self) -> None:
        """Begins it, as the mailbox's owner."""
        self.connect()
        box = self._box
        if box.user.isascii() and box.password.isascii():
            self._open.login(box.user, box.password, initial_folder=None)
        else:
            self._open.login_utf8(box.user, box.password, initial_folder=None)
        _, told = self._open.client.capability()  # a server says more to those it knows
        self._told = b"IDLE" in b" ".join(one for one in told if isinstance(one, bytes)).upper().split()
        self._open.folder.set(box.folder)
        folder = self._settings.done_folder
        if folder and not self._open.folder.exists(folder):
            self._open.folder.create(folder)

    def find_new(self) -> list[str]:
        """Letters that were not read yet, the oldest first."""
        since = (clock.now() - timedelta(days=self._settings.days)).date()
        asked = AND(date_gte=since) if self._settings.done_folder else AND(date_gte=since, seen=False)
        return sorted(self._open.uids(asked), key=int)

    def fetch(self, uid: str) -> tuple[bytes, int | None]:
        """A letter as it is; of one that is too large its beginning, and its size. It stays unread."""
        size = self._size(uid)
        large = size > self._settings.letter_bytes
        part = f"(BODY.PEEK[]<0.{_BEGINNING}>)" if large else "(BODY.PEEK[])"
        _, data = self._open.client.uid("FETCH", uid, part)
        raw = next((one[1] for one in data if isinstance(one, tuple)), b"")
        return raw, size if large else None

    def _size(self, uid: str) -> int:
        _, data = self._open.client.uid("FETCH", uid, "(RFC822.SIZE)")
        words = b" ".join(one if isinstance(one, bytes) else one[0] for one in data if one)
        digits = words.upper().partition(b"RFC822.SIZE")[2].strip(b" )").split(b" ")[0]
        return int(digits) if digits.isdigit() else 0

    def mark(self, uid: str) -> None:
        """It was kept."""
        if self._settings.done_folder:
            self._open.move(uid, self._settings.done_folder)
        else:
            self._open.flag(uid, MailMessageFlags.SEEN, True)

    def wait(self) -> None:
        """Until there may be something new, or the time has come to look."""
        mail, pause_s = self._open, self._settings.poll_s
        if self._told:
            mail.idle.wait(timeout=min(pause_s, _IDLE_S))
        else:
            threading.Event().wait(min(pause_s, _IDLE_S))
            mail.client.noop()

    def cut(self) -> None:
        """Ends it at once, from any thread."""
        self._over = True
        mail = self._mail
        if mail is not None:
            with suppress(OSError, AttributeError):
                mail.client.sock.shutdown(socket.SHUT_RDWR)
            with suppress(OSError, AttributeError):
                mail.client.shutdown()


async def _apart(act: Callable[[], T]) -> T:
    """Does something in a thread that nobody waits for at the end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # a T, where there is no error

    def run() -> None:
        result, failed = None, None
        try:
            result = act()
        except Exception as error:
            failed = error
        with suppress(RuntimeError):  # the loop is over
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=run, name="imap", daemon=True).start()
    return await done
