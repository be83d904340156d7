"""The door's parts, put together."""

from dataclasses import dataclass

from bot.email.carrier import EmailCarrier
from bot.email.hearing import Hearing
from bot.email.settings import EmailSettings
from bot.email.smtp import SmtpLine, SmtpSettings
from conversation.channels import Carrier, FarIntake, Listener
from conversation.ports import Texts


@dataclass(frozen=True, slots=True)
class Door:
    """What sends, and what hears."""

    carrier: Carrier
    listener: Listener


def make_door(settings: EmailSettings, smtp: SmtpSettings, intake: FarIntake, texts: Texts) -> Door:
    """A door that opens nothing before it is used. Raises ValueError where ``check`` of either finds something."""
    line = SmtpLine(smtp)
    hearing = Hearing(settings, line.box, intake, texts)
    carrier = EmailCarrier(settings, line, texts)
    if settings.lmtp:
        from bot.email.lmtp import LmtpListener

        return Door(carrier, LmtpListener(settings, hearing))
    from bot.email.imap import ImapListener

    return Door(carrier, ImapListener(settings, hearing))
