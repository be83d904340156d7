"""The default business of an empty store: one branch, one team, one web inbox, the three roles, and the secrets."""

import secrets
from dataclasses import dataclass

from business.team.permissions import ROLES
from conversation import clock
from conversation.messages import Language
from conversation.texts import Catalogue
from crm_store import Tx, agents, catalogues, settings_table
from crm_store.engine import Store

_VISITOR_SECRET = "secret.visitor"  # noqa: S105  (the name of a setting, not a secret)

_CATEGORIES = (("vip", "#b45309"), ("newcomer", "#15803d"), ("problem", "#b91c1c"))
"""What customers are at first divided into (feature CC-07); the firm changes it as it likes."""


@dataclass(frozen=True, slots=True)
class Firm:
    """What the owner's settings say of the business."""

    name: str
    timezone: str
    country: str
    language: Language


async def found_business(store: Store, firm: Firm) -> bytes:
    """Makes what is missing, once for all processes; returns the secret that signs visitors' tokens."""
    kept = await store.read(lambda tx: settings_table.get(tx, _VISITOR_SECRET))
    if not isinstance(kept, str):
        kept = await store.writer.run(lambda tx: _found(tx, firm))
    return bytes.fromhex(kept)


def _found(tx: Tx, firm: Firm) -> str:
    kept = settings_table.get(tx, _VISITOR_SECRET)
    if isinstance(kept, str):  # another process was quicker
        return kept
    for name, permissions in ROLES.items():
        agents.insert_role(tx, name, sorted(permissions))
    branch_id, team_id = agents.insert_branch(
        tx, name=firm.name, timezone=firm.timezone, country=firm.country, language=firm.language
    )
    agents.insert_inbox(
        tx, branch_id=branch_id, team_id=team_id, channel="web", name=firm.name, key=secrets.token_hex(8)
    )
    texts = Catalogue()
    for category, colour in _CATEGORIES:
        named = texts.get(firm.language, f"contact.category.{category}")
        catalogues.add(tx, "contact_category", {"name": named, "colour": colour})
    secret = secrets.token_hex(32)
    settings_table.put(tx, _VISITOR_SECRET, secret, clock.now())
    return secret
