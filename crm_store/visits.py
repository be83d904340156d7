"""Questions about what visitors bring: where they are, what they agreed to, and who is kept out."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Text, delete, func, insert, or_, select

from conversation.messages import Language
from crm_store import Tx
from crm_store.models import AddressRow, BlockKind, BlockRow, ConsentRow, ContactRow, ConversationRow, PageViewRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

PAGES_KEPT: Final = 50
"""So many page views a conversation has at most: the latest."""


class View(NamedTuple):
    """A page that was looked at."""

    url: str
    title: str | None
    at: datetime


class Consent(NamedTuple):
    """That a contact agreed. ``inbox_id``: 0 for a text of the firm's own; ``source``: the door at which he did."""

    inbox_id: int
    version: int
    language: Language
    text: str
    at: datetime
    source: str = ""


class Standing(NamedTuple):
    """A block that holds, as it is looked for: by one of the three."""

    contact_id: int | None
    address: tuple[str, str] | None  # channel and value
    network: str | None
    until: datetime | None


# --- pages
# --------------------------------------------------------------------------------------------------------------


def add_page(tx: Tx, conversation_id: int, url: str, title: str | None, at: datetime) -> bool:
    """Notes a page view, unless the last one is of the same page; forgets the oldest beyond ``PAGES_KEPT``."""
    mine = PageViewRow.conversation_id == conversation_id
    kept = tx.execute(select(PageViewRow.id, PageViewRow.url).where(mine).order_by(PageViewRow.id.desc())).all()
    if kept and kept[0].url == url:
        return False
    tx.execute(insert(PageViewRow).values(conversation_id=conversation_id, url=url, title=title, at=at))
    if len(kept) >= PAGES_KEPT:
        tx.execute(delete(PageViewRow).where(mine, PageViewRow.id <= kept[PAGES_KEPT - 1].id))
    return True


def list_pages(tx: Tx, conversation_id: int) -> list[View]:
    """The page views of a conversation, the latest last."""
    columns = (PageViewRow.url, PageViewRow.title, PageViewRow.at)
    query = select(*columns).where(PageViewRow.conversation_id == conversation_id).order_by(PageViewRow.id)
    return [View(*row) for row in tx.execute(query)]


# --- consents
# -----------------------------------------------------------------------------------------------------------


def find_agreed(tx: Tx, contact_id: int, inbox_id: int) -> int:
    """The latest version of an inbox's text that a contact agreed to; 0: none."""
    mine = (ConsentRow.contact_id == contact_id, ConsentRow.inbox_id == inbox_id)
    return tx.scalar(select(ConsentRow.version).where(*mine).order_by(ConsentRow.version.desc()).limit(1)) or 0


def add_consent(tx: Tx, contact_id: int, consent: Consent, remote: str | None) -> None:
    """Notes that a contact agreed, with the words that he saw."""
    tx.execute(insert(ConsentRow).values(contact_id=contact_id, **consent._asdict(), remote=remote))


def note_agreed(tx: Tx, contact_id: int, consent: Consent, remote: str | None) -> None:
    """The same, once for each version of a text."""
    if find_agreed(tx, contact_id, consent.inbox_id) < consent.version:
        add_consent(tx, contact_id, consent, remote)


def list_consents(tx: Tx, contact_id: int) -> list[Consent]:
    """What a contact agreed to, in order of time."""
    row = ConsentRow
    query = select(row.inbox_id, row.version, row.language, row.text, row.at, row.source)
    query = query.where(row.contact_id == contact_id).order_by(row.id)
    return [Consent(*row) for row in tx.execute(query)]


# --- blocks
# -------------------------------------------------------------------------------------------------------------

