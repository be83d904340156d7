"""Tasks: what somebody has to do, by when, and for whom."""

from collections.abc import Mapping
from datetime import datetime

from business.contacts.cards import require_card
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, agents, binned, conversations, remarks
from crm_store.paging import Wanted
from crm_store.remarks import Task, TaskState

ALL_TASKS = "tasks.all"
Values = Mapping[str, object]


def list_tasks(
    tx: Tx, agent: Agent, wanted: Wanted, *, assignee_id: int | None, state: TaskState | None
) -> tuple[list[Task], str | None]:
    """A page of the tasks for an agent's eyes: all of a named contact, else his own and nobody's, else all where he
    may."""
    named = wanted.filters.get("contact") is not None
    eyes = None if named or ALL_TASKS in agent.permissions else agent.id
    return remarks.list_tasks(tx, wanted, now=clock.now(), eyes=eyes, assignee_id=assignee_id, state=state)


def add_task(tx: Tx, agent: Agent, values: Values, remote: str) -> Task:
    """A new task; the agent's own where nobody is named. Raises Rejected invalid, not_found."""
    checked = _check(tx, agent, values)
    row = {"assignee_id": agent.id, **checked, "author_id": agent.id, "author_name": agent.name}
    task_id = remarks.insert_task(tx, {**row, "created_at": clock.now()})
    task = _require(tx, agent, task_id)
    _record(tx, agent, "task.added", task, None, checked, remote)
    return task


def change_task(tx: Tx, agent: Agent, task_id: int, values: Values, remote: str) -> Task:
    """What is given changes; ``done`` finishes it or takes it up again. Raises Rejected not_found, invalid."""
    before = _require(tx, agent, task_id)
    checked = _check(tx, agent, values)
    if "done" in checked:
        done = bool(checked.pop("done"))
        if done != (before.done_at is not None):
            checked["done_at"] = clock.now() if done else None
    if not checked:
        return before
    remarks.change_task(tx, task_id, checked)
    after = _require(tx, agent, task_id, whoever=True)
    _record(tx, agent, "task.changed", after, {key: _present(before, key) for key in checked}, checked, remote)
    return after


def remove_task(tx: Tx, agent: Agent, task_id: int, remote: str) -> None:
    """Puts a task into the bin. Raises Rejected not_found."""
    task = _require(tx, agent, task_id)
    binned.put(tx, "task", task_id, agent.id, clock.now())
    _record(tx, agent, "task.deleted", task, None, None, remote)


def _require(tx: Tx, agent: Agent, task_id: int, *, whoever: bool = False) -> Task:
    task = remarks.find_task(tx, task_id)
    if task is not None:
        own = {None if one is None else one.id for one in (task.assignee, task.author)}
        if whoever or agent.id in own or task.assignee is None or ALL_TASKS in agent.permissions:
            return task
    raise Rejected("not_found", "contact.task_not_found")


def _check(tx: Tx, agent: Agent, values: Values) -> dict[str, object]:
    checked = dict(values)
    assignee, contact, talk = (values.get(key) for key in ("assignee_id", "contact_id", "conversation_id"))
    if isinstance(assignee, int) and agents.find_agent(tx, assignee) is None:
        raise Rejected("not_found", "error.agent_not_found", field="assignee_id")
    if isinstance(talk, int):
        head = conversations.find_head(tx, talk)
        if head is None or not _may_see(agent, head.team.id if head.team else None, head.assignee):
            raise Rejected("not_found", "error.conversation_not_found")
        checked.setdefault("contact_id", head.contact.id)
    if isinstance(contact, int):
        require_card(tx, contact)
    return checked


def _may_see(agent: Agent, team_id: int | None, assignee: object) -> bool:
    mine = getattr(assignee, "id", None) == agent.id
    return agent.sees_all or mine or team_id is None or team_id in agent.teams


def _present(task: Task, key: str) -> object:
    named = {"assignee_id": task.assignee, "contact_id": task.contact}
    if key in named:
        one = named[key]
        return None if one is None else one.id
    value: object = getattr(task, key)
    return value


def _record(
    tx: Tx, agent: Agent, action: str, task: Task, before: Values | None, after: Values | None, remote: str
) -> None:
    about = None if task.contact is None else task.contact.id
    record_deed(tx, agent, action, "task", task.id, before=before, after=after, remote=remote, about=about)


def is_overdue(task: Task, now: datetime) -> bool:
    """Whether it should have been done by now."""
    return task.done_at is None and task.due_at is not None and task.due_at < now
