"""The number of what was taught, and the models that were trained of it."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, insert, select, update

from crm_store import Tx, settings_table
from crm_store.models import LearnedModelRow
from crm_store.rows import AnyRow

_M = LearnedModelRow
_NUMBERS: Final = "understanding.taught"
_PROGRESS: Final = "understanding.training"
_KEPT: Final = 50
_SHOWN: Final = tuple(column for column in _M.__table__.c if column.name != "data")


class Told(NamedTuple):
    """What every process follows. ``taught``: the number of what is to be learned now; ``named``: that of names and
    answers, which count at once; ``model``: the id of the model in force, 0 for the starter model."""

    taught: int
    named: int
    model: int


class Progress(NamedTuple):
    """A training under way. ``process``: whose it is until ``until_ms``; ``of``: the number of what is taught;
    ``stage``: words, vectors or failed; ``done`` of ``total`` vectors."""

    process: str
    until_ms: int
    of: int
    stage: str
    done: int
    total: int


def told(tx: Tx) -> Told:
    """The numbers now."""
    taught, named = _numbers(tx)
    in_force = tx.scalar(select(_M.id).where(_M.data.is_not(None)).order_by(_M.id.desc()).limit(1))
    return Told(taught, named, in_force or 0)


def mark_taught(tx: Tx, at: datetime) -> None:
    """Other examples are to be learned from here on: in the writer's transaction that changes them."""
    taught, named = _numbers(tx)
    settings_table.put(tx, _NUMBERS, [taught + 1, named], at)


def mark_named(tx: Tx, at: datetime) -> None:
    """Names or answers are others from here on: in the writer's transaction that changes them."""
    taught, named = _numbers(tx)
    settings_table.put(tx, _NUMBERS, [taught, named + 1], at)


def _numbers(tx: Tx) -> tuple[int, int]:
    match settings_table.get(tx, _NUMBERS):
        case [int(taught), int(named)]:
            return taught, named
    return 0, 0


def find_latest(tx: Tx) -> AnyRow | None:
    """The last training, without its data."""
    return tx.execute(select(*_SHOWN).order_by(_M.id.desc()).limit(1)).one_or_none()


def find_in_force(tx: Tx) -> AnyRow | None:
    """The model in force, without its data; None: it is the starter model."""
    query = select(*_SHOWN).where(_M.data.is_not(None)).order_by(_M.id.desc()).limit(1)
    return tx.execute(query).one_or_none()


def list_latest(tx: Tx, limit: int) -> list[AnyRow]:
    """The last trainings, the latest first."""
    return list(tx.execute(select(*_SHOWN).order_by(_M.id.desc()).limit(limit)))


def read_data(tx: Tx, model_id: int) -> bytes | None:
    """A model's file; None where it is not kept."""
    return tx.scalar(select(_M.data).where(_M.id == model_id))


def insert_model(tx: Tx, data: bytes | None, **values: object) -> int:
    """Keeps what was trained; one with data is in force from the commit on, and the data of those before go."""
    model_id = tx.execute(insert(_M).values(data=data, **values).returning(_M.id)).scalar_one()
    if data is not None:
        drop_data(tx, before=model_id)
    tx.execute(delete(_M).where(_M.id <= model_id - _KEPT, _M.data.is_(None)))
    return model_id


def drop_data(tx: Tx, before: int | None = None) -> None:
    """Takes models out of force: those before one, or all."""
    older = _M.data.is_not(None) if before is None else (_M.id < before) & _M.data.is_not(None)
    tx.execute(update(_M).where(older).values(data=None))


def get_progress(tx: Tx) -> Progress | None:
    """The training under way, or the last one if it failed."""
    match settings_table.get(tx, _PROGRESS):
        case [str(process), int(until_ms), int(of), str(stage), int(done), int(total)]:
            return Progress(process, until_ms, of, stage, done, total)
    return None


def put_progress(tx: Tx, progress: Progress | None, at: datetime) -> None:
    """Says how far it is; None: it is over."""
    settings_table.put(tx, _PROGRESS, None if progress is None else list(progress), at)
