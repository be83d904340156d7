"""The firm's own names with what customers call them."""

from collections.abc import Iterable
from dataclasses import replace

from conversation.language import LANGUAGES
from crm_store.rows import AnyRow
from routing.understanding.entities.gazetteer import Entry
from routing.understanding.normal import same_message


def with_synonyms(entries: Iterable[Entry], synonyms: Iterable[AnyRow]) -> tuple[Entry, ...]:
    """A synonym is one more name of the entry that has the name it stands for; where there is none, it makes one, whose
    id is that name."""
    known = {(one.kind, one.id): one for one in entries}
    ids = {
        (one.kind, same_message(name)): one.id for one in known.values() for said in one.names.values() for name in said
    }
    first = LANGUAGES[0]
    for row in synonyms:
        meant = same_message(row.stands_for)
        at = (row.kind, ids.setdefault((row.kind, meant), row.stands_for))
        entry = known.get(at) or Entry(row.stands_for, row.kind, {first: (row.stands_for,)})
        known[at] = replace(entry, names={**entry.names, first: (*entry.names.get(first, ()), row.name)})
    return tuple(known.values())
