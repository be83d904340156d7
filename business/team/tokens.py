"""Tokens of programs: a part of their maker's rights, never more, as they are when the token is used.

A scope is the name of a permission, or ``<group>.read`` / ``<group>.write`` of a group of REST resources (which the
door names). A token is ``bvt_`` and 8 letters, which are shown, then the secret, of which only the hash is kept.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from business.team import rights
from business.team.accounts import Session
from business.team.deeds import record_deed
from business.team.permissions import PERMISSIONS
from conversation import clock
from conversation.errors import Rejected, Unavailable
from conversation.messages import Agent
from crm_store import Tx, access_tokens, agents
from crm_store.engine import Store
from crm_store.rows import AnyRow

log = logging.getLogger(__name__)
MARK = "bvt_"
"""What every token begins with: so that a search for leaked secrets finds it."""
_PERMISSION = "tokens.manage"
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_PREFIX_CHARS = len(MARK) + 8
_TOKEN_LIMIT = 200
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it was made: the only time that it is known in full."""

    id: int
    token: str = field(repr=False)


class Tokens:
    """Makes, checks and revokes tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[int, datetime] = {}

    async def make(
        self,
        actor: Agent,
        name: str,
        scopes: Iterable[str],
        expires_at: datetime | None,
        groups: Collection[str],
        remote: str,
    ) -> NewToken:
        """A new token. ``groups``: the scopes there are beside permissions. Raises Rejected invalid, forbidden."""
        wanted = frozenset(scopes)
        unknown = sorted(wanted - frozenset(PERMISSIONS) - frozenset(groups))
        if unknown or not wanted:
            raise Rejected("invalid", "access.scope_unknown", field="scopes", scope=unknown[0] if unknown else "")
        at = clock.now()
        if expires_at is not None and expires_at <= at:
            raise Rejected("conflict", "access.expiry_past", field="expires_at")
        prefix = MARK + "".join(secrets.choice(_ALPHABET) for _ in range(_PREFIX_CHARS - len(MARK)))
        token = f"{prefix}_{secrets.token_urlsafe(32)}"

        def write(tx: Tx) -> NewToken:
            doer = rights.require_now(tx, actor, _PERMISSION)
            rights.require_held(doer, wanted & frozenset(PERMISSIONS))
            token_id = access_tokens.insert_token(
                tx,
                agent_id=doer.id,
                name=name,
                prefix=prefix,
                token_hash=_hash(token),
                scopes=sorted(wanted),
                at=at,
                expires_at=expires_at,
            )
            after = {"name": name, "prefix": prefix, "scopes": sorted(wanted), "expires_at": expires_at}
            record_deed(tx, doer, "api_token.added", "api_token", token_id, after=after, remote=remote)
            return NewToken(token_id, token)

        return await self._store.writer.run(write)

    async def find(self, token: str) -> Session:
        """The session of a token: its maker, with those of his rights that are among its scopes. Raises Rejected
        unauthorized where it ended, expired, never was, or its maker may not work."""
        prefix = token[:_PREFIX_CHARS]
        if len(token) > _TOKEN_LIMIT or not token.isascii():
            raise Rejected("unauthorized", "access.token_wrong")
        now = clock.now()

        def read(tx: Tx) -> tuple[AnyRow, Agent | None] | None:
            row = access_tokens.find_live_token(tx, prefix, now)
            return None if row is None else (row, agents.find_agent(tx, row.agent_id))

        found = await self._store.read(read)
        kept = _hash("") if found is None else found[0].token_hash
        row, maker = found or (None, None)
        if not hmac.compare_digest(kept, _hash(token)) or row is None or maker is None:
            raise Rejected("unauthorized", "access.token_wrong")
        await self._note_use(row, now)
        scopes = frozenset[str](row.scopes)
        agent = replace(maker, login=f"{maker.login} · {row.name}", permissions=maker.permissions & scopes)
        return Session(row.id, agent, scopes=scopes)

    async def revoke(self, actor: Agent, token_id: int, remote: str) -> None:
        """Ends a token at once; repeated, it changes nothing. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> None:
            doer = rights.require_now(tx, actor, _PERMISSION)
            row = access_tokens.find_token(tx, token_id)
            if row is None:
                raise Rejected("not_found", "access.token_not_found")
            if row.revoked_at is None:
                access_tokens.revoke_token(tx, token_id, clock.now())
                before = {"name": row.name, "prefix": row.prefix}
                record_deed(tx, doer, "api_token.revoked", "api_token", token_id, before=before, remote=remote)

        await self._store.writer.run(write)

    async def _note_use(self, row: AnyRow, now: datetime) -> None:
        """Once a minute at most; that it was not kept refuses nobody."""
        last = max(filter(None, (self._told.get(row.id), row.last_used_at)), default=None)
        if last is not None and now - last < _USED_EVERY:
            return
        self._told[row.id] = now
        try:
            await self._store.writer.run(lambda tx: access_tokens.set_used(tx, row.id, now))
        except Unavailable as error:
            log.debug("the use of token %s was not kept: %s", row.prefix, error)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
