"""What the desk calls the bot's flows and their steps."""

import pytest

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from routing.flows.booking.flows import BOOKING_FLOWS
from routing.flows.catalogue import FLOWS

ALL = (*FLOWS.values(), *BOOKING_FLOWS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_flows_and_steps_have_names(language: Language) -> None:
    """A flow by itself or by the intent that begins it; every step."""
    said = Catalogue().section(language, "desk").keys()
    assert {one.name for one in ALL if not {f"office.flow.{one.name}", f"office.intent.{one.name}"} & said} == set()
    assert {step.name for flow in ALL for step in flow.steps if f"office.bot.step.{step.name}" not in said} == set()
