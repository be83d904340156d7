"""The widget's browser part: its own tests under Node, and what it weighs."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "chat_widget" / "static"
LOADER_LIMIT = 4_000  # bytes, as sent with gzip
WHOLE_LIMIT = 25_000
ON_DEMAND_LIMIT = 10_000
ON_DEMAND = re.compile(r"widget/(extras-|\w\w\.later-)")
UNSAFE = ("innerHTML", "eval(", "new Function", "document.write")


def weight(path: Path) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


@pytest.fixture(scope="module")
def bundles() -> dict[str, int]:
    """The weight of every built file; ``make setup`` builds them."""
    weights = {path.relative_to(STATIC).as_posix(): weight(path) for path in STATIC.rglob("*") if path.is_file()}
    assert "widget.js" in weights, "the widget is not built: make setup"
    return weights


@pytest.mark.node
def test_what_needs_no_page(node: str) -> None:
    command = [node, str(ROOT / "chat_widget" / "web" / "tests" / "run.mjs")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "# pass 0" not in done.stdout


def test_the_loader_is_light(bundles: dict[str, int]) -> None:
    assert bundles["widget.js"] <= LOADER_LIMIT


def test_the_whole_widget_is_light_in_every_language(bundles: dict[str, int]) -> None:
    at_load = {name: size for name, size in bundles.items() if not ON_DEMAND.match(name)}
    languages = {name: size for name, size in at_load.items() if not name.startswith(("widget.js", "widget/app-"))}
    assert sorted(name.partition("/")[2].partition("-")[0] for name in languages) == ["en", "hy", "ka", "kk", "ru"]
    core = sum(size for name, size in at_load.items() if name not in languages)
    assert {name: core + size for name, size in languages.items() if core + size > WHOLE_LIMIT} == {}


def test_what_is_rarely_used_comes_on_demand_and_is_light_too(bundles: dict[str, int]) -> None:
    later = [size for name, size in bundles.items() if ON_DEMAND.match(name)]
    assert len(later) == 6  # five languages and the code
    assert max(later) <= ON_DEMAND_LIMIT


def test_nothing_is_left_that_a_strict_page_would_refuse() -> None:
    for path in STATIC.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in UNSAFE if word in text], path.name


def test_the_loader_reads_the_same_in_any_encoding() -> None:
    assert (STATIC / "widget.js").read_bytes().isascii()
