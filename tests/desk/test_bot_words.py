"""What the desk calls the bot's flows and their steps."""

import pytest

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from routing.flows.catalogue import FLOWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_flows_and_steps_have_names(language: Language) -> None:
    """A flow by itself or by the intent that begins it; every step."""
    said = Catalogue().section(language, "desk").keys()
    assert {name for name in FLOWS if not {f"office.flow.{name}", f"office.intent.{name}"} & said} == set()
    assert {
        step.name for flow in FLOWS.values() for step in flow.steps if f"office.bot.step.{step.name}" not in said
    } == set()
