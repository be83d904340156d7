"""Answers from the firm's own articles: the flow ``known``, and the votes on them."""

from typing import TYPE_CHECKING, Final

from business.knowledge.words import question_key
from conversation.messages import Button
from routing.flows.commands import plain_words
from routing.flows.model import SLOT_CHARS, Answers, Misses, Votes
from routing.flows.steps import Flow, Say

if TYPE_CHECKING:
    from routing.flows.turn import Turn

VOTE: Final = "%"
"""A button's value: ``%+12`` is a yes to article 12, ``%-12`` a no."""
_ASKING_WORDS: Final = 4
_ASKED_WORDS: Final = 2
_QUESTION_MARKS: Final = "?՞;？"


def may_answer(turn: "Turn") -> bool:
    """Whether an article answers the message; in the midst of something else only what looks like a question."""
    if turn.heard.known is None or turn.heard.choice is not None:
        return False
    text = turn.heard.text
    asks = any(mark in text for mark in _QUESTION_MARKS) or len(plain_words(text)) >= _ASKING_WORDS
    return turn.state.place is None or asks


def note_missed(turn: "Turn") -> None:
    """Nothing answers it: the owner is to see."""
    if turn.heard.choice is None and len(question_key(turn.heard.text).split()) >= _ASKED_WORDS:
        turn.deeds.append(Misses(turn.heard.text.strip()[:SLOT_CHARS]))


def tell_free(turn: "Turn") -> bool:
    """What a model made of the firm's articles, with where it is from; False where it made nothing."""
    free = turn.heard.free
    if free is None or turn.state.place is not None:
        return False
    source = f"{free.source.title} {free.source.url}".strip()
    turn.say("\n\n".join([free.text, turn.text("source", source=source)]))
    return True


def vote(turn: "Turn", value: str) -> bool:
    """A press on yes or no; False where it is none."""
    sign, number = value[:1], value[1:]
    if sign not in ("+", "-") or not (number.isascii() and number.isdigit()) or len(number) > 15:
        return False
    turn.deeds.append(Votes(int(number), sign == "+"))
    buttons = turn.menu() if sign == "+" else to_people(turn)
    turn.say(turn.text("known.thanks" if sign == "+" else "known.sorry"), () if turn.state.place else buttons)
    turn.run()
    return True


def to_people(turn: "Turn") -> list[Button]:
    """What may be done where the bot has no answer of its own."""
    ask, leave = turn.text("menu.human"), turn.text("menu.request")
    return [Button("!human", ask), Button(">request", leave), Button("!menu", turn.text("menu.menu"))]


def _tell(turn: "Turn") -> str:
    known = turn.heard.known
    if known is None:
        return turn.text("unclear")
    turn.deeds.append(Answers(known.article_id, turn.heard.text.strip()[:SLOT_CHARS]))
    url = known.passage.url
    link = [turn.text("known.more", link=url)] if url else []
    question = [] if turn.state.under else [turn.text("known.useful")]
    return "\n\n".join([known.passage.text, *link, *question])


def _ask_useful(turn: "Turn") -> list[Button]:
    known = turn.heard.known
    if known is None:
        return turn.menu()
    answers = (("+", "known.yes"), ("-", "known.no"))
    return [Button(f"{VOTE}{sign}{known.article_id}", turn.text(key)) for sign, key in answers]


FLOW: Final = Flow("known", (), (Say("tell", make=_tell, buttons=_ask_useful),), aside=True, offer=False)
