"""Examples as files: JSON lines, and the ``nlu.yml`` of Rasa (https://rasa.com/docs/rasa/training-data-format).

A line of JSON is ``{"text", "intent", "language"?, "check"?}``; intent null: out of scope. Of ``nlu.yml`` intents and
synonyms are read; marks of entities in an example are taken off; the intents ``out_of_scope`` and ``nlu_fallback``
stand for what no intent answers. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Language
from crm_store.learning import Taught

if TYPE_CHECKING:
    import yaml

Form = Literal["jsonl", "rasa"]
FORMS: Final[tuple[Form, ...]] = ("jsonl", "rasa")
OUTSIDE: Final = "out_of_scope"
_OUTSIDE: Final = frozenset((OUTSIDE, "nlu_fallback"))
_KEYS: Final = frozenset(("text", "intent", "language", "check"))
_MARKED: Final = re.compile(r"\[([^\[\]]{1,500})\](?:\([^()]{0,200}\)|\{[^{}]{0,500}\})")
_DASHED: Final = re.compile(r"[^a-z0-9_]+")
_ITEM: Final = re.compile(r"\s*-\s+(.*)")
_OTHER_KINDS: Final = ("regex", "lookup")


@dataclass(frozen=True, slots=True)
class Line:
    """An example and the line of the file it stands in."""

    number: int
    text: str
    intent: str | None
    language: Language | None = None
    checks: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line: a text of the catalogue and its fields."""

    number: int
    text_key: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """What a file holds. ``synonyms``: what is said, and the name it stands for."""

    lines: Sequence[Line]
    wrong: Sequence[Wrong]
    synonyms: Sequence[tuple[str, str]] = ()


def read_file(text: str, form: Form | None) -> File:
    """Reads a file; its form is told by how it begins where none is named. Raises Rejected where it cannot be read at
    all."""
    plain = text.removeprefix("\ufeff")
    if form is None:
        form = "jsonl" if plain.lstrip()[:1] == "{" else "rasa"
    return _read_jsonl(plain) if form == "jsonl" else _read_rasa(plain)


# --- JSON lines -----------------------------------------------------------------------------------------------------


def _read_jsonl(text: str) -> File:
    lines: list[Line] = []
    wrong: list[Wrong] = []
    for number, raw in enumerate(text.split("\n"), 1):
        if raw.strip():
            read = _read_line(number, raw)
            lines.append(read) if isinstance(read, Line) else wrong.append(read)
    return File(lines, wrong)


def _read_line(number: int, raw: str) -> Line | Wrong:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        return Wrong(number, "teaching.line.not_json")
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return Wrong(number, "teaching.line.no_text")
    unknown = sorted(row.keys() - _KEYS)
    if unknown:
        return Wrong(number, "teaching.line.unknown_key", {"name": unknown[0][:40]})
    intent, language, checks = row.get("intent"), row.get("language"), row.get("check", False)
    if "intent" not in row or not (intent is None or isinstance(intent, str)):
        return Wrong(number, "teaching.line.no_intent")
    spoken = next((one for one in LANGUAGES if one == language), None)
    if language is not None and spoken is None:
        return Wrong(number, "teaching.line.language", {"languages": ", ".join(LANGUAGES)})
    if not isinstance(checks, bool):
        return Wrong(number, "teaching.line.check")
    return Line(number, row["text"], None if intent in _OUTSIDE else intent, spoken, checks)


def write_jsonl(examples: Iterable[Taught]) -> str:
    """Examples as JSON lines."""
    return "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in examples)


def _row(one: Taught) -> dict[str, object]:
    row: dict[str, object] = {"text": one.text, "intent": one.intent}
    if one.language is not None:
        row["language"] = one.language
    if one.checks:
        row["check"] = True
    return row


# --- nlu.yml --------------------------------------------------------------------------------------------------------


def _read_rasa(text: str) -> File:
    import yaml  # a megabyte, for who comes from Rasa

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Rejected("invalid", "teaching.not_yaml", field="file", line=line) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Rejected("invalid", "teaching.not_yaml", field="file", line=1) from error
    groups = _entries(root).get("nlu")
    if not isinstance(groups, yaml.SequenceNode):
        raise Rejected("invalid", "teaching.no_nlu", field="file")
    reading = _RasaReading()
    for group in groups.value:
        reading.read(group)
    return File(reading.lines, reading.wrong, reading.synonyms)


def _entries(node: "yaml.Node | None") -> "dict[str, yaml.Node]":
    import yaml

    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


class _RasaReading:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.wrong: list[Wrong] = []
        self.synonyms: list[tuple[str, str]] = []

    def read(self, group: "yaml.Node") -> None:
        """An entry of the list ``nlu``."""
        entries, number = _entries(group), group.start_mark.line + 1
        examples = entries.get("examples")
        if "intent" in entries:
            name = str(entries["intent"].value).strip().lower()
            intent = None if name in _OUTSIDE else _DASHED.sub("_", name).strip("_")
            found = list(self._items(examples))
            self.lines += [Line(at, _MARKED.sub(r"\1", said), intent) for at, said in found]
            if not found:
                self.wrong.append(Wrong(number, "teaching.line.no_examples"))
        elif "synonym" in entries:
            name = str(entries["synonym"].value).strip()
            self.synonyms += [(said, name) for _, said in self._items(examples)]
        elif not any(kind in entries for kind in _OTHER_KINDS):
            self.wrong.append(Wrong(number, "teaching.line.unknown_group"))

    def _items(self, node: "yaml.Node | None") -> Iterator[tuple[int, str]]:
        """The examples of an entry, each with its line: a text of lines that begin with a dash, or a list."""
        import yaml

        if isinstance(node, yaml.ScalarNode):
            first = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
            for number, raw in enumerate(str(node.value).split("\n"), first):
                item = _ITEM.fullmatch(raw)
                if item is not None and item[1].strip():
                    yield number, item[1].strip()
                elif raw.strip():
                    self.wrong.append(Wrong(number, "teaching.line.no_dash"))
        elif isinstance(node, yaml.SequenceNode):
            for one in node.value:
                said = _entries(one).get("text", one)
                if isinstance(said, yaml.ScalarNode) and str(said.value).strip():
                    yield said.start_mark.line + 1, str(said.value).strip().removeprefix("- ")
                else:
                    self.wrong.append(Wrong(one.start_mark.line + 1, "teaching.line.no_text"))


def write_rasa(examples: Iterable[Taught], synonyms: Iterable[tuple[str, str]]) -> str:
    """Examples and synonyms as ``nlu.yml``; the checks are left out, for Rasa would learn from them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in examples:
        if not one.checks:
            groups.setdefault(("intent", one.intent or OUTSIDE), []).append(one.text)
    for said, name in synonyms:
        groups.setdefault(("synonym", name), []).append(said)
    parts = ['version: "3.1"\n', "nlu:\n" if groups else "nlu: []\n"]
    for (kind, name), texts in groups.items():
        parts += [f"- {kind}: {json.dumps(name, ensure_ascii=False)}\n", "  examples: |\n"]
        parts += [f"    - {one}\n" for one in texts]
    return "".join(parts)
