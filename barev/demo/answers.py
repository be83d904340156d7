"""The demo's canned responses: those of everybody, and where each branch is found."""

from typing import Final

from conversation.messages import Language

Texts = dict[Language, str]

EVERYBODYS: Final[dict[str, Texts]] = {
    "hello": {
        "hy": "Բարև Ձեզ, {name}։ Իմ անունը {agent} է։ Ինչո՞վ կարող եմ օգնել։",
        "ka": "გამარჯობა, {name}! მე {agent} ვარ. რით შემიძლია დაგეხმაროთ?",
        "kk": "Қайырлы күн, {name}! Менің атым {agent}. Сізге қалай көмектесе аламын?",
        "ru": "Добрый день, {name}! Меня зовут {agent}. Чем могу помочь?",
        "en": "Good day, {name}! My name is {agent}. How can I help?",
    },
    "moment": {
        "hy": "Մի րոպե, հիմա կստուգեմ։",
        "ka": "ერთი წუთით, ახლავე გადავამოწმებ.",
        "kk": "Бір минут күте тұрыңыз, қазір тексеремін.",
        "ru": "Минутку, сейчас проверю.",
        "en": "One moment, please: I am checking.",
    },
    "phone": {
        "hy": "Խնդրում եմ գրեք Ձեր հեռախոսահամարը․ կզանգենք և կհաստատենք։",
        "ka": "მოგვწერეთ, გთხოვთ, ტელეფონის ნომერი: დაგირეკავთ და დავადასტურებთ.",
        "kk": "Телефон нөміріңізді жазып жіберіңізші: хабарласып, растаймыз.",
        "ru": "Напишите, пожалуйста, номер телефона: перезвоним и подтвердим.",
        "en": "May I have your phone number? We will call you to confirm.",
    },
    "thanks": {
        "hy": "Շնորհակալություն, որ գրեցիք։ Հաճելի օր եմ մաղթում։",
        "ka": "გმადლობთ, რომ მოგვწერეთ! სასიამოვნო დღეს გისურვებთ.",
        "kk": "Жазғаныңызға рақмет! Күніңіз сәтті өтсін.",
        "ru": "Спасибо, что написали! Хорошего дня.",
        "en": "Thank you for writing! Have a nice day.",
    },
}
"""By shortcut, in every language."""

ADDRESS: Final = "address"
ADDRESSES: Final[dict[str, Texts]] = {
    "yerevan": {
        "hy": "Մենք Աբովյան 18 հասցեում ենք՝ Հանրապետության հրապարակից հինգ րոպե ոտքով։",
        "ru": "Мы на Абовяна, 18, в пяти минутах пешком от площади Республики.",
        "en": "We are at 18 Abovyan Street, five minutes on foot from Republic Square.",
    },
    "tbilisi": {
        "ka": "ვართ ჭავჭავაძის გამზირზე, 34 ნომერში.",
        "ru": "Мы на проспекте Чавчавадзе, 34.",
        "en": "We are at 34 Chavchavadze Avenue.",
    },
    "almaty": {
        "kk": "Біз Абай даңғылы, 52 мекенжайындамыз.",
        "ru": "Мы на проспекте Абая, 52.",
        "en": "We are at 52 Abai Avenue.",
    },
}
"""By branch: its team's own."""
