"""Files as they come, lie and go: what a crash leaves behind, what is swept, what a visitor may bring."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from business.contacts.personal import erase
from business.files.kinds import GROUPS
from business.files.service import FileLimits, TalkFiles
from conversation import clock
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.messages import Agent
from conversation.ports import Upload
from crm_store import Tx, attachments
from crm_store.engine import Store
from crm_store.models import AddressRow, AttachmentRow, MessageRow
from tests.business.contacts.people import card, talk
from tests.samples import png

LIMITS = FileLimits(file_mb=1, daily_mb=2, keep_free_mb=0, at_once=2, unsent_hours=24, stall_s=0.2, groups=GROUPS)
PICTURE = png(640, 480)


@pytest.fixture
def files(store: Store, tmp_path: Path) -> TalkFiles:
    """Over a data folder that is not there yet."""
    return TalkFiles(store, tmp_path, LIMITS)


async def parts(*bodies: bytes, then: Callable[[], None] = lambda: None) -> AsyncIterator[bytes]:
    """As they come from a door."""
    for body in bodies:
        yield body
    then()


def upload(client_id: str | None = None, who: str = "visitor:a") -> Upload:
    """Of a picture."""
    return Upload(who, client_id, "a.png", None)


def lying(data: Path) -> list[str]:
    """Every file in the folder."""
    return sorted(path.relative_to(data).as_posix() for path in (data / "files").rglob("*") if path.is_file())


async def refusal(files: TalkFiles, *bodies: bytes, who: str = "visitor:a") -> BarevError:
    """Why it is not taken."""
    with pytest.raises(BarevError) as caught:
        await files.keep(upload(who=who), parts(*bodies))
    return caught.value


async def test_it_lies_in_its_place_and_only_its_owner_reads(files: TalkFiles, tmp_path: Path) -> None:
    kept = await files.keep(upload(), parts(PICTURE[:100], PICTURE[100:]))
    assert (kept.attachment.mime, kept.attachment.size) == ("image/png", len(PICTURE))
    assert (kept.attachment.width, kept.attachment.height) == (640, 480)
    stored, path = await files.find_stored(kept.attachment.id)
    assert path.read_bytes() == PICTURE
    assert lying(tmp_path) == [stored.path]
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert len(stored.sha256) == 64


async def test_a_repeat_makes_no_second_file(files: TalkFiles, tmp_path: Path) -> None:
    client_id = str(uuid4())
    first, second = await asyncio.gather(
        *(files.keep(upload(client_id), parts(PICTURE[:50], PICTURE[50:])) for _ in range(2))
    )
    assert first.attachment == second.attachment
    assert sorted((first.repeated, second.repeated)) == [False, True]
    assert await files.find("visitor:a", client_id) == first.attachment
    assert await files.find("visitor:b", client_id) is None
    assert len(lying(tmp_path)) == 1


async def test_what_is_refused_leaves_nothing(files: TalkFiles, tmp_path: Path) -> None:
    async def broken_off() -> AsyncIterator[bytes]:
        yield PICTURE[:100]
        await asyncio.Event().wait()

    assert (await refusal(files, b"<html>")).text_key == "error.file_kind"
    assert (await refusal(files)).text_key == "error.file_empty"
    assert (await refusal(files, *[png(extra=2**19)] * 3)).code == "too_large"
    with pytest.raises(Rejected, match="file_broken_off"):
        await files.keep(upload(), broken_off())
    assert lying(tmp_path) == []


async def test_only_the_kinds_that_the_owner_takes(files: TalkFiles, store: Store, tmp_path: Path) -> None:
    narrow = TalkFiles(store, tmp_path, replace(LIMITS, groups=("document",)))
    with pytest.raises(Rejected, match="file_kind"):
        await narrow.keep(upload(), parts(PICTURE))


async def test_a_visitor_brings_so_much_a_day_and_an_agent_more(files: TalkFiles, owner: Agent) -> None:
    large = png(extra=900_000)
    for _ in range(2):
        await files.keep(upload(), parts(large))
    assert (await refusal(files, large)).text_key == "error.files_daily"
    await files.keep(upload(who="visitor:b"), parts(large))
    for _ in range(3):
        await files.keep(upload(who=f"agent:{owner.id}"), parts(large))


async def test_a_full_disk_takes_no_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="file_not_kept"):
        await TalkFiles(store, tmp_path, replace(LIMITS, keep_free_mb=10**9)).keep(upload(), parts(PICTURE))


async def test_one_owner_brings_a_few_at_once(store: Store, tmp_path: Path) -> None:
    go_on, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slow() -> AsyncIterator[bytes]:
        begun.release()
        yield PICTURE
        await go_on.wait()

    patient = TalkFiles(store, tmp_path, replace(LIMITS, stall_s=20.0))
    coming = [asyncio.create_task(patient.keep(upload(), slow())) for _ in range(2)]
    for _ in coming:
        await begun.acquire()
    assert (await refusal(patient, PICTURE)).code == "too_many"
    await patient.keep(upload(who="visitor:b"), parts(PICTURE))
    go_on.set()
    await asyncio.gather(*coming)
    await patient.keep(upload(), parts(PICTURE))


async def test_a_crash_before_it_is_in_place(files: TalkFiles, store: Store, tmp_path: Path) -> None:
    """Written down and not yet moved: whoever asks for it first puts it into its place; so does a retry."""
    client_id = str(uuid4())
    kept = await files.keep(upload(client_id), parts(PICTURE))
    stored, path = await files.find_stored(kept.attachment.id)
    os.replace(path, tmp_path / "files" / "unfinished" / path.name)
    path.parent.rmdir()
    after = TalkFiles(store, tmp_path, LIMITS)
    assert await after.find("visitor:a", client_id) == kept.attachment
    assert lying(tmp_path) == [stored.path]
    path.unlink()
    with pytest.raises(Unavailable, match="file_not_here"):
        await after.find_stored(kept.attachment.id)


async def test_the_sweep(files: TalkFiles, store: Store, tmp_path: Path) -> None:
    """Gone: what never came whole, what was never sent. Kept: what is young, what was sent, what is another store's."""
    sent, unsent, fresh = [(await files.keep(upload(), parts(PICTURE))).attachment.id for _ in range(3)]
    unfinished = tmp_path / "files" / "unfinished"
    (tmp_path / "files" / "00").mkdir(exist_ok=True)
    strange = tmp_path / "files" / "00" / ("0" * 32)
    for path in (unfinished / "old", unfinished / "young", strange):
        path.write_bytes(b"x")
    long_ago = clock.now() - timedelta(hours=25)
    for path in (unfinished / "old", strange):
        os.utime(path, (long_ago.timestamp(), long_ago.timestamp()))

    def age(tx: Tx) -> None:
        talk(tx, card(tx, None, name="A").id)
        rows = update(AttachmentRow).where(AttachmentRow.id.in_([sent, unsent])).values(created_at=long_ago)
        tx.execute(rows)
        tx.execute(
            update(AttachmentRow)
            .where(AttachmentRow.id == sent)
            .values(message_id=select(MessageRow.id).limit(1).scalar_subquery())
        )

    await store.writer.run(age)
    await files.sweep()
    await files.remove_doomed()
    left = await store.read(lambda tx: sorted(tx.scalars(select(AttachmentRow.id))))
    assert left == [sent, fresh]
    assert {path.rsplit("/", 1)[1] for path in lying(tmp_path)} == {
        "young",
        strange.name,
        *[(await files.find_stored(one))[1].name for one in left],
    }


