"""What every engine of understanding keeps to (``Understanding``): any text is answered, with places that are in it."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.understanding.courtesy import PastGreeting
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.entities.usual_services import USUAL_SERVICES
from routing.understanding.local import Local
from routing.understanding.rasa import Rasa
from routing.understanding.understood import Understanding
from tests.routing.understanding.made import FRAME

texts = st.text(max_size=300) | st.text(min_size=1, max_size=6).map(lambda one: (one * 10_000)[:10_000])


@cache
def engines() -> dict[str, Understanding]:
    """One of each; the Rasa server is out of reach."""
    index = Gazetteer(USUAL_SERVICES)
    local = Local(lambda: index, sentences=False)
    return {"local": local, "past a greeting": PastGreeting(local), "Rasa": Rasa("http://127.0.0.1:1", local)}


@given(text=texts)
@pytest.mark.parametrize("name", ["local", "past a greeting", "Rasa"])
def test_any_text_is_answered(name: str, text: str) -> None:
    """Whatever the characters."""
    understood = engines()[name].understand(text, FRAME)
    assert understood.text == text
    assert understood.ranking
    assert all(0 <= one.confidence <= 1 for one in understood.ranking)
    assert understood.intent in (None, *(one.intent for one in understood.ranking))
    for entity in understood.entities:
        assert text[entity.start : entity.end] == entity.text
        assert bool(entity.readings) <= (entity.kind == "time")


@pytest.mark.parametrize("name", ["local", "past a greeting", "Rasa"])
def test_language_intent_and_entities_come_together(name: str) -> None:
    """In one answer, in the contract's form."""
    said = engines()[name].understand("zapishite na zavtra v 3", FRAME).as_json()
    assert list(said) == ["text", "language", "intent", "confidence", "ranking", "entities"]
    assert (said["language"], said["intent"]) == ("ru", "book")
    assert [one["kind"] for one in said["entities"]] == ["time"]  # type: ignore[index,union-attr,call-overload]  # JSON
