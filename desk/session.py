"""An agent's window: who he is, what is for his eyes, and where his token comes from."""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from conversation.events import Audience
from conversation.messages import Agent, Language
from crm_store.conversations import Visible

COOKIE = "barev_session"
COOKIE_MARK = "barev_signed_in"  # tells the page only that there is a session to ask about


@dataclass(slots=True)
class Session:
    """An agent's window on /desk."""

    agent: Agent
    session_id: int
    language: Language
    typing: tuple[int, float] = (0, 0.0)  # conversation, and until when (monotonic seconds) it needs no new word


def eyes_of(agent: Agent) -> Visible:
    """Which conversations are for an agent: None for all."""
    return None if agent.sees_all else (agent.id, agent.teams)


def may_hear(agent: Agent, audience: Audience) -> bool:
    """Whether a conversation with this audience is for the agent (the rule of ``conversations.visible_to``)."""
    return (
        agent.sees_all
        or audience.assignee_id == agent.id
        or audience.team_id is None
        or audience.team_id in agent.teams
    )


def cookie_token(header: str | None) -> str | None:
    """The session token of a Cookie header."""
    try:
        morsel = SimpleCookie(header or "").get(COOKIE)
    except CookieError:
        return None
    return None if morsel is None else morsel.value
