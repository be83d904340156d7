"""What ``barev understand`` does: messages in, one JSON object a line out."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from barev.commands.common import fail, read_settings
from barev.settings import SettingsError
from conversation import clock
from conversation.messages import Language
from routing.understanding.corpus import CorpusError, read_examples
from routing.understanding.embedding import E5Process, Remembered, is_installed
from routing.understanding.engine import BuiltIn
from routing.understanding.model import load_model
from routing.understanding.tier1 import EmbedderGone
from routing.understanding.training import train


@dataclass(frozen=True, slots=True)
class _Frame:
    """When and where the messages are read; ``now``: aware."""

    now: datetime
    zone: ZoneInfo
    language: Language | None = None


def understand(parsed: argparse.Namespace) -> int:
    """Answers the words given, or each line of standard input; the exit status. Raises SettingsError."""
    frame = _frame(parsed.now, parsed.timezone or read_settings(parsed).business.timezone)
    try:
        model, reader = load_model()
    except (OSError, ValueError) as error:
        return fail(f"the starter model cannot be read: {error}")
    process = E5Process(threads=2) if is_installed() and not parsed.fast else None
    try:
        embedder = None if process is None else Remembered(process)
        if parsed.examples is not None:
            model = train(read_examples(parsed.examples), reader, embedder, _say)
        _answer(BuiltIn(model, reader, embedder), frame, parsed.text or _lines())
    except CorpusError as error:
        return fail(str(error), 2)
    except EmbedderGone as error:
        return fail(f"{error}; --fast does without it")
    finally:
        if process is not None:
            process.close()
    return 0


def _answer(engine: BuiltIn[_Frame], frame: _Frame, texts: Iterable[str]) -> None:
    for text in texts:
        said = engine.understand(text, frame).as_json()
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _lines() -> Iterable[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _frame(wall: datetime | None, name: str) -> _Frame:
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"{name!r} is no time zone; they are named like Asia/Yerevan") from error
    return _Frame(clock.now() if wall is None else wall.replace(tzinfo=zone), zone)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
