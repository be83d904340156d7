"""Any people, for tests: what a card may hold, with every letter that a store keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from business.exchange.people import one_line
from crm_store import Tx, contacts
from crm_store.importing import Catalogues, Known, add_contacts, add_fields

NASTY = st.sampled_from(
    [
        "",
        "=1+1",
        "'=x",
        "''",
        "+374",
        "-5",
        "@cmd",
        "\t=",
        "a\r\nb",
        "\r",
        "\n",
        '"',
        '""',
        ";",
        "\\",
        "\\;",
        "|",
        "_x0041_",
        " a ",
    ]
)
TEXT = st.one_of(
    NASTY,
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40),
    st.lists(NASTY, max_size=4).map("".join),
    st.integers(200, 9000).map(lambda size: "ԱბЖ=, \n" * (size // 7)),
)
LINE = TEXT.map(lambda text: one_line(text)[:100].strip())
NAMES = LINE.map(lambda name: name[:60].strip()).filter(bool)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


@st.composite
def people(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few people. Phones, e-mails and codes are each one's own: an import would take two of one phone for one."""
    count = draw(st.integers(1, 6))
    made: list[dict[str, Any]] = []
    for number in range(count):
        columns = {
            name: draw(_maybe(LINE)) or None for name in ("given_name", "family_name", "patronymic", "address_form")
        }
        columns["name"] = draw(NAMES)
        note: str = draw(TEXT)
        columns["note"] = note if note.strip() else ""
        columns["code"] = f"{draw(LINE)[:20].strip()}{number}" if draw(st.booleans()) else None
        columns["language"] = draw(_maybe(st.sampled_from(["hy", "ka", "kk", "ru", "en"])))
        columns["country"] = draw(_maybe(st.sampled_from(["AM", "GE", "KZ", "DE"])))
        columns["birthday"] = draw(_maybe(st.sampled_from(["1980-02-29", "--12-31", "2001-01-01"])))
        made.append(
            {
                "columns": columns,
                "phones": [f"+3747712{number}{n:03}" for n in range(draw(st.integers(0, 3)))],
                "emails": [f"a{number}.{n}@mail.am" for n in range(draw(st.integers(0, 2)))],
                "groups": draw(st.lists(NAMES, max_size=3, unique_by=str.casefold)),
                "categories": draw(st.lists(NAMES, max_size=2, unique_by=str.casefold)),
                "source": draw(_maybe(NAMES)),
                "custom": draw(
                    st.dictionaries(st.sampled_from(["one", "two"]), TEXT.filter(lambda t: bool(t.strip())), max_size=2)
                ),
                "created_at": datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=draw(st.integers(0, 10**10))),
            }
        )
    return made


def put_people(tx: Tx, made: list[dict[str, Any]]) -> None:
    """Writes them into a store."""
    catalogues = Catalogues(tx)
    add_fields(tx, {"one": "One", "two": "Two"})
    new = []
    for one in made:
        known = Known(None, dict(one["columns"]), dict(one["custom"]), created_at=one["created_at"])
        known.addresses.update({("phone", phone): phone for phone in one["phones"]})
        known.addresses.update({("email", email): email for email in one["emails"]})
        known.groups.update(catalogues.id_of(tx, "groups", name) for name in one["groups"])
        known.categories.update(catalogues.id_of(tx, "categories", name) for name in one["categories"])
        if one["source"]:
            known.columns["source_id"] = catalogues.id_of(tx, "sources", one["source"])
        new.append(known)
    add_contacts(tx, new, datetime(2026, 1, 1, tzinfo=UTC))
    contacts.renew_searches(tx, [one.id for one in new if one.id is not None])
