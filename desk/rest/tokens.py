"""REST: tokens of programs."""

from collections.abc import Collection

from business.team.permissions import PERMISSIONS
from business.team.tokens import Tokens
from conversation.clock import from_iso, to_iso
from conversation.errors import Rejected
from conversation.wire import get_optional_text
from crm_store import access_tokens
from crm_store.engine import Store
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import MOMENT_GIVEN, list_query, listed_page, wanted
from desk.rest.schemas import API_TOKEN, NAME, NEW_API_TOKEN, listed, record, several
from desk.settings import DeskSettings

_MANAGE = "tokens.manage"
_NAME_LIMIT = 200


class TokenRoutes:
    """Ways in for programs. ``scopes``: those of the API beside permissions."""

    def __init__(self, settings: DeskSettings, store: Store, tokens: Tokens, scopes: Collection[str]) -> None:
        self._settings = settings
        self._store = store
        self._tokens = tokens
        self._scopes = scopes

    def routes(self) -> list[Route]:
        """The operations, for people only."""
        scope = {"type": "string", "enum": [*PERMISSIONS, *sorted(set(self._scopes) - set(PERMISSIONS))]}
        body = {"name": NAME, "scopes": {**several(scope, 100), "minItems": 1}, "expires_at": MOMENT_GIVEN}
        query = list_query(access_tokens.TOKENS, self._settings.page)
        return [
            Route(
                "GET",
                "/api-tokens",
                self.list_tokens,
                "Tokens of programs, the latest first",
                {200: listed(API_TOKEN)},
                query,
                permission=_MANAGE,
                people_only=True,
            ),
            Route(
                "POST",
                "/api-tokens",
                self.make_token,
                "Makes a token; it is shown this once",
                {201: NEW_API_TOKEN},
                body=record(body, ["name", "scopes"]),
                permission=_MANAGE,
                people_only=True,
                example={"name": "Website form", "scopes": ["contacts.edit", "contacts.read"]},
            ),
            Route(
                "DELETE",
                "/api-tokens/{id}",
                self.revoke_token,
                "Revokes a token at once",
                {204: None},
                permission=_MANAGE,
                people_only=True,
            ),
        ]

    async def list_tokens(self, call: Call) -> Answer:
        """Whoever made them; of the token itself only its beginning."""
        asked = wanted(call, access_tokens.TOKENS, self._settings.page)
        return listed_page(await self._store.read(lambda tx: access_tokens.page_tokens(tx, asked)), _shown)

    async def make_token(self, call: Call) -> Answer:
        """It acts in its maker's name, within its scopes and his rights as they are at the time."""
        name, until = get_optional_text(call.body, "name", _NAME_LIMIT) or "", call.body.get("expires_at")
        scopes = call.body["scopes"]
        wished = [str(one) for one in scopes] if isinstance(scopes, list) else []
        expires_at = from_iso(until) if isinstance(until, str) else None
        made = await self._tokens.make(call.session.agent, name, wished, expires_at, self._scopes, call.remote)
        row = await self._store.read(lambda tx: access_tokens.find_token(tx, made.id))
        if row is None:
            raise Rejected("not_found", "access.token_not_found")
        return Answer({**_shown(row), "token": made.token}, status=201)

    async def revoke_token(self, call: Call) -> Answer:
        """Repeated, it changes nothing."""
        await self._tokens.revoke(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)


def _shown(row: AnyRow) -> dict[str, object]:
    times = ("created_at", "expires_at", "last_used_at", "revoked_at")
    return {
        "id": row.id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": list(row.scopes),
        "agent": {"id": row.agent_id, "name": row.agent_name},
        **{key: None if getattr(row, key) is None else to_iso(getattr(row, key)) for key in times},
    }
