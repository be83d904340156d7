"""Off the waiting list by talk: "take me off the list", in the five languages and in Latin letters."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from conversation.messages import Button
from routing.flows.booking.ports import Waited
from routing.flows.booking.wanted import booking_of
from routing.flows.booking.wishing import Wished, say_wished
from routing.flows.commands import phrases, plain_words
from routing.flows.steps import Branch, Choose, End, Flow, Look, Say

if TYPE_CHECKING:
    from routing.flows.turn import Turn

WISH: Final = "wish"
"""A slot: the id of one that he waits for, or ``all``."""
ALL: Final = "all"
_BUTTONS_MOST: Final = 10
_LISTS: Final = phrases(
    "ցուցակ, ցուցակը, ցուցակից, ցուցակում, ցուցակի, սպասացուցակ, սպասացուցակից, cucak, cucakic, tsutsak, tsutsakits",
    "სია, სიას, სიიდან, სიაში, sia, siidan, siashi",
    "тізім, тізімі, тізімін, тізімнен, тізімінен, тізімде, tizim, tizimnen, tiziminen",
    "лист, листа, листе, список, списка, списке, list, lista, spisok, spiska, spiske, waitlist",
)
_OFF: Final = phrases(
    "հանեք, հանել, հանիր, հանեիք, ջնջեք, ջնջել, հեռացրեք, հեռացնել, դուրս գալ, haneq, hanel, jnjeq, heracreq",
    "ამომიღეთ, ამოიღეთ, ამოღება, წამშალეთ, წაშალეთ, ამომშალეთ, მომხსენით, გასვლა, amomiget, amomighet, amomshalet",
    "шығарыңыз, шығарып, шығару, алып тастаңыз, өшіріңіз, сызып тастаңыз, шығамын, shygarynyz, alyp tastanyz",
    "уберите, убери, убрать, удалите, удалить, вычеркните, вычеркнуть, исключите, снимите, выпишите, выйти",
    "uberite, udalite, vycherknite, snimite",
    "take me off, take us off, remove, delete, drop me, off, leave, out of, cancel",
)
_WAITS_NO_MORE: Final = phrases(
    "այլևս չեմ սպասում, էլ չեմ սպասում, el chem spasum",
    "აღარ ველოდები, აღარ დაველოდები, agar velodebi, aghar velodebi",
    "енді күтпеймін, бұдан былай күтпеймін, endi kutpeimin",
    "больше не жду, не хочу больше ждать, больше не хочу ждать, bolshe ne zhdu",
    "no longer waiting, not waiting any more, not waiting anymore, dont want to wait any more",
    "dont want to wait anymore",
)


def says_leave(text: str) -> bool:
    """Whether a message asks to be taken off the list."""
    said = f" {' '.join(plain_words(text))} "

    def says(known: frozenset[str]) -> bool:
        return any(f" {one} " in said for one in known)

    return says(_WAITS_NO_MORE) or (says(_LISTS) and says(_OFF))


def say_waited(turn: "Turn", one: Waited) -> str:
    """What he waits for, and when: ``Massage · Aigul · Friday, 27 November, 18:00 – 20:00``."""
    when = say_wished(turn, Wished(one.first, one.last, one.from_time, one.to_time, one.weekdays))
    return " · ".join(filter(None, (one.what, one.who, when)))


def _claims(turn: "Turn") -> bool:
    return turn.state.place is None and turn.heard.choice is None and says_leave(turn.heard.text)


def _wishes(turn: "Turn") -> Sequence[Waited]:
    return booking_of(turn).wishes(turn.state.language)[:_BUTTONS_MOST]


def _none(turn: "Turn") -> str | None:
    return None if _wishes(turn) else "none"


def _only(turn: "Turn") -> Mapping[str, str]:
    wishes = _wishes(turn)
    return {WISH: str(wishes[0].id)} if len(wishes) == 1 else {}


def _options(turn: "Turn") -> Sequence[tuple[str, str]]:
    shown = [(str(one.id), say_waited(turn, one)) for one in _wishes(turn)]
    return [*shown, (ALL, turn.text("press.all_wishes"))]


def _leave(turn: "Turn") -> Mapping[str, str]:
    chosen = turn.slots.get(WISH, "")
    ended = [one for one in _wishes(turn) if chosen in (ALL, str(one.id))]
    named = "\n".join(say_waited(turn, one) for one in ended)
    for one in ended:
        booking_of(turn).leave(one.id)
    book = Button(">book", turn.text("menu.book"))
    turn.say(turn.text("booking.unlisted" if ended else "booking.not_listed", what=named), [book, *turn.menu()[1:]])
    return {}


LEAVE_LIST: Final = Flow(
    "leave_list",
    (),
    (
        Branch("any", _none, ("none",)),
        Look("only", _only),
        Choose("wish", WISH, "booking.ask_wish", _options),
        Look("leave", _leave),
        End("end"),
        Say("none", "booking.not_listed", buttons=lambda turn: turn.menu()),
        End("end_none"),
    ),
    offer=False,
    claims=_claims,
    first=True,
)
