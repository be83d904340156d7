"""What a proof makes of somebody, and what it never does; how often codes are sent; the wishes for news."""

from datetime import timedelta

import pytest

from business.contacts import codes, news, verifying
from business.contacts.cards import Regions
from business.contacts.codes import Asker, CodeRules, Codes, Reach, Words
from business.contacts.merging import merge, undo
from business.contacts.personal import collect, erase
from business.contacts.upkeep import Upkeep
from conversation import clock
from conversation.messages import Agent
from crm_store import Tx, cards, contacts, conversations, outgoing, outgoing_list, proving
from crm_store.codes import find_latest
from crm_store.engine import Store
from crm_store.paging import Wanted
from tests.business.contacts.people import card, talk

PHONE = Reach("phone", "+37477123456", "077 123456")
REGIONS = Regions(("AM",), ("AM",))
KNOWN = Codes(b"a secret", frozenset(("sms", "email")), CodeRules(per_network=7))
WORDS = Words("en", "Code", "Your code is {code}")


def stranger(tx: Tx) -> tuple[int, int, int]:
    """A visitor of the website: his contact, his address, his talk."""
    contact_id = contacts.insert_contact(tx, name="", language=None, source="web", at=clock.now())
    talk_id = talk(tx, contact_id)
    row = conversations.lock(tx, talk_id)
    assert row is not None
    return contact_id, row.address_id, talk_id


def verify(tx: Tx, who: tuple[int, int, int], reach: Reach = PHONE) -> int:
    """He proves it; returns who he turns out to be."""
    return verifying.verify(tx, who[0], who[1], reach, clock.now())[0].contact_id


def proven_by(tx: Tx, contact_id: int) -> list[str]:
    """What a contact has proven."""
    return [value for _, value, _ in proving.list_proven(tx, contact_id)]


async def test_whom_a_proof_joins(store: Store, owner: Agent) -> None:
    """The firm's own card, or who proved it before; the join is undone like any other."""

    def check(tx: Tx) -> None:
        paper = card(tx, owner, name="Anna", phone="077 123456").id
        first, second = stranger(tx), stranger(tx)
        assert verify(tx, first) == paper
        assert verify(tx, second) == paper
        assert proven_by(tx, paper) == [PHONE.value]
        proven = [one.channel for one in cards.load_kin(tx, paper).addresses if one.verified_at is not None]
        assert sorted(proven) == ["phone", "web", "web"], "the number once, and both browsers that it was proven from"

    await store.writer.run(check)


async def test_whom_a_proof_does_not_join(store: Store, owner: Agent) -> None:
    """Neither who merely typed the number, nor one of two cards, nor one in the bin; nobody who has proven something
    else is swallowed, and the number is his who proved it last."""

    def check(tx: Tx) -> None:
        liar = stranger(tx)
        contacts.state_address(tx, liar[0], PHONE.channel, PHONE.value, PHONE.display, clock.now())
        true = stranger(tx)
        assert verify(tx, true) == true[0]
        assert proven_by(tx, liar[0]) == []
        mailbox = Reach("email", "new@example.am", "new@example.am")
        other = stranger(tx)
        assert verify(tx, other, mailbox) == other[0]
        assert verify(tx, other) == other[0], "he has proven something, and stays himself"
        assert (proven_by(tx, true[0]), sorted(proven_by(tx, other[0]))) == ([], [PHONE.value, "new@example.am"])
        shared = Reach("phone", "+37477999999", "077 999999")
        for name in ("Husband", "Wife"):
            card(tx, owner, name=name, phone="077 999999")
        third = stranger(tx)
        assert verify(tx, third, shared) == third[0]

    await store.writer.run(check)


async def test_a_join_is_undone(store: Store, owner: Agent) -> None:
    """As the merge that it is; news that he asked for goes with him and comes back."""

    def check(tx: Tx) -> None:
        mine = stranger(tx)
        news.subscribe(tx, mine[0], "offers", "en", "yes", "chat")
        paper = card(tx, owner, name="Anna").id
        (merge_id, _), _ = merge(tx, None, paper, mine[0], "")
        assert [one.topic for one in cards.load_kin(tx, paper).news] == ["offers"]
        undo(tx, owner, merge_id, "")
        assert cards.load_kin(tx, paper).news == []
        assert [one.topic for one in cards.load_kin(tx, mine[0]).news] == ["offers"]

    await store.writer.run(check)


async def test_a_code_and_its_tries(store: Store) -> None:
    """Only the last one, only in its talk, only for a time, and only a few times."""

    def check(tx: Tx) -> None:
        contact_id, _, talk_id = stranger(tx)
        asker, at = Asker(contact_id, talk_id, "192.0.2.1"), clock.now()
        codes.issue(tx, KNOWN, asker, PHONE, WORDS, at)
        first = find_latest(tx, talk_id)
        codes.issue(tx, KNOWN, asker, PHONE, WORDS, at)
        last = find_latest(tx, talk_id)
        assert first is not None
        assert last is not None
        right, old = KNOWN.digits(last.salt), KNOWN.digits(first.salt)
        assert (len(right), right.isdecimal()) == (6, True)
        assert codes.weigh(tx, KNOWN, talk_id, old, at)[0] == ("right" if old == right else "wrong")
        assert codes.weigh(tx, KNOWN, talk_id, f" {right[:3]}-{right[3:]}", at)[0] == "right"
        assert codes.weigh(tx, KNOWN, talk_id + 1, right, at) == ("over", None)
        assert codes.weigh(tx, KNOWN, talk_id, right, at + timedelta(minutes=10)) == ("over", None)
        assert codes.weigh(tx, Codes(b"other", KNOWN.doors), talk_id, right, at)[0] == "wrong"
        for count in range(5):
            outcome, code = codes.weigh(tx, KNOWN, talk_id, "", at)
            assert outcome == ("wrong" if count < 4 else "over")
            assert code is not None
            codes.count_wrong(tx, code)
        assert codes.weigh(tx, KNOWN, talk_id, right, at) == ("over", None)
        kept = outgoing.lease(tx, "test", at, 60, 10)
        assert not [one for one in kept if right in str(one.payload)]
        assert len({str(one.payload["id"]) for one in kept}) == 2

    await store.writer.run(check)


