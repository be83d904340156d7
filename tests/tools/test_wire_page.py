"""``docs/wire.md`` names every event and every address there is, and none that there is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
DOORS = {"/visitor": "chat_widget", "/desk": "desk"}
SENDS = frozenset(("emit", "_message"))
REGISTERS = frozenset(("add_get", "add_post", "add_route"))
NAME = re.compile(r"`([a-z_]+)(?: \{[^`]*)?`")


def section(title: str) -> str:
    """A chapter of the page."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def named(title: str, head: str) -> set[str]:
    """The events in the first column of a table; ``head``: how that column is called."""
    table = section(title).split(f"| {head} |")[1].split("\n\n")[0]
    cells = [row.split(" | ")[0] for row in table.splitlines() if row.startswith("| `")]
    return {name for cell in cells for name in NAME.findall(cell.removeprefix("| "))}


def trees(package: str) -> Iterator[ast.AST]:
    """The code of a package."""
    for path in sorted((ROOT / package).rglob("*.py")):
        yield ast.parse(path.read_bytes())


def received(package: str) -> set[str]:
    """The keys of the table of handlers."""
    found: set[str] = set()
    for tree in trees(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "self._handlers":
                assert isinstance(node.value, ast.Dict)
                found |= {ast.literal_eval(key) for key in node.value.keys if key is not None}
    return found


def sent(package: str) -> set[str]:
    """What is given by name to whoever sends."""
    found: set[str] = set()
    for tree in trees(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDS:
                words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                found |= set(words[:1])
    return found


@pytest.mark.parametrize("namespace", DOORS)
def test_every_event_is_on_the_page(namespace: str) -> None:
    events = received(DOORS[namespace])
    assert len(events) > 10
    assert named(namespace, "from the client") == events
    events = sent(DOORS[namespace])
    assert len(events) > 5
    assert named(namespace, "from the server") == events


def named_address(address: str) -> bool:
    """Whether it stands there, with its query or without."""
    return re.search(rf"(GET|POST) {re.escape(address)}(\?[^`]*)?`", section("Addresses")) is not None


def test_every_address_is_on_the_page() -> None:
    """But for REST, which describes itself, and the socket's own."""
    found: set[str] = set()
    for package in ("barev", "chat_widget"):
        for tree in trees(package):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in REGISTERS:
                    words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    found |= {str(word) for word in words if str(word).startswith("/")}
    plain = {re.sub(r"\{(\w+)[^}]*\}", r"{\1}", address).replace(r"\d+", "") for address in found}
    assert len(plain) > 10
    assert sorted(address for address in plain - {"/desk"} if not named_address(address)) == []
    assert named_address("/widget/files")
