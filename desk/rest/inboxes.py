"""REST: inboxes of websites: what they look like, ask and allow."""

from html import escape

from business.inboxes.service import EDIT, InboxKeeping, Shown
from business.inboxes.settings import show
from conversation.forms import show_form
from conversation.language import LANGUAGES
from conversation.messages import JsonObject
from conversation.ports import Texts
from conversation.wire import get_optional_int, get_text
from crm_store.inboxes import INBOXES
from desk.rest.api import Answer, Call, Route
from desk.rest.inbox_schemas import INBOX, INBOX_CHANGE, NEW_INBOX, PREVIEW, PREVIEWED, SECRET
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import CHANNEL, listed
from desk.settings import DeskSettings

_NAME_LIMIT = 100


class InboxRoutes:
    """Inboxes."""

    def __init__(self, settings: DeskSettings, keeping: InboxKeeping, texts: Texts) -> None:
        self._settings = settings
        self._keeping = keeping
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        example: JsonObject = {
            "allowed_domains": ["shop.am", "*.shop.am"],
            "settings": {"look": {"accent": "#7a1f3d", "side": "left"}, "texts": {"greeting": {"hy": "Բարև ձեզ"}}},
        }
        secret = "/inboxes/{id}/identity-secret"  # noqa: S105  (an address)
        return [
            Route(
                "GET",
                "/inboxes",
                self.list_inboxes,
                "The inboxes",
                {200: listed(INBOX)},
                list_query(INBOXES, self._settings.page, channel=CHANNEL),
            ),
            Route("GET", "/inboxes/{id}", self.get_inbox, "One inbox", {200: INBOX}),
            Route(
                "POST",
                "/inboxes",
                self.add_inbox,
                "Adds an inbox for a website, with a public key of its own",
                {201: INBOX},
                body=NEW_INBOX,
                permission=EDIT,
                once=True,
                example={"name": "shop.am"},
            ),
            Route(
                "PATCH",
                "/inboxes/{id}",
                self.change_inbox,
                "Changes what is given; a part of `settings` that is given is replaced whole",
                {200: INBOX},
                body=INBOX_CHANGE,
                permission=EDIT,
                example=example,
            ),
            Route(
                "POST",
                "/inboxes/{id}/preview",
                self.preview,
                "What a visitor would get with these settings; keeps nothing",
                {200: PREVIEWED},
                body=PREVIEW,
                permission=EDIT,
            ),
            Route(
                "POST",
                secret,
                self.make_secret,
                "A new secret that the site signs its customers with, shown this once; the old one counts no more",
                {201: SECRET},
                permission=EDIT,
                people_only=True,
            ),
            Route(
                "DELETE",
                secret,
                self.remove_secret,
                "No signed customers any more",
                {204: None},
                permission=EDIT,
                people_only=True,
            ),
        ]

    async def list_inboxes(self, call: Call) -> Answer:
        """With branch and team."""
        page, shown = await self._keeping.page(wanted(call, INBOXES, self._settings.page))
        return Answer({"items": [_show(shown[row.id], call) for row in page.rows], "next": page.next})

    async def get_inbox(self, call: Call) -> Answer:
        """With all its settings."""
        return Answer(_show(await self._keeping.find(call.path_id()), call))

    async def add_inbox(self, call: Call) -> Answer:
        """Its settings are the usual ones at first."""
        name = get_text(call.body, "name", _NAME_LIMIT).strip()
        team_id, branch_id = get_optional_int(call.body, "team_id"), get_optional_int(call.body, "branch_id")

        def answer(shown: Shown) -> Answer:
            return Answer(_show(shown, call), status=201, headers={"Location": f"/api/v1/inboxes/{shown.row.id}"})

        actor, kept = call.session.agent, call.kept(answer)
        return answer(await self._keeping.add(actor, name, team_id, branch_id, call.remote, kept))

    async def change_inbox(self, call: Call) -> Answer:
        """At once for whoever comes from now on."""
        return Answer(
            _show(await self._keeping.change(call.session.agent, call.path_id(), call.body, call.remote), call)
        )

    async def preview(self, call: Call) -> Answer:
        """As ``/widget/config`` and ``hello`` would tell it."""
        language = next(one for one in LANGUAGES if one == call.body["language"])
        given = call.body.get("settings")
        inbox = await self._keeping.preview(call.path_id(), given if isinstance(given, dict) else {})
        face, business = inbox.face(language), self._settings.business_name
        title = face.title or business
        greeting = face.greeting or self._texts.get(language, "greeting.default", business=title)
        config: dict[str, object] = {"language": language, "title": title, "theme": face.theme}
        hello: dict[str, object] = {
            "business": {"name": title},
            "greeting": greeting,
            "away": face.away or greeting,
            "theme": face.theme,
            "widget": face.widget,
            "form": show_form(inbox.asked(language), {}),
            "language": language,
            "reply": {
                "now": self._texts.get(language, "reply.now"),
                "later": self._texts.get(language, "reply.offline"),
            },
            "blocked": self._texts.get(language, "inbox.blocked"),
        }
        config["proactive"] = face.widget.get("proactive", [])
        return Answer({"config": config, "hello": hello})

    async def make_secret(self, call: Call) -> Answer:
        """Shown this once."""
        secret = await self._keeping.rotate(call.session.agent, call.path_id(), call.remote)
        return Answer({"secret": secret}, status=201)

    async def remove_secret(self, call: Call) -> Answer:
        """Signed customers are strangers again, with what they said kept."""
        await self._keeping.rotate(call.session.agent, call.path_id(), call.remote, off=True)
        return Answer(None, status=204)


def _show(shown: Shown, call: Call) -> dict[str, object]:
    row = shown.row
    branch = None if row.branch_id is None else {"id": row.branch_id, "name": row.branch_name or ""}
    team = None if row.team_id is None else {"id": row.team_id, "name": row.team_name or ""}
    forwarded = call.request.headers.get("X-Forwarded-Proto", call.request.scheme)
    address = escape(f"{forwarded}://{call.request.host}/widget.js", quote=True)
    return {
        "id": row.id,
        "name": row.name,
        "channel": row.channel,
        "key": row.key,
        "branch": branch,
        "team": team,
        "skill": row.skill,
        "allowed_domains": list(row.allowed_domains),
        "settings": show(shown.settings),
        "logo": shown.logo,
        "signs": shown.signs,
        "snippet": f'<script src="{address}" data-inbox="{escape(row.key, quote=True)}" async></script>',
    }
