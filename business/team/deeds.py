"""What people do goes into the audit log, in the transaction of the deed (feature AU-01)."""

from collections.abc import Mapping
from datetime import datetime

from conversation import clock
from conversation.messages import Agent, Json
from crm_store import Tx, audit

Values = Mapping[str, object]


def record_deed(
    tx: Tx,
    agent: Agent | None,
    action: str,
    entity: str,
    entity_id: int,
    *,
    before: Values | None = None,
    after: Values | None = None,
    remote: str | None = None,
    about: int | None = None,
) -> None:
    """One line of the log: an agent's deed, or the system's own (None). ``action``: ``noun.verb_past``; ``about``: the
    contact whose personal values these are, so that they can be erased with him."""
    audit.record(
        tx,
        actor_kind="system" if agent is None else "agent",
        actor_id=None if agent is None else agent.id,
        actor_name="" if agent is None else agent.login,
        action=action,
        entity=entity,
        entity_id=entity_id,
        before=_plain(before),
        after=_plain(after),
        remote=remote,
        contact_id=entity_id if entity == "contact" else about,
    )


def _plain(values: Values | None) -> dict[str, Json] | None:
    return None if values is None else {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: object) -> Json:
    if isinstance(value, datetime):
        return clock.to_iso(value)
    if isinstance(value, list | tuple):
        return [_plain_value(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain_value(one) for key, one in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
