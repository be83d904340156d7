"""The settings by section: every name, its default and what it is for.

The words under ``Attributes`` become docs/how-to/settings.md (``python -m tools.settings_page``).
"""

from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from barev.sections_of_booking import Far
from barev.sections_of_letters import Codes, Email, Notices, Outbox, Sms
from conversation.limits import Rate


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens.

    Attributes:
        host: address to listen on; ``0.0.0.0`` for all of this machine
        port: port to listen on; 0 takes any free one
        trusted_proxies: addresses or networks of proxies whose X-Forwarded-For is believed
        public_url: the address that customers see, for instance ``https://chat.example.am``; https makes the session
            cookie Secure
        tls_cert: a PEM file with the certificate and its chain: https without a proxy
        tls_key: a PEM file with the certificate's key
        hsts_s: seconds for which browsers are told to come by https only; 0 tells them nothing
        drain_s: seconds between SIGTERM and the end of listening, in which ``/readyz`` says 503 already, so that a load
            balancer turns away
        stop_s: seconds for all of the end together (the drain not counted)
        head_timeout_s: seconds in which the head of a request must come
        body_timeout_s: seconds in which the body of a request must come, or, of a long one, 256 bytes for each of
            them: an upload over a slow line goes on for as long as it takes; 0: no limit
        idle_s: seconds for which a connection stays open after a request; more than your proxy keeps it
        body_limit_kb: the longest body of a REST request
    """

    host: str = "127.0.0.1"
    port: int = 8080
    trusted_proxies: tuple[str, ...] = ()
    public_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    hsts_s: int = 0
    drain_s: float = 0.0
    stop_s: float = 4.0
    head_timeout_s: float = 10.0
    body_timeout_s: float = 20.0
    idle_s: float = 180.0
    body_limit_kb: int = 256


@dataclass(frozen=True, slots=True)
class Sockets:
    """The Socket.IO server: live connections of visitors and agents.

    Attributes:
        lean: the lean socket path; off, every connection is on the stock engine
        origins: the sites whose pages may connect, like ``https://shop.example``; ``*``: any
        ping_interval_s: seconds between two pings
        ping_timeout_s: seconds in which a ping must be answered
        message_limit_kb: a longer message ends the connection; a text that is merely too long has room in it, so that
            it is refused in words
        soft_limit_kb: a connection's unsent bytes above which frames are held
        hard_limit_kb: a connection's held bytes above which it is dropped
        queue_limit: events of one connection that may wait for the one being handled
    """

    lean: bool = True
    origins: tuple[str, ...] = ("*",)
    ping_interval_s: float = 25.0
    ping_timeout_s: float = 20.0
    message_limit_kb: int = 1024
    soft_limit_kb: int = 64
    hard_limit_kb: int = 4096
    queue_limit: int = 1000


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where everything is kept.

    Attributes:
        url: empty for SQLite in ``store.data``, or ``postgresql://...``
        data: the folder for SQLite (``barev.db``), attachments and backups
        batch: operations that share one commit, at most
        queue_limit: operations that may wait for their commit
        readers: connections that read
    """

    url: str = ""
    data: str = "./barev-data"
    batch: int = 500
    queue_limit: int = 20_000
    readers: int = 2


