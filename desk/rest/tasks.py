"""REST: tasks."""

from business.contacts import tasks as deeds
from business.contacts.service import Contacts
from conversation.wire import get_bool
from crm_store.remarks import TASKS, TaskState
from desk.rest import contact_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.contact_schemas import TASK, TASK_BODY, TASK_CHANGE, TASK_KIND
from desk.rest.lists import choice, list_query, wanted
from desk.rest.schemas import listed
from desk.settings import DeskSettings

_ASSIGNEE = {"type": "string", "pattern": "^(me|[1-9][0-9]{0,14})$", "description": "An agent's id, or `me`."}
_STATES: dict[str, TaskState] = {"open": "open", "done": "done", "overdue": "overdue"}


class TaskRoutes:
    """What is to be done, by whom."""

    def __init__(self, settings: DeskSettings, contacts: Contacts) -> None:
        self._settings = settings
        self._contacts = contacts

    def routes(self) -> list[Route]:
        """The operations."""
        state = {"type": "string", "enum": list(_STATES)}
        return [
            Route(
                "GET",
                "/tasks",
                self.list_tasks,
                "Tasks of one's own (of everybody, with tasks.all), or of a contact",
                {200: listed(TASK)},
                query=list_query(TASKS, self._settings.page, assignee=_ASSIGNEE, state=state, kind=TASK_KIND),
            ),
            Route("POST", "/tasks", self.add_task, "Adds a task; one's own unless told", {201: TASK}, body=TASK_BODY),
            Route(
                "PATCH", "/tasks/{id}", self.change_task, "Changes or finishes a task", {200: TASK}, body=TASK_CHANGE
            ),
            Route("DELETE", "/tasks/{id}", self.remove_task, "Puts a task into the bin", {204: None}),
        ]

    async def list_tasks(self, call: Call) -> Answer:
        """``assignee``: an agent's id or ``me``."""
        assignee, agent = call.query_text("assignee"), call.session.agent
        assignee_id = agent.id if assignee == "me" else call.query_int("assignee", None, 1, 10**15)
        state, asked = choice(call, "state", _STATES), wanted(call, TASKS, self._settings.page)
        found, following = await self._contacts.read(
            lambda tx: deeds.list_tasks(
                tx, agent, asked, assignee_id=assignee_id, state=None if state is None else _STATES[state]
            )
        )
        return wire.page_of_text([wire.task(one) for one in found], following)

    async def add_task(self, call: Call) -> Answer:
        """About a contact or a conversation, or neither."""
        agent, values = call.session.agent, wire.read_task(call.body, new=True)
        added = await self._contacts.write(lambda tx: deeds.add_task(tx, agent, values, call.remote))
        return Answer(wire.task(added), status=201, headers={"Location": f"/api/v1/tasks/{added.id}"})

    async def change_task(self, call: Call) -> Answer:
        """``done``: true finishes it, false takes it up again."""
        agent, values = call.session.agent, wire.read_task(call.body, new=False)
        if call.body.get("done") is not None:
            values["done"] = get_bool(call.body, "done")
        changed = await self._contacts.write(
            lambda tx: deeds.change_task(tx, agent, call.path_id(), values, call.remote)
        )
        return Answer(wire.task(changed))

    async def remove_task(self, call: Call) -> Answer:
        """Into the bin."""
        agent = call.session.agent
        await self._contacts.write(lambda tx: deeds.remove_task(tx, agent, call.path_id(), call.remote))
        return Answer(None, status=204)
