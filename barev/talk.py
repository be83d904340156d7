"""The parts of the talk, made for one store, and who hears of what."""

import secrets
from dataclasses import dataclass

from barev import told
from barev.booking import Booking, make_booking
from barev.channels import Channels
from barev.health import Health
from barev.knowledge import Knowledge, make_knowledge
from barev.outreach import Outreach, make_outreach
from barev.senders import make_unseen
from barev.settings import Settings
from barev.teaching import Teaching, make_teaching
from barev.understanding import Engines, make_engines, make_free_answers
from business.booking.phone_proof import ProofDoor, proof_passes
from business.contacts.codes import Codes
from business.inboxes.directory import Directory
from business.webhooks.telling import Telling
from chat_widget.publish import VisitorPublisher
from conversation import events
from conversation.texts import Catalogue
from crm_store.engine import Store
from desk.publish import DeskPublisher
from routing.assignment.assigner import Assigner
from routing.assignment.draft import Rules
from routing.assignment.handover import Handovers
from routing.assignment.leases import PresenceLeases
from routing.assignment.policies import load_policies
from routing.audiences import Audiences
from routing.closed import ClosedReplies
from routing.flows.bot import Bot
from routing.flows.hearing import Hearing
from routing.handoff import Handoff
from routing.hours import HoursBook
from routing.own_names import OwnNames
from routing.presence import LivePresence
from routing.publisher import Handlers, Publisher
from routing.reads import ReadMarks
from routing.requests import ChatRequests
from routing.unseen import UnseenAnswers


@dataclass(slots=True)
class Talk:
    """The parts of routing, made for one store."""

    publisher: Publisher
    reads: ReadMarks
    audiences: Audiences
    presence: LivePresence
    handoff: Handoff
    handovers: Handovers
    assigner: Assigner
    leases: PresenceLeases
    hours: HoursBook
    closed: ClosedReplies
    bot: Bot
    engines: Engines
    names: OwnNames
    unseen: UnseenAnswers
    knowledge: Knowledge
    teaching: Teaching
    hearing: Hearing
    booking: Booking
    outreach: Outreach
    cards: ProofDoor


def make_talk(settings: Settings, store: Store, texts: Catalogue, codes: Codes, secret: bytes) -> Talk:
    """Makes them; nobody hears of anything before ``handlers`` is connected."""
    publisher = Publisher()
    reads = ReadMarks(store, publisher)
    audiences = Audiences(store, publisher)
    presence = LivePresence(store, publisher, settings.desk.away_grace_s)
    hours = HoursBook(store, presence)
    closed = ClosedReplies(store, publisher, presence, hours, texts, settings.business.name)
    quiet_s = settings.assignment.quiet_s
    given = Rules(load_policies(), closed.unserved, quiet_s=quiet_s)
    assigner = Assigner(store, publisher, presence, given)
    leases = PresenceLeases(store, presence, secrets.token_hex(8), assigner.request)
    handovers = Handovers(store, publisher, given)
    name, country = settings.business.name, settings.business.country
    rules = told.bot_rules(settings)
    names = OwnNames(store)
    engines = make_engines(settings, names)
    knowledge = make_knowledge(settings, store, secret, engines.local)
    known = knowledge.articles
    teaching = make_teaching(settings, store, publisher, engines, names)
    beside = (secrets.token_hex(8), name, country)
    hearing = Hearing(teaching.current, rules, known, make_free_answers(settings, known))
    unseen = make_unseen(settings, store, texts, codes, presence.visitor_online, publisher)
    outreach = make_outreach(settings, store, texts, codes, publisher, presence.visitor_online)
    followers = (Telling(settings.far.attempts).appointment_changed, *outreach.followers)
    booking = make_booking(store, publisher.publish, country, followers, outreach)
    outreach.calendar.attach(booking.slots, booking.visits, booking.holds)
    cards = ProofDoor(proof_passes(secret), codes.rules.minutes)
    bot = Bot(store, publisher, texts, hearing, rules, *beside, codes=codes, means=booking.means, cards=cards)
    handoff = Handoff(store, publisher, quiet_s, bot.leave_in)
    ours = (names, unseen, knowledge, teaching, hearing, booking, outreach, cards)
    rest = (assigner, leases, hours, closed, bot, engines, *ours)
    return Talk(publisher, reads, audiences, presence, handoff, handovers, *rest)


def handlers(
    visitors: VisitorPublisher,
    desks: DeskPublisher,
    talk: Talk,
    requests: ChatRequests,
    health: Health,
    directory: Directory,
    channels: Channels,
) -> Handlers:
    """The architecture in one table: what happened, and who is told, in this order."""
    asked, names = requests.heard, talk.names.heard
    heard, assigner, presence, renew = talk.audiences.heard, talk.assigner, talk.presence, talk.hours.heard
    return {
        events.MessageAdded: (
            heard,
            visitors.message_added,
            desks.message_added,
            talk.closed.heard,
            talk.unseen.heard,
            talk.outreach.typed.heard,
            channels.heard,
            health.message_added,
        ),
        events.MessageEdited: (visitors.message_edited, desks.message_edited, channels.heard),
        events.MessageDeleted: (visitors.message_deleted, desks.message_deleted, channels.heard),
        events.ConversationStarted: (
            heard,
            visitors.conversation_started,
            desks.conversation_changed,
            assigner.heard,
            talk.bot.heard,
            asked,
        ),
        events.ConversationChanged: (
            heard,
            visitors.conversation_changed,
            desks.conversation_changed,
            assigner.heard,
            talk.bot.heard,
            asked,
        ),
        events.ConversationCaughtUp: (
            heard,
            visitors.conversation_caught_up,
            desks.conversation_caught_up,
            assigner.heard,
            talk.bot.heard,
            asked,
        ),
        events.ReadMarked: (visitors.read_marked, desks.read_marked),
        events.TypingChanged: (visitors.typing_changed, desks.typing_changed, channels.typing_changed),
        events.PageViewed: (desks.page_viewed,),
        events.PresenceChanged: (visitors.presence_changed, desks.presence_changed, assigner.people_changed, renew),
        events.SessionRevoked: (desks.session_revoked,),
        events.DemoRemoved: (directory.renew, desks.demo_removed, renew, names),
        events.InboxesChanged: (directory.renew, names),
        events.PresenceChosen: (presence.status_chosen,),
        events.AgentChanged: (presence.agent_changed, desks.agent_changed, assigner.people_changed, renew, names),
        events.HoursChanged: (renew, assigner.people_changed, names),
        events.TaskChanged: (desks.task_changed,),
        events.AppointmentChanged: (desks.appointment_changed,),
        events.CalendarChanged: (desks.calendar_changed, names, talk.outreach.runner.heard),
        events.TeachingChanged: (talk.teaching.current.heard, talk.teaching.trainer.heard),
    }
