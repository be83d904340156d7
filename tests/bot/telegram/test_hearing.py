"""What Telegram tells, as it tells it: nothing is lost, nothing is taken for a customer's word that is none."""

import pytest

from bot.telegram.listener import Polling
from conversation.channels import FarPerson, Place, Shared, bare_words
from conversation.errors import ChannelUnavailable, Rejected, Unavailable
from tests.bot.telegram.conftest import TEXTS, Door, recorded
from tests.telegram_api import Person, Refused

ANI = FarPerson("Անի Մ.", "hy", "ani_m")


async def test_words(door: Door) -> None:
    start, plain, quoting, hidden, channel, sticker, point, venue, own, other = await door.take("words")
    assert door.kept.deeds == [("came", "4711", "Անի Մ.", "")]
    assert (start.text, start.start) == ("/start site-42", "site-42")
    assert (plain.address.value, plain.id, plain.person, plain.text) == ("4711", "302", ANI, "Բարև *ձեզ* 👋")
    assert (plain.at.year, plain.at.tzinfo is not None) == (2026, True)
    assert (quoting.quote, quoting.text) == ("299", "Ոչ, այդ մեկը")
    assert hidden.text == f"↪ {TEXTS.get('en', 'channel.forwarded', name='Մարիամ')}\nՄարիամի խոսքը"
    assert bare_words(hidden.text) == "Մարիամի խոսքը"
    assert channel.text == f"↪ {TEXTS.get('en', 'channel.forwarded', name='News')}\nFrom the channel"
    assert sticker.text == bare_words(sticker.text) == "😍"
    assert (point.kind, point.place) == ("location", Place(40.1776, 44.5126))
    assert venue.place == Place(40.1776, 44.5126, "Cascade, Tamanyan 10")
    assert (own.kind, own.card) == ("contact", Shared("Անի Մ.", "+37477123456", own=True))
    assert other.card == Shared("Մարիամ", "+37491000000", own=False)


async def test_files(door: Door) -> None:
    for name in ("large", "second", "voice", "song", "film", "round", "cat", "paper"):
        door.api.files[f"far/{name}"] = f"is {name}".encode()
    heard = await door.take("media")
    assert [one.files for one in heard[:8]] == [(1,), (1,), (2,), (3,), (4,), (5,), (6,), (7,)]
    assert door.kept.files["photo.jpg"] == b"is second"
    assert set(door.kept.files) == {
        "photo.jpg", "voice.ogg", "song.mp3", "IMG_1.MP4", "video.mp4", "cat.mp4", "slip.pdf",
    }  # fmt: skip
    again = recorded("media")[1]
    await door.hearing.take(again | {"message": again["message"] | {"message_id": 9001}})
    assert door.kept.file_ids[-1] != door.kept.file_ids[1]
    assert [one.text for one in heard[:2]] == ["Այսպես", ""]
    huge, gone = heard[8:]
    assert (huge.kind, huge.text) == ("unsupported", TEXTS.get("en", "channel.too_large", name="film.mkv", size=30))
    assert (gone.kind, gone.text) == ("unsupported", f"gone.pdf: {TEXTS.get('en', 'channel.not_fetched')}")
    door.kept.fails = [Rejected("invalid", "error.file_kind", field="file")]
    await door.hearing.take(recorded("media")[7] | {"update_id": 1, "message": {
        **recorded("media")[7]["message"], "message_id": 9000}})  # fmt: skip
    assert door.kept.heard[-1].text == f"Անդորրագիր\nslip.pdf: {TEXTS.get('en', 'error.file_kind', field='file')}"


async def test_what_cannot_be_shown_leaves_a_note(door: Door) -> None:
    heard = await door.take("strange")
    names = ("poll", "dice", "story", "other", "other")
    assert [one.text for one in heard] == [
        TEXTS.get("en", "channel.unsupported", what=TEXTS.get("en", f"channel.kind_{name}")) for name in names
    ]
    assert {one.kind for one in heard} == {"unsupported"}


