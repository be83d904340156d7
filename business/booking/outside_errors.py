"""Why an outside calendar could not be read, as a text of the catalogue."""

import re
from typing import Final

_SAID: Final = {
    "no answer in time": "slow",
    "too many redirects": "redirects",
    "not an http or https address": "address",
    "not a public address": "private",
    "its certificate is not valid": "certificate",
    "no such host": "host",
    "not reached": "unreached",
    "this is no calendar (iCalendar)": "no_calendar",
}
_STATUS: Final = re.compile(r"HTTP (\d{3})\Z")
_SIZE: Final = re.compile(r"larger than (\d+) KB\Z")
_MANY: Final = re.compile(r"more than (\d+) ")
_BY_STATUS: Final = {"401": "closed", "403": "closed", "404": "gone", "410": "gone"}


def word_error(error: str) -> tuple[str, dict[str, object]]:
    """The text's key and its fields."""
    if error in _SAID:
        return f"outside.error.{_SAID[error]}", {}
    if match := _STATUS.match(error):
        return f"outside.error.{_BY_STATUS.get(match[1], 'status')}", {"status": match[1]}
    if match := _SIZE.match(error):
        return "outside.error.large", {"kilobytes": int(match[1])}
    if match := _MANY.match(error):
        return "outside.error.too_much", {"most": int(match[1])}
    broken = error.startswith(("this is no calendar", "an entry", "the rule"))
    return f"outside.error.{'broken' if broken else 'unreached'}", {}
