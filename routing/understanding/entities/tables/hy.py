"""Armenian words of time: with their endings, as they are heard, and in Latin letters."""

ENDINGS: dict[str, str] = {
    "n": "|ը|ն|ի|ին|ից^|ում|վա|ուան|յան|ով|ներին",
    "w": "|ն|ի|ին|ից^|ով|ու|ուն|վա|ը|ներին|ով",
    "v": "վա|վան|վանից^|վանվա",
    "m": "ի|||ին>|ից^|ը|ում>",
    "u": "|ը|ն|ի%|ից^|ում|ին|վա%|ով|ներ|եր",
}

WORDS = """
D 0: այսօր էսօր այսօրվա էսօրվա այսօրվան aysor esor aysorva aisor ajsor
D 1: վաղը վաղն վաղվա վաղվան vaghy vaghe vaxy vaxe vahe vahi vagh vaghn vaghva vaxva вагы вахы вахе вахэ ваге
D 2: վաղը_չէ_մյուս_օրը վաղը_չէ_մյուսը վաղը_չէ_մյուս վաղը_չե_մյուս_օրը վաղչէմյուս_օրը մյուս_օրը vaghy_che_myus_ory
D 2: vaxy_che_myus_ory vaxe_che_myus_ory vaghe_che_myus_ore vaxy_che_mius_ory вахы_че_мюс_оры
D -1: երեկ երեկվա yerek
P morning: առավոտ{n} առավոտյան առավոտվա առավոտից aravot aravotyan aravotian aravotva aravoty
P morning: օրվա_առաջին_կեսին մինչև_կեսօր կեսօրից_առաջ ճաշից_առաջ մինչև_ճաշ արավոտյան
P midday: ճաշի_ժամին ճաշին ճաշի
P afternoon: օրվա_երկրորդ_կեսին օրվա_երկրորդ_կեսը օրվա_երկրորդ_կես կեսօրից_հետո ճաշից_հետո ցերեկը ցերեկվա ցերեկ
P afternoon: օրվա kesoric_heto kesorits_heto chashic_heto cerek
P afternoon: cereky tsereke
P evening: երեկո{n} երեկոյան իրիկունը իրիկվա իրիկուն երեկոյին երեկոյանը yerekoyan erekoyan yereko irikun irikva
P evening: yerekoian
P evening: աշխատանքից_հետո գործից_հետո
P night: գիշեր{n} գիշերվա gisher gishery
X 720: կեսօր կեսօրին kesor kesorin
X 1440: կեսգիշեր կեսգիշերին
W 1: երկուշաբթ{v} երկշ երկ_շաբ երկուշաբթի{w} երկուշապթի yerkushabti erkushabti երկուշաբտի
W 2: երեքշաբթ{v} երշ երեքշաբթի{w} երեքշաբտի yereqshabti ereqshabti yerekshabti
W 3: չորեքշաբթ{v} չրշ չորեքշաբթի{w} չորեկշաբթի չորեքշաբտի choreqshabti chorekshabti
W 4: հինգշաբթ{v} հնգ հինգշաբթի{w} հինքշաբթի հինգշաբտի hingshabti hinqshabti
W 5: ուրբաթ{v} ուրբաթ{w} ուրպաթ urbat urbath
W 6: շաբաթ_օր{n} շաբաթ_օրվա shabat_ory shabat_ore shabat_or shabat_orva շբթ
W 7: կիրակ{v} կիրակի{w} կիրակնօրյա kiraki
V 6: շաբաթ{u} շաբաթվա% shabat shabath shapat
M 1: հունվ հունվար{m} յունվար{m}
M 2: փետ փետր փետրվար{m}
M 3: մարտ{m}
M 4: ապր ապրիլ{m}
M 5: մայիս{m}
M 6: հունիս{m}
M 7: հուլիս{m}
M 8: օգ օգոստ օգոստոս{m}
M 9: սեպ սեպտ սեպտեմբեր{m}
M 10: հոկ հոկտ հոկտեմբեր{m}
M 11: նոյ նոյեմ նոյեմբեր{m}
M 12: դեկ դեկտ դեկտեմբեր{m}
U 1: րոպե{u} րոպեյից^ րոպէ րոպեի rope ropeic^ rope-ic^ ropeits^
U 60: ժամ{u} ժամվա ժամանոց zham jam jamic^ zhamits^ jamits^ zhamic^
h: ժամը ժամն ժամի zhamy jamy zhame jame zhami jame@ жамы жаме
o 60: համար hamar կողմերը կողմեր մոտ մոտերքում սահմաններում koghmery
U 1440: օր{u} օրը օրվա or ory ore oric^ orits^ ором оры оров
U 10080: շաբաթվա_ընթացքում
U -1: ամիս ամսով amsov ամսից^ ամսվա_հետո amis amsic^
H: կես կեսին> կեսը> kes kesin> kesy кес
Q: քառորդ քառորդին քառորթ qarord karord
n: հաջորդ հաջորթ մյուս եկող գալիք mius myus hajord galiq ekogh
t: այս էս այդ ays es այս_եկող մոտակա
l: անցյալ անցած նախորդ
A: հետո հետոյից ոչ_շուտ ոչ_վաղ սկսած heto hetoi hето
B: մինչև մինչեւ առաջ ոչ_ուշ minchev minchew մինչ
E: միջև միջեւ արանքում
b: անց անց_է անցնի անցած_է ants anc anc_e
k: պակաս պակասի pakas
g: մի_հատ օրվա_համար մոտավորապես հենց այդ_օրը վաղ ուշ շուտ օրն ուղիղ
&: և եւ ու ev u եվ
|: կամ թե kam
Y: ցանկացած_ժամ ցանկացած_ժամի երբ_ուզեք ցանկացած_օր ամբողջ_օրը
$ AMD: դրամ դրամի դրամով դրամը դրամից դրամանոց դր dram drami dramov dramic
$ USD: դոլար դոլարի դոլարով dolar
$ EUR: եվրո եվրոյի
$ RUB: ռուբլի ռուբլու
K: շաբաթ-կիրակի շաբաթ_կիրակի հանգստյան_օրերին հանգստյան_օրեր հանգստյան_օրերը շաբաթ_և_կիրակի շաբաթվա_վերջին
K: շաբաթվա_վերջ
K: shabat_kiraki hangstyan_orerin
w: հիմա հենց_հիմա հիմիկ անմիջապես հիմի հիմա_իսկ hima
y: թվական թվականի թ տարի տարուց^ տարվա tari taruc^ taruts^
O: ամսի ամսվա ամսին այս_ամսի amsi
z: հոգի հոգու մարդ մարդու երեխա երեխայի շուն տուն բնակարան հարկ անգամ հատ տարեկան տոկոս հարկում շենք
!: ոչ ոչ_թե բացի
x moved: տեղափոխել տեղափոխեք տեղափոխի տեղափոխենք փոխել փոխեք փոխի փոխենք հետաձգել հետաձգեք teghapokheq texapoxeq
x moved: poxeq pokhel poxel
-: բարի_երեկո բարի_առավոտ բարի_գիշեր բարի_լույս բարի_օր բարի_օրվա bari_yereko bari_ereko bari_luys bari_gisher
-: bari_aravot
-: մասին masin ուրիշ_օր որ_օրը ամեն_օր մարտկոց մատիտ
-: եմ ես ենք եք կարող կարո՞ղ ուզում գրանցվել գրանցեք ձեզ մոտ_եմ գալ_եմ է ինչ ունեք ունե՞ք կա կա՞ ազատ տեղ համար_է
-: խնդրում
-: բարև այո չէ կլինի լինի պետք արժե քանի երբ որտեղ կգամ գամ գրի գրանցի վարսահարդարի մազ կտրել ինձ մեր ձեր իմ
-: em es uzum gal gam karox karogh eq uneq unes petq lini klini grancvel granceq barev voch ayo inch arje inchqan
-: kgam indz azat tegh ka che
-: эм ес узум гал кароx карох барев кгам инч клини
"""

