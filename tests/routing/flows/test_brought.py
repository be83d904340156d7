"""What is no word: voice messages, files, and a phone number that sounds like nothing else."""

import pytest

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from routing.flows.catalogue import FLOWS
from routing.flows.model import HandsOver, Heard, State
from routing.flows.ports import Understood
from routing.flows.reading import asks_for_person
from routing.flows.steps import Rules
from routing.flows.turn import Turn
from tests.fakes import SetFacts

TEXTS = Catalogue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("spoken", "key"), [(True, "flow.handing.voice"), (False, "flow.handing.file")])
def test_people_listen_and_look(language: Language, spoken: bool, key: str) -> None:
    heard = Heard("", Understood(""), files=1, spoken=spoken)
    decision = Turn(FLOWS, Rules(), TEXTS, SetFacts(), State(language), heard).take()
    assert decision.replies[0].text == TEXTS.get(language, key)
    assert [type(one) for one in decision.deeds] == [HandsOver]


def test_a_number_alone_is_no_call_for_people() -> None:
    """Whatever a model takes it for."""
    rules = Rules()
    assert not asks_for_person(Understood("+374 77 00-00-01", "en", "human", 0.99), rules)
    assert asks_for_person(Understood("call +374 77 000001", "en", "human", 0.99), rules)
    assert not asks_for_person(Understood("call me", "en", "human", 0.01), rules)