@dataclass(frozen=True, slots=True)
class Business:
    """The firm.

    Attributes:
        name: its name, as customers see it
        timezone: its IANA time zone
        country: its country (ISO 3166-1 alpha-2): phones without a country code are of there
        languages: those offered to visitors; the first is the default
    """

    name: str = "Barev"
    timezone: str = "Asia/Yerevan"
    country: str = "AM"
    languages: tuple[str, ...] = ("hy", "ka", "kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Visitors of websites: what they may send, and how long their anonymous token lives.

    Attributes:
        per_s: messages a second that one visitor may send in the long run
        burst: messages that one visitor may send at once
        address_per_s: messages a second from one network address
        address_burst: messages at once from one network address
        new_per_s: new visitors a second from one network address
        new_burst: new visitors at once from one network address
        suspect_new: new visitors from one network address within ``suspect_window_s`` who began to talk and whom nobody
            has answered: beyond that, further new ones from there have to work before their first word (browsers do it
            by themselves). 0: as many as ``new_per_s`` and ``new_burst`` let through in that time, so that who stays
            within those is never asked; a small business under a flood sets 30
        suspect_window_s: the window of those, in seconds
        connections_per_s: connections a second from one network address
        connections_burst: connections at once from one network address
        token_days: days after which an anonymous visitor is forgotten by his browser
        text_limit: characters of a message
        answer_limit: characters of an answer in the form before the chat
        page: messages a page when a client catches up
        first_page: messages that a client gets at first
        typing_every_s: seconds between two signs that somebody is typing
        go_on_min: minutes for which a link opens by which a visitor goes on with his talk in a messenger
        page_holds: times kept for one network address within ten minutes, while phones are proven on the booking page
    """

    per_s: float = 30.0
    burst: float = 120.0
    address_per_s: float = 1000.0
    address_burst: float = 4000.0
    new_per_s: float = 100.0
    new_burst: float = 400.0
    suspect_new: int = 0
    suspect_window_s: float = 60.0
    connections_per_s: float = 1000.0
    connections_burst: float = 20_000.0
    token_days: int = 400
    text_limit: int = 10_000
    answer_limit: int = 200
    page: int = 1000
    first_page: int = 100
    typing_every_s: float = 1.0
    go_on_min: float = 60.0
    page_holds: int = 5

    @property
    def rate(self) -> Rate:
        """What one visitor may send."""
        return Rate(self.per_s, self.burst)

    @property
    def address_rate(self) -> Rate:
        """What all visitors behind one network address may send."""
        return Rate(self.address_per_s, self.address_burst)

    @property
    def new_rate(self) -> Rate:
        """How many new visitors one network address may bring."""
        return Rate(self.new_per_s, self.new_burst)

    @property
    def suspect_most(self) -> int:
        """How many new visitors of one network address may wait for an answer, within ``suspect_window_s``."""
        return self.suspect_new or ceil(self.new_burst + self.new_per_s * self.suspect_window_s)

    @property
    def connection_rate(self) -> Rate:
        """How many connections one network address may open."""
        return Rate(self.connections_per_s, self.connections_burst)


@dataclass(frozen=True, slots=True)
class Desk:
    """The agents' console and the REST API.

    Attributes:
        session_days: days that a log-in holds
        password_min: characters of a password, at least
        failed_per_login: failed log-ins of one login within the window
        failed_per_address: failed log-ins from one network address within the window
        failed_window_s: the window of failed log-ins, in seconds
        rest_per_s: REST requests a second of one session in the long run
        rest_burst: REST requests of one session at once
        list_limit: conversations that a desk shows at first
        page: rows a page of a list, at most
        thread_page: messages a page of a conversation
        text_limit: characters of an answer
        session_check_s: seconds between two looks for log-ins that were ended elsewhere
        away_grace_s: seconds after which an agent whose window is gone counts as away
    """

    session_days: int = 30
    password_min: int = 8
    failed_per_login: int = 10
    failed_per_address: int = 50
    failed_window_s: float = 300.0
    rest_per_s: float = 500.0
    rest_burst: float = 1000.0
    list_limit: int = 200
    page: int = 1000
    thread_page: int = 200
    text_limit: int = 10_000
    session_check_s: float = 15.0
    away_grace_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is given which conversation.

    Attributes:
        quiet_s: seconds without a word after which a dialog that was answered keeps its agent busy no more
    """

    quiet_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot, in the inboxes that have it switched on.

    Attributes:
        sure: how confident it must be to follow what it understood, 0 to 1
        unsure: how confident it must be to offer the two likeliest; with less it says that it did not understand
        failures: so often in a row not understood, it hands over
        silent_min: minutes without a word after which it ends a talk
        article_sure: how confident it must be that an article of the knowledge answers a question
    """

    sure: float = 0.6
    unsure: float = 0.15
    failures: int = 2
    silent_min: int = 120
    article_sure: float = 0.62


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the bot understands messages.

    Attributes:
        sentences: whether the sentence model is asked, too, where it is installed: a process of its own, some 50 MB
        timeout_s: so many seconds it is waited for; then a message is understood without it
        idle_s: after so many seconds without a message its process ends, until the next one
    """

    sentences: bool = True
    timeout_s: float = 1.5
    idle_s: float = 900.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """Import and export.

    Attributes:
        upload_limit_mb: one file to be imported
        folder_limit_mb: all files of imports that are kept, together
        unpacked_limit_mb: an XLSX, unpacked
        rows_limit: rows of a file
        batch_ms: milliseconds that an import holds the store at a time
        rest: how many times as long it then leaves the store to the chat
        lease_s: seconds after a crash until an import is taken up again
        page: rows that an export reads at a time
    """

    upload_limit_mb: int = 50
    folder_limit_mb: int = 500
    unpacked_limit_mb: int = 512
    rows_limit: int = 200_000
    batch_ms: int = 50
    rest: float = 0.25
    lease_s: float = 15.0
    page: int = 1000


@dataclass(frozen=True, slots=True)
class Files:
    """Files that go with messages. They lie in ``files`` of the data folder, which all processes of one store share.

    Attributes:
        file_limit_mb: one file
        message_limit: files of one message
        daily_limit_mb: what one visitor may bring in 24 hours
        at_once: uploads of one visitor or agent at the same time
        keep_free_mb: what must stay free on the disk; with less, no file is taken
        unsent_hours: hours after which a file that was brought and never sent is removed
        stall_s: seconds that an upload may be silent
        link_days: days for which a file's address opens, at least (at most twice as many)
        kinds: what is taken, told by content: image, audio, video, document, text, archive
    """

    file_limit_mb: int = 20
    message_limit: int = 10
    daily_limit_mb: int = 200
    at_once: int = 4
    keep_free_mb: int = 200
    unsent_hours: int = 24
    stall_s: float = 60.0
    link_days: int = 30
    kinds: tuple[str, ...] = ("image", "audio", "video", "document", "text")


@dataclass(frozen=True, slots=True)
class Logs:
    """What is said on standard error; never a message's text, a password or a token.

    Attributes:
        level: debug, info, warning or error
        format: text for people, json (one object a line) for programs
    """

    level: str = "info"
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Metrics:
    """Who may read ``/metrics``.

    Attributes:
        token: if set, only who sends it (``Authorization: Bearer TOKEN``) may read
        addresses: addresses or networks that may read without a token, besides this machine itself
    """

    token: str = field(default="", repr=False)
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redis:
    """Shared events of several processes.

    Attributes:
        url: redis://, rediss:// (TLS) or unix://; empty for one process
        notice_after_s: seconds for which Redis is away before agents are told
    """

    url: str = field(default="", repr=False)
    notice_after_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Telegram door; an empty token keeps it shut.

    Attributes:
        token: the bot's token, from BotFather
        api_url: another server of the Bot API, like ``http://127.0.0.1:8081``
        webhook_url: where Telegram reaches this server, like ``https://chat.example.am``: then it calls
            ``/channels/telegram/updates`` there (or the path that you name); empty to ask it for what is new
        poll_s: seconds for which one such question waits for its answer
    """

    token: str = field(default="", repr=False)
    api_url: str = ""
    webhook_url: str = ""
    poll_s: int = 25


@dataclass(frozen=True, slots=True)
class Viber:
    """The Viber door; an empty token keeps it shut.

    Attributes:
        token: the bot's token
        api_url: another server of the API
        webhook_url: the whole address that Viber calls; empty for ``/channels/viber`` of ``server.public_url``
        name: in whose name is written, at most 28 characters; empty for ``business.name``
        session_h: for so many hours after the customer's last word answers cost nothing
        paid: send what comes later too, though Viber charges for it
        broadcast_from: the same text to so many customers or more at the same time goes to Viber as one request; 0 for
            never
    """

    token: str = field(default="", repr=False)
    api_url: str = ""
    webhook_url: str = ""
    name: str = ""
    session_h: float = 24.0
    paid: bool = False
    broadcast_from: int = 10


@dataclass(frozen=True, slots=True)
class Voice:
    """The telephone door.

    Attributes:
        enabled: opens it
        sip_host: the host of the telephone exchange
        sip_port: the port of the telephone exchange
    """

    enabled: bool = False
    sip_host: str = ""
    sip_port: int = 5060


@dataclass(frozen=True, slots=True)
class Rasa:
    """An outside Rasa server for understanding. While it does not answer, the built-in engine does.

    Attributes:
        url: its address, with the token in its query if it wants one; empty for none
        timeout_s: so many seconds an answer is waited for
    """

    url: str = field(default="", repr=False)
    timeout_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Llm:
    """An outside language model that words answers from the firm's own knowledge, where no flow has one: whatever
    speaks OpenAI's chat completions.

    Attributes:
        url: its address, as http://127.0.0.1:11434/v1; empty for none
        key: what it asks for to let one in
        model: the model's name
        timeout_s: so many seconds an answer is waited for; then the customer is answered without it
    """

    url: str = ""
    key: str = field(default="", repr=False)
    model: str = ""
    timeout_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections. ``demo``: the demo business was asked for (a flag, not a setting); ``folders``: the sections of
    channels that are known by their folders (``bot.folders``), each with its name."""

    server: Server = field(default_factory=Server)
    sockets: Sockets = field(default_factory=Sockets)
    store: StoreSettings = field(default_factory=StoreSettings)
    business: Business = field(default_factory=Business)
    visitor: Visitor = field(default_factory=Visitor)
    desk: Desk = field(default_factory=Desk)
    assignment: Assignment = field(default_factory=Assignment)
    bot: Bot = field(default_factory=Bot)
    understanding: Understanding = field(default_factory=Understanding)
    exchange: Exchange = field(default_factory=Exchange)
    files: Files = field(default_factory=Files)
    logs: Logs = field(default_factory=Logs)
    metrics: Metrics = field(default_factory=Metrics)
    redis: Redis = field(default_factory=Redis)
    telegram: Telegram = field(default_factory=Telegram)
    viber: Viber = field(default_factory=Viber)
    sms: Sms = field(default_factory=Sms)
    email: Email = field(default_factory=Email)
    outbox: Outbox = field(default_factory=Outbox)
    notices: Notices = field(default_factory=Notices)
    codes: Codes = field(default_factory=Codes)
    voice: Voice = field(default_factory=Voice)
    rasa: Rasa = field(default_factory=Rasa)
    llm: Llm = field(default_factory=Llm)
    far: Far = field(default_factory=Far)
    demo: bool = False
    folders: tuple[tuple[str, object], ...] = ()

    @property
    def data_dir(self) -> Path:
        """Where SQLite, attachments and the secret live."""
        return Path(self.store.data)

    @property
    def vectors_file(self) -> Path:
        """Sentence vectors kept for the next time; whoever removes it loses time only."""
        return self.data_dir / "cache" / "vectors"
