"""What the errors of a modem mean for a message (3GPP TS 27.005 section 3.2.5, 3GPP TS 27.007 section 9.2)."""

from typing import Final

from bot.sms.modem.port import AtError
from conversation.errors import ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain

_GIVE_UP: Final = {
    1: "no such number",
    8: "barred by the operator",
    10: "calls are barred",
    21: "rejected",
    27: "the destination is out of service",
    28: "an unknown subscriber",
    29: "the facility was rejected",
    30: "an unknown subscriber",
    50: "the facility is not subscribed",
    69: "the facility is not offered",
    96: "the message is off",
    111: "protocol error",
    128: "telematics are not offered",
    208: "the SIM may not send",
    210: "the SIM may not send",
    302: "the modem does not allow it",
    303: "the modem does not offer it",
    304: "the modem calls the PDU off",
    305: "the modem calls the text off",
}
_LATER: Final = {
    22: "no memory over there",
    38: "the network is out of order",
    41: "temporary failure of the network",
    42: "the network is congested",
    47: "no resources",
    193: "the service centre is busy",
    300: "the modem failed",
    310: "no SIM",
    311: "the SIM asks for its PIN",
    313: "the SIM failed",
    314: "the SIM is busy",
    315: "a wrong SIM",
    316: "the SIM asks for its PUK",
    320: "memory failure",
    322: "the SIM is full",
    330: "the SIM names no service centre",
    331: "not in the network",
    512: "the modem is busy",
}
_SOON: Final = frozenset((22, 41, 193, 314, 512))
_CME: Final = {10: 310, 11: 311, 12: 316, 13: 313, 14: 314, 15: 315, 30: 331}
"""Errors of the equipment that say the same."""
_SOON_S: Final = 5.0
_LATER_S: Final = 30.0


def judge(error: AtError) -> ChannelError:
    """What an error after a message was handed over says of it. What names no reason may have been sent."""
    code = error.code if error.family == "CMS" else _CME.get(error.code, -1) if error.family == "CME" else -1
    if code in _GIVE_UP:
        return ChannelRejected(f"{_GIVE_UP[code]} ({error})")
    if code in _LATER:
        return ChannelUnavailable(
            f"{_LATER[code]} ({error})", _SOON_S if code in _SOON else _LATER_S, for_all=code != 22
        )
    if not error.given:
        return ChannelUnavailable(f"the modem says {error}", _LATER_S, for_all=True)
    return ChannelUncertain(f"the modem says {error}")


def line_down(words: str, later_s: float = _SOON_S) -> ChannelUnavailable:
    """The whole line waits."""
    return ChannelUnavailable(words, later_s, for_all=True)
