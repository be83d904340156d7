"""The starter corpus: files a person reads and mends, and what must hold for them.

``corpus/<language>/<intent>.txt``, one message a line; ``#`` begins a comment line. A line ``[native]``, ``[latin]``,
``[russian]`` or ``[layout]`` says how the following ones are typed: in the language's own letters, in Latin ones, in
Russian ones (Armenian and Georgian; Kazakh without the letters Russian has not), or on the wrong keyboard.
``out_of_scope_near.txt`` and ``out_of_scope_far.txt`` hold what no intent answers, close to a firm's business and far
from it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from conversation.language import LANGUAGES
from conversation.messages import Language
from routing.understanding.scripts import script_of

Form = Literal["native", "latin", "russian", "layout"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)

INTENTS: Final = (
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "book",
    "reschedule",
    "cancel",
    "my_bookings",
    "availability",
    "price",
    "services",
    "hours",
    "address",
    "balance",
    "pay",
    "place_order",
    "order_status",
    "complaint",
    "report_fault",
    "human",
    "feedback",
    "loyalty",
    "meter_reading",
)
"""What is understood from the first day, in every language."""
OUTSIDE: Final = ("out_of_scope_near", "out_of_scope_far")
FOLDER: Final = Path(__file__).with_name("corpus")

LEAST_NATIVE, LEAST_OTHER, LEAST_OUTSIDE = 40, 15, 400
_OWN_SCRIPT: Final = {"hy": "armenian", "ka": "georgian", "kk": "cyrillic", "ru": "cyrillic", "en": "latin"}
_LINE_CHARS: Final = 1_000


class CorpusError(Exception):
    """Examples that cannot be read; the message is one plain line with file and line."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message and what is wanted by it; intent None: nothing that is answered by an intent."""

    text: str
    intent: str | None
    language: Language | None = None
    form: Form = "native"


def read_corpus(folder: Path = FOLDER, languages: Iterable[Language] = LANGUAGES) -> list[Example]:
    """All examples, in an order that does not depend on the machine. Raises CorpusError."""
    found: list[Example] = []
    for language in languages:
        for path in sorted((folder / language).glob("*.txt")):
            found.extend(_read_file(path, language))
    return found


def _read_file(path: Path, language: Language) -> Iterator[Example]:
    name = path.stem
    if name not in INTENTS and name not in OUTSIDE:
        raise CorpusError(f"{path}: {name!r} is no intent")
    form: Form = "native"
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            named = next((one for one in FORMS if line == f"[{one}]"), None)
            if named is None:
                raise CorpusError(f"{path}:{number}: {line!r} is no section; there are {', '.join(FORMS)}")
            form = named
        else:
            yield Example(line, None if name in OUTSIDE else name, language, form)


def read_examples(path: Path) -> list[Example]:
    """JSON lines ``{"text", "intent"}`` (intent null: out of scope); further keys are let be. Raises CorpusError."""
    found: list[Example] = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{path}:{number}: not JSON") from error
        text, intent = (row.get("text"), row.get("intent")) if isinstance(row, dict) else (None, None)
        if not isinstance(text, str) or not (intent is None or (isinstance(intent, str) and intent)):
            raise CorpusError(f'{path}:{number}: wanted is {{"text": "...", "intent": "..." or null}}')
        found.append(Example(text, intent))
    if len({one.intent for one in found} - {None}) < 2:
        raise CorpusError(f"{path}: at least two intents are needed")
    return found


def fingerprint(examples: Iterable[Example]) -> str:
    """The same for the same examples in the same order: whether a model was trained on just these."""
    whole = hashlib.sha256()
    for one in examples:
        whole.update(json.dumps([one.text, one.intent, one.language, one.form]).encode())
    return whole.hexdigest()


def check_corpus(examples: list[Example]) -> list[str]:
    """What is wrong with a whole corpus, a line each; nothing for a sound one."""
    return [*_check_counts(examples), *_check_lines(examples)]


def _check_counts(examples: list[Example]) -> Iterator[str]:
    for language in LANGUAGES:
        own = [one for one in examples if one.language == language]
        for intent in INTENTS:
            native = sum(one.intent == intent and one.form == "native" for one in own)
            other = sum(one.intent == intent and one.form == "latin" for one in own)
            if native < LEAST_NATIVE:
                yield f"{language}/{intent}: {native} native messages, at least {LEAST_NATIVE} are wanted"
            if other < LEAST_OTHER and language != "en":
                yield f"{language}/{intent}: {other} messages in Latin letters, at least {LEAST_OTHER} are wanted"
        outside = sum(one.intent is None for one in own)
        if outside < LEAST_OUTSIDE:
            yield f"{language}: {outside} messages out of scope, at least {LEAST_OUTSIDE} are wanted"


def _check_lines(examples: list[Example]) -> Iterator[str]:
    seen: dict[tuple[Language | None, str], Example] = {}
    for one in examples:
        where = f"{one.language}/{one.intent or 'out of scope'}: {one.text!r}"
        if len(one.text) > _LINE_CHARS:
            yield f"{where} is longer than {_LINE_CHARS} characters"
        before = seen.setdefault((one.language, one.text.casefold()), one)
        if before is not one:
            yield f"{where} is there twice" + ("" if before.intent == one.intent else f", also as {before.intent}")
        if one.form != "native" and (written := script_of(one.text)) not in ("none", _wanted_script(one)):
            yield f"{where} is written in {written} letters and stands under [{one.form}]"


def _wanted_script(one: Example) -> str:
    if one.form in ("latin", "layout"):
        return "latin"
    return "cyrillic" if one.form == "russian" or one.language is None else _OWN_SCRIPT[one.language]
