"""What the statuses of SMPP mean for a message (SMPP 3.4 section 5.1.3)."""

from typing import Final, NoReturn

from bot.sms.smpp.wire import Head
from conversation.errors import ChannelRejected, ChannelUnavailable

OK: Final = 0
UNKNOWN_COMMAND: Final = 0x03
QUEUE_FULL: Final = 0x14
TRY_AGAIN: Final = 0x64
"""ESME_RX_T_APPN: we could not take it now, it must come again."""
_NAMES: Final = {
    0x01: "the message's length is off",
    0x02: "the command's length is off",
    0x03: "unknown command",
    0x04: "not bound for that",
    0x05: "bound already",
    0x08: "system error",
    0x0A: "the source address is off",
    0x0B: "the number is off",
    0x0D: "the bind failed",
    0x0E: "wrong password",
    0x0F: "wrong user",
    0x14: "its queue is full",
    0x33: "no destinations",
    0x43: "the esm_class is off",
    0x45: "submission failed",
    0x48: "the source's type of number is off",
    0x49: "the source's numbering plan is off",
    0x50: "the number's type is off",
    0x51: "the number's plan is off",
    0x53: "the system_type is off",
    0x58: "too much at once",
    0x61: "the schedule is off",
    0x62: "the validity is off",
    0x64: "not taken for now",
    0x65: "not taken for good",
    0x66: "not taken, query",
    0x88: "the data coding is off",
    0xFF: "unknown error",
}
_LATER_S: Final = {0x04: 5.0, 0x08: 30.0, 0x14: 5.0, 0x45: 30.0, 0x58: 1.0, 0x64: 10.0, 0x66: 10.0}
_FOR_ALL: Final = frozenset((0x04, 0x08, 0x14, 0x58))
_NEVER_BIND: Final = frozenset((0x0D, 0x0E, 0x0F, 0x53))
_BOUND_ALREADY_S: Final = 15.0


def name(status: int) -> str:
    """A few words for the owner."""
    return f"{_NAMES.get(status, 'refused by the gateway')} (SMPP status {status:#x})"


def judge(status: int) -> None:
    """Raises what a status of a submit_sm_resp says: ChannelUnavailable or ChannelRejected; the message was not taken.
    Vendors' own (from 0x400) refuse for good: nothing is known of them."""
    if status == OK:
        return
    later_s = _LATER_S.get(status)
    if later_s is None:
        raise ChannelRejected(name(status))
    raise ChannelUnavailable(name(status), later_s, for_all=status in _FOR_ALL)


def refuse_bind(head: Head) -> NoReturn:
    """Raises what a refused bind means."""
    if head.status in _NEVER_BIND:
        raise ChannelRejected(name(head.status))
    raise ChannelUnavailable(name(head.status), _BOUND_ALREADY_S, for_all=True)
