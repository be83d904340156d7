"""The settings of what is sent to phones and mailboxes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sms:
    """The SMS door. ``sms.url``, ``sms.body`` and ``sms.headers`` may hold ``{to}`` (+37477123456), ``{to_digits}``
    (without the plus), ``{text}``, ``{id}`` (the same on every attempt), ``{encoding}`` (gsm7, ucs2) and ``{unicode}``
    (0, 1). The names of ``sms.in_*`` and ``sms.report_*`` are paths like ``message.from`` or ``results.0.id``; several
    are tried one after another.

    Attributes:
        driver: who sends: ``http``, any gateway that is asked over HTTP; ``smpp``, an operator's or wholesaler's SMS
            centre; ``modem``, a GSM modem at a serial port; empty keeps it shut
        url: the gateway's address; of smpp ``smpp://USER:PASSWORD@HOST:2775?source=FIRM``, of a modem
            ``modem:/dev/ttyUSB0?speed=115200&pin=1234``
        method: POST, PUT or GET
        kind: how the body is written: json, form or text
        body: the body; empty for ``to``, ``text`` and ``id`` in that kind
        headers: further headers, each like ``Authorization: Bearer KEY``
        accepted: a regular expression that must be found in the answer of a gateway that says 200 to what it refuses
        answer_id: a regular expression whose group is the gateway's own id in its answer; empty where its reports name
            our ``{id}``
        repeatable: the gateway takes an ``{id}`` once only, so that a message without an answer is sent again;
            otherwise it is shown as one that may have arrived
        timeout_s: seconds in which the gateway must answer
        per_day: codes, reminders and other letters in 24 hours, at most; 0 for any number
        per_second: SMS a second, at most
        parts_most: parts of one SMS; a longer message is several
        transliterate: texts in Latin letters, as each country spells its language: ``off``, ``saving`` (where that
            takes fewer parts) or ``always``
        cost_minor: what one part costs, in the smallest unit of ``sms.currency``; 0: it is not shown
        currency: by its ISO 4217 code; empty for the currency of the business's country
        in_secret: opens the door for incoming SMS and delivery reports, at least 16 characters: the gateway calls
            ``/channels/sms/incoming/SECRET`` and ``/channels/sms/report/SECRET``, or sends it as
            ``Authorization: Bearer SECRET``
        in_each: where a call with several messages or reports has its list
        in_from: the name of the sender's number
        in_text: the name of the text
        in_id: the name of the gateway's id of an incoming SMS, by which a repeat is known
        in_at: the name of the moment at which it came
        in_answer: what the gateway is answered
        report_id: the name of what a report is of: the gateway's id, or our ``{id}``
        report_to: the name of its recipient
        report_state: the name of the state
        report_why: the name of the reason
        report_delivered: states that mean delivered; ``*`` stands for any characters, ``?`` for one
        report_failed: states that mean failed
        sender_proves: the network vouches for the numbers of senders, so that who writes from a number is its owner;
            without it a number only proposes to the agent who it may be, since senders can be forged
        ca_file: a PEM file of certificates that are trusted beside the machine's own, for ``smpps://``
    """

    driver: str = ""
    url: str = field(default="", repr=False)
    method: str = "POST"
    kind: str = "json"
    body: str = field(default="", repr=False)
    headers: tuple[str, ...] = field(default=(), repr=False)
    accepted: str = ""
    answer_id: str = ""
    repeatable: bool = False
    timeout_s: float = 10.0
    per_day: int = 500
    per_second: float = 10.0
    parts_most: int = 10
    transliterate: str = "off"
    cost_minor: int = 0
    currency: str = ""
    in_secret: str = field(default="", repr=False)
    in_each: str = "results, messages, items"
    in_from: str = "from, sender, msisdn, phone, source"
    in_text: str = "text, message, body, content, msg"
    in_id: str = "id, message_id, messageId, sms_id, smsid, msgid"
    in_at: str = "at, time, date, timestamp, received_at, receivedAt"
    in_answer: str = "OK"
    report_id: str = "id, message_id, messageId, sms_id, smsid, msgid, reference"
    report_to: str = "to, recipient, msisdn, phone, destination"
    report_state: str = "status.groupName, status.name, status, state, stat, dlr"
    report_why: str = "error.description, error, reason, err, description"
    report_delivered: str = "delivered, delivrd, delivery?success, success"
    report_failed: str = "un*deliv*, not*deliv*, fail*, reject*, expired, error*, deleted, blocked, cancel*"
    sender_proves: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Email:
    """The e-mail door.

    Attributes:
        smtp_url: where mail is sent: ``smtp://USER:PASSWORD@HOST:587`` (STARTTLS) or ``smtps://USER:PASSWORD@HOST:465``;
            empty keeps it shut
        imap_url: where letters are fetched that customers write: ``imaps://USER:PASSWORD@HOST:993/INBOX``, or
            ``imap://...:143`` with STARTTLS; answers go by ``email.smtp_url``; empty for none
        lmtp: in its place, where a mail server beside this one hands letters over, like ``127.0.0.1:2424``: whoever
            reaches it is believed
        done_folder: the folder where letters are put that were taken; empty to mark them as seen, and to pass over
            those that somebody has seen before
        days: letters that came earlier than so many days ago are left alone
        poll_s: seconds after which the mailbox is looked at, where its server does not tell of new letters
        letter_mb: of a larger letter only the beginning is read
        file_mb: a larger file is not attached to a letter, but linked
        plus: the mailbox takes ``box+WORD@example.am``: answers and letters that come back are told by their address
        trust_results: the name by which the mailbox's own server writes down that a sender is who he says
            (``Authentication-Results: NAME; dmarc=pass``); empty: nobody is believed to be who he says
        automatic_per_hour: answers of the bot in one talk within an hour, beyond which people go on
        sender: in whose name mail goes out, like ``Firm <hello@example.am>``; empty for the user of ``email.smtp_url``
        timeout_s: seconds in which the mail server must answer
        ca_file: a PEM file of certificates that are trusted beside the machine's own, for mail of both ways
        per_day: letters in 24 hours, at most; 0 for any number
    """

    smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)
    lmtp: str = ""
    done_folder: str = ""
    days: int = 7
    poll_s: float = 60.0
    letter_mb: int = 30
    file_mb: int = 10
    plus: bool = False
    trust_results: str = ""
    automatic_per_hour: int = 10
    sender: str = ""
    timeout_s: float = 20.0
    ca_file: str = ""
    per_day: int = 2000


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is sent by SMS and e-mail.

    Attributes:
        per_address: messages to one address in 24 hours, at most
        attempts: after so many failed attempts a message is given up
        lease_s: seconds after a crash until what was being sent is taken up again
        door_s: seconds after the crash of one of several processes until another takes over the messengers, phones and
            mailboxes that it served
        unseen_min: minutes after which a visitor who left gets an answer that he has not seen in his messenger, or word
            of it at a phone or mailbox that he has proven; 0: never. Needs ``server.public_url``
        link_days: days for which the link back to his talk opens
    """

    per_address: int = 20
    attempts: int = 15
    lease_s: float = 60.0
    door_s: float = 15.0
    unseen_min: float = 0.0
    link_days: int = 7


@dataclass(frozen=True, slots=True)
class Notices:
    """What agents are told in their own messengers and phones. When the day is summed up, and whether by SMS too, is
    set in the desk.

    Attributes:
        after_s: seconds after which an agent who has no desk open is told of what a customer said
        look_s: seconds between two looks for what is to be told
        link_min: minutes for which the link holds by which an agent makes a chat his
        per_day: notices to one address in 24 hours, at most; by SMS fewer, as set in the desk
    """

    after_s: float = 15.0
    look_s: float = 2.0
    link_min: int = 15
    per_day: int = 300


@dataclass(frozen=True, slots=True)
class Codes:
    """One-time codes, by which a customer proves that a phone or a mailbox is his.

    Attributes:
        minutes: minutes for which a code holds
        tries: wrong answers to one code
        per_address: codes to one address within an hour
        per_visitor: codes for one visitor within an hour
        per_network: codes asked for from one network address within an hour
    """

    minutes: int = 10
    tries: int = 5
    per_address: int = 3
    per_visitor: int = 5
    per_network: int = 30
