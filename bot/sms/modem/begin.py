"""What a modem is asked and told before it is of use."""

import asyncio
import logging
from typing import Final

from bot.sms.modem.dialects import Dialect
from bot.sms.modem.errors import line_down
from bot.sms.modem.port import AtError, Port, SilenceError
from bot.sms.modem.settings import ModemSettings
from conversation.errors import ChannelRejected

_log = logging.getLogger(__name__)
_TRIES: Final = 3
_TRY_S: Final = 2.0
_LOOK_S: Final = 1.0
_NO_SIM_S: Final = 30.0
_IN: Final = ("1", "5", "6", "7")
"""At home, roaming; the same for SMS only."""
_NOTICES: Final = ("AT+CNMI=2,1,0,1,0", "AT+CNMI=1,1,0,1,0", "AT+CNMI=2,1,0,2,0", "AT+CNMI=2,1,0,0,0")
"""New messages are kept and told of; reports are handed over, or kept, or there are none."""


class Begin:
    """Makes a modem ready. Remembers a PIN that was refused: three wrong ones lock a SIM."""

    def __init__(self, settings: ModemSettings, dialect: Dialect) -> None:
        self._settings = settings
        self._dialect = dialect
        self._pin_refused = False
        self._told = False

    async def run(self, port: Port) -> None:
        """Raises ChannelUnavailable, ChannelRejected, and what ``Port.ask`` raises."""
        await self._wake(port)
        await self._try(port, "AT+CMEE=1")
        await self._open_sim(port)
        for command in self._dialect.begin:
            await self._ask(port, command)
        await self._try(port, 'AT+CPMS="SM","SM","SM"')
        for command in _NOTICES:
            if await self._try(port, command) is not None:
                break
        await self._wait_for_network(port)
        if not self._told:
            name = " ".join(await self._try(port, "AT+CGMM") or [])
            _log.info("the modem %s is ready", name[:60] or "at " + self._settings.path)
            self._told = True

    async def _wake(self, port: Port) -> None:
        for left in range(_TRIES - 1, -1, -1):
            try:
                await port.ask("AT", _TRY_S)
                break
            except (SilenceError, AtError):
                if left == 0:
                    raise line_down("the modem does not answer: is it the right port and speed?") from None
        await self._try(port, "ATE0")

    async def _open_sim(self, port: Port) -> None:
        state = await self._sim_state(port)
        if state == "SIM PIN":
            await self._enter_pin(port)
            state = await self._sim_state(port)
        if state != "READY":
            raise ChannelRejected(f"the SIM asks for its {state.removeprefix('SIM ')}: enter it in a phone")

    async def _sim_state(self, port: Port) -> str:
        try:
            said = await self._ask(port, "AT+CPIN?")
        except AtError as error:
            words = {10: "there is no SIM in the modem", 13: "the SIM failed", 14: "the SIM is busy"}
            raise line_down(words.get(error.code, f"the SIM is not ready ({error})"), _NO_SIM_S) from None
        return next((line.partition(":")[2].strip() for line in said if line.startswith("+CPIN:")), "READY")

    async def _enter_pin(self, port: Port) -> None:
        if not self._settings.pin:
            raise ChannelRejected("the SIM asks for its PIN: name it in sms.url as pin=")
        if self._pin_refused:
            raise ChannelRejected("the PIN is wrong; it is not tried again, since three wrong ones lock the SIM")
        left = await self._attempts_left(port)
        if left is not None and left < _TRIES:
            raise ChannelRejected(f"the PIN was entered wrongly before, {left} attempts are left: enter it in a phone")
        try:
            await self._ask(port, f'AT+CPIN="{self._settings.pin}"')
        except AtError:
            self._pin_refused = True
            raise ChannelRejected(
                "the PIN is wrong; it is not tried again, since three wrong ones lock the SIM"
            ) from None
        for _ in range(int(self._settings.answer_s / _LOOK_S)):
            if await self._sim_state(port) != "SIM PIN":
                return
            await asyncio.sleep(_LOOK_S)

    async def _attempts_left(self, port: Port) -> int | None:
        """``+CPINR: SIM PIN,3,3``; None: the modem does not say."""
        for line in await self._try(port, 'AT+CPINR="SIM PIN"') or []:
            fields = [one.strip() for one in line.partition(":")[2].split(",")]
            if line.startswith("+CPINR:") and len(fields) > 1 and fields[1].isdecimal():
                return int(fields[1])
        return None

    async def _wait_for_network(self, port: Port) -> None:
        until = asyncio.get_running_loop().time() + self._settings.network_s
        while not await self._in_network(port):
            if asyncio.get_running_loop().time() > until:
                raise line_down("the SIM is not in the network", _NO_SIM_S)
            await asyncio.sleep(_LOOK_S)

    async def _in_network(self, port: Port) -> bool:
        """``+CREG: n,state``; newer networks have commands of their own."""
        for command in ("+CREG", "+CEREG"):
            for line in await self._try(port, f"AT{command}?") or []:
                fields = line.partition(":")[2].split(",")
                if line.startswith(command + ":") and len(fields) > 1 and fields[1].strip() in _IN:
                    return True
        return False

    async def _ask(self, port: Port, command: str) -> list[str]:
        return await port.ask(command, self._settings.answer_s)

    async def _try(self, port: Port, command: str) -> list[str] | None:
        """The same; None: the modem does not know it."""
        try:
            return await self._ask(port, command)
        except AtError:
            return None
