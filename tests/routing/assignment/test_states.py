"""Arrivals, presence, answers, time and deaths of processes in any order: after every drain the store is as the written
rules want it (docs/subsystems/assignment.md)."""

import asyncio
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import insert, select, update

from conversation.clock import from_ms, to_ms
from crm_store import Tx, agents, assigning, conversations, presence
from crm_store.appending import NewMessage, append_messages
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import (
    AddressRow,
    AgentRow,
    AssignmentDecisionRow,
    ContactRow,
    ConversationRow,
    InboxRow,
    TeamMemberRow,
    TeamRow,
)
from crm_store.rows import AnyRow
from routing.assignment.carry import Step, carry_out
from routing.assignment.draft import Draft, Drafting, Rules
from routing.assignment.drain import drain
from routing.assignment.leases import LEASE_S
from routing.assignment.policies import BUILT_IN

NOON = from_ms(1_795_608_000_000)
RULES = Rules(BUILT_IN)
CAPACITY, ANSWER_S, GIVE_BACK_S = 2, 100, 200
AGENTS = 4
LANGUAGES = {1: ["hy"], 2: ["hy", "ru"], 3: ["ru"], 4: []}
numbers = st.integers(1, AGENTS)


class Killed(Exception):
    """The process is gone in the middle of its transaction."""


