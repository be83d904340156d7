"""What ``barev understand`` does: messages in, one JSON object a line out."""

import argparse
import json
import sys
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from barev.commands.common import fail, read_settings
from barev.commands.own_business import read_business
from barev.settings import SettingsError
from business.hours.schedule import Schedule
from conversation import clock
from routing.understanding.corpus import CorpusError, read_examples
from routing.understanding.courtesy import PastGreeting
from routing.understanding.embedding import E5Process, Remembered, is_installed, model_name
from routing.understanding.engine import BuiltIn
from routing.understanding.entities.find import find_entities
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.model import load_model
from routing.understanding.tier1 import Embedder, EmbedderGone
from routing.understanding.training import train
from routing.understanding.understood import Understanding
from routing.understanding.vector_file import VectorFile


def understand(parsed: argparse.Namespace) -> int:
    """Answers the words given, or each line of standard input; the exit status. Raises SettingsError."""
    frame, gazetteer = _frame(parsed)
    try:
        model, reader = load_model()
    except (OSError, ValueError) as error:
        return fail(f"the starter model cannot be read: {error}")
    process = E5Process(threads=2) if is_installed() and not parsed.fast else None
    try:
        embedder = (
            None if process is None else Remembered(process if parsed.examples is None else _kept(process, parsed))
        )
        if parsed.examples is not None:
            model = train(read_examples(parsed.examples), reader, embedder, _say)
        finders = (lambda text, frame: find_entities(text, frame, gazetteer),)
        _answer(PastGreeting(BuiltIn(model, reader, embedder, finders)), frame, parsed.text or _lines())
    except CorpusError as error:
        return fail(str(error), 2)
    except EmbedderGone as error:
        return fail(f"{error}; --fast does without it")
    finally:
        if process is not None:
            process.close()
    return 0


def _kept(process: E5Process, parsed: argparse.Namespace) -> Embedder:
    """What asks for no vector twice, in any run; without a folder to keep them in, the process itself."""
    try:
        return VectorFile(process, read_settings(parsed).vectors_file, model_name())
    except OSError as error:
        _say(f"sentence vectors are not kept: {error}")
        return process


def _answer(engine: Understanding, frame: Frame, texts: Iterable[str]) -> None:
    for text in texts:
        said = engine.understand(text, frame).as_json()
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _lines() -> Iterable[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _frame(parsed: argparse.Namespace) -> tuple[Frame, Gazetteer]:
    """When and where the messages are read, and by whose names."""
    settings = read_settings(parsed)
    name, wall, country = parsed.timezone or settings.business.timezone, parsed.now, settings.business.country
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"{name!r} is no time zone; they are named like Asia/Yerevan") from error
    weekly, entries = read_business(settings)
    now = clock.now() if wall is None else wall.replace(tzinfo=zone)
    return Frame.of(now, Schedule(zone, weekly), country), Gazetteer(entries)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
