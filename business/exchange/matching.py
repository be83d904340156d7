"""Who of the base a row speaks of, and what it changes: the same for a dry run and for the real one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from business.exchange.rows import Person
from conversation.messages import Json, JsonObject
from crm_store import Tx
from crm_store.importing import Catalogues, Key, Known
from crm_store.models import RowOutcome

OnDuplicate = Literal["update", "skip", "fill"]
_KEPT: Final = ("code",)
"""Columns that a known contact keeps, whatever the file says."""


@dataclass(slots=True)
class Decision:
    """What becomes of a row. ``before`` and ``after``: what it changes of a contact who was there."""

    row: int
    outcome: RowOutcome
    known: Known | None = None
    remarks: list[JsonObject] = field(default_factory=list)
    before: JsonObject | None = None
    after: JsonObject | None = None
    added: list[Key] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    categories: list[int] = field(default_factory=list)
    state: str | None = None


class Matcher:
    """Knows contacts by code, phone and e-mail, those of the base and those that earlier rows bring."""

    def __init__(self, mode: OnDuplicate, catalogues: Catalogues) -> None:
        self._mode = mode
        self._catalogues = catalogues
        self._by_key: dict[Key, Known] = {}
        self._by_id: dict[int, Known] = {}

    def learn(self, known: Iterable[Known]) -> None:
        """Adds contacts of the base; whom it knows already it keeps as he has become."""
        for one in known:
            if one.id is not None and one.id not in self._by_id:
                self._by_id[one.id] = one
                self._note(one)

    def _note(self, one: Known) -> None:
        for key in one.keys:
            self._by_key.setdefault(key, one)

    def decide(self, tx: Tx, person: Person) -> Decision:
        """What becomes of the person's row; contacts are changed in memory, catalogues in the store."""
        decision = Decision(person.row, "wrong", remarks=list(person.remarks))
        if person.wrong:
            return decision
        found = [self._by_key[key] for key in person.keys if key in self._by_key]
        if not found:
            decision.outcome = "added"
            decision.known = self._add(tx, person, decision)
            decision.state = decision.known.digest()
            return decision
        known = decision.known = found[0]
        if known.row is not None:
            _remark(decision, "same_as_row", other=known.row)
        others = [one for one in found if one is not known]
        if others:
            _remark(decision, "also_another", name=str(others[0].columns.get("name") or ""))
        decision.outcome = "skipped"
        if self._mode == "skip":
            _remark(decision, "known", name=str(known.columns.get("name") or ""))
        elif self._change(tx, person, known, decision, others):
            decision.outcome = "updated"
        else:
            _remark(decision, "nothing_new", name=str(known.columns.get("name") or ""))
        decision.state = known.digest()
        return decision

    def _add(self, tx: Tx, person: Person, decision: Decision) -> Known:
        known = Known(None, dict(person.columns), dict(person.custom), row=person.row, created_at=person.created_at)
        known.search = person.search
        known.columns |= self._references(tx, person, decision)
        known.addresses.update({("phone", value): shown for value, shown in person.phones})
        known.addresses.update({("email", value): shown for value, shown in person.emails})
        known.groups.update(self._catalogues.id_of(tx, "groups", name) for name in person.groups)
        known.categories.update(self._catalogues.id_of(tx, "categories", name) for name in person.categories)
        self._note(known)
        return known

    def _references(self, tx: Tx, person: Person, decision: Decision) -> dict[str, int]:
        found: dict[str, int] = {}
        if person.source:
            found["source_id"] = self._catalogues.id_of(tx, "sources", person.source)
        if person.curator:
            agent_id = self._catalogues.find_agent(person.curator)
            if agent_id is None:
                _remark(decision, "value_left_out", field="curator", value=person.curator[:100])
            else:
                found["curator_id"] = agent_id
        return found

    def _change(self, tx: Tx, person: Person, known: Known, decision: Decision, others: list[Known]) -> bool:
        """Changes the known one by what the row says; whether anything changed."""
        said: dict[str, Json] = {**person.columns, **self._references(tx, person, decision)}
        before: JsonObject = {}
        after: JsonObject = {}
        for name, value in said.items():
            was = known.columns.get(name)
            keeps = was and (self._mode == "fill" or name in _KEPT)
            if value != was and not keeps and not (name == "code" and ("code", str(value)) in self._by_key):
                before[name], after[name] = was, value
                known.columns[name] = value
        custom = {key: value for key, value in person.custom.items() if self._takes(known.custom, key, value)}
        if custom:
            before["custom"] = {key: known.custom.get(key) for key in custom}
            after["custom"] = dict(custom)
            known.custom.update(custom)
        foreign = {key for one in others for key in one.addresses}
        stated = {("phone", value): shown for value, shown in person.phones}
        stated |= {("email", value): shown for value, shown in person.emails}
        decision.added = [key for key in stated if key not in known.addresses and key not in foreign]
        known.addresses.update({key: stated[key] for key in decision.added})
        decision.groups = self._join(tx, "groups", person.groups, known.groups)
        decision.categories = self._join(tx, "categories", person.categories, known.categories)
        if decision.added:
            after["addresses"] = [list(key) for key in decision.added]
        for name, ids in (("groups", decision.groups), ("categories", decision.categories)):
            if ids:
                after[name] = list(ids)
        if after:
            decision.before, decision.after = before, after
            known.search = None
            self._note(known)
        return bool(after)

    def _takes(self, custom: JsonObject, key: str, value: Json) -> bool:
        was = custom.get(key)
        return value != was and (self._mode == "update" or was in (None, ""))

    def _join(self, tx: Tx, name: str, words: list[str], members: set[int]) -> list[int]:
        ids = [self._catalogues.id_of(tx, name, word) for word in words]
        new = [one for one in dict.fromkeys(ids) if one not in members]
        members.update(new)
        return new


def _remark(decision: Decision, code: str, /, **fields: Json) -> None:
    decision.remarks.append({"key": f"exchange.row.{code}", "fields": fields})
