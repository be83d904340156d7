"""The bot hears what the customer said, not what our notes say of it."""

from datetime import UTC, datetime

from conversation.channels import note_origin
from conversation.messages import Attachment, Author, Message
from routing.flows.bot import _own_words

SAID = Message(7, 3, 1, 1, 1, datetime(2026, 11, 24, 10, tzinfo=UTC), Author("visitor", "Ani"), "how late?")


def test_notes_are_not_the_customers_words() -> None:
    picture = Attachment(1, "photo.jpg", "image/jpeg", 9)
    assert _own_words(SAID) == ("how late?", 0)
    assert _own_words(SAID._replace(text="", attachments=(picture,))) == ("", 1)
    assert _own_words(SAID._replace(text=note_origin("Փոխանցված է", "how late?"))) == ("how late?", 0)
    assert _own_words(SAID._replace(text=note_origin("Փոխանցված է", ""))) == ("", 0)
    assert _own_words(SAID._replace(text="Սա այստեղ հնարավոր չէ ցույց տալ", kind="unsupported")) == ("", 1)
