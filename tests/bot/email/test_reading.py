"""Letters of real mail programs, read."""

import base64
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.email.hearing import _language
from bot.email.quotes import part_words
from bot.email.reading import ReadLetter, read_letter
from bot.email.trust import is_proven

LETTERS = Path(__file__).parents[2] / "data" / "email"
BOX = Address("Salon", "hello", "example.am")
REPLIES = (
    "gmail_en",
    "gmail_ru",
    "gmail_hy",
    "gmail_ka",
    "gmail_kk",
    "gmail_page",
    "apple_en",
    "apple_ru",
    "mailru",
    "yandex",
    "outlook_en",
    "outlook_ru",
    "thunderbird_bottom",
)


def read(name: str, trusted: str = "") -> ReadLetter:
    """One of them."""
    return read_letter((LETTERS / f"{name}.eml").read_bytes(), BOX, trusted)


@pytest.mark.parametrize("name", REPLIES)
def test_only_his_own_words_are_left(name: str) -> None:
    """What is quoted is cut, and still to be had."""
    letter = read(name)
    assert letter.text == "OWN WORDS here"
    assert "Is 12 good?" in letter.whole
    assert letter.notes == []


def test_a_page_becomes_words() -> None:
    """In its charset, without scripts, without the letter that Outlook puts below."""
    letter = read("outlook_page")
    assert letter.text == "Здравствуйте!\n\nЗавтра в 12:00 мне удобно точно."
    assert letter.sender is not None
    assert (letter.sender.name, letter.subject) == ("Анна", "Re: Запись")
    assert "Отправлено" in letter.whole
    assert letter.files == []


def test_files_between_the_words() -> None:
    """As Apple Mail sends them."""
    letter = read("apple_pictures")
    assert letter.text == "Like this one:\n\nand the paper is here."
    assert [one.name for one in letter.files] == ["IMG_0001.png", "договор.pdf"]
    assert letter.files[0].content.startswith(b"\x89PNG")


def test_what_cannot_be_shown_is_noted() -> None:
    """Encrypted, and in a form of Outlook's own."""
    assert read("encrypted").notes == ["encrypted"]
    letter = read("winmail")
    assert (letter.text, letter.notes) == ("OWN WORDS here", ["winmail"])


def test_what_no_person_wrote() -> None:
    """Absence notes, bulk, and what nobody is to answer."""
    assert read("absence").automatic == "reply"
    assert read("gmail_en").automatic == ""
    for head in ("Return-Path: <>", "Precedence: bulk", "Auto-Submitted: auto-generated", "List-Id: <news.example>"):
        letter = read_letter(f"{head}\nFrom: a@example.ge\n\nx".encode(), BOX)
        assert letter.automatic == "message", head


def test_a_letter_that_came_back() -> None:
    """Which one, and why."""
    name = "<barev-12-0.abcdefgh234567ab@example.am>"
    raw = (LETTERS / "bounce_postfix.eml").read_text().replace("MESSAGE-ID", name)
    returned = read_letter(raw.encode(), BOX).returned
    assert returned is not None
    assert (returned.names, returned.gone) == ((name,), True)
    assert returned.why.startswith("came back: 550 5.1.1")
    late = raw.replace("Action: failed", "Action: delayed")
    assert read_letter(late.encode(), BOX).returned is None
    verp = read_letter(raw.encode(), BOX, "", ("hello+barev-7-0.abcdefgh234567ab@example.am",)).returned
    assert verp is not None
    assert verp.names[0] == "<barev-7-0.abcdefgh234567ab@example.am>"


def test_our_own_that_comes_back_to_us() -> None:
    """Is nobody's word; a form of our own site that names its visitor is his."""
    ours = EmailMessage()
    ours["From"], ours["Message-ID"] = "Salon <Hello+x@example.am>", "<1@example.am>"
    ours.set_content("x")
    assert read_letter(ours.as_bytes(), BOX).own
    ours["Reply-To"] = "Anna <Anna@Example.ge>"
    letter = read_letter(ours.as_bytes(), BOX, "mx")
    assert not letter.own
    assert letter.sender is not None
    assert (letter.sender.address, letter.sender.shown) == ("anna@example.ge", "Anna@Example.ge")


@pytest.mark.parametrize(
    ("results", "proven"),
    [
        (["mx.example.am; dmarc=pass header.from=example.ge"], True),
        (["mx.example.am 1; spf=pass smtp.mailfrom=a; dmarc=pass (p=none) header.from=EXAMPLE.ge"], True),
        (["mx.other; dmarc=pass header.from=example.ge", "mx.example.am; dmarc=pass header.from=example.ge"], False),
        (["mx.example.am; dmarc=fail header.from=example.ge"], False),
        (["mx.example.am; dmarc=pass header.from=evil.example"], False),
        (["mx.example.am; spf=pass (dmarc=pass header.from=example.ge)"], False),
        (["mx.example.am.evil; dmarc=pass header.from=example.ge"], False),
        ([], False),
    ],
)
def test_whose_word_is_believed(results: list[str], proven: bool) -> None:
    """The topmost result of the box's own server, of the sender's own domain."""
    assert is_proven(results, "mx.example.am", "anna@example.ge") is proven
    assert not is_proven(results, "", "anna@example.ge")


def test_a_form_with_lines_like_a_head_is_no_quote() -> None:
    """In doubt the words stay."""
    for text in (
        "Name: Anna\nPhone: 077123456\nEmail: anna@example.ge\nDate: 5.11.2026",
        "See you at 12:30\nThe price is 5000:\n- cut\n- wash",
        "> all of it is quoted\n> every line",
        "On 5 Nov 2026 Anna wrote:",
    ):
        assert part_words(text) == (text, False)


