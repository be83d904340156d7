"""Pieces of talks as letters."""

from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.email.carrier import EmailCarrier
from bot.email.composing import bare_subject, compose, to_html
from bot.email.reading import read_letter
from bot.email.settings import EmailSettings, check, read_imap
from bot.email.smtp import SmtpLine, SmtpSettings
from conversation import clock
from conversation.channels import FileOut, Piece
from conversation.errors import ChannelGone, ChannelRejected
from conversation.texts import Catalogue
from tests.letters import mail_server

BOX = Address("Salon", "hello", "example.am")
PIECE = Piece(
    "barev-12-0",
    "anna@example.ge",
    "Այո, ժամը 12-ին <b>։\nhttps://example.am/a?b=1&c=2",
    "hy",
    token="abcdefgh234567ab",  # no password
    at=clock.from_iso("2026-11-05T08:30:00.000Z"),
    subject="RE: Re: Запись",
    earlier=("<first@example.ge>", "sha256:00", "<last@example.ge>"),
)


def test_a_letter_stands_in_its_thread() -> None:
    """The same on every attempt, and its answer is known by its Message-ID and by its address."""
    letter = compose(PIECE, BOX, "?", plus=True)
    again = compose(PIECE, BOX, "?", plus=True)
    same = ("Message-ID", "Date", "Subject", "References")
    assert [letter[name] for name in same] == [again[name] for name in same]
    assert letter["Subject"] == "Re: Запись"
    assert letter["Date"].datetime == PIECE.at
    assert (letter["In-Reply-To"], letter["References"]) == (
        "<last@example.ge>",
        "<first@example.ge> <last@example.ge>",
    )
    assert letter["Auto-Submitted"] is None
    assert compose(PIECE._replace(automatic=True), BOX, "?", plus=False)["Auto-Submitted"] == "auto-replied"
    for name, value in (("In-Reply-To", letter["Message-ID"]), ("To", letter["Reply-To"])):
        answer = EmailMessage()
        answer["From"], answer[name] = "anna@example.ge", str(value)
        answer.set_content("x")
        assert read_letter(answer.as_bytes(), BOX).thread == ("<barev-12-0.abcdefgh234567ab@example.am>",)


def test_words_and_the_same_as_a_page() -> None:
    """In the language, safely."""
    letter = compose(PIECE, BOX, "?", plus=False)
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == PIECE.text
    shown = page.get_content()
    assert '<html lang="hy" dir="ltr">' in shown
    assert "&lt;b&gt;" in shown
    assert '<a href="https://example.am/a?b=1&amp;c=2">' in shown


def test_files_go_with_the_words(tmp_path: Path) -> None:
    """All in one letter, under their own names."""
    files = []
    for number, name in enumerate(("договор.pdf", "a.png")):
        path = tmp_path / str(number)
        path.write_bytes(name.encode())
        files.append(FileOut(number, name, "application/pdf", 9, path))
    letter = compose(PIECE._replace(file=files[0], more=(files[1],)), BOX, "?", plus=False)
    assert [one.get_filename() for one in letter.iter_attachments()] == ["договор.pdf", "a.png"]
    read = read_letter(letter.as_bytes(), Address("", "x", "example.org"))
    assert [one.content.decode() for one in read.files] == ["договор.pdf", "a.png"]


async def test_a_mailbox_that_is_none() -> None:
    """Is told apart from a refusal; and one that cannot be written is no doubt."""
    with mail_server() as server:
        carrier = EmailCarrier(EmailSettings(), SmtpLine(SmtpSettings(server.url, "hello@example.am")), Catalogue())
        server.refusal = "550 5.1.1 no such user"
        with pytest.raises(ChannelGone):
            await carrier.send(PIECE)
        server.refusal = "550 5.7.1 not from you"
        with pytest.raises(ChannelRejected) as refused:
            await carrier.send(PIECE)
        assert not isinstance(refused.value, ChannelGone)
        server.refusal = None
        with pytest.raises(ChannelRejected):
            await carrier.send(PIECE._replace(to="no mailbox"))
        assert (await carrier.send(PIECE)).id == "<barev-12-0.abcdefgh234567ab@example.am>"


def test_settings_are_checked() -> None:
    """In one line, without what is secret."""
    box = read_imap("imaps://hello%40example.am:p%40ss%3Aword@mail.example.am/Team%20box")
    assert (box.user, box.password, box.port, box.folder, box.tls) == (
        "hello@example.am",
        "p@ss:word",
        993,
        "Team box",
        True,
    )
    assert "p@ss" not in repr(box)
    for wrong in ("http://a@b", "imaps://host", "imaps://a:secret@host:99999"):
        told = check(EmailSettings(imap_url=wrong))
        assert told is not None
        assert "secret" not in told
    assert check(EmailSettings(lmtp="2424")) is not None
    assert check(EmailSettings(lmtp="127.0.0.1:2424")) is None
    assert check(EmailSettings(lmtp=":2424")) is not None
    assert check(EmailSettings(lmtp="127.0.0.1:2424", imap_url="imaps://a:b@host")) is not None


@given(st.text(max_size=200), st.text(max_size=100))
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_written_breaks_out(text: str, subject: str) -> None:
    """Neither of its header nor of its page."""
    assert "\n" not in bare_subject(subject)
    assert "<script" not in to_html("<script>" + text, "en")
    clean = text.encode("utf-8", "replace").decode()
    named = subject.encode("utf-8", "replace").decode()
    letter = compose(PIECE._replace(text=clean or "x", subject=named), BOX, "Hello", plus=False)
    assert letter["Bcc"] is None
    letter.as_bytes()
