"""A recorded table of names and of what people type for them: who must be found, and who must not."""

from pathlib import Path

import pytest

from crm_store import Tx
from crm_store.engine import Store
from crm_store.search import find_contacts
from tests.crm_store.people import add_person

TABLE = Path(__file__).parent.parent / "data" / "search_names.txt"


def _rows() -> list[tuple[str, list[str], list[str]]]:
    """(name, queries that must find it, queries that must not)."""
    found = []
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, queries = line.partition(" = ")
            wanted, _, unwanted = queries.partition(" ! ")
            found.append((name, wanted.split(", "), unwanted.split(", ")))
    return found


def test_the_table_is_large_enough() -> None:
    assert sum(len(wanted) + len(unwanted) for _, wanted, unwanted in _rows()) >= 400


@pytest.mark.slow
async def test_everybody_is_found_by_every_spelling(store: Store) -> None:
    rows = _rows()
    ids = await store.writer.run(lambda tx: [add_person(tx, name) for name, _, _ in rows])

    def check(tx: Tx) -> list[str]:
        wrong = []
        for contact_id, (name, wanted, unwanted) in zip(ids, rows, strict=True):
            for query in wanted + unwanted:
                hits = {hit.id for hit in find_contacts(tx, query, limit=100)[0]}
                if (contact_id in hits) != (query in wanted):
                    wrong.append(f"{query!r} {'does not find' if query in wanted else 'finds'} {name!r}")
        return wrong

    wrong = await store.read(check)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("length", [1, 2, 3, 5])
async def test_every_beginning_of_a_name_finds_it(store: Store, length: int) -> None:
    """As it is written itself, whatever its script."""
    names = [name for name, _, _ in _rows()]
    ids = await store.writer.run(lambda tx: [add_person(tx, name) for name in names])

    def check(tx: Tx) -> list[str]:
        return [
            name
            for contact_id, name in zip(ids, names, strict=True)
            if contact_id not in {hit.id for hit in find_contacts(tx, name[:length], limit=100)[0]}
        ]

    wrong = await store.read(check)
    assert not wrong, "\n".join(wrong)
