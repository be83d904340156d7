"""The engine of a server: any text is answered, whatever becomes of the sentence model."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from routing.understanding.courtesy import PastGreeting
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.entities.usual_services import USUAL_SERVICES
from routing.understanding.local import Local
from tests.routing.understanding.made import FRAME

INDEX = Gazetteer(USUAL_SERVICES)


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """One for all, by the first tier alone."""
    one = Local(lambda: INDEX, sentences=False)
    yield one
    one.close()


def test_several_things_in_one_message(local: Local) -> None:
    """What is wanted, which service, when, and who it is."""
    understood = local.understand("haircut on Friday at 3, my name is Anna, 077 123456", FRAME)
    named = {one.kind: one.value for one in understood.entities}
    assert (named["service"], named["name"], named["phone"]) == ("haircut", "Anna", "+37477123456")
    assert named["time"] == {"from": "2026-11-27T15:00", "to": None, "grain": "hour", "ambiguous": False}


@pytest.mark.slow
def test_nothing_is_loaded_before_the_first_message() -> None:
    """A server that nobody writes to has no model in memory."""
    look = "import sys, barev.wiring; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Hello! How late are you open on Sunday?", "hours"),
        ("Добрый день. Сколько стоит маникюр?", "price"),
        ("բարև, ինչ ժամի եք փակվում", "hours"),
        ("hello, dear friends", "greet"),
        ("hello", "greet"),
        ("Hello!", "greet"),
    ],
)
def test_what_comes_after_a_greeting_is_what_is_wanted(local: Local, text: str, intent: str) -> None:
    """Where it says something; the entities are of the whole."""
    understood = PastGreeting(local).understand(text, FRAME)
    assert (understood.text, understood.intent) == (text, intent)
    assert all(text[one.start : one.end] == one.text for one in understood.entities)
