"""A visit in words: what texts for customers may name of it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from business.team.places import name_place
from conversation.dates import say_time
from conversation.language import form_in
from conversation.messages import Language
from conversation.ports import Texts
from crm_store import Tx, waitlist


class Visit(NamedTuple):
    """What is said of a visit: its services, with whom, when, where."""

    service_ids: Sequence[int]
    provider_id: int | None
    branch_id: int | None
    starts_at: datetime


def name_visit(tx: Tx, texts: Texts, language: Language, visit: Visit, zone: tzinfo, firm: str) -> dict[str, str]:
    """The fields ``service``, ``specialist``, ``date``, ``time``, and those of its branch; empty ones are not known.
    ``firm``: its name where the visit is of no branch."""
    services = waitlist.name_services(tx, visit.service_ids)
    named = [form_in(services[one].name, language) for one in visit.service_ids if one in services]
    resources = waitlist.name_resources(tx, [] if visit.provider_id is None else [visit.provider_id])
    return {
        "service": ", ".join(named),
        "specialist": "".join(form_in(one.name, language) for one in resources.values()),
        "date": say_date(texts, language, visit.starts_at, zone),
        "time": say_time(visit.starts_at, zone),
        **name_place(tx, visit.branch_id, firm),
    }


def say_date(texts: Texts, language: Language, moment: datetime, zone: tzinfo) -> str:
    """``Friday, 27 November``: the day as it stands whenever it is read."""
    day = moment.astimezone(zone).date()
    weekday = texts.get(language, f"time.weekday.{day.isoweekday()}")
    month = texts.get(language, f"time.month.{day.month}")
    return f"{weekday}, {texts.get(language, 'time.date', day=day.day, month=month)}"
