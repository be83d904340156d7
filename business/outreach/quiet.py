"""When customers are let alone: the hours of the night by the wall of the place that they come to."""

from datetime import datetime, time, timedelta, tzinfo

from business.outreach.settings import OutreachRules


def wait_until(rules: OutreachRules, zone: tzinfo, at: datetime) -> datetime:
    """The moment itself where people may be written to then, else the end of the quiet hours that it is in."""
    begins, ends = _wall_time(rules.quiet_from), _wall_time(rules.quiet_to)
    wall = at.astimezone(zone)
    now = wall.time()
    quiet = begins <= now < ends if begins <= ends else now >= begins or now < ends
    if not quiet:
        return at
    day = wall.date() if now < ends else wall.date() + timedelta(days=1)
    return datetime.combine(day, ends, zone).astimezone(at.tzinfo)


def _wall_time(text: str) -> time:
    """``24:00`` is midnight too."""
    return time.fromisoformat(text.replace("24:", "00:"))
