"""What agents are told while they are not at the desk, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from barev.senders import make_senders
from barev.settings import Settings
from barev.talk import Talk
from business.files.service import TalkFiles
from business.jobs import JobRunner
from business.team.notices import OwnNotices
from conversation.messages import Channel
from conversation.ports import Texts
from crm_store.engine import Store
from desk.rest.api import Route
from desk.rest.notices import Invite, NoticeRoutes
from routing.notices.digest import Digest
from routing.notices.looking import NoticeLook, NoticeRules
from routing.notices.staff_first import MESSENGERS
from routing.notices.staff_talk import Means, StaffTalk
from routing.notices.wording import Wording
from routing.replies import Replies


@dataclass(frozen=True, slots=True)
class Notices:
    """The parts."""

    own: OwnNotices
    look: NoticeLook
    digest: Digest
    runner: JobRunner

    def routes(self, invite: Invite) -> list[Route]:
        """What REST has of it. ``invite``: the address that opens a messenger with a word."""
        return NoticeRoutes(self.own, invite).routes()

    def keep(self, keep: Callable[..., None]) -> None:
        """Has the parts that work by themselves kept going."""
        keep(self.look.work, "telling agents")
        keep(self.digest.work, "planning the evening digest")
        keep(self.runner.work, "the evening digest")


def make_staff_talk(
    settings: Settings, store: Store, texts: Texts, talk: Talk, replies: Replies, files: TalkFiles
) -> StaffTalk:
    """The agents' own chats."""
    means = Means(talk.handoff, replies, talk.reads, files, settings.desk.text_limit)
    return StaffTalk(store, means, _wording(settings, texts))


def make_notices(
    settings: Settings, store: Store, texts: Texts, talk: Talk, doors: Callable[[], frozenset[Channel]]
) -> Notices:
    """``doors``: the messengers that are set up now."""
    letters = frozenset(make_senders(settings))

    def ways() -> frozenset[Channel]:
        return (doors() & frozenset(MESSENGERS)) | letters

    given, wording = settings.notices, _wording(settings, texts)
    rules = NoticeRules(given.after_s, given.look_s, given.per_day)
    look = NoticeLook(store, wording, rules, ways, lambda agent_id: talk.presence.status_of(agent_id) == "offline")
    digest = Digest(store, wording, ways, settings.business.timezone, settings.business.name)
    own = OwnNotices(store, ways, settings.business.country, given.link_min)
    return Notices(own, look, digest, JobRunner(store, talk.publisher.publish, digest.handlers()))


def _wording(settings: Settings, texts: Texts) -> Wording:
    return Wording(texts, settings.server.public_url.rstrip("/"))
