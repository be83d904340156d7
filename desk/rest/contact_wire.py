"""How contacts are shown on the wire, and read from it: once, and strictly."""

from datetime import datetime
from typing import get_args

from business.contacts.cards import CardInput
from business.contacts.tasks import is_overdue
from conversation import clock
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Json, JsonObject, Language
from conversation.wire import as_object, get_ids, get_int, get_optional_int, get_optional_text, get_text
from crm_store.cards import Address, Card, ExtraContact, Kin, Named, Subject
from crm_store.joining import shown
from crm_store.remarks import Note, Task
from desk.rest.api import Answer, Call

Wire = dict[str, object]
NAME_LIMIT = 200
NOTE_LIMIT = 10_000
_SHORT = 40
_DETAILS = 30
_FAR = 10**15


def page_of_text(items: list[Wire], following: str | None) -> Answer:
    """A list whose cursor is text."""
    return Answer({"items": items, "next": following})


def query_cursor(call: Call) -> str | None:
    """The cursor that a client hands back."""
    return call.query_text("after", 2000) or None


def query_limit(call: Call, default: int, most: int) -> int:
    """How many rows a page is to hold."""
    return call.query_int("limit", default, 1, most) or default


def query_ids(call: Call, name: str) -> tuple[int, ...]:
    """Ids parted by commas. Raises Rejected invalid."""
    words = [word for word in call.query_text(name, 2000).split(",") if word]
    if len(words) > 100 or not all(word.isascii() and word.isdigit() and len(word) <= 15 for word in words):
        raise Rejected("invalid", "error.field_wrong", field=name)
    return tuple(map(int, words))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else to_iso(moment)


def named(value: Named | None) -> Wire | None:
    """``{id, name}`` or null."""
    return None if value is None else {"id": value.id, "name": value.name}


def card(value: Card) -> Wire:
    """A contact as lists show it."""
    return {
        "id": value.id,
        "code": value.code,
        "name": value.name,
        "given_name": value.given_name,
        "family_name": value.family_name,
        "patronymic": value.patronymic,
        "address_form": value.address_form,
        "language": value.language,
        "country": value.country,
        "birthday": value.birthday,
        "phone": value.phone,
        "email": value.email,
        "note": value.note,
        "source": named(value.source),
        "curator": named(value.curator),
        "groups": [named(one) for one in value.groups],
        "categories": [one._asdict() for one in value.categories],
        "custom": value.custom,
        "created_at": to_iso(value.created_at),
        "updated_at": to_iso(value.updated_at),
        "last_seen_at": _iso(value.last_seen_at),
        "conversations": value.conversations,
        "returning": value.conversations > 1,
        "merged_into": value.merged_into,
        "deleted_at": _iso(value.deleted_at),
    }


def whole_card(value: Card, kin: Kin) -> Wire:
    """A contact with all that hangs on it."""
    return {
        **card(value),
        "addresses": [address(one) for one in kin.addresses],
        "extra_contacts": [extra_contact(one) for one in kin.extra_contacts],
        "subjects": [subject(one) for one in kin.subjects],
        "news": [{"topic": one.topic, "since": to_iso(one.at), "source": one.source} for one in kin.news],
        "no_shows": kin.missed.no_shows,
        "late_cancels": kin.missed.late_cancels,
    }


def address(value: Address) -> Wire:
    """An address. A visitor's key on the web is his secret: it is not shown."""
    hidden = value.channel == "web"
    return {
        "id": value.id,
        "channel": value.channel,
        "value": "" if hidden else value.value,
        "display": shown(value.channel, value.value, value.display),
        "verified_at": _iso(value.verified_at),
        "consent_at": _iso(value.consent_at),
        "blocked_at": _iso(value.blocked_at),
    }


def extra_contact(value: ExtraContact) -> Wire:
    """An extra contact."""
    return dict(value._asdict())


def subject(value: Subject) -> Wire:
    """A subject."""
    return dict(value._asdict())


def note(value: Note) -> Wire:
    """A note."""
    return {
        "id": value.id,
        "text": value.text,
        "at": to_iso(value.at),
        "edited_at": _iso(value.edited_at),
        "author": named(value.author),
    }


def task(value: Task) -> Wire:
    """A task."""
    return {
        "id": value.id,
        "title": value.title,
        "note": value.note,
        "due_at": _iso(value.due_at),
        "done_at": _iso(value.done_at),
        "done": value.done_at is not None,
        "overdue": is_overdue(value, clock.now()),
        "created_at": to_iso(value.created_at),
        "assignee": named(value.assignee),
        "author": named(value.author),
        "contact": named(value.contact),
        "conversation_id": value.conversation_id,
        "kind": value.kind,
    }