class Assignment(RuleBasedStateMachine):
    """A firm of one team, a store, and a clock of our own."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory(prefix="barev-states-")
        url = StoreUrl(sqlite=Path(self.folder.name) / "barev.db")
        self.store: Store = self.loop.run_until_complete(open_store(url))
        self.at = NOON
        self.here: dict[int, datetime] = {}  # by agent: until when his process is believed
        self.alive: set[int] = set()
        self.away: set[int] = set()
        self.passed: dict[int, set[int]] = {}  # by conversation: who let it pass in this wait
        self.drained = True
        self.draft: Draft | None = None  # of a process that is slow to carry it out

    def write(self, op: Any) -> Any:
        """In the writer's transaction."""
        return self.loop.run_until_complete(self.store.writer.run(op))

    def rows(self) -> dict[int, AnyRow]:
        """The conversations."""
        query = select(*ConversationRow.__table__.c).order_by(ConversationRow.id)
        read = self.store.read(lambda tx: list(tx.execute(query)))
        return {row.id: row for row in self.loop.run_until_complete(read)}

    @initialize(policy=st.sampled_from(sorted(BUILT_IN)))
    def found(self, policy: str) -> None:
        """The firm."""

        def write(tx: Tx) -> None:
            role = agents.insert_role(tx, "agent", [])
            team = {"name": "team", "policy": policy, "answer_s": ANSWER_S, "give_back_s": GIVE_BACK_S}
            tx.execute(insert(TeamRow).values(id=1, **team))
            tx.execute(insert(InboxRow).values(id=1, team_id=1, channel="web", name="site", key="key"))
            for number in range(1, AGENTS + 1):
                one = {"id": number, "login": f"a{number}", "name": f"a{number}", "password_hash": "!"}
                known = {"role_id": role, "created_at": NOON, "capacity": CAPACITY, "level": number}
                tx.execute(insert(AgentRow).values(**one, **known, languages=LANGUAGES[number]))
                tx.execute(insert(TeamMemberRow).values(team_id=1, agent_id=number))

        self.write(write)

    # --- what happens -------------------------------------------------------------------------------------------------

    @rule(number=numbers)
    def comes(self, number: int) -> None:
        """An agent opens a window."""
        self.alive.add(number)
        self.renew()
        self.drained = False

    def renew(self) -> None:
        """What processes that live do every ten seconds."""
        until = self.at + timedelta(seconds=LEASE_S)
        self.here |= dict.fromkeys(self.alive, until)
        self.write(lambda tx: presence.hold(tx, "p", self.alive, until))

    @rule(number=numbers)
    def his_process_is_killed(self, number: int) -> None:
        """Nobody renews his lease, and nobody ends it."""
        self.alive.discard(number)

    @rule(number=numbers)
    def goes(self, number: int) -> None:
        """He closes it."""
        self.alive.discard(number)
        if number in self.here:
            self.here[number] = min(self.here[number], self.at)
            self.write(lambda tx: presence.release(tx, "p", [number], self.at))
            self.drained = False

    @rule(number=numbers)
    def steps_away_or_back(self, number: int) -> None:
        """He chooses away, or online again."""
        self.away ^= {number}
        status = "away" if number in self.away else "online"
        self.write(lambda tx: agents.set_status(tx, number, status, self.at))
        self.drained = False

    @rule(language=st.sampled_from(["hy", "ru", "en"]))
    def arrives(self, language: str) -> None:
        """A new customer writes."""

        def write(tx: Tx) -> int:
            contact = insert(ContactRow).values(created_at=self.at, updated_at=self.at).returning(ContactRow.id)
            contact_id = tx.execute(contact).scalar_one()
            address = {"contact_id": contact_id, "channel": "web", "value": uuid4().hex, "created_at": self.at}
            address_id = tx.execute(insert(AddressRow).values(**address).returning(AddressRow.id)).scalar_one()
            row = {"contact_id": contact_id, "address_id": address_id, "inbox_id": 1, "team_id": 1, "channel": "web"}
            added = insert(ConversationRow).values(**row, language=language, created_at=self.at)
            number = tx.execute(added.returning(ConversationRow.id)).scalar_one()
            append_messages(tx, [said(number, "visitor", contact_id, self.at)])
            return int(number)

        self.passed[self.write(write)] = set()
        self.drained = False

    @precondition(lambda self: self.passed)
    @rule(data=st.data())
    def the_customer_writes(self, data: st.DataObject) -> None:
        """A customer writes again; what was resolved opens."""
        row = self.rows()[data.draw(st.sampled_from(sorted(self.passed)))]
        self.write(lambda tx: append_messages(tx, [said(row.id, "visitor", row.contact_id, self.at)]))
        self.drained = False

    @precondition(lambda self: self.passed)
    @rule(data=st.data())
    def somebody_answers(self, data: st.DataObject) -> None:
        """His agent answers."""
        row = self.rows()[data.draw(st.sampled_from(sorted(self.passed)))]
        if row.assignee_id is not None:
            self.write(lambda tx: append_messages(tx, [said(row.id, "agent", row.assignee_id, self.at)]))
            self.passed[row.id] = set()
            self.drained = False

    @precondition(lambda self: self.passed)
    @rule(data=st.data())
    def ends(self, data: st.DataObject) -> None:
        """It is resolved."""
        number = data.draw(st.sampled_from(sorted(self.passed)))
        ended = {"status": "resolved", "waiting_since": None, "resolved_at": self.at, **assigning.SETTLED}
        self.write(lambda tx: tx.execute(update(ConversationRow).where(ConversationRow.id == number).values(**ended)))
        self.passed[number] = set()
        self.drained = False

    @rule(seconds=st.sampled_from([1, 20, 40, 90, 150, 250]))
    def time_passes(self, seconds: int) -> None:
        """Leases run out, answers fall due."""
        self.at += timedelta(seconds=seconds)
        self.renew()
        self.drained = False

    @rule()
    def a_process_dies_while_it_drains(self) -> None:
        """Nothing of what it did is kept."""
        before = self.rows()

        def write(tx: Tx) -> None:
            carry_out(tx, RULES, Drafting(tx, RULES, self.at).draft(tx), self.at)
            raise Killed

        with pytest.raises(Killed):
            self.write(write)
        assert self.rows() == before

    @rule()
    def drains(self) -> None:
        """A process does its work; a second one finds none left."""
        before = self.rows()
        work = drain(self.store, RULES, lambda step: self.check(step, before), lambda: self.at)
        self.loop.run_until_complete(work)
        self.drained = True
        assert not self.is_due()

    def check(self, step: Step, before: dict[int, AnyRow]) -> None:
        """Notes who let what pass; nobody gets what he let pass, or what he is not there for."""
        for one in step.decisions:
            had = before[one.conversation_id]
            if one.reason.get("cause") == "unanswered" and had.assignee_id is not None:
                assert had.answer_due_at is not None
                assert had.answer_due_at <= self.at
                self.passed[one.conversation_id].add(had.assignee_id)
            if one.agent_id is not None and one.kind != "nobody":
                assert self.is_there(one.agent_id), "given to one who is not there"
                assert one.agent_id not in self.passed[one.conversation_id], "given to who let it pass"

    @rule()
    def a_slow_process_drafts(self) -> None:
        """What it decides is carried out at some time, whatever happens until then."""
        self.draft = self.loop.run_until_complete(self.store.read(self.next_draft))

    @precondition(lambda self: self.draft)
    @rule()
    def the_slow_process_carries_out(self) -> None:
        """Only what is still right by now."""
        draft, self.draft, before = self.draft, None, self.rows()
        assert draft is not None
        step: Step = self.write(lambda tx: carry_out(tx, RULES, draft, self.at))
        self.check(step, before)
        after = self.rows()
        given = {one.conversation_id: one.agent_id for one in step.decisions}
        assert {number for number, row in after.items() if row.assignee_id != before[number].assignee_id} <= set(given)
        assert all(after[number].assignee_id == agent_id for number, agent_id in given.items())
        self.drained = False

    @rule(times=st.integers(1, 5))
    def nobody_answers_for_minutes(self, times: int) -> None:
        """Answers fall due again and again while the process goes on working."""
        for _ in range(times):
            self.time_passes(ANSWER_S + 10)
            self.drains()

    # --- what must hold -----------------------------------------------------------------------------------------------

    def next_draft(self, tx: Tx) -> Draft:
        """What a process would do now."""
        return Drafting(tx, RULES, self.at).draft(tx)

    def is_due(self) -> bool:
        """Whether there is anything left to be decided; what was just given may still be shared."""

        def look(tx: Tx) -> bool:
            return not (self.next_draft(tx).is_empty or assigning.list_unread(tx, range(1, AGENTS + 1), 1))

        return self.loop.run_until_complete(self.store.read(look))

    def is_there(self, number: int) -> bool:
        """Whether an agent may be given something."""
        return self.here.get(number, NOON) > self.at and number not in self.away

    @invariant()
    def nobody_is_given_more_than_he_has_room_for(self) -> None:
        """What was given by itself and not answered never goes beyond the capacity."""
        rows = self.rows().values()
        for row in rows:
            assert (row.assignee_id is None) == (row.handler == "team")
            assert row.offer is None or row.assignee_id is not None
        given = Counter(row.assignee_id for row in rows if row.offer is not None and row.offer != assigning.AGAIN)
        assert max(given.values(), default=0) <= CAPACITY

    @precondition(lambda self: self.drained)
    @invariant()
    def who_waits_could_not_be_given(self) -> None:
        """Nobody waits in the queue for whom somebody fit is there with room, nor for one who let it pass."""
        rows = list(self.rows().values())
        load = Counter(row.assignee_id for row in rows if row.status == "open" and self.keeps_busy(row))
        for row in rows:
            if row.status != "open" or row.waiting_since is None:
                continue
            late = row.answer_due_at is not None and row.answer_due_at <= self.at
            if row.assignee_id is not None and not late:
                continue
            fit = {one for one in range(1, AGENTS + 1) if self.is_there(one)}
            fit -= self.passed[row.id] | {row.assignee_id}
            speakers = {one for one in fit if not LANGUAGES[one] or row.language in LANGUAGES[one]}
            fit = speakers or fit
            assert all(load[one] >= CAPACITY for one in fit), (row.id, fit, load)

    def keeps_busy(self, row: AnyRow) -> bool:
        """Whether it counts to its agent's load."""
        lately = row.last_message_at is not None and row.last_message_at > self.at - timedelta(seconds=RULES.quiet_s)
        return row.waiting_since is not None or lately

    def teardown(self) -> None:
        """Every decision has its reason; then all is thrown away."""
        query = select(AssignmentDecisionRow.kind, AssignmentDecisionRow.reason)
        decisions = self.loop.run_until_complete(self.store.read(lambda tx: list(tx.execute(query))))
        assert all(row.reason for row in decisions if row.kind not in {"nobody", "released"})
        self.loop.run_until_complete(self.store.close())
        self.loop.close()
        self.folder.cleanup()


