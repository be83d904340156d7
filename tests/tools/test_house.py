"""The house of the code: what no linter holds."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = CONFIG["tool"]["importlinter"]["root_packages"]
NOT_OURS = {"node_modules", "static", "generated", "__pycache__"}
LONGEST_FILE = 500


def sources(*suffixes: str) -> Iterator[Path]:
    """Our source files with these suffixes."""
    for place in [*PACKAGES, "tests", "tools"]:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in suffixes and not NOT_OURS & set(path.relative_to(ROOT).parts):
                yield path


def imported(path: Path) -> set[str]:
    """Top-level names of all modules a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def test_every_package_is_known_to_every_tool() -> None:
    folders = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    assert folders == sorted(PACKAGES)
    assert sorted(PACKAGES) == sorted(set(CONFIG["tool"]["mypy"]["files"]) - {"tests", "tools"})
    shipped = CONFIG["tool"]["setuptools"]["packages"]["find"]["include"]
    assert sorted(f"{name}*" for name in PACKAGES) == sorted(shipped)


def test_no_file_is_too_long() -> None:
    files = list(sources(".py", ".ts", ".tsx", ".mjs", ".css"))
    assert len(files) > 20
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_shared_words_import_the_standard_library_only() -> None:
    files = [path for path in sources(".py") if path.relative_to(ROOT).parts[0] == "conversation"]
    assert len(files) > 5
    allowed = sys.stdlib_module_names | {"conversation"}
    assert {path.name: names for path in files if (names := imported(path) - allowed)} == {}


def test_the_desk_only_asks_the_store() -> None:
    files = [path for path in sources(".py") if path.relative_to(ROOT).parts[0] == "desk"]
    assert len(files) > 5
    used = {
        path.name: {node.attr for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Attribute)}
        for path in files
    }
    assert [name for name, attributes in used.items() if "writer" in attributes] == []
    assert any("read" in attributes for attributes in used.values())


def test_no_page_is_asked_to_evaluate_words() -> None:
    """Playwright's ``wait_for_function`` does, as often as the first look is too early; our pages forbid ``eval``.
    To wait is what ``expect`` is for."""
    files = [path for path in sources(".py") if path.relative_to(ROOT).parts[0] == "tests"]
    asking = [
        path.name
        for path in files
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr == "wait_for_function"
    ]
    assert asking == []


def test_what_the_product_imports_is_declared() -> None:
    extras = CONFIG["project"]["optional-dependencies"]
    lines = [*CONFIG["project"]["dependencies"], *extras["meaning"], *extras["smpp"], *extras["bench"]]
    declared = {re.split(r"[\[<>=;~! ]", line)[0].lower() for line in lines}
    modules = {
        "argon2": "argon2-cffi",
        "serial": "pyserial",
        "sklearn": "scikit-learn",
        "yaml": "pyyaml",
        "dateutil": "python-dateutil",
        "markdown_it": "markdown-it-py",
        "socketio": "python-socketio",
        "engineio": "python-socketio",
        "telegram": "python-telegram-bot",
        "httpx": "python-telegram-bot",
        "imap_tools": "imap-tools",
    }
    ours = sys.stdlib_module_names | set(PACKAGES)
    undeclared: dict[str, set[str]] = {}
    for path in sources(".py"):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(("tests/", "tools/")):
            continue
        missing = {name for name in imported(path) - ours if modules.get(name, name).lower() not in declared}
        if missing:
            undeclared[place] = missing
    assert undeclared == {}
