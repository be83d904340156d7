"""News on request: a customer says which, and may take it back at any time, by any way, without a question asked."""

from typing import Final

from business.team.deeds import record_deed
from conversation import clock
from conversation.messages import Agent, Language
from crm_store import Tx, news
from crm_store.news import Wish

TOPICS: Final = ("offers", "firm", "events")
"""What news there is: ``flow.news.<topic>`` names it."""


def subscribe(tx: Tx, contact_id: int, topic: str, language: Language, words: str, source: str) -> bool:
    """He wants news of a topic; ``words``: what he said yes to. False: he did already."""
    if topic in news.list_wanted(tx, contact_id):
        return False
    news.add_wish(tx, contact_id, Wish(topic, True, language, words, source, clock.now()))
    record_deed(tx, None, "contact.subscribed", "contact", contact_id, after={"topic": topic})
    return True


def unsubscribe(tx: Tx, contact_id: int, topic: str | None, source: str, agent: Agent | None = None) -> list[str]:
    """He wants no more news of a topic (None: of any); returns the topics that this ended. Always works."""
    ended = [one for one in news.list_wanted(tx, contact_id).values() if topic in (None, one.topic)]
    for wish in ended:
        gone = wish._replace(wanted=False, words="", source=source, at=clock.now())
        news.add_wish(tx, contact_id, gone)
        record_deed(tx, agent, "contact.unsubscribed", "contact", contact_id, before={"topic": wish.topic})
    return [one.topic for one in ended]
