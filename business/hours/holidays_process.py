"""Public holidays, read from the PyPI package ``holidays`` by a process of its own: the package imports the calendars
of all countries, and 19 MB of them would stay with the server. Run by ``holidays_of`` as a script; it imports nothing
of ours."""

import json
import sys

Named = dict[str, str]


def read_holidays(country: str, first: int, last: int) -> dict[str, Named]:
    """Days off of the years from ``first`` to ``last``, by the tag of the language their names are in (empty: the
    country's own), then by ISO date. A country that the package does not know has none."""
    import holidays  # see above

    years = range(first, last + 1)
    try:
        spoken: list[str] = ["", *holidays.country_holidays(country, years=years).supported_languages]
    except NotImplementedError:
        return {}
    named = {one: holidays.country_holidays(country, years=years, language=one or None) for one in spoken}
    return {one: {day.isoformat(): name for day, name in sorted(days.items())} for one, days in named.items()}


if __name__ == "__main__":
    json.dump(read_holidays(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
