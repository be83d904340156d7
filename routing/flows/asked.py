"""Flows that a whole message asks for by their names, at any point of a talk: an end of news must always be heard."""

from collections.abc import Mapping
from typing import Final

from routing.flows.commands import phrases, plain_words
from routing.flows.model import Place

_ASKED: Final[Mapping[str, frozenset[str]]] = {
    "unsubscribe": phrases(
        "ապաբաժանորդագրվել, չեղարկել բաժանորդագրությունը, այլևս մի գրեք",
        "გამოწერის გაუქმება, გააუქმეთ გამოწერა, აღარ მომწეროთ",
        "жазылымнан бас тарту, жазылымды тоқтату, хабарлама жібермеңіз",
        "отписаться, отпишите меня, отписка, отпиши меня, не присылайте рассылку, otpisatsya, otpishite menya",
        "unsubscribe, unsubscribe me, stop the news, no more news, stop newsletter",
    ),
    "news": phrases(
        "բաժանորդագրվել, նորություններ, bazhanordagrvel",
        "გამოწერა, სიახლეები, სიახლეების გამოწერა, gamotsera, siaxleebi",
        "жазылу, жаңалықтар, жаңалықтарға жазылу",
        "подписаться, рассылка, новости, подписка, подпишите меня, podpisatsya, rassylka",
        "subscribe, news, newsletter, subscribe me",
    ),
    "register": phrases(
        "գրանցվել, գրանցում, grancvel",
        "რეგისტრაცია, დარეგისტრირება, registracia",
        "тіркелу, мені тіркеңіз, tirkelu",
        "регистрация, зарегистрироваться, зарегистрируйте меня, registraciya, zaregistrirovatsya",
        "register, sign up, registration, register me",
    ),
    "identify": phrases(
        "մուտք, ես ձեր հաճախորդն եմ",
        "შესვლა, მე თქვენი კლიენტი ვარ",
        "кіру, мен сіздің клиентіңізбін",
        "войти, вход, я ваш клиент, я уже ваш клиент, voiti",
        "log in, login, sign in, i am your customer, i am a customer",
    ),
}


def find_asked(text: str, place: Place | None) -> str | None:
    """The flow that a whole message asks for by its name, where it is not under way."""
    said = " ".join(plain_words(text))
    found = next((flow for flow, known in _ASKED.items() if said in known), None)
    return None if place is not None and place.flow == found else found
