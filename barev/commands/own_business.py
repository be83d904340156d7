"""The business of a command's own store, for commands that read messages as it would."""

import sys

from barev.opening import store_address
from barev.serve import run
from barev.settings import Settings
from business.hours.calendar import load_calendar
from business.hours.week import ALWAYS, Weekly
from conversation.errors import BarevError
from crm_store import Tx
from crm_store.engine import read_apart
from crm_store.errors import StoreUnfit
from routing.own_names import list_entries, list_services
from routing.understanding.entities.gazetteer import Entry


def read_business(settings: Settings) -> tuple[Weekly, tuple[Entry, ...]]:
    """Its hours and its own names. Where there is no store yet: no hours set, and what such firms commonly do; where
    it cannot be read, the same with a line on standard error."""
    url = store_address(settings)
    if url.sqlite is not None and not url.sqlite.is_file():
        return ALWAYS, tuple(list_services(None))

    def question(tx: Tx) -> tuple[Weekly, tuple[Entry, ...]]:
        return load_calendar(tx).asked(None, None).weekly, list_entries(tx)

    try:
        return run(read_apart(url, question))
    except (BarevError, StoreUnfit) as error:
        sys.stderr.write(f"barev: the business's own hours and names are left out: {error}\n")
        return ALWAYS, tuple(list_services(None))
