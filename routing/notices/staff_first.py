"""The door in for messengers that first looks whether it is one of the firm's own people who speaks: what he says is
his work, and never a conversation."""

from collections.abc import AsyncIterator, Collection
from typing import Final

from business.team.notices import START
from conversation.channels import Coming, FarFile, FarIntake, FarPerson, Heard, Say
from conversation.messages import Channel, Delivery
from conversation.ports import AddressKey, Posted
from routing.notices.staff_talk import NOBODY, Staff, StaffTalk

MESSENGERS: Final[Collection[Channel]] = frozenset(("telegram",))
"""Whose chats agents can make theirs: links there carry a word, and replies name what they answer."""


class StaffFirst:
    """The port ``FarIntake`` in front of the customers' one. ``staff``: set by the wiring, before a door is opened."""

    staff: StaffTalk

    def __init__(self, customers: FarIntake) -> None:
        self._customers = customers

    async def _find(self, address: AddressKey) -> Staff | None:
        return await self.staff.find(address) if address.channel in MESSENGERS else None

    async def hear(self, heard: Heard) -> Posted:
        """See the port."""
        if heard.address.channel in MESSENGERS and heard.start.startswith(START):
            await self.staff.link(heard)
            return NOBODY
        staff = await self._find(heard.address)
        return await (self._customers.hear(heard) if staff is None else self.staff.hear(staff, heard))

    async def keep(self, address: AddressKey, file: FarFile, chunks: AsyncIterator[bytes]) -> int:
        """See the port."""
        staff = await self._find(address)
        if staff is None:
            return await self._customers.keep(address, file, chunks)
        return await self.staff.keep(staff, file, chunks)

    async def hear_ours(self, address: AddressKey, far_id: str, name: str, text: str) -> bool:
        """See the port."""
        return await self._customers.hear_ours(address, far_id, name, text)

    async def hear_edit(self, address: AddressKey, far_id: str, text: str) -> bool:
        """See the port."""
        staff = await self._find(address)
        if staff is None:
            return await self._customers.hear_edit(address, far_id, text)
        await self.staff.edit(staff, far_id, text)
        return True

    async def hear_delete(self, address: AddressKey, far_id: str) -> bool:
        """See the port."""
        if await self._find(address) is not None:
            return False
        return await self._customers.hear_delete(address, far_id)

    async def hear_press(self, address: AddressKey, value: str, far_id: str | None, person: FarPerson) -> Posted:
        """See the port."""
        staff = await self._find(address)
        if staff is None:
            return await self._customers.hear_press(address, value, far_id, person)
        await self.staff.press(staff, value, far_id)
        return NOBODY

    async def hear_receipt(self, address: AddressKey, far_id: str, delivery: Delivery, why: str = "") -> bool:
        """See the port."""
        if await self._find(address) is not None:
            return True
        return await self._customers.hear_receipt(address, far_id, delivery, why)

    async def hear_return(self, channel: Channel, far_id: str, why: str, *, gone: bool) -> bool:
        """See the port."""
        return await self._customers.hear_return(channel, far_id, why, gone=gone)

    async def hear_leaving(self, address: AddressKey, goodbye: Say | None = None) -> None:
        """See the port."""
        staff = await self._find(address)
        if staff is None:
            await self._customers.hear_leaving(address, goodbye)
        else:
            await self.staff.leave(staff)

    async def hear_coming(
        self, address: AddressKey, person: FarPerson, start: str = "", hello: Say | None = None
    ) -> Coming:
        """See the port."""
        if await self._find(address) is not None:
            return ""
        return await self._customers.hear_coming(address, person, start, hello)

    async def hear_typing(self, address: AddressKey) -> None:
        """See the port."""
        if await self._find(address) is None:
            await self._customers.hear_typing(address)
