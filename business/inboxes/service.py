"""What the owner does with inboxes: founds, sets, gives a secret; every change is in the audit log."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from business.inboxes.directory import Directory, read_logo, to_inbox
from business.inboxes.pictures import read_data_url
from business.inboxes.settings import Question, WidgetSettings, parse, show
from business.inboxes.shown import Inbox
from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.events import InboxesChanged
from conversation.messages import Agent, JsonObject
from conversation.ports import Texts
from crm_store import Tx, inboxes
from crm_store.engine import Store
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow

EDIT: Final = "inboxes.edit"
DOMAIN: Final = r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$"
_MOST: Final = 200
"""So many inboxes a business has at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An inbox as its owner sees it."""

    row: AnyRow
    settings: WidgetSettings
    logo: str | None
    signs: bool


class InboxKeeping:
    """Reads and changes inboxes for agents."""

    def __init__(self, store: Store, directory: Directory, publish: Publish, texts: Texts) -> None:
        self._store = store
        self._directory = directory
        self._publish = publish
        self._texts = texts

    async def page(self, wanted: Wanted) -> tuple[Page, dict[int, Shown]]:
        """A page of them, and each as it is shown, by id."""

        def read(tx: Tx) -> tuple[Page, dict[int, Shown]]:
            page = inboxes.page_inboxes(tx, wanted)
            return page, {row.id: _shown(tx, row) for row in page.rows}

        return await self._store.read(read)

    async def find(self, inbox_id: int) -> Shown:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _shown(tx, _require(tx, inbox_id, site=False)))

    async def add(
        self,
        actor: Agent,
        name: str,
        team_id: int | None,
        branch_id: int | None,
        remote: str,
        kept: Kept[Shown] = plainly,
    ) -> Shown:
        """A new one for a website. Raises Rejected not_found for a team or branch that is none, forbidden, conflict."""

        def write(tx: Tx) -> Shown:
            doer = rights.require_now(tx, actor, EDIT)
            if len(inboxes.list_web(tx)) >= _MOST:
                raise Rejected("conflict", "inbox.enough")
            values: dict[str, object] = {"name": name, "key": secrets.token_hex(8)}
            values |= _place(tx, team_id, branch_id)
            inbox_id = inboxes.add_inbox(tx, values)
            record_deed(tx, doer, "inbox.added", "inbox", inbox_id, after=values, remote=remote)
            return _shown(tx, _require(tx, inbox_id))

        return await self._told(await self._store.writer.run(lambda tx: kept(tx, write)))

    async def change(self, actor: Agent, inbox_id: int, given: JsonObject, remote: str) -> Shown:
        """Sets what is given; of ``settings`` the parts that are given, each whole. An inbox of a messenger heeds its
        name, its team and whether the bot answers first. Raises Rejected not_found, invalid, forbidden."""

        def write(tx: Tx) -> Shown:
            doer = rights.require_now(tx, actor, EDIT)
            before = _require(tx, inbox_id, site=False)
            values, told = self._values(tx, before, given)
            inboxes.change_inbox(tx, inbox_id, values)
            after = _require(tx, inbox_id, site=False)
            if told:
                was, now = ({key: _told_value(row, key) for key in told} for row in (before, after))
                record_deed(tx, doer, "inbox.changed", "inbox", inbox_id, before=was, after=now, remote=remote)
            return _shown(tx, after)

        return await self._told(await self._store.writer.run(write))

    async def rotate(self, actor: Agent, inbox_id: int, remote: str, *, off: bool = False) -> str | None:
        """A new secret to sign customers with, told this once; the old one counts no more. ``off``: none."""
        secret = None if off else secrets.token_hex(32)

        def write(tx: Tx) -> None:
            doer = rights.require_now(tx, actor, EDIT)
            _require(tx, inbox_id)
            inboxes.put_secret(tx, inbox_id, secret, clock.now())
            deed = "inbox.secret_removed" if off else "inbox.secret_made"
            record_deed(tx, doer, deed, "inbox", inbox_id, remote=remote)

        await self._store.writer.run(write)
        await self._directory.load()
        self._publish(InboxesChanged())
        return secret

    async def preview(self, inbox_id: int, given: JsonObject) -> Inbox:
        """The inbox as it would be with these settings; nothing is kept. Raises Rejected not_found, invalid."""

        def read(tx: Tx) -> Inbox:
            row = _require(tx, inbox_id)
            settings = _merge(parse(row.settings), given)
            inbox, _ = to_inbox(row, inboxes.list_faces(tx), self._texts, signs=False)
            agent = inboxes.list_faces(tx).get(settings.look.agent_id or 0)
            return Inbox(inbox.id, inbox.key, inbox.name, (), settings, self._texts, inbox.logo, agent)

        return await self._store.read(read)

    def _values(self, tx: Tx, row: AnyRow, given: JsonObject) -> tuple[dict[str, object], list[str]]:
        """Columns to set, and the names of what is told of in the log."""
        values: dict[str, object] = {}
        if isinstance(name := given.get("name"), str):
            values["name"] = name.strip()
        if "team_id" in given:
            values |= _place(tx, cast("int | None", given["team_id"]), row.branch_id)
        if "skill" in given:
            values["skill"] = str(given["skill"]).strip() if given["skill"] is not None else None
        if isinstance(domains := given.get("allowed_domains"), list):
            values["allowed_domains"] = _domains([str(one) for one in domains])
        raw: JsonObject = dict(row.settings)
        if isinstance(settings := given.get("settings"), dict):
            raw = {**show(_merge(parse(row.settings), settings)), **({"logo": raw["logo"]} if "logo" in raw else {})}
        if "logo" in given:
            raw.pop("logo", None)
            if isinstance(logo := given["logo"], str):
                raw["logo"] = read_data_url(logo)
        if raw != row.settings:
            values["settings"] = raw
        return values, [key for key in values if getattr(row, key) != values[key]]

    async def _told(self, shown: Shown) -> Shown:
        await self._directory.load()
        self._publish(InboxesChanged())
        return shown


def _shown(tx: Tx, row: AnyRow) -> Shown:
    return Shown(row, parse(row.settings), read_logo(row.settings)[0], inboxes.find_secret(tx, row.id) is not None)


def _told_value(row: AnyRow, key: str) -> object:
    """For the log: a picture by its address, not by its bytes."""
    value = getattr(row, key)
    if key != "settings":
        return value
    return {**show(parse(value)), "logo": read_logo(value)[0]}


def _require(tx: Tx, inbox_id: int, *, site: bool = True) -> AnyRow:
    """``site``: only a website's will do."""
    row = inboxes.find_inbox(tx, inbox_id)
    if row is None or (site and row.channel != "web"):
        raise Rejected("not_found", "error.inbox_not_found")
    return row


