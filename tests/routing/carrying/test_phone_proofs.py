"""A phone of the booking page proven in Telegram: whose card counts, once, whatever comes twice."""

from datetime import timedelta

from business.booking.phone_proof import PhoneProofs, ProofTalk, proof_passes
from conversation import clock
from conversation.channels import FarPerson, Shared
from conversation.ports import AddressKey
from conversation.texts import Catalogue
from crm_store import Tx, idempotency
from crm_store.engine import Store

PASSES = proof_passes(b"of the tests")
TALK = ProofTalk(PASSES, Catalogue(), "Salon", "en", "AM")
ANI, THIEF = AddressKey("telegram", "1"), AddressKey("telegram", "2")
PERSON = FarPerson("Ani")
PHONE = "+37477123456"


async def invite(word: str) -> str:
    """As Telegram has it, bare."""
    return word


async def test_the_first_account_with_the_same_number(store: Store) -> None:
    """Another account, another number and another's card prove nothing; a repeat of a message changes nothing."""
    proofs = PhoneProofs(store, PASSES, lambda: True, invite, 10)
    asked = await proofs.ask("a form", PHONE, "en")
    other = await proofs.ask("a form", "+37477123457", "en")
    assert (asked.state, other.state, asked.url != other.url) == ("asked", "asked", True)
    at = clock.now()

    def hear(tx: Tx) -> list[bool]:
        return [
            TALK.weigh(tx, ANI, Shared("Ani", PHONE, own=True), "1", at) is not None,  # nothing is asked of him yet
            TALK.come(tx, "go" + asked.url[2:], ANI, PERSON, "2", at),  # the same word for a talk
            TALK.come(tx, asked.url, ANI, PERSON, "3", at),
            TALK.come(tx, asked.url, THIEF, PERSON, "1", at),
            TALK.weigh(tx, THIEF, Shared("Thief", PHONE, own=True), "2", at) is not None,
            TALK.weigh(tx, ANI, Shared("Ani", PHONE, own=False), "4", at) is not None,
            TALK.weigh(tx, ANI, None, "5", at) is not None,
        ]

    assert await store.writer.run(hear) == [False, False, True, True, False, True, False]
    assert (await proofs.ask("a form", PHONE, "en")).state == "asked"

    async def share(phone: str, far_id: str) -> bool:
        card = Shared("Ani", phone, own=True)
        return await store.writer.run(lambda tx: TALK.weigh(tx, ANI, card, far_id, at)) is not None

    assert await share("37477123457", "6")
    assert (await proofs.ask("a form", PHONE, "en")).state == "other"
    assert await share("37477123456", "7")
    proven = await proofs.ask("a form", PHONE, "en")
    assert (proven.state, proven.url, await proofs.find(proven.number)) == ("right", "", "right")
    assert await share("37477123456", "7")  # told twice: it is no conversation the second time either
    assert not await share("37477123456", "8")
    assert (await proofs.ask("a form", "+37477123457", "en")).state == "asked"
    assert (await proofs.ask("another form", PHONE, "en")).state == "asked"


async def test_it_ends(store: Store) -> None:
    """What is kept of it is gone with the link."""
    proofs = PhoneProofs(store, PASSES, lambda: True, invite, 10)
    word = (await proofs.ask("a form", PHONE, "en")).url
    at = clock.now()
    assert await store.writer.run(lambda tx: TALK.come(tx, word, ANI, PERSON, "1", at))
    assert await store.writer.run(lambda tx: idempotency.forget_expired(tx, at + timedelta(minutes=11))) == 2
    card = Shared("Ani", PHONE, own=True)
    assert await store.writer.run(lambda tx: TALK.weigh(tx, ANI, card, "2", at)) is None
