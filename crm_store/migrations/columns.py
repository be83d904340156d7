"""Short names for what migrations are written with. Frozen: a released migration never changes."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INT = ID
TIME = sa.BigInteger()
TEXT = sa.Text()
JSON = sa.Text().with_variant(JSONB(), "postgresql")
CHANNELS = "'web', 'telegram', 'viber', 'voice', 'sms', 'email'"
LANGUAGES = "'hy', 'ka', 'kk', 'ru', 'en'"


def need(name: str, kind: sa.types.TypeEngine[Any], default: str | None = None) -> sa.Column[Any]:
    """A column that is never null. ``default``: SQL text."""
    return sa.Column(name, kind, nullable=False, server_default=None if default is None else sa.text(default))


def maybe(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column that may be null."""
    return sa.Column(name, kind, nullable=True)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key."""
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=f"pk_{table}")


def refers(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key to a table's id."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def one_of(table: str, column: str, words: str) -> sa.CheckConstraint:
    """A check that a column holds one of the words, given as SQL text."""
    spelled = " OR ".join(f"{column} = {word.strip()}" for word in words.split(","))  # see crm_store.types.one_of
    return sa.CheckConstraint(spelled, name=f"ck_{table}_{column}")


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """No two rows alike in these columns."""
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")
