"""What is put in comes out the same on both stores: times, JSON, words of a closed set, ids."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Json
from crm_store import Tx, settings_table
from crm_store.engine import Store
from crm_store.models import AgentRow, BranchRow, RoleRow, SettingRow
from crm_store.types import dump_json

_shared_store = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_moments = st.datetimes(timezones=st.just(UTC))
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_numbers = st.integers(-(2**53), 2**53) | st.floats(
    allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15
)
_json = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


def _stamp(tx: Tx, at: datetime) -> datetime | None:
    settings_table.put(tx, "stamp", 1, at)
    return tx.scalar(select(SettingRow.updated_at).where(SettingRow.key == "stamp"))


@given(moment=_moments)
@pytest.mark.soak
@_shared_store
async def test_times_come_back_aware_to_the_millisecond(store: Store, moment: datetime) -> None:
    found = await store.writer.run(lambda tx: _stamp(tx, moment))
    assert found == clock.from_ms(clock.to_ms(moment))
    assert found is not None
    assert found.tzinfo is UTC


async def test_a_time_elsewhere_is_the_same_moment(store: Store) -> None:
    yerevan = datetime(2026, 11, 24, 14, tzinfo=timezone(timedelta(hours=4)))
    assert await store.writer.run(lambda tx: _stamp(tx, yerevan)) == datetime(2026, 11, 24, 10, tzinfo=UTC)


async def test_times_compare_as_moments(store: Store) -> None:
    await store.writer.run(lambda tx: _stamp(tx, clock.from_ms(1000)))
    earlier = select(SettingRow.key).where(SettingRow.updated_at < clock.from_ms(1001))
    later = select(SettingRow.key).where(SettingRow.updated_at > clock.from_ms(1000))
    assert await store.read(lambda tx: (tx.scalars(earlier).all(), tx.scalars(later).all())) == (["stamp"], [])


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="naive datetime"):
        await store.writer.run(lambda tx: _stamp(tx, datetime(2026, 11, 24)))  # noqa: DTZ001  # that is the point


@given(value=_json)
@pytest.mark.soak
@_shared_store
async def test_json_comes_back_the_same(store: Store, value: Json) -> None:
    def keep(tx: Tx) -> Json:
        settings_table.put(tx, "json", {"value": value}, clock.now())
        found = settings_table.get(tx, "json")
        assert isinstance(found, dict)
        return found["value"]

    assert await store.writer.run(keep) == value


async def test_json_defaults_are_json(store: Store) -> None:
    row = {"name": "Yerevan", "timezone": "Asia/Yerevan", "country": "AM", "language": "hy"}
    added = insert(BranchRow).values(**row).returning(BranchRow.texts)
    assert await store.writer.run(lambda tx: tx.execute(added).scalar_one()) == {}


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump_json(float("nan"))
    with pytest.raises(Rejected):
        dump_json({"a": "\0"})
    assert dump_json("\\u0000") == '"\\\\u0000"', "these are six letters, not U+0000"


async def test_a_word_outside_its_set_is_refused(store: Store) -> None:
    row = {"name": "x", "timezone": "UTC", "country": "AM", "language": "xx"}
    with pytest.raises(Rejected) as refusal:
        await store.writer.run(lambda tx: tx.execute(insert(BranchRow).values(**row)))
    assert refusal.value.code == "invalid"


async def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    row = {"login": "a", "password_hash": "", "name": "", "role_id": 99, "created_at": clock.now()}
    with pytest.raises(Rejected) as refusal:
        await store.writer.run(lambda tx: tx.execute(insert(AgentRow).values(**row)))
    assert refusal.value.code == "invalid"


async def test_an_id_is_never_given_twice(store: Store) -> None:
    def add(tx: Tx, name: str) -> int:
        return tx.execute(insert(RoleRow).values(name=name).returning(RoleRow.id)).scalar_one()

    first = await store.writer.run(lambda tx: add(tx, "first"))
    await store.writer.run(lambda tx: tx.execute(delete(RoleRow)))
    assert await store.writer.run(lambda tx: add(tx, "second")) > first
