"""Words that end a talk: a thank-you or an "ok" after an answer asks for nothing, in the five languages, in Latin
letters and in signs. Only a whole message of such words counts: "ok, and when do you open?" is a question."""

import re
import unicodedata
from typing import Final


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


LONGEST: Final = 60
"""Characters of the longest message that is looked at."""

_THANKS: Final = _words(
    # Armenian
    "շնորհակալություն շնորհակալ շնորհակալ_եմ շնորհակալ_ենք շատ_շնորհակալ_եմ մերսի մերսիկ շնորհակալութուն",
    "shnorhakalutyun shnorhakalutyn shnorhakal shnorhakal_em shnorhakal_enq shnorhakalutjun",
    "shnorakalutyun shnorhakalucyun shnorhakalutiun",
    # Georgian
    "მადლობა გმადლობ გმადლობთ მადლობთ დიდი_მადლობა მადლობა_დიდი მადლობთ_დიდი",
    "madloba gmadlob gmadlobt madlobt didi_madloba madlobaa",
    # Kazakh
    "рахмет рақмет рахмет_сізге рақмет_сізге көп_рахмет көп_рақмет рахмет_көп алғыс",
    "rahmet rakhmet raqmet kop_rahmet kop_rakhmet kop_raqmet",
    # Russian
    "спасибо спс спасиб спасибочки спасибки благодарю благодарим большое_спасибо спасибо_большое огромное_спасибо",
    "spasibo spasiba spasib spasibki blagodaryu blagodariu blagodarju spasibo_bolshoe spasibo_bolshoye bolshoe_spasibo",
    # English
    "thanks thank_you thankyou thx thnx tnx ty tysm cheers many_thanks thanks_a_lot thank_u ",
    "thanx merci mersi mersik",
)
_ASSENT: Final = _words(
    "ok okay okey oke okk okei k kk",
    "լավ պարզ պարզ_է հասկացա հասկանալի_է հասկանալի լավ_եղավ եղավ օկ օքեյ լավա",
    "lav parz parz_e haskaca haskacha exav eghav",
    "კარგი კარგით გასაგებია გავიგე ოკ ოქეი kargi gasagebia gavige",
    "жарайды түсінікті түсіндім жақсы болды мақұл оке zharaidy jaraidy jaraydy tusinikti tusindim jaqsy zhaksy maqul",
    "ок окей окк хорошо понятно понял поняла ясно ладно отлично супер договорились принято",
    "horosho khorosho ponyatno poniatno ponyal ponyala yasno ladno otlichno",
    "good great perfect fine got_it understood i_see alright all_right cool nice super sure noted",
)
_FILLING: Final = _words(
    "շատ ձեզ քեզ ձեր օգնության պատասխանի համար ամեն ինչի մեծ ոչ այո shat dzez qez hamar voch ayo",
    "დიდი ძალიან თქვენ დახმარებისთვის პასუხისთვის არა კი didi dzalian ara ki",
    "көп сізге үлкен көмегіңізге жауабыңызға өте жоқ иә kop sizge joq zhoq ia",
    "большое огромное вам тебе за ответ помощь очень всё все вас нет да ",
    "bolshoe ogromnoe vam za otvet pomosh vsyo vse net da",
    "very so much you a lot for your the help answer reply that is it all then again to no yes",
)
_LONGEST_PHRASE: Final = 3
_FIRST: Final = frozenset(phrase.partition("_")[0] for phrase in _THANKS | _ASSENT | _FILLING)
_WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
_STRETCHED = re.compile(r"(.)\1{2,}")
_SMILE = re.compile(r"[:;=]-?[)D]+|\){1,}")
_NODS: Final = frozenset("👍👌✅✔🆗")
_HEARTY: Final = frozenset("🙏❤💙💚🤝😊🙂☺😀😁😃😄🥰😍👏🎉💐🌹🌷🌸💯🤗😘💪⭐✨🫶🤍🖤💛🧡💜💖💕🫡")
_QUESTION: Final = frozenset("?？՞")
"""Marks of a question; Armenian sets its own inside the word."""


def closes(text: str, after: str | None) -> bool:
    """Whether a customer's message asks for nothing: thanks, or an "ok" that does not answer a question.

    ``after``: what was said before it (its beginning at least).
    """
    if len(text) > LONGEST:
        return False
    plain = unicodedata.normalize("NFC", text).casefold()
    words = _WORD.findall(plain)
    if words and _STRETCHED.sub(r"\1", words[0]) not in _FIRST:
        return False  # nearly all that is said ends here
    if any(sign in _QUESTION or sign.isnumeric() for sign in plain):
        return False
    signs = {sign for sign in plain if unicodedata.category(sign) == "So"}
    if signs - _NODS - _HEARTY:
        return False
    if not words:
        hearty = signs & _HEARTY or (not signs and _SMILE.fullmatch(plain.strip()))
        return bool(hearty or (signs and _QUESTION.isdisjoint(after or "")))
    found = _kinds([_STRETCHED.sub(r"\1", word) for word in words])
    if found is None:
        return False
    return "thanks" in found or ("assent" in found and _QUESTION.isdisjoint(after or ""))


def _kinds(words: list[str]) -> set[str] | None:
    """Which kinds of closing words there are; None where there is any other word."""
    found: set[str] = set()
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - place), 0, -1):
            phrase = "_".join(words[place : place + length])
            kind = "thanks" if phrase in _THANKS else "assent" if phrase in _ASSENT else None
            if kind is not None or phrase in _FILLING:
                found.add(kind or "filling")
                place += length
                break
        else:
            return None
    return found
