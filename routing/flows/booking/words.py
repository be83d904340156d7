"""Words that say what no name and no time says: the earliest, anybody, as the last time, one more. In the five
languages and as they are typed in Latin letters; anywhere in a message."""

from typing import Final, Literal

from routing.flows.commands import phrases, plain_words

Said = Literal[
    "earliest",
    "anybody",
    "as_before",
    "also",
    "other_day",
    "wait",
    "comes",
    "stays_away",
    "move",
    "weekdays",
    "weekend",
    "at_once",
    "who",
    "free",
]
_SAID: Final[dict[Said, frozenset[str]]] = {
    "earliest": phrases(
        "ամենամոտ, ամենաշուտ, ամենավաղ, ամենամոտը, ամենաշուտը, ամենավաղը",
        "որքան հնարավոր է շուտ, առաջին ազատ, մոտակա ազատ, amenamot, amenashut",
        "უახლოესი, ყველაზე ადრე, რაც შეიძლება მალე, პირველივე თავისუფალი, რაც შეიძლება ადრე, uaxloesi, uakhloesi",
        "ең жақын, ең ерте, мүмкіндігінше тез, бірінші бос, жақын уақытқа, en zhaqyn, en erte, en jaqyn",
        "ближайшее, ближайший, ближайшую, как можно раньше, как можно скорее, побыстрее, самое раннее, поскорее",
        "пораньше, самое ближайшее, первое свободное, blizhaishee, blizhaishii, kak mozhno ranshe, poskoree",
        "the earliest, earliest, as soon as possible, asap, soonest, first available, first free, next available",
    ),
    "anybody": phrases(
        "ով էլ լինի, ցանկացած մասնագետ, միևնույն է ում մոտ, կարևոր չէ ում մոտ, ցանկացածը, ov el lini",
        "ვინც იქნება, ნებისმიერი სპეციალისტი, ნებისმიერთან, სულ ერთია ვისთან, ნებისმიერი, nebismieri, sul ertia",
        "кім болса да, кез келген маман, бәрібір кімге, кез келген, kim bolsa da, kez kelgen",
        "к любому, любой мастер, любой специалист, все равно к кому, всё равно к кому, без разницы к кому, кто угодно",
        "любой, у любого, к кому угодно, неважно к кому, неважно кто, k lyubomu, lyuboi, vse ravno k komu",
        "anybody, anyone, any specialist, any master, whoever is free, no matter who, doesnt matter who",
    ),
    "as_before": phrases(
        "ինչպես անցյալ անգամ, ինչպես նախորդ անգամ, նույնը ինչ անցյալ անգամ, նույնը, inchpes ancyal angam",
        "როგორც წინაზე, როგორც წინა ჯერზე, იგივე, როგორც ბოლოს, igive, rogorc winaze, rogorc tsinaze",
        "өткен жолғыдай, былтырғыдай, өткендегідей, бұрынғыдай, сол баяғы, otken zholgydai, burynghydai",
        "как в прошлый раз, как в тот раз, то же самое, тоже самое, как обычно, kak v proshlyi raz, to zhe samoe",
        "the same as last time, same as last time, as last time, like last time, the usual, same again, my usual",
    ),
    "also": phrases(
        "նաև, էլի, ավելացրեք, և նաև, naev, nayev",
        "ასევე, კიდევ, დაამატეთ, aseve, kidev, daamatet",
        "тағы, сондай ақ, қосыңыз, тағы да, tagy, qosynyz",
        "еще, ещё, также, плюс, добавьте, добавить, и ещё, eshe, takzhe, dobavte",
        "also, add, plus, as well, too",
    ),
    "other_day": phrases(
        "ուրիշ օր, այլ օր, մեկ այլ օր, ուրիշ ժամ, urish or",
        "სხვა დღე, სხვა დღეს, სხვა დრო, skhva dghe, sxva dge",
        "басқа күн, басқа күні, басқа уақыт, basqa kun",
        "другой день, в другой день, на другой день, другое время, drugoi den, drugoe vremya",
        "another day, other day, a different day, another time, a different time",
    ),
    "wait": phrases(
        "սպասման ցուցակ, սպասման ցուցակում, սպասման ցուցակի, սպասացուցակ, spasman cucak",
        "spasman cucakum, spasman tsutsak, սպասացուցակում, եթե տեղ ազատվի, եթե ժամ ազատվի",
        "მოლოდინის სია, მოლოდინის სიაში, molodinis sia, molodinis siashi, ლოდინის სია, ლოდინის სიაში, lodinis siashi",
        "თუ ადგილი გათავისუფლდება, თუ ადგილი გათავისუფლდა, თუ დრო გათავისუფლდა, tu adgili gatavisufldeba",
        "күту тізімі, күту тізіміне, күту тізімінде, kutu tizimi, kutu tizimine, орын босаса, oryn bosasa",
        "лист ожидания, листе ожидания, листа ожидания, список ожидания, списке ожидания",
        "list ozhidaniya, spisok ozhidaniya, если освободится место, если место освободится, когда освободится место",
        "esli osvoboditsya mesto, esli mesto osvoboditsya, когда место освободится, если освободится время",
        "waiting list, wait list, waitlist, put me on the list, on your list",
        "if a place opens up, if a slot opens up, if a spot opens up, when a spot opens up, when a slot opens up",
    ),
    "weekdays": phrases(
        "աշխատանքային օրերին, աշխատանքային օր, ashxatanqayin orerin, ashkhatanqayin orerin",
        "სამუშაო დღეებში, სამუშაო დღეს, samushao dgeebshi, samushao dgheebshi",
        "жұмыс күндері, жұмыс күні, zhumys kunderi, jumys kunderi",
        "по будням, в будни, в будние дни, в рабочие дни, po budnyam, v budni",
        "on weekdays, weekdays, on a weekday, working days, on workdays",
    ),
    "weekend": phrases(
        "շաբաթ կիրակի, հանգստյան օրերին, shabat kiraki, hangstyan orerin",
        "შაბათ კვირას, უქმეებზე, დასვენების დღეებში, shabat kviras",
        "демалыс күндері, сенбі жексенбі, demalys kunderi",
        "по выходным, в выходные, на выходных, po vyhodnym, v vyhodnye",
        "weekends, on weekends, at the weekend, on the weekend, weekend",
    ),
    "at_once": phrases(
        "միաժամանակ, միանգամից, զուգահեռ, miajamanak, miazhamanak",
        "ერთდროულად, პარალელურად, ertdroulad",
        "бір уақытта, қатар, бір мезгілде, bir uaqytta",
        "одновременно, параллельно, сразу обе, odnovremenno, parallelno",
        "at the same time, at once, simultaneously, in parallel, both at once",
    ),
    "who": phrases(
        "ով է ազատ, ովքեր են ազատ, ով ա ազատ, ով կա ազատ, ում մոտ կա ազատ, ov e azat, ov a azat",
        "ვინ არის თავისუფალი, ვინ არის თავისუფალი, ვინაა თავისუფალი, ვისთან არის თავისუფალი, vin aris tavisufali",
        "кім бос, кімдер бос, кімде бос, kim bos, kimder bos",
        "кто свободен, кто свободна, у кого свободно, у кого есть время, кто есть свободный, кто может принять",
        "kto svoboden, u kogo svobodno, kto svobodna",
        "who is free, whos free, who is available, whos available, who has time, who can see me",
    ),
    "free": phrases(
        "ազատ է, ազատ ա, երբ է ազատ, ազատ ժամ, azat e, erb e azat",
        "თავისუფალია, არის თავისუფალი, როდის არის თავისუფალი, tavisufalia, aris tavisufali",
        "бос, қашан бос, бос уақыты, bos, qashan bos",
        "свободна, свободен, свободное время, есть время, есть окно, svobodna, svoboden",
        "is free, free, available, is available, has time",
    ),
    "comes": phrases(
        "կգամ, կգանք, գալիս եմ, կլինեմ, kgam, kganq, klinem",
        "მოვალ, მოვალთ, ვიქნები, moval, movalt, viqnebi",
        "келемін, келеміз, барамын, kelemin, kelemiz, baramyn",
        "приду, придём, придем, буду, будем, подойду, подъеду, pridu, pridem, budu, podoidu",
        "ill come, i will come, well come, we will come, ill be there, i will be there, im coming, i am coming, coming",
    ),
    "stays_away": phrases(
        "չեմ գա, չեմ կարող գալ, չենք գա, չեմ լինի, chem ga, chem karogh gal, chenq ga",
        "ვერ მოვალ, არ მოვალ, ვერ მოვალთ, არ ვიქნები, ver moval, ar moval, ver movalt",
        "келмеймін, келе алмаймын, бара алмаймын, kelmeimin, kele almaimyn, bara almaimyn",
        "не приду, не смогу прийти, не смогу, не получится прийти, не придём, не придем, ne pridu, ne smogu, ne pridem",
        "cant come, cannot come, can not come, wont come, will not come, not coming, cant make it, cannot make it",
    ),
    "move": phrases(
        "տեղափոխել, տեղափոխեք, տեղափոխենք, ուրիշ ժամի, teghapokhel, texapoxel, teghapokheq",
        "გადატანა, გადავიტანოთ, გადაიტანეთ, გადამიტანეთ, gadatana, gadavitanot, gadaitanet",
        "ауыстыру, ауыстырыңыз, ауыстырайық, басқа уақытқа, auystyru, auystyrynyz",
        "перенести, перенесите, перенесём, перенесем, перенос, передвинуть, perenesti, perenesite, perenos",
        "move, move it, reschedule, postpone, shift it",
    ),
}


def said_words(meant: Said) -> frozenset[str]:
    """The phrases that mean it."""
    return _SAID[meant]


def find_said(text: str) -> frozenset[Said]:
    """Which of them a message says."""
    said = f" {' '.join(plain_words(text))} "
    return frozenset(meant for meant, known in _SAID.items() if any(f" {one} " in said for one in known))
