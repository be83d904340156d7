"""What messages are called over there, before it was told apart what came and what went, on both stores."""

from sqlalchemy import inspect, select, text

from crm_store import Tx, carried, schema
from crm_store.engine import StoreUrl, open_store, work_apart
from crm_store.models import FarMessageRow


def _insert(tx: Tx, table: str, **given: object) -> None:
    """A row, with whatever stands in for the columns that must hold something."""
    values = dict(given)
    for column in inspect(tx).get_columns(table):
        name, kind = column["name"], str(column["type"]).upper()
        if name in values or name == "id" or column["nullable"] or column["default"] is not None:
            continue
        values[name] = "x" if "TEXT" in kind or "CHAR" in kind else False if "BOOL" in kind else 1
    names = ", ".join(values)
    holes = ", ".join(f":{name}" for name in values)
    tx.execute(text(f"INSERT INTO {table} ({names}) VALUES ({holes})"), values)  # names of this test's own


def _make_old(tx: Tx) -> None:
    """Two talks before the names were told apart: by SMS, and by Telegram."""
    with tx.begin():
        schema.migrate(tx, "0033")
        _insert(tx, "contacts", id=1)
        _insert(tx, "inboxes", id=1, channel="web")
        for number, channel in ((1, "sms"), (2, "telegram")):
            _insert(tx, "addresses", id=number, contact_id=1, channel=channel, value=channel)
            talk = {"id": number, "contact_id": 1, "address_id": number, "channel": channel, "inbox_id": 1}
            _insert(tx, "conversations", **talk, status="open", handler="team")
            for seq, author in enumerate(("visitor", "agent"), 1):
                whose = {"id": 10 * number + seq, "conversation_id": number, "contact_id": 1, "address_id": number}
                said = {"author_kind": author, "channel": channel, "seq": seq, "kind": "text", "delivery": "sent"}
                _insert(tx, "messages", **whose, **said)
        for message, far_id in ((11, "in:7"), (12, "7"), (21, "in:7"), (22, "8")):
            _insert(tx, "far_messages", address_id=message // 10, far_id=far_id, message_id=message)


async def test_old_names_are_told_apart(url: StoreUrl) -> None:
    """By whose the message was; the word before an SMS that was heard is gone, another channel's name stays."""
    await work_apart(url, _make_old)
    store = await open_store(url)
    try:
        row = FarMessageRow
        columns = (row.address_id, row.far_id, row.heard, row.message_id)
        query = select(*columns).order_by(row.message_id)
        found = await store.read(lambda tx: [tuple(one) for one in tx.execute(query)])
        assert found == [(1, "7", True, 11), (1, "7", False, 12), (2, "in:7", True, 21), (2, "8", False, 22)]

        def name(tx: Tx) -> list[int | None]:
            carried.name_message(tx, 2, "8", 21, heard=True)
            carried.name_message(tx, 2, "8", 21, heard=False)  # known already
            return [carried.find_message_id(tx, 2, "8", heard=heard) for heard in (True, False, None)]

        assert await store.writer.run(name) == [21, 22, 22]
    finally:
        await store.close()