def _place(tx: Tx, team_id: int | None, branch_id: int | None) -> dict[str, object]:
    """Who takes its conversations. A team of a branch brings its branch; without one the branch asked for counts."""
    if branch_id is not None and not inboxes.has_branch(tx, branch_id):
        raise Rejected("not_found", "error.branch_not_found")
    if team_id is None:
        return {"team_id": None, "branch_id": branch_id}
    known, its_branch = inboxes.find_branch_of_team(tx, team_id)
    if not known:
        raise Rejected("not_found", "error.team_not_found")
    return {"team_id": team_id, "branch_id": its_branch if its_branch is not None else branch_id}


def _domains(given: list[str]) -> list[str]:
    """In lower case, each once. Raises Rejected invalid for what is no name of a site."""
    kept: list[str] = []
    for one in given:
        name = one.strip().lower()
        if not re.fullmatch(DOMAIN, name) or ".." in name:
            raise Rejected("invalid", "inbox.domain_wrong", field="allowed_domains", domain=one)
        if name not in kept:
            kept.append(name)
    return kept


def _merge(before: WidgetSettings, given: Mapping[str, object]) -> WidgetSettings:
    """What is given replaces its part whole. The consent's version is ours: it rises where its words changed."""
    whole = show(before)
    merged = parse({**whole, **cast("JsonObject", {key: one for key, one in given.items() if one is not None})})
    version = before.consent.version + (merged.consent.texts != before.consent.texts)
    shown = show(merged)
    shown["consent"] = {"version": version, "texts": cast("JsonObject", shown["consent"])["texts"]}
    _check_form(merged.form)
    return parse(shown)


def _check_form(form: tuple[Question, ...]) -> None:
    keys = [one.key for one in form]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise Rejected("conflict", "inbox.field_twice", field="form", name=twice)
    bare = next((one for one in form if one.kind in ("choice", "text") and not one.label), None)
    if bare is not None:
        raise Rejected("conflict", "inbox.field_unnamed", field="form")
    empty = next((one for one in form if one.kind == "choice" and len(one.choices) < 2), None)
    if empty is not None:
        raise Rejected("conflict", "inbox.choices_few", field="form")
