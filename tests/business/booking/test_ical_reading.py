"""Calendars kept elsewhere: what they say is busy, whoever wrote them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from business.booking.ical_reading import Busy, CalendarError, read_busy

YEREVAN, BERLIN = ZoneInfo("Asia/Yerevan"), ZoneInfo("Europe/Berlin")
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
HOUR = "DTSTART:20261102T100000Z\nDURATION:PT1H"


def calendar(*entries: str, head: str = "") -> bytes:
    """A calendar of these entries."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *filter(None, [head])]
    for entry in entries:
        lines += ["BEGIN:VEVENT", *entry.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def said(busy: list[Busy]) -> list[str]:
    """``2T10:00-11:00``: day and hours, in UTC."""
    return [f"{start:%-dT%H:%M}-{end:%-dT%H:%M}" for start, end in busy]


def read(*entries: str, zone: ZoneInfo = YEREVAN, head: str = "") -> list[str]:
    """What they make busy."""
    return said(read_busy(calendar(*entries, head=head), zone, SINCE, UNTIL))


def test_repetitions_end_and_leave_days_out() -> None:
    """On the wall of the entry's zone."""
    entry = (
        "UID:1\nDTSTART;TZID=Asia/Yerevan:20261102T100000\nDTEND;TZID=Asia/Yerevan:20261102T110000\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20261116T060000Z\nEXDATE;TZID=Asia/Yerevan:20261109T100000"
    )
    assert read(entry) == ["2T06:00-2T07:00", "16T06:00-16T07:00"]
    assert read(f"UID:1\n{HOUR}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") == ["2T10:00-2T11:00"]
    assert read(f"UID:1\n{HOUR}\nRDATE:20261105T120000Z") == ["2T10:00-2T11:00", "5T12:00-5T13:00"]


def test_one_of_many_is_moved_or_called_off() -> None:
    """One, or one and all after it."""
    daily = f"UID:1\n{HOUR}\nRRULE:FREQ=DAILY;COUNT=4"
    moved = "UID:1\nRECURRENCE-ID:20261103T100000Z\nDTSTART:20261103T150000Z\nDTEND:20261103T160000Z"
    off = "UID:1\nRECURRENCE-ID:20261104T100000Z\nSTATUS:CANCELLED\nDTSTART:20261104T100000Z\nDTEND:20261104T110000Z"
    assert read(daily, moved, off) == ["2T10:00-2T11:00", "3T15:00-3T16:00", "5T10:00-5T11:00"]
    later = (
        "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261104T100000Z\nDTSTART:20261104T150000Z\nDTEND:20261104T170000Z"
    )
    assert read(daily, later) == ["2T10:00-2T11:00", "3T10:00-3T11:00", "4T15:00-4T17:00", "5T15:00-5T17:00"]


def test_days_and_times_without_a_zone_are_of_the_place() -> None:
    """Of the calendar's own zone where it names one."""
    assert read("UID:1\nDTSTART;VALUE=DATE:20261105\nDTEND;VALUE=DATE:20261107") == ["4T20:00-6T20:00"]
    floating = "UID:1\nDTSTART:20261102T100000\nDTEND:20261102T113000"
    assert read(floating) == ["2T06:00-2T07:30"]
    assert read(floating, head="X-WR-TIMEZONE:Europe/Berlin") == ["2T09:00-2T10:30"]
    begin = datetime(2026, 10, 24, tzinfo=UTC)
    autumn = calendar(
        "UID:1\nDTSTART;VALUE=DATE:20261025\nDTEND;VALUE=DATE:20261026",
        "UID:2\nDTSTART;TZID=Europe/Berlin:20261026T090000\nDTEND;TZID=Europe/Berlin:20261026T100000",
    )
    assert said(read_busy(autumn, BERLIN, begin, UNTIL)) == ["24T22:00-25T23:00", "26T08:00-26T09:00"]


def test_what_is_free_is_free() -> None:
    """Transparent, called off, without length; what touches is joined."""
    assert read(f"UID:1\n{HOUR}\nTRANSP:TRANSPARENT", f"UID:2\n{HOUR}\nSTATUS:CANCELLED") == []
    assert read("UID:1\nDTSTART:20261102T100000Z") == []
    assert read(f"UID:1\n{HOUR}", "UID:2\nDTSTART:20261102T110000Z\nDURATION:PT30M") == ["2T10:00-2T11:30"]
    newer = f"UID:1\nSEQUENCE:2\n{HOUR.replace('T10', 'T12')}"
    assert read(f"UID:1\nSEQUENCE:1\n{HOUR}", newer) == ["2T12:00-2T13:00"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>sign in</html>",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        calendar("UID:1\nDTSTART:banana\nDURATION:PT1H"),
        calendar(f"UID:1\n{HOUR}\nRRULE:FREQ=BANANA"),
        calendar(f"UID:1\n{HOUR}\nRRULE:FREQ=SECONDLY"),
        calendar(f"UID:1\n{HOUR}\nRRULE:FREQ=DAILY;INTERVAL=0"),
        calendar(f"UID:1\n{HOUR}\nRRULE:FREQ=WEEKLY;INTERVAL=-1"),
        calendar(*(f"UID:{number}\n{HOUR}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" for number in range(11))),
        calendar(f"UID:1\n{HOUR}\nRRULE:FREQ=DAILY;BYHOUR=1;BYMINUTE=0,61"),
        calendar(*(f"UID:{number}\n{HOUR}" for number in range(20_001))),
        calendar("UID:1\nDTSTART:00010102T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"),
    ],
    ids=["empty", "page", "bytes", "half", "time", "rule", "quick", "step", "back", "never", "minute", "many", "old"],
)
def test_what_cannot_be_read_is_refused_whole(text: bytes) -> None:
    """In one line, and within the bounds."""
    with pytest.raises(CalendarError):
        read_busy(text, YEREVAN, SINCE, UNTIL)