def test_the_language_of_a_letter() -> None:
    """By its letters."""
    said = {"Բարև ձեզ": "hy", "გამარჯობა": "ka", "Сәлеметсіз бе": "kk", "Здравствуйте": "ru", "Hello": None}
    assert {text: _language(text) for text in said} == said


@given(st.binary(max_size=3000))
@example(b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n")
@example(b"From: =?utf-8?b?////?= <a@b.example>\nDate: Wed, 99 Zzz 2026\nContent-Type: text/html; charset=nope\n\n<a")
@settings(max_examples=150, deadline=None)
def test_no_bytes_are_too_broken(raw: bytes) -> None:
    """It never raises, and what it gives has no letters that no store takes."""
    letter = read_letter(b"From: Anna <anna@example.ge>\n" + raw, BOX, "mx")
    assert "\0" not in letter.text + letter.subject
    (letter.text + letter.subject + letter.id).encode()


_HEADS = st.sampled_from(("Subject", "From", "Reply-To", "References", "Message-ID", "Authentication-Results", "Date"))
_KINDS = st.sampled_from(
    ("text/plain; charset=utf-8", "text/html", "multipart/mixed; boundary=b", "message/rfc822", "x")
)


@given(st.dictionaries(_HEADS, st.text(max_size=80)), _KINDS, st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_strange_heads(heads: dict[str, str], kind: str, body: str) -> None:
    """Nor are heads."""
    lines = [f"{name}: {value}" for name, value in heads.items()]
    raw = "\n".join([*lines, f"Content-Type: {kind}", "", "--b", "", body, "--b--"]).encode("utf-8", "surrogatepass")
    read_letter(raw, BOX, "mx").subject.encode()


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=400))
@settings(max_examples=150, deadline=None)
def test_plain_words_are_never_lost(words: str) -> None:
    """What is not shown is in the whole."""
    raw = b"From: a@example.ge\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    letter = read_letter(raw + base64.b64encode(words.encode()), BOX)
    assert "".join((letter.whole or letter.text).split()) == "".join(words.split())


def test_links_of_a_page_say_where_they_lead() -> None:
    """Behind their words, unless these are the address; what a press would do, or a picture, is left out."""
    page = """<p>Hello, <a href="https://shop.example/a?b=1&amp;c=2">see <b>here</b></a>
        or <a href="https://www.shop.example/">shop.example</a> or <a href="http://shop.example/x">http://shop.example/x</a>
        <a href="mailto:a@b.example">write</a> <a href="javascript:alert(1)">press</a>
        <a href="https://shop.example/p"><img src="p.png" alt="p"></a>
        <a href="http://evil.example/login">https://bank.example</a></p>"""
    message = EmailMessage()
    message["From"], message["Subject"] = "Anna <anna@example.ge>", "A link"
    message.set_content(page, subtype="html")
    assert read_letter(message.as_bytes(), BOX).text.split("\n")[-1] == (
        "Hello, see here (https://shop.example/a?b=1&c=2) or shop.example or http://shop.example/x write press "
        "https://bank.example (http://evil.example/login)"
    )


def _letter(head: str, body: str, sender: str = "Anna <anna@example.ge>") -> ReadLetter:
    return read_letter(f"From: {sender}\nMessage-ID: <a@b.example>\n{head}\n\n{body}".encode(), BOX)


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode-escape", "raw_unicode_escape"])
def test_a_charset_that_only_a_program_knows(charset: str) -> None:
    r"""Whoever names one wants us to work long, or to read \u0041 as something else; the letters stand as they are."""
    said = r"abc-ab9z \u0041 " + "xn--80a " * 2000
    assert _letter(f"Content-Type: text/plain; charset={charset}", said).text == said.strip()


def test_heads_without_end() -> None:
    """Of each its beginning is read, and the words below are there."""
    for name in ("Content-Type: multipart/mixed", "Content-Disposition: inline", "References: ", "To: "):
        letter = _letter(name + "; a*0=b" * 5_000, "Words")
        assert (letter.text, letter.sender is not None) == ("Words", True)


def test_a_sender_in_brackets_without_end() -> None:
    """He is nobody, and holds nobody up; who writes to many of them is heard."""
    assert _letter("To: hello@example.am", "Words", "(" * 10_000 + "<anna@example.ge>").text == "Words"
    letter = _letter("To: " + "(" * 10_000, "Words")
    assert (letter.text, letter.sender is not None) == ("Words", True)


def test_lines_without_end() -> None:
    """What is quoted is looked for among so many as somebody writes himself; below that nothing is left out."""
    quote = "On Wed, Nov 5, 2026 at 12:30 PM Salon wrote:\n> Is 12 good?"
    near, far = (_letter("Subject: x", "line\n" * count + quote) for count in (5_000, 10_000))
    assert (near.text, near.whole != "") == (("line\n" * 5_000).strip(), True)
    assert far.text.endswith(quote)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_his_words_right_above_the_quote_are_his(count: int) -> None:
    """Where his program leaves no empty line between."""
    words = "\n".join(("Hello", "Tomorrow is fine", "I come at 12", "Anna")[:count])
    parted = part_words(f"{words}\nOn Wed, Nov 5, 2026 at 12:30 PM Salon\n<hello@example.am> wrote:\n> Is 12 good?")
    assert parted.own == words
