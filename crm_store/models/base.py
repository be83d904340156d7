"""What all tables share: naming of constraints, and which column type an annotation means."""

from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import Boolean, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from conversation.messages import (
    AuthorKind,
    Channel,
    Delivery,
    Handler,
    JsonObject,
    Language,
    MessageKind,
    PresenceStatus,
    Status,
)
from crm_store.types import Id, JsonText, UtcTime

AddressChannel = Channel
"""A channel, or ``phone``: how a contact is reached; ``phone`` and ``email`` may be merely stated, not yet verified."""
StatedChannel = Literal["phone", "email"]
"""What a person states and may prove by a one-time code."""
OutgoingState = Literal["queued", "leased", "sent", "failed", "uncertain", "expired"]
JobState = Literal["queued", "leased", "done", "failed"]
FieldKind = Literal["text", "number", "date", "choice", "flag"]
Effect = Literal["grant", "deny"]
SubjectKind = Literal["child", "pet", "car", "other"]
BlockKind = Literal["contact", "address", "network"]
TaskKind = Literal["todo", "chat"]
ArticleKind = Literal["article", "answer"]
ArticleState = Literal["draft", "published"]
ArticleAudience = Literal["public", "staff"]
LearnedState = Literal["open", "labelled", "dismissed"]
NameKind = Literal["service", "staff", "branch"]
ResourceKind = Literal["provider", "room", "chair", "device"]
RuleKind = Literal["weekly", "cycle"]
AppointmentKind = Literal["visit", "meeting", "call", "repair"]
AppointmentStatus = Literal["booked", "confirmed", "arrived", "done", "paid", "no_show", "cancelled"]
AllocationKind = Literal["visit", "session", "hold", "break", "absence", "repair", "outside"]
HoldPurpose = Literal["chat", "page", "desk", "waitlist"]
WishState = Literal["waiting", "offered", "booked", "cancelled", "expired"]
OfferState = Literal["offered", "taken", "declined", "lapsed"]
ReachWay = Literal["auto", "talk", "sms", "email", "none"]


class Base(DeclarativeBase):
    """The root of all tables. ``*_at``, ``*_until``: aware UTC datetimes in Python, BIGINT ms in the store."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: Id,
        str: Text(),
        bool: Boolean(),
        datetime: UtcTime(),
        JsonObject: JsonText(),
        list[int]: JsonText(),
        list[str]: JsonText(),
        list[JsonObject]: JsonText(),
        list[list[str]]: JsonText(),
        AllocationKind: Text(),
        AppointmentKind: Text(),
        AppointmentStatus: Text(),
        ArticleAudience: Text(),
        ArticleKind: Text(),
        ArticleState: Text(),
        AuthorKind: Text(),
        BlockKind: Text(),
        Delivery: Text(),
        Effect: Text(),
        FieldKind: Text(),
        Handler: Text(),
        HoldPurpose: Text(),
        JobState: Text(),
        Language: Text(),
        LearnedState: Text(),
        MessageKind: Text(),
        NameKind: Text(),
        OfferState: Text(),
        OutgoingState: Text(),
        PresenceStatus: Text(),
        ReachWay: Text(),
        ResourceKind: Text(),
        RuleKind: Text(),
        StatedChannel: Text(),
        Status: Text(),
        SubjectKind: Text(),
        TaskKind: Text(),
        WishState: Text(),
    }