def read_card(body: JsonObject) -> CardInput:
    """What a body says of a card. Raises Rejected invalid, too_large."""
    texts: dict[str, str | None] = {}
    for key in ("name", "given_name", "family_name", "patronymic", "phone", "email"):
        if key in body:
            texts[key] = get_optional_text(body, key, NAME_LIMIT)
    for key in ("address_form", "code", "birthday"):
        if key in body:
            texts[key] = get_optional_text(body, key, 2 * _SHORT)
    if "country" in body:
        texts["country"] = read_country(body)
    if "language" in body:
        texts["language"] = read_language(body)
    given = {key for key in (*texts, "note", "source_id", "curator_id", "group_ids", "category_ids") if key in body}
    return CardInput(
        given=frozenset(given),
        name=texts.get("name") or "",
        given_name=texts.get("given_name"),
        family_name=texts.get("family_name"),
        patronymic=texts.get("patronymic"),
        address_form=texts.get("address_form"),
        code=texts.get("code"),
        language=texts.get("language"),
        country=texts.get("country"),
        birthday=texts.get("birthday"),
        phone=texts.get("phone") or "",
        email=texts.get("email") or "",
        note=get_text(body, "note", NOTE_LIMIT, default=""),
        source_id=get_optional_int(body, "source_id"),
        curator_id=get_optional_int(body, "curator_id"),
        group_ids=get_ids(body, "group_ids", 100),
        category_ids=get_ids(body, "category_ids", 100),
        custom=as_plain(body, "custom"),
    )


def read_country(body: JsonObject) -> str | None:
    """ISO 3166-1 alpha-2, None where it is taken away. Raises Rejected invalid."""
    country = get_optional_text(body, "country", _SHORT)
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Rejected("invalid", "error.field_wrong", field="country")
    return None if country is None else country.upper()


def read_language(body: JsonObject) -> str | None:
    """One of ours, None where it is taken away. Raises Rejected invalid."""
    language = get_optional_text(body, "language", _SHORT)
    if language is not None and language not in get_args(Language):
        raise Rejected("invalid", "error.field_wrong", field="language")
    return language


def as_plain(body: JsonObject, key: str) -> dict[str, Json]:
    """A small object of plain values. Raises Rejected invalid."""
    found = as_object(body.get(key))
    wrong = any(isinstance(one, dict | list) or (isinstance(one, str) and len(one) > 1000) for one in found.values())
    if wrong or len(found) > 200:
        raise Rejected("invalid", "error.field_wrong", field=key)
    return {clean(name): clean(one) if isinstance(one, str) else one for name, one in found.items()}


def clean(text: str) -> str:
    """Without characters that no store keeps."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def read_extra(body: JsonObject, *, new: bool) -> dict[str, object]:
    """What a body says of an extra contact."""
    values: dict[str, object] = {}
    if new or body.get("name") is not None:
        values["name"] = _filled(body, "name")
    for key in ("relation", "note"):
        if key in body:
            values[key] = get_text(body, key, NOTE_LIMIT if key == "note" else NAME_LIMIT, default="").strip()
    for key in ("phone", "email"):
        if key in body:
            values[key] = get_optional_text(body, key, NAME_LIMIT)
    return values


def read_subject(body: JsonObject, *, new: bool) -> dict[str, object]:
    """What a body says of a subject."""
    values: dict[str, object] = {}
    if new or body.get("kind") is not None:
        values["kind"] = get_text(body, "kind", _SHORT)
        if values["kind"] not in ("child", "pet", "car", "other"):
            raise Rejected("invalid", "error.field_wrong", field="kind")
    for key in ("name", "note"):
        if key in body:
            values[key] = get_text(body, key, NOTE_LIMIT if key == "note" else NAME_LIMIT, default="").strip()
    for key in ("birthday", "plate"):
        if key in body:
            values[key] = get_optional_text(body, key, _SHORT)
    if body.get("details") is not None:
        details = as_plain(body, "details")
        if len(details) > _DETAILS:
            raise Rejected("invalid", "error.field_wrong", field="details")
        values["details"] = details
    return values


def read_task(body: JsonObject, *, new: bool) -> dict[str, object]:
    """What a body says of a task."""
    values: dict[str, object] = {}
    if new or body.get("title") is not None:
        values["title"] = _filled(body, "title")
    if "note" in body:
        values["note"] = get_text(body, "note", NOTE_LIMIT, default="")
    if "due_at" in body:
        due = body["due_at"]
        values["due_at"] = clock.from_iso(due) if isinstance(due, str) else None
    for key in ("assignee_id", "contact_id", "conversation_id"):
        if key in body:
            values[key] = None if body[key] is None else get_int(body, key, most=_FAR)
    return values


def _filled(body: JsonObject, key: str) -> str:
    text = get_text(body, key, NAME_LIMIT).strip()
    if not text:
        raise Rejected("invalid", "error.field_missing", field=key)
    return text
