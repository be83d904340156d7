"""Every deed that the code writes in the audit log has words for people."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
WRITERS = ("barev", "business", "routing")
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
WORDS: dict[str, str] = json.loads((ROOT / "conversation/texts/en/desk.json").read_text())
"""The catalogues of the other languages have the same keys; the build sees to it."""


class Deed(NamedTuple):
    """``entity``: of what kind it is about; empty where the call does not say it in so many words."""

    where: str
    action: str
    entity: str


def _constants(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _actions(said: ast.expr, scope: ast.AST) -> list[str]:
    """The actions that an argument may be: itself, or what the function gives that name."""
    if not isinstance(said, ast.Name):
        return _constants(said)
    given = [one.value for one in ast.walk(scope) if isinstance(one, ast.Assign) and _names(one) == [said.id]]
    return [word for one in given for word in _constants(one)]


def _names(assigned: ast.Assign) -> list[str]:
    return [one.id for one in assigned.targets if isinstance(one, ast.Name)]


def _written() -> Iterator[Deed]:
    for path in sorted(one for top in WRITERS for one in (ROOT / top).rglob("*.py")):
        tree = ast.parse(path.read_text())
        scopes = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
        for scope in scopes:
            for call in (one for one in ast.walk(scope) if isinstance(one, ast.Call)):
                if not (isinstance(call.func, ast.Name) and call.func.id in ("record_deed", "_record")):
                    continue
                if len(call.args) < 4:
                    continue
                about = call.args[3]
                entity = about.value if isinstance(about, ast.Constant) and isinstance(about.value, str) else ""
                for action in _actions(call.args[2], scope):
                    if _ACTION.fullmatch(action):
                        yield Deed(f"{path.relative_to(ROOT)}:{call.lineno}", action, entity)


def _has_words(deed: Deed) -> bool:
    noun, _, verb = deed.action.partition(".")
    parts = (f"office.entity.{deed.entity or noun}", f"office.verb.{verb}")
    return f"office.action.{deed.action}" in WORDS or all(one in WORDS for one in parts)


def test_every_deed_has_words() -> None:
    deeds = list(_written())
    known = {one.action for one in deeds}
    assert {"contact.letters_stopped", "contact.letters_resumed", "reminder.sent", "note.added"} <= known
    assert [one for one in deeds if not _has_words(one)] == []


def test_every_visit_has_words() -> None:
    """What happens to visits is named by their events."""
    source = "".join(one.read_text() for one in (ROOT / "business/booking").glob("*.py"))
    actions = set(re.findall(r'"(appointment\.[a-z_]+)"', source))
    assert len(actions) > 5
    assert [one for one in sorted(actions) if not _has_words(Deed("", one, "appointment"))] == []
