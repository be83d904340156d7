"""Imports on both stores: who is added, who is met again, what is said of each row, and what an undo leaves."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from business.exchange.imports import CHECK, RUN, UNDO
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import ContactNoteRow, ContactRow
from tests.business.exchange.office import Office, counts

FILES = Path(__file__).parent.parent.parent / "data" / "imports"
RUSSIAN = "Имя;Фамилия;Телефон;Почта;Группа;День рождения;Примечание;Любимый цвет\n"


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    """An office in Armenia."""
    return Office(store, tmp_path)


async def test_a_file_of_the_neighbourhood(office: Office) -> None:
    """cp1251 with semicolons, headings in Russian: everybody is there, with everything that was said of him."""
    text = RUSSIAN + "Анна;Петросян;077 123456;Anna@Mail.am;Постоянные|ВИП;01.02.1980;любит чай;синий\n"
    one = await office.upload(text.encode("cp1251"), "клиенты.csv")
    assert (one.encoding, one.separator, one.total) == ("cp1251", ";", 1)
    assert list(one.mapping.values()) == [
        *("given_name", "family_name", "phone", "email", "groups", "birthday", "note"),
    ]
    one = await office.imports.plan(one.id, {**one.mapping, "7": "custom.*"}, None)
    one = await office.work(one.id)
    assert (one.state, counts(one)) == ("done", (1, 0, 0, 0))
    (anna,) = await office.contacts()
    assert (anna.name, anna.given_name, anna.family_name) == ("Анна Петросян", "Анна", "Петросян")
    assert (anna.birthday, anna.note, anna.custom) == ("1980-02-01", "любит чай", {"liubimi_tsvet": "синий"})
    assert "37477123456" in await office.digits(anna.id)
    assert await office.addresses() == [(anna.id, "phone", "+37477123456"), (anna.id, "email", "anna@mail.am")]
    fields = await office.imports.fields()
    assert fields["liubimi_tsvet"].label == "Любимый цвет"


@pytest.mark.parametrize(
    ("name", "shape", "people"),
    [
        ("comma-no-header.csv", ("utf-8-sig", ",", 2), [("Айгүл Серікқызы", "77011234567")]),
        ("semicolon-utf8-bom.csv", ("utf-8-sig", ";", 1), [("Անի Պետրոսյան", "37477123456")]),
        ("tab-utf16.txt", ("utf-16", "\t", 1), [("ნინო ბერიძე", "995555123456")]),
    ],
)
async def test_files_as_programs_write_them(
    store: Store, tmp_path: Path, name: str, shape: tuple[str, str, int], people: list[tuple[str, str]]
) -> None:
    """Without a header, with a mark at its beginning, in two bytes a letter."""
    country = {"comma-no-header.csv": "KZ", "tab-utf16.txt": "GE"}.get(name, "AM")
    office = Office(store, tmp_path, country=country)
    one = await office.upload((FILES / name).read_bytes(), name)
    assert (one.encoding, one.separator) == shape[:2]
    done = await office.work(one.id)
    assert (done.state, done.total, done.added) == ("done", shape[2], shape[2])
    found = {contact.name: contact.id for contact in await office.contacts()}
    for person, digits in people:
        assert digits in await office.digits(found[person])


async def test_a_quote_never_closed_is_told_of(office: Office) -> None:
    """Else everything after it would be one cell."""
    with pytest.raises(Rejected) as refused:
        await office.upload(b'name,phone\n"Ani,077123456\nAram,077123457\n')
    assert refused.value.text_key == "exchange.file_broken"


async def test_who_is_known_is_not_added_twice(office: Office) -> None:
    """Inside the file and against the base, however the phone is written; the first phone decides, case never."""
    await office.bring("name,phone,email\nAni,077123456,\nAram,,ARAM@mail.am\n")
    one = await office.bring(
        "name,phone,email\nAni P,+374 77 12-34-56,ani@mail.am\nAram,,aram@Mail.am\nNew,,\n new ,,\n"
    )
    assert counts(one) == (2, 1, 1, 0)
    assert [contact.name for contact in await office.contacts()] == ["Ani P", "Aram", "New", "new"]
    again = await office.bring("name,phone\nA,099111111\nB,099 111111\nB,37499111111\n")
    assert counts(again) == (1, 1, 1, 0)
    assert (await office.said(again.id))[3] == "The same person as in row 2."


@pytest.mark.parametrize(("mode", "name", "note"), [("update", "New", "n"), ("fill", "Old", "n"), ("skip", "Old", "")])
async def test_what_is_done_with_the_known(office: Office, mode: str, name: str, note: str) -> None:
    """Written over, filled in where empty, or left alone."""
    await office.bring("name,phone\nOld,077123456\n")
    one = await office.bring("name,phone,note,email\nNew,077123456,n,new@mail.am\n", on_duplicate=mode)
    (contact,) = await office.contacts()
    assert (contact.name, contact.note) == (name, note)
    assert len(await office.addresses()) == (1 if mode == "skip" else 2)
    assert counts(one) == ((0, 0, 1, 0) if mode == "skip" else (0, 1, 0, 0))


async def test_a_dry_run_tells_and_changes_nothing(office: Office) -> None:
    """The same outcomes as the import afterwards, and the store is as it was."""
    await office.bring("name,phone\nAni,077123456\n")
    text = "name,phone,group\nAni K,077123456,VIP\nBad,12,\nNew,055111111,VIP\nNew 2,055111111,\n,,x\n"
    one = await office.upload(text.encode())
    one = await office.work(one.id, CHECK)
    assert (one.state, counts(one)) == ("checked", (1, 2, 0, 2))
    told = [(line.row, line.outcome, line.remarks) for line in await office.lines(one.id)]
    assert [(contact.name, contact.note) for contact in await office.contacts()] == [("Ani", "")]
    one = await office.work(one.id)
    assert [(line.row, line.outcome, line.remarks) for line in await office.lines(one.id)] == told
    assert await office.said(one.id, "ru") == {
        2: "",
        3: "Это не номер телефона: 12.",
        4: "",
        5: "Тот же человек, что в строке 4.",
        6: "В этой строке нет ни имени, ни телефона, ни почты.",
    }


async def test_an_undo_takes_back_what_nobody_used(office: Office) -> None:
    """Added people go unless they were used or changed since; changed ones are put back; what stays says why."""
    await office.bring("name,phone,group\nOld,077123456,A\nBoth,077000000,A\n")
    before = [tuple(contact)[:9] for contact in await office.contacts()]
    text = "name,phone,email,group\nNewer,077123456,x@mail.am,B\nBoth2,077000000,,\n"
    text += "C,055111111,,B\nD,055111112,,\nE,055111113,,\n"
    one = await office.bring(text)
    _, both, _, used, changed = await office.contacts()
    now = clock.now()
    note = insert(ContactNoteRow).values(contact_id=used.id, author_name="x", text="called", at=now)
    await office.store.writer.run(lambda tx: tx.execute(note))
    for contact_id in (changed.id, both.id):
        rename = update(ContactRow).where(ContactRow.id == contact_id).values(name="Renamed")
        await office.store.writer.run(partial(Tx.execute, statement=rename))
    one = await office.work(one.id, UNDO)
    assert (one.state, one.undo) == ("undone", {"removed": 1, "restored": 1, "kept": 3})
    left = await office.contacts()
    assert [contact.name for contact in left] == ["Old", "Renamed", "D", "Renamed"]
    assert tuple(left[0])[:9] == before[0]
    assert [value for _, channel, value in await office.addresses() if channel == "email"] == []
    said = await office.said(one.id)
    assert said[3] == "Stayed at the undo, changed since: name."
    assert said[5] == "Stayed at the undo: this contact has been used since."
    assert said[6] == "Stayed at the undo: this contact has been changed since."
    again = await office.bring("name,phone\nC,055111111\n")
    assert counts(again) == (1, 0, 0, 0)
    with pytest.raises(Rejected, match="state_undone"):
        await office.imports.start(None, one.id, UNDO)


async def test_an_import_goes_on_where_it_stopped(office: Office) -> None:
    """The work is dropped in the middle; another runner takes the job when the lease ends, and no row comes twice."""
    rows = "".join(f"N{number},{number},077{100000 + number}\n" for number in range(300))
    one = await office.upload(("name,code,phone\n" + rows).encode())
    _, job = await office.imports.start(None, one.id, RUN, owner=office.runner.owner)
    assert job is not None

    class Dropped(Exception):
        """As if the process had ended."""

    def drop(_: object) -> None:
        raise Dropped

    office.runner.on_batch = drop
    office.runner._put_off = None  # type: ignore[assignment,method-assign]  # it has no time to say anything
    with pytest.raises(TypeError):
        await office.runner.do(job)
    stopped = await office.imports.get(one.id)
    assert 0 < stopped.done < 300
    other = Office(office.store, office.folder)
    assert not await other.runner.work_once()
    await office.store.writer.run(lambda tx: tx.exec_driver_sql("UPDATE jobs SET lease_until = 0"))
    assert await other.runner.work_once()
    ended = await office.imports.get(one.id)
    assert (ended.state, counts(ended), ended.done) == ("done", (300, 0, 0, 0), 300)
    assert await office.count() == 300
