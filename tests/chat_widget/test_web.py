"""The widget's browser part: its own tests under Node, and what it weighs."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest

from conversation.language import LANGUAGES

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "chat_widget" / "static"
LOADER_LIMIT = 4_000  # bytes, as sent with gzip
WHOLE_LIMIT = 25_000
ON_DEMAND_LIMIT = 10_000
ON_DEMAND = re.compile(r"widget/(extras-|\w\w\.later-)")
LATER_LIMIT = 4_000  # of a part that is fetched when it is wanted
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


@pytest.mark.slow
@pytest.mark.node
def test_what_needs_no_page(node: str) -> None:
    command = [node, str(ROOT / "chat_widget" / "web" / "tests" / "run.mjs")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "# pass 0" not in done.stdout


def test_the_loader_is_light(bundles: dict[str, int]) -> None:
    assert bundles["widget.js"] <= LOADER_LIMIT


def test_the_whole_widget_is_light_in_every_language(bundles: dict[str, int]) -> None:
    """What is loaded with the chat; the parts that few visitors need come when they are wanted, and are light too."""
    named = {name: name.partition("/")[2].partition("-")[0] for name in bundles if "-" in name}
    languages = {name: bundles[name] for name, word in named.items() if word in LANGUAGES}
    assert sorted(named[name] for name in languages) == sorted(LANGUAGES)
    core = sum(bundles[name] for name in bundles if name == "widget.js" or named.get(name) == "app")
    assert {name: core + size for name, size in languages.items() if core + size > WHOLE_LIMIT} == {}
    later = {
        name: size
        for name, size in bundles.items()
        if named.get(name) not in {None, "app", *LANGUAGES} and not ON_DEMAND.match(name)
    }
    assert len(later) >= 3
    assert {name: size for name, size in later.items() if size > LATER_LIMIT} == {}


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
