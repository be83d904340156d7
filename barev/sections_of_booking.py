"""The settings of what booking has to do with other people's servers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Far:
    """Other people's servers that this one asks: receivers of webhooks, calendars kept elsewhere.

    Attributes:
        private: addresses of the own network may be asked too; leave it off where not everybody who may add a calendar
            or a webhook may reach whatever this machine reaches
        timeout_s: seconds in which they must answer
        calendar_min: minutes between two readings of a calendar kept elsewhere
        calendar_kb: kilobytes that such a calendar may have
        attempts: after so many failed ones a delivery of a webhook is given up
    """

    private: bool = False
    timeout_s: float = 10.0
    calendar_min: float = 15.0
    calendar_kb: int = 4096
    attempts: int = 15
