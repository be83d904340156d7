"""Inboxes of doors that carry a talk elsewhere: there is one as soon as a door is set up."""

import secrets

from business.inboxes.settings import has_bot
from conversation.messages import Channel
from crm_store import Tx, conversations, inboxes


def found_inbox(tx: Tx, channel: Channel, name: str) -> int:
    """The inbox of a channel, made where there is none: of the branch and team that the website's has, and led by the
    bot where that one is. Returns its id."""
    known = conversations.find_inbox(tx, channel, None)
    if known is not None:
        return int(known.id)
    like = conversations.find_inbox(tx, "web", None)
    values: dict[str, object] = {"channel": channel, "name": name, "key": secrets.token_hex(8)}
    if like is not None:
        settings = {"switches": {"bot": True}} if has_bot(like.settings) else {}
        values |= {"branch_id": like.branch_id, "team_id": like.team_id, "settings": settings}
    return inboxes.add_inbox(tx, values)
