"""The evening digest: the day in numbers, once a day, at an hour of the firm's wall clock.

Each evening is a job of its own, whose key is its day and hour: whichever process does it, it is done once, and what it
writes is committed with its end. When the hour is set anew, the jobs of the old one find that they are over.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from business.hours.week import moment_of
from business.jobs import Handle, Outcome
from business.team.notices import choices_of
from business.team.settings import read_text
from conversation import clock
from conversation.messages import Agent, Channel, JsonObject, Language
from crm_store import Tx, agents, day_figures, jobs, notices, working_hours
from crm_store.day_figures import DayFigures
from crm_store.engine import Store
from crm_store.jobs import Job
from routing.notices.wording import Notice, Wording, write

KIND: Final = "notices.digest"
_LOOK_S: Final = 30.0
_LATE: Final = timedelta(hours=6)
"""A server that was down in the evening still tells of it so much later, not the next day."""
_DAY: Final = timedelta(days=1)
_BY: Final[tuple[Channel, ...]] = ("telegram", "email")


class Digest:
    """``ways``: by which channels agents can be told; ``zone``: where the firm has no branch; ``firm``: its name."""

    def __init__(
        self, store: Store, wording: Wording, ways: Callable[[], frozenset[Channel]], zone: str, firm: str
    ) -> None:
        self._store = store
        self._wording = wording
        self._ways = ways
        self._zone = zone
        self._firm = firm

    async def work(self) -> None:
        """Sees to it that the next evening has its job, until it is cancelled. Raises Unavailable."""
        while True:
            await self.plan()
            await asyncio.sleep(_LOOK_S)

    async def plan(self) -> None:
        """Writes the job of the next evening, if it is not there."""
        if await self._store.read(lambda tx: self._next(tx, clock.now()) is not None):
            await self._store.writer.run(lambda tx: self._plan(tx, clock.now()))

    def handlers(self) -> Mapping[str, Handle]:
        """What does the jobs."""
        return {KIND: self.run}

    def run(self, tx: Tx, job: Job, at: datetime) -> Outcome:
        """Writes the digest of a day to everybody who reads it; its day is the job's."""
        day, hour = date.fromisoformat(str(job.payload["day"])), str(job.payload["at"])
        if hour == read_text(tx, "notices.digest_at") and at < job.run_at + _LATE:
            self._write(tx, day, at)
        self._plan(tx, max(at, job.run_at + timedelta(seconds=1)))
        return Outcome([])

    # --- when

    def _next(self, tx: Tx, at: datetime) -> tuple[str, date, str, datetime] | None:
        """Key, day, hour and moment of the next evening; None: it is planned."""
        zone, hour = self._firm_zone(tx), read_text(tx, "notices.digest_at")
        day = at.astimezone(zone).date()
        if evening_of(day, hour, zone) <= at:
            day += _DAY
        key = f"digest:{day.isoformat()}:{hour}:{zone.key}"
        return None if jobs.find_known(tx, key) else (key, day, hour, evening_of(day, hour, zone))

    def _plan(self, tx: Tx, at: datetime) -> None:
        found = self._next(tx, at)
        if found is not None:
            key, day, hour, moment = found
            payload: JsonObject = {"day": day.isoformat(), "at": hour}
            jobs.enqueue(tx, KIND, payload, run_at=moment, at=at, dedupe_key=key)

    def _firm_zone(self, tx: Tx) -> ZoneInfo:
        """The oldest branch's."""
        places = working_hours.list_places(tx)
        return ZoneInfo(next((one.timezone for one in places.values()), self._zone))

    # --- what

    def _write(self, tx: Tx, day: date, at: datetime) -> None:
        zone = self._firm_zone(tx)
        begins, ends = moment_of(day, 0, zone), moment_of(day + _DAY, 0, zone)
        figures = day_figures.read_day(tx, begins, min(at, ends))
        load = day_figures.read_load(tx, ends, moment_of(day + 2 * _DAY, 0, zone))
        addresses = [one for one in notices.list_addresses(tx) if one.channel in _BY and one.channel in self._ways()]
        kept = notices.find_choices(tx, {one.agent_id for one in addresses})
        readers = {one.id: one for one in agents.list_agents(tx) if choices_of(one, kept.get(one.id)).digest}
        for one in addresses:
            agent = readers.get(one.agent_id)
            if agent is not None:
                text, subject = self._say(agent, day, figures, load), self._subject(agent.language, day)
                key = f"notice:digest:{one.agent_id}:{one.channel}:{day.isoformat()}"
                notice = Notice(one.channel, one.value, agent.id, agent.language, text, key, subject=subject)
                write(tx, notice, at)

    def _subject(self, language: Language, day: date) -> str:
        return self._wording.say(language, "digest.title", firm=self._firm, day=day.strftime("%d.%m.%Y"))

    def _say(self, agent: Agent, day: date, of: DayFigures, load: tuple[int, float]) -> str:
        language = agent.language

        def line(key: str, **fields: object) -> str:
            return self._wording.say(language, f"digest.{key}", **fields)

        lines = [self._subject(language, day), "", line("talks", new=of.new, answered=of.answered, waiting=of.waiting)]
        if of.waits_s:
            minutes = f"{median(of.waits_s) / 60:.1f}".removesuffix(".0")
            lines.append(line("first_answer", minutes=minutes))
        lines.append(line("visits", booked=of.booked, cancelled=of.cancelled, missed=of.missed))
        lines.append(line("tomorrow", visits=load[0], hours=f"{load[1]:.1f}".removesuffix(".0")))
        if of.marks:
            lines.append(line("marks", mean=f"{sum(of.marks) / len(of.marks):.1f}", count=len(of.marks)))
        if of.unsent:
            lines.append(line("unsent", count=of.unsent))
        return "\n".join(lines)


def evening_of(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """The moment at which the firm's wall clock shows the hour (``HH:MM``, ``24:00`` for the day's end) on a day: the
    first of two, the jump for one that never comes."""
    hours, minutes = hour.split(":")
    return moment_of(day, int(hours) * 60 + int(minutes), zone)
