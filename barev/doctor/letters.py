"""What goes to phones and mailboxes: whether it is set up, and what did not arrive."""

from datetime import timedelta

from barev.doctor.findings import Finding, ok, warn, wrong
from barev.opening import store_address
from barev.senders import make_senders
from barev.settings import Settings, SettingsError
from conversation import clock
from conversation.errors import BarevError
from crm_store.engine import read_apart
from crm_store.errors import StoreUnfit
from crm_store.outgoing_list import find_dead
from crm_store.schema import HEAD, stored_revision

_SINCE = timedelta(days=7)


async def check_all(settings: Settings) -> list[Finding]:
    """Both channels."""
    try:
        senders = make_senders(settings)
    except SettingsError as error:
        return [wrong("outbox", "letters_wrong", error=error)]
    signs = {channel: "+" if channel in senders else "-" for channel in ("sms", "email")}
    lines = [ok("outbox", "letters", **signs)]
    url = store_address(settings)
    if url.sqlite is not None and not url.sqlite.is_file():
        return lines
    since = clock.now() - _SINCE
    try:
        dead = await read_apart(url, lambda tx: find_dead(tx, since) if stored_revision(tx) == HEAD else None)
    except (BarevError, StoreUnfit):
        return lines  # said of the store already
    if dead is not None and dead.rows:
        lines.append(warn("outbox", "letters_dead", count=dead.rows, reason=dead.reason or "-"))
    return lines