NUMBERS = """
0: զրո{}
1: մեկ մեկ{c} mek մի mi
2: երկու երկուս երկուս{c} երկու{c} yerku erku yerkus erkus
3: երեք երեք{c} yereq ereq
4: չորս չորս{c} chors
5: հինգ հինգ{c} hing
6: վեց վեց{c} vec vets
7: յոթ յոթ{c} յոթը yot
8: ութ ութ{c} ut
9: ինը ինն ինը{c} իննի ինն{c} iny inn
10: տասը տաս տաս{c} tasy tas
11: տասնմեկ տասնմեկ{c} tasnmek
12: տասներկու տասներկուս տասներկուս{c} տասներկու{c} tasnerku
13: տասներեք տասներեք{c}
14: տասնչորս տասնչորս{c}
15: տասնհինգ տասնհինգ{c} tasnhing
16: տասնվեց տասնվեց{c}
17: տասնյոթ տասնյոթ{c}
18: տասնութ տասնութ{c}
19: տասնինը տասնինը{c} տասնինն{c}
20: քսան քսան{c} qsan
30: երեսուն երեսուն{c} yeresun
40: քառասուն քառասուն{c}
50: հիսուն հիսուն{c} hisun
60: վաթսուն վաթսուն{c}
70: յոթանասուն
80: ութսուն
90: իննսուն
100: հարյուր haryur
1000: հազար հազարի հազարով հազարից հազարը hazar hazari
1000000: միլիոն միլիոնի milion
1.5: մեկուկես mekukes մեկ_ու_կես
"""
CASES = "ի%|ին>|ից^|ը|ն|ով"
JOINED = {"20": "քսան", "30": "երեսուն", "40": "քառասուն", "50": "հիսուն"}

ORDINALS = """
1: առաջին
"""

SUFFIXES = """
× հ
> ին
^ ից its ic iz иц
+ ը ն y
% ի i ու
> in ин um ում
# րդ
"""
