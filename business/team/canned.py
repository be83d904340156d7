"""Canned responses: answers written beforehand, by language, with fields that are filled in for each customer.

One's own are for nobody else's eyes. Shared ones (a team's, or everybody's) are read by all whom they are for, and
changed by those who may.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, canned, places
from crm_store.engine import Store
from crm_store.rows import AnyRow

FIELDS: Final = ("name", "agent", "team", "business", "firm", "phone", "address", "city")
"""What stands in braces: the customer's name, one's own, the team's of the conversation, the firm's; and of the branch
of the conversation what ``places.name_place`` says."""
EDIT: Final = "canned.edit"
_HOLE = re.compile(r"\{[^{}]*\}|[{}]")
_MOST_OWN = 500
_MOST_SHARED = 1000


@dataclass(frozen=True, slots=True)
class CannedWish:
    """What is to be set; None stays as it is. ``texts``: by language. ``shared`` and ``team_id`` count for new ones."""

    shortcut: str | None = None
    texts: Mapping[str, str] | None = None
    shared: bool = False
    team_id: int | None = None


class Canned:
    """Reads and changes them. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def list_for(self, agent: Agent) -> list[AnyRow]:
        """All that an agent may use, by shortcut."""
        teams = None if agent.sees_all else agent.teams
        return await self._store.read(lambda tx: canned.list_for(tx, agent.id, teams))

    async def add(self, actor: Agent, wish: CannedWish, remote: str) -> AnyRow:
        """One more: one's own, or (``shared``) a team's or everybody's."""

        def write(tx: Tx) -> AnyRow:
            owner = None if wish.shared else actor.id
            team_id = wish.team_id if wish.shared else None
            if wish.shared:
                rights.require_now(tx, actor, EDIT)
            if team_id is not None:
                _require_team(tx, actor, team_id)
            if canned.count_of(tx, owner) >= (_MOST_SHARED if wish.shared else _MOST_OWN):
                raise Rejected("conflict", "canned.enough")
            values = _check(tx, wish, owner, team_id, None)
            canned_id = canned.insert_one(tx, agent_id=owner, team_id=team_id, **values)
            _record(tx, actor, "added", canned_id, str(values["shortcut"]), remote)
            return _require(tx, actor, canned_id)

        return await self._store.writer.run(write)

    async def change(self, actor: Agent, canned_id: int, wish: CannedWish, remote: str) -> AnyRow:
        """Sets what is wished; whose it is stays."""

        def write(tx: Tx) -> AnyRow:
            before = _require_editable(tx, actor, canned_id)
            values = _check(tx, wish, before.agent_id, before.team_id, canned_id)
            canned.change_one(tx, canned_id, **values)
            after = _require(tx, actor, canned_id)
            _record(tx, actor, "changed", canned_id, after.shortcut, remote)
            return after

        return await self._store.writer.run(write)

    async def remove(self, actor: Agent, canned_id: int, remote: str) -> None:
        """Takes one away for good."""

        def write(tx: Tx) -> None:
            before = _require_editable(tx, actor, canned_id)
            canned.delete_one(tx, canned_id)
            _record(tx, actor, "removed", canned_id, before.shortcut, remote)

        await self._store.writer.run(write)


def may_edit(agent: Agent, row: AnyRow) -> bool:
    """Whether it is his to change."""
    return row.agent_id == agent.id or (row.agent_id is None and EDIT in agent.permissions)


def _require(tx: Tx, agent: Agent, canned_id: int) -> AnyRow:
    row = canned.find(tx, canned_id)
    own_or_shared = row is not None and row.agent_id in (None, agent.id)
    if row is not None and own_or_shared and (row.team_id is None or agent.sees_all or row.team_id in agent.teams):
        return row
    raise Rejected("not_found", "canned.not_found")


def _require_editable(tx: Tx, actor: Agent, canned_id: int) -> AnyRow:
    row = _require(tx, actor, canned_id)
    if row.agent_id is None:
        rights.require_now(tx, actor, EDIT)
    return row


def _require_team(tx: Tx, actor: Agent, team_id: int) -> None:
    known = places.find_team(tx, team_id) is not None
    if not known or not (actor.sees_all or team_id in actor.teams):
        raise Rejected("not_found", "error.team_not_found", field="team_id")


def _check(
    tx: Tx, wish: CannedWish, agent_id: int | None, team_id: int | None, canned_id: int | None
) -> dict[str, object]:
    values: dict[str, object] = {"updated_at": clock.now()}
    if wish.shortcut is not None:
        shortcut = wish.shortcut.strip().lower()  # casefold would part the Armenian և
        if canned.find_same(tx, agent_id, team_id, shortcut) not in (None, canned_id):
            raise Rejected("conflict", "canned.shortcut_taken", field="shortcut", shortcut=shortcut)
        values["shortcut"] = shortcut
    if wish.texts is not None:
        texts = {language: text.strip() for language, text in wish.texts.items() if text.strip()}
        if not texts:
            raise Rejected("conflict", "canned.text_missing", field="texts")
        for text in texts.values():
            check_fields(text)
        values["texts"] = texts
    return values


def check_fields(text: str) -> None:
    """Raises Rejected conflict where something stands in braces that nothing is filled in for."""
    known = [f"{{{name}}}" for name in FIELDS]
    for hole in _HOLE.findall(text):
        if hole not in known:
            raise Rejected("conflict", "canned.field_unknown", field="texts", hole=hole[:40], known=", ".join(known))


def _record(tx: Tx, actor: Agent, verb: str, canned_id: int, shortcut: str, remote: str) -> None:
    record_deed(
        tx, actor, f"canned_response.{verb}", "canned_response", canned_id, after={"name": shortcut}, remote=remote
    )
