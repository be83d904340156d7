"""The firm's own names are found in messages, and follow what changes."""

import asyncio
from pathlib import Path

from sqlalchemy import update

from business.team.accounts import Accounts, AccountSettings
from business.team.founding import Firm, found_business
from conversation.events import InboxesChanged
from crm_store import Tx
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import AgentRow, BranchRow
from routing.own_names import OwnNames
from routing.understanding.entities.find import find_entities
from tests.routing.understanding.made import FRAME


async def firm(path: Path) -> Store:
    """A firm with a branch and an Anahit."""
    store = await open_store(StoreUrl(sqlite=path / "barev.db"))
    await found_business(store, Firm("Karavan Kentron", "Asia/Yerevan", "AM", "hy"))
    accounts = Accounts(store, AccountSettings(30, 8, 10, 100, 60.0))
    await accounts.add_user("anahit", "a-long-password", "agent", "Անահիտ Սարգսյան", "hy")
    await store.writer.run(lambda tx: tx.execute(update(BranchRow).values(name="Karavan Kentron")).rowcount)
    return store


def named(names: OwnNames, text: str) -> list[tuple[str, str]]:
    """Kinds and words of what a message names."""
    return [(one.kind, one.text) for one in find_entities(text, FRAME, names.gazetteer())]


async def test_people_branches_and_usual_services(tmp_path: Path) -> None:
    """In any script and case; the index is made anew only when a name is another."""
    store = await firm(tmp_path)
    names = OwnNames(store)
    await names.renew()
    text = "стрижка у Анаит в karavan kentron"
    assert named(names, text) == [("service", "стрижка"), ("staff", "Анаит"), ("branch", "karavan kentron")]
    index = names.gazetteer()
    await names.renew()
    assert names.gazetteer() is index

    def rename(tx: Tx) -> None:
        tx.execute(update(AgentRow).values(name="Մարիամ Սարգսյան"))

    await store.writer.run(rename)
    await names.renew()
    assert named(names, "mariam") == [("staff", "mariam")]
    assert names.gazetteer() is not index
    await store.close()


async def test_an_event_has_them_read(tmp_path: Path) -> None:
    """At once, not with the next look."""
    store = await firm(tmp_path)
    names = OwnNames(store)
    reads = 0

    async def renew() -> None:
        nonlocal reads
        reads += 1
        if reads == 1:
            names.heard(InboxesChanged())
        else:
            done.set()

    done = asyncio.Event()
    names.renew = renew  # type: ignore[method-assign]  # to see when it reads
    working = asyncio.create_task(names.work())
    await done.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await store.close()
    assert reads == 2
