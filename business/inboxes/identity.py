"""Customers whom the site vouches for: it signs their id with a secret that it and we share (HMAC-SHA256, RFC 2104).

Two ways: ``identity`` is an object ``{"id", "name"?, "email"?, "phone"?}`` and the signature is of the id; or it is
that object's JSON as a text and the signature is of the whole text, where ``expires_at`` (seconds since 1970) may limit
it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversation.errors import Rejected
from conversation.messages import Json

_ID_MOST = 200
_TEXT_MOST = 300
_JSON_MOST = 4_000
_STATED = ("name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the site vouches for. ``answers``: what it says of him; only the id is proof of anything."""

    id: str
    answers: Mapping[str, str] = field(default_factory=dict)


def sign(secret: str, words: str) -> str:
    """The signature of an id, or of an identity's JSON: 64 hex digits."""
    return hmac.digest(secret.encode(), words.encode("utf-8", "replace"), hashlib.sha256).hex()


def check_identity(secret: str | None, identity: Json, signature: str, now_s: float) -> Person:
    """Reads an identity that is signed. Raises Rejected unauthorized, the same for whatever is wrong with the
    signature, in the same time; invalid where there is no id to sign."""
    if secret is None:
        raise Rejected("unauthorized", "inbox.identity_off", field="identity_hash")
    whole = isinstance(identity, str)
    raw = _parse(identity) if isinstance(identity, str) else identity
    if not isinstance(raw, dict):
        raise Rejected("invalid", "inbox.identity_form", field="identity")
    given = raw.get("id")
    person_id = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(person_id, str) or not 0 < len(person_id) <= _ID_MOST or not person_id.isprintable():
        raise Rejected("invalid", "inbox.identity_form", field="identity")
    signed = sign(secret, str(identity) if whole else person_id)
    if not hmac.compare_digest(signed.encode(), signature.strip().lower().encode("utf-8", "replace")):
        raise Rejected("unauthorized", "inbox.identity_wrong", field="identity_hash")
    expires_at = raw.get("expires_at")
    if whole and expires_at is not None and (not isinstance(expires_at, int | float) or expires_at < now_s):
        raise Rejected("unauthorized", "inbox.identity_expired", field="identity_hash")
    stated = {key: value.strip() for key in _STATED if isinstance(value := raw.get(key), str) and value.strip()}
    return Person(person_id, {key: value[:_TEXT_MOST] for key, value in stated.items()})


def _parse(text: str) -> Json:
    if len(text) > _JSON_MOST:
        return None
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed


def address_of(inbox_id: int, person: Person) -> str:
    """The value of his web address: no anonymous visitor's key looks like it."""
    return f"user.{inbox_id}.{person.id}"