_SHOWN = (
    *BlockRow.__table__.c,
    ContactRow.name.label("contact_name"),
    AddressRow.channel.label("address_channel"),
    AddressRow.value.label("address_value"),
    AddressRow.display.label("address_display"),
)
_WHO: Final = func.coalesce(
    func.nullif(ContactRow.name, ""), BlockRow.network, AddressRow.display, AddressRow.value, "", type_=Text()
)
BLOCKS: Final = Listing(
    "blocks",
    BlockRow.id,
    {
        "id": Sort(BlockRow.id, unique=True, nullable=False),
        "who": Sort(ordered(func.substr(_WHO, 1, 200))),
        "kind": Sort(BlockRow.kind, nullable=False),
        "reason": Sort(ordered(func.substr(BlockRow.reason, 1, 200))),
        "created_by": Sort(ordered(BlockRow.created_by)),
        "created_at": Sort(BlockRow.created_at, nullable=False),
        "until": Sort(BlockRow.until),
        "contact": Sort(ContactRow.sort_name),
        "network": Sort(ordered(BlockRow.network)),
    },
    default="id",
    descending=True,
    filters={
        "kind": BlockRow.kind,
        "contact": BlockRow.contact_id,
        "network": BlockRow.network,
        "who": Holds(_WHO),
        "reason": Holds(BlockRow.reason),
        "created_by": Holds(BlockRow.created_by),
        "created": BlockRow.created_at,
        "until": BlockRow.until,
    },
)
"""Blocks, the latest first. They are few: no sort of them needs an index."""


def _joined() -> AnySelect:
    joined = select(*_SHOWN).outerjoin(ContactRow, ContactRow.id == BlockRow.contact_id)
    return joined.outerjoin(AddressRow, AddressRow.id == BlockRow.address_id)


def page_blocks(tx: Tx, wanted: Wanted) -> Page:
    """A page of blocks, those that ran out too."""
    return BLOCKS.page(tx, _joined(), wanted)


def find_block(tx: Tx, block_id: int) -> AnyRow | None:
    """One block as it is shown."""
    return tx.execute(_joined().where(BlockRow.id == block_id)).one_or_none()


def find_same(
    tx: Tx, kind: BlockKind, contact_id: int | None, address_id: int | None, network: str | None, at: datetime
) -> int | None:
    """A block of the same that still holds."""
    holds = or_(BlockRow.until.is_(None), BlockRow.until > at)
    same = (
        BlockRow.contact_id.is_(None) if contact_id is None else BlockRow.contact_id == contact_id,
        BlockRow.address_id.is_(None) if address_id is None else BlockRow.address_id == address_id,
        BlockRow.network.is_(None) if network is None else BlockRow.network == network,
    )
    return tx.scalar(select(BlockRow.id).where(BlockRow.kind == kind, holds, *same).limit(1))


def list_standing(tx: Tx, at: datetime) -> list[Standing]:
    """All blocks that hold at a moment."""
    holds = or_(BlockRow.until.is_(None), BlockRow.until > at)
    columns = (BlockRow.contact_id, AddressRow.channel, AddressRow.value, BlockRow.network, BlockRow.until)
    query = select(*columns).outerjoin(AddressRow, AddressRow.id == BlockRow.address_id).where(holds)
    return [
        Standing(row.contact_id, None if row.value is None else (row.channel, row.value), row.network, row.until)
        for row in tx.execute(query)
    ]


def insert_block(tx: Tx, **values: object) -> int:
    """Adds a block; returns its id."""
    return tx.execute(insert(BlockRow).values(**values).returning(BlockRow.id)).scalar_one()


def delete_block(tx: Tx, block_id: int) -> None:
    """Lifts a block."""
    tx.execute(delete(BlockRow).where(BlockRow.id == block_id))


def find_visit(tx: Tx, conversation_id: int) -> AnyRow:
    """What a conversation began with: ``remote``, ``user_agent``, ``language``, ``answers``."""
    row = ConversationRow
    columns = (row.remote, row.user_agent, row.language, row.answers)
    return tx.execute(select(*columns).where(row.id == conversation_id)).one()