async def test_changes_presses_comings(door: Door) -> None:
    assert await door.take("edits") == []
    assert [one[2:] for one in door.kept.deeds] == [("302", "Բարև ձեզ բոլորիդ"), ("312", "Այսպես, միայն կարճ")]
    door.kept.deeds.clear()
    await door.take("presses")
    assert door.kept.deeds == [("press", "4711", "1.0", "299"), ("press", "4711", "1.1", "8")]
    answers = await door.api.asked_for("answerCallbackQuery", 3)
    assert [one.get("text") for one in answers] == [None, TEXTS.get("hy", "channel.old_button"), None]
    door.kept.deeds.clear()
    await door.take("comings")
    assert door.kept.deeds == [("left", "4711"), ("came", "4711", "Անի Մ.", "")]


async def test_groups_are_refused_once(door: Door) -> None:
    door.api.messages[-1002000, 1] = {"from": {}}
    assert await door.take("groups") == []
    assert [one["text"] for one in door.api.sent] == [TEXTS.get("ru", "channel.no_groups")]
    assert [one["chat_id"] for one in await door.api.asked_for("leaveChat", 2)] == ["-1002000", "-1003000"]


async def test_the_owners_own_account(door: Door) -> None:
    """What a customer writes there is heard and answered through the connection; what the owner writes himself is
    an agent's word, and what the bot wrote is nobody's."""
    (heard,) = await door.take("business")
    assert (heard.address.value, heard.text) == ("4711@Bc-on_1aZ", "Դուք այսօր բա՞ց եք")
    address = "4711@Bc-on_1aZ"
    assert door.kept.deeds == [
        ("ours", address, "340", "Owner", "I will answer myself"),
        ("edit", address, heard.id, "Դուք վաղը բա՞ց եք"),
        ("delete", address, heard.id),
    ]


@pytest.mark.slow
async def test_nothing_is_confirmed_before_it_is_kept(door: Door) -> None:
    """Chats side by side: one that cannot be kept just now holds up what comes after it, and is told again."""
    ani, boris = Person(1, "Ani"), Person(2, "Boris")
    for number in range(3):
        await door.api.says(ani, f"a{number}")
        await door.api.says(boris, f"b{number}")
    door.kept.fails = [Unavailable("error.unavailable", retry_after_s=3.0)]
    with pytest.raises(ChannelUnavailable) as caught:
        await door.polling.listen()
    assert caught.value.retry_after_s == 3.0
    assert [one.text for one in door.kept.heard] == ["b0", "b1", "b2"]
    await door.polling.listen()
    assert [one.text for one in door.kept.heard if one.address.value == "1"] == ["a0", "a1", "a2"]
    door.kept.fails = [Rejected("invalid", "error.text_empty")]
    await door.api.says(ani, "never")
    await door.api.says(ani, "after it")
    await door.polling.listen()
    await door.polling.listen()
    assert [one.text for one in door.kept.heard][-1] == "after it"
    assert len(door.kept.heard) == 7
    assert door.api.updates == []
    await Polling(door.client, door.hearing).listen()
    assert len(door.kept.heard) == 7


async def test_a_file_that_never_comes_holds_nobody_up(door: Door) -> None:
    paper, ani = recorded("media")[7]["message"], Person(4711)
    await door.api.tell(message=paper)
    await door.api.says(ani, "And this")
    door.api.fails["getFile"] = [Refused(502, "Bad Gateway") for _ in range(9)]
    for _ in range(4):
        with pytest.raises(ChannelUnavailable):
            await door.polling.listen()
    assert door.kept.heard == []
    await door.polling.listen()
    assert [one.kind for one in door.kept.heard] == ["unsupported", "text"]
    assert TEXTS.get("en", "channel.not_fetched") in door.kept.heard[0].text


async def test_asks_again_though_somebody_had_it_call(door: Door) -> None:
    await door.api.says(Person(1), "one")
    await door.polling.listen()
    door.api.webhook = {"url": "https://elsewhere.example"}
    with pytest.raises(ChannelUnavailable):
        await door.polling.listen()
    door.api.webhook = {"url": "https://elsewhere.example"}
    door.api.updates.append({"update_id": 9000, "message": door.api.message(Person(1), text="two")})
    await door.polling.listen()
    assert [one.text for one in door.kept.heard] == ["one", "two"]


async def test_a_sticker_without_a_meaning_leaves_a_note(door: Door) -> None:
    told = recorded("words")[5]
    del told["message"]["sticker"]["emoji"]
    await door.hearing.take(told)
    assert [(one.kind, one.text) for one in door.kept.heard] == [("unsupported", TEXTS.get("en", "channel.sticker"))]