def said(conversation_id: int, kind: Any, author_id: int, at: datetime) -> NewMessage:
    """A message."""
    key = uuid4().hex
    return NewMessage(conversation_id, kind, author_id, "", None, key, "text", False, "a word", None, None, to_ms(at))


def test_room_that_comes_in_a_step_is_used_in_the_same_drain() -> None:
    """Three wait for one who has room for two: when he lets the first pass, the third is his at once."""
    firm = Assignment()
    try:
        firm.found("balanced")
        firm.comes(1)
        for _ in range(3):
            firm.arrives("hy")
        firm.drains()
        firm.time_passes(ANSWER_S + 10)
        firm.drains()
        firm.who_waits_could_not_be_given()
        assert [row.assignee_id for row in firm.rows().values()].count(1) == 1
    finally:
        firm.teardown()


@pytest.mark.parametrize(
    "meanwhile", ["he goes", "he steps away", "he is killed", "his room is taken", "it is taken", "nothing"]
)
def test_a_draft_that_is_right_no_longer_is_not_carried_out(meanwhile: str) -> None:
    """Between the draft and its turn at the writer something changes that it was made from."""
    firm = Assignment()
    try:
        firm.found("balanced")
        firm.comes(1)
        firm.arrives("hy")
        firm.a_slow_process_drafts()
        if meanwhile == "he goes":
            firm.goes(1)
        elif meanwhile == "he steps away":
            firm.steps_away_or_back(1)
        elif meanwhile == "he is killed":
            firm.his_process_is_killed(1)
            firm.at += timedelta(seconds=LEASE_S)
        elif meanwhile == "his room is taken":
            firm.arrives("hy")
            firm.write(lambda tx: conversations.touch(tx, 2, assignee_id=1, handler="agent"))
        elif meanwhile == "it is taken":
            firm.write(lambda tx: conversations.touch(tx, 1, assignee_id=2, handler="agent"))
        firm.the_slow_process_carries_out()
        wanted = {"nothing": 1, "it is taken": 2}.get(meanwhile)
        assert firm.rows()[1].assignee_id == wanted
        firm.drains()
    finally:
        firm.teardown()


# a failure is told as it was found: to shrink forty steps that each ask a store takes minutes
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
Assignment.TestCase.settings = settings(max_examples=20, stateful_step_count=40, deadline=None, phases=PHASES)
TestAssignment = pytest.mark.slow(Assignment.TestCase)
