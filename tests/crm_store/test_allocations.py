"""The store itself refuses exclusive allocations that overlap, whoever writes them and in whatever order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import AllocationRow, ResourceRow

_BASE = datetime(2026, 11, 24, tzinfo=UTC)
_Span = tuple[int, int, int, bool]
_spans = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 40), st.integers(1, 12), st.booleans()), min_size=1, max_size=25
)


def _resources(tx: Tx) -> list[int]:
    tx.execute(delete(AllocationRow))
    tx.execute(delete(ResourceRow))
    rows = [{"kind": "provider", "name": {"en": name}, "created_at": _BASE} for name in ("Ani", "Nino")]
    return list(tx.execute(insert(ResourceRow).returning(ResourceRow.id), rows).scalars())


def _at(minute: int) -> datetime:
    return _BASE + timedelta(minutes=minute)


def _values(resource_id: int, span: _Span) -> dict[str, object]:
    _, start, length, exclusive = span
    return {
        "resource_id": resource_id,
        "starts_at": _at(start),
        "ends_at": _at(start + length),
        "kind": "break" if exclusive else "outside",
        "exclusive": exclusive,
    }


def _fits(kept: Sequence[_Span], new: _Span) -> bool:
    which, start, length, exclusive = new
    return not exclusive or not any(
        one[0] == which and one[3] and one[1] < start + length and start < one[1] + one[2] for one in kept
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=_spans)
async def test_exclusive_ones_never_overlap(store: Store, spans: list[_Span]) -> None:
    ids = await store.writer.run(_resources)
    kept: list[_Span] = []
    for span in spans:
        values = _values(ids[span[0] - 1], span)
        if _fits(kept, span):
            await store.writer.run(partial(_insert, values=values))
            kept.append(span)
        else:
            with pytest.raises(Rejected) as refused:
                await store.writer.run(partial(_insert, values=values))
            assert refused.value.code == "conflict"
    rows = await store.read(lambda tx: tx.execute(select(AllocationRow.id)).scalars().all())
    assert len(rows) == len(kept)


async def test_one_cannot_be_moved_onto_another(store: Store) -> None:
    first, second = await store.writer.run(_resources)
    spans: Iterator[_Span] = iter([(1, 0, 30, True), (1, 30, 30, True)])
    early, late = [await store.writer.run(partial(_insert, values=_values(first, s))) for s in spans]
    for values in ({"starts_at": _at(29)}, {"starts_at": _at(0), "ends_at": _at(1)}):
        with pytest.raises(Rejected):
            await store.writer.run(partial(_change, allocation_id=late, values=values))
    await store.writer.run(partial(_change, allocation_id=late, values={"starts_at": _at(31)}))
    await store.writer.run(partial(_change, allocation_id=early, values={"resource_id": second, "ends_at": _at(90)}))
    with pytest.raises(Rejected):
        await store.writer.run(partial(_change, allocation_id=early, values={"resource_id": first}))


def _insert(tx: Tx, values: dict[str, object]) -> int:
    return tx.execute(insert(AllocationRow).values(**values).returning(AllocationRow.id)).scalar_one()


def _change(tx: Tx, allocation_id: int, values: Mapping[str, object]) -> None:
    tx.execute(update(AllocationRow).where(AllocationRow.id == allocation_id).values(**values))