async def test_an_erased_persons_files_are_gone(files: TalkFiles, store: Store, owner: Agent, tmp_path: Path) -> None:
    """Sent or not: their addresses cease to open in the same commit, and the files go."""

    def live(tx: Tx) -> tuple[int, str]:
        person = card(tx, owner, name="Anna").id
        talk(tx, person, resolved=True)
        return person, tx.execute(select(AddressRow.value).where(AddressRow.contact_id == person)).scalar_one()

    person, key = await store.writer.run(live)
    mine = [(await files.keep(upload(who=f"visitor:{key}"), parts(PICTURE))).attachment.id for _ in range(2)]
    other = (await files.keep(upload(who="visitor:other"), parts(PICTURE))).attachment.id
    await store.writer.run(
        lambda tx: tx.execute(update(AttachmentRow).where(AttachmentRow.id == mine[0]).values(contact_id=person))
    )
    await store.writer.run(lambda tx: erase(tx, owner, person, "Anna", "192.0.2.1"))
    for one in mine:
        with pytest.raises(Rejected):
            await files.find_stored(one)
    await files.remove_doomed()
    assert await store.read(lambda tx: list(tx.scalars(select(AttachmentRow.id)))) == [other]
    assert len(lying(tmp_path)) == 1
    assert await store.read(lambda tx: attachments.list_doomed(tx, 10)) == []
