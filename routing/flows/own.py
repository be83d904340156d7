"""Flows of the firm's own intents: an answer, people, or both."""

from collections.abc import Mapping

from conversation.messages import JsonObject
from crm_store import Tx, learning
from crm_store.rows import AnyRow
from routing.flows.steps import Flow, HandOver, Say, Step
from routing.flows.turn import Turn


def own_flows(tx: Tx) -> Mapping[str, Flow]:
    """Those of now, by name."""
    return {flow.name: flow for flow in (_flow(row) for row in learning.list_intents(tx))}


def _flow(row: AnyRow) -> Flow:
    steps: list[Step] = []
    if row.answers:
        steps.append(Say("answer", make=lambda turn: said_in(row.answers, turn)))
    if row.hands_over or not row.answers:
        steps.append(HandOver("people", "asked", row.team_id))
    titles = {language: str(title) for language, title in row.titles.items()}
    return Flow(f"own.{row.key}", (row.key,), tuple(steps), aside=len(steps) == 1, offer=bool(titles), titles=titles)


def said_in(texts: JsonObject, turn: Turn) -> str:
    """In the customer's language, else in the firm's, else in any that it is written in."""
    wanted = (turn.state.language, turn.facts.firm_language, *texts)
    return next(str(texts[language]) for language in wanted if texts.get(language))
