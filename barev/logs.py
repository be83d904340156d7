"""What is said on standard error: for people or for programs, never with what customers wrote or with secrets.

Whoever logs about a conversation gives its id: ``log.info("...", extra={"conversation_id": 5})``.
"""

import json
import logging
import re
import sys
from collections.abc import Callable
from typing import Final

from conversation import clock

LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
OURS: Final = ("barev", "bot", "business", "chat_widget", "conversation", "crm_store", "desk", "routing")
FORMATS: Final = ("text", "json")

# what databases add to an error: the row it is about
_ROW = re.compile(r"^(?:DETAIL|CONTEXT|\[parameters):?.*$", re.MULTILINE)


def set_up(level: str, form: str) -> None:
    """Sends everything to standard error. Other people's packages are heard from warnings on, whatever the level: at
    debug some of them tell what they carry. Raises ValueError for an unknown level or format."""
    if level not in LEVELS:
        raise ValueError(f"logs.level: {level!r} is none of {', '.join(LEVELS)}")
    if form not in FORMATS:
        raise ValueError(f"logs.format: {form!r} is none of {', '.join(FORMATS)}")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if form == "text" else JsonLines())
    logging.basicConfig(level=max(logging.WARNING, LEVELS[level]), handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(LEVELS[level])


class TextLines(logging.Formatter):
    """``2026-11-24T10:00:00.000Z INFO barev.worker: text (conversation 5)``"""

    def format(self, record: logging.LogRecord) -> str:
        """One record, with its traceback below."""
        about = getattr(record, "conversation_id", None)
        line = f"{_moment(record)} {record.levelname} {record.name}: {record.getMessage()}"
        line = f"{line} (conversation {about})" if about is not None else line
        return "\n".join((line, *_trace(record, self.formatException)))


class JsonLines(logging.Formatter):
    """An object a line: at, level, logger, message, and where there is one conversation_id and error."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        said: dict[str, object] = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        about = getattr(record, "conversation_id", None)
        if about is not None:
            said["conversation_id"] = about
        trace = _trace(record, self.formatException)
        if trace:
            said["error"] = trace[0]
        return json.dumps(said, ensure_ascii=False)


_ExcInfo = Callable[..., str]


def _trace(record: logging.LogRecord, format_exception: _ExcInfo) -> tuple[str, ...]:
    if not record.exc_info or record.exc_info[0] is None:
        return ()
    return (_ROW.sub("(left out)", format_exception(record.exc_info)),)


def _moment(record: logging.LogRecord) -> str:
    return clock.to_iso(clock.from_ms(int(record.created * 1000)))