@pytest.mark.parametrize("by", ["address", "visitor", "network", "day"])
async def test_codes_are_few(store: Store, by: str) -> None:
    """To an address, for a visitor, from a network, and in a day; after an hour they go again."""
    most = {"address": 3, "visitor": 5, "network": 7, "day": 2}[by]
    known = Codes(KNOWN.secret, KNOWN.doors, CodeRules(per_network=7, per_day={"sms": 2 if by == "day" else 100}))

    def check(tx: Tx) -> None:
        mine, at = stranger(tx), clock.now()
        refused = []
        for count in range(most + 1):
            who = mine if by == "visitor" else stranger(tx)
            remote = "192.0.2.1" if by == "network" else f"192.0.2.{count + 10}"
            number = "+37477123456" if by == "address" else f"+374771234{count:02}"
            asker, reach = Asker(who[0], who[2], remote), Reach("phone", number, number)
            refused.append(codes.find_refusal(tx, known, asker, reach, at))
            later = at + timedelta(hours=25)
            assert codes.find_refusal(tx, known, asker, reach, later) is None
            codes.issue(tx, known, asker, reach, WORDS, at)
        assert refused == [None] * most + ["too_many"]

    await store.writer.run(check)


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("077 12-34-56", "+37477123456"),
        ("+374 77 123456", "+37477123456"),
        ("Anna@Example.AM", "anna@example.am"),
        ("12", None),
        ("anna@", None),
        ("аня@пример.рф", None),
        ("", None),
    ],
)
def test_what_is_written_to(stated: str, value: str | None) -> None:
    """A phone as E.164, a mailbox in small letters; what no SMTP server takes is none."""
    reach = codes.read_reach(stated, REGIONS)
    assert (None if reach is None else reach.value) == value


async def test_nothing_is_left_of_who_is_erased(store: Store, owner: Agent) -> None:
    """Codes, letters and wishes go; before that, they are handed out with the rest."""

    def check(tx: Tx) -> None:
        person = card(tx, owner, name="Anna", phone="077 123456").id
        mine, at = stranger(tx), clock.now()
        codes.issue(tx, KNOWN, Asker(mine[0], mine[2], None), PHONE, WORDS, at)
        verify(tx, mine)
        news.subscribe(tx, person, "events", "en", "yes", "chat")
        assert "events" in str(collect(tx, person)["news"])
        conversations.touch(tx, mine[2], status="resolved")
        erase(tx, owner, person, "Anna", "")
        assert find_latest(tx, mine[2]) is None
        assert outgoing.lease(tx, "test", at + timedelta(minutes=1), 60, 10) == []
        assert proven_by(tx, person) == []

    await store.writer.run(check)


async def test_news_end_always(store: Store) -> None:
    """Of a topic or of all, once or again; what was said stays, with its words and time."""

    def check(tx: Tx) -> None:
        contact_id = stranger(tx)[0]
        assert news.subscribe(tx, contact_id, "offers", "en", "Discounts", "chat")
        assert not news.subscribe(tx, contact_id, "offers", "en", "Discounts", "chat")
        news.subscribe(tx, contact_id, "events", "en", "Events", "chat")
        assert news.unsubscribe(tx, contact_id, "offers", "link") == ["offers"]
        assert news.unsubscribe(tx, contact_id, None, "chat") == ["events"]
        assert news.unsubscribe(tx, contact_id, None, "chat") == []
        assert news.subscribe(tx, contact_id, "offers", "ru", "Скидки", "chat")

    await store.writer.run(check)


async def test_codes_and_letters_are_forgotten(store: Store) -> None:
    """A day after, and three months after; what still waits stays."""

    def write(tx: Tx) -> tuple[int, int]:
        talks = []
        for days in (0, 2, 100):
            who, at = stranger(tx), clock.now() - timedelta(days=days)
            codes.issue(tx, KNOWN, Asker(who[0], who[2], None), PHONE, WORDS, at)
            talks.append(who[2])
        for one in outgoing.lease(tx, "test", clock.now(), 60, 10):
            outgoing.finish(tx, one.id, "test", clock.now())
        return talks[0], talks[1]

    fresh, old = await store.writer.run(write)
    await Upkeep(store, lambda _event: None, "AM").run()

    def check(tx: Tx) -> None:
        assert find_latest(tx, fresh) is not None
        assert find_latest(tx, old) is None
        assert len(outgoing_list.page_outgoing(tx, Wanted()).rows) == 2

    await store.read(check)
