"""English words of time."""

ENDINGS: dict[str, str] = {"s": "|s|'s"}

WORDS = """
D 0: today todays today's 2day tday tdy
D 1: tomorrow tomorrows tomorrow's tmrw tmr tmrrw tomorow tommorow tommorrow 2moro 2morrow tomoz tmw
D 2: day_after_tomorrow day_after_tmrw day_after_tmr day_after_tomorow the_day_after_tomorrow overmorrow
D -1: yesterday
D 0 P evening: tonight tonite 2night tonights this_evening
P morning: morning mornings in_the_a_m a_m_hours before_lunch forenoon
P midday: lunchtime lunch_time midday_hours over_lunch at_lunch around_lunch during_lunch
P afternoon: afternoon afternoons after_lunch daytime
P evening: evening evenings after_work
P night: night nighttime
P morning: first_thing first_thing_in_the_morning
X 720: noon midday noontime
X 1440: midnight
W 1: monday{s} mon
W 2: tuesday{s} tue tues
W 3: wednesday{s} wed weds wensday wendesday wednsday
W 4: thursday{s} thu thur thurs thusday
W 5: friday{s} fri
W 6: saturday{s} sat
W 7: sunday{s} sun
M 1: january jan
M 2: february feb febuary
M 3: march mar
M 4: april apr
M 5: may
M 6: june jun
M 7: july jul
M 8: august aug
M 9: september sep sept
M 10: october oct
M 11: november nov
M 12: december dec
U 1: minute{s} min mins
U 60: hour{s} hr hrs
U 1440: day{s}
U 10080: week{s} wk wks
U 20160: fortnight
U -1: month{s}
o 60: o'clock oclock o_clock ish
H: half
Q: quarter
n: next following coming_next
t: this
t: coming upcoming
l: last previous
i: in within
A 1: later
A: after not_earlier_than no_earlier_than not_before past_the later_than from_about
A: onwards onward or_later
B 1: by
B: before until till til no_later_than not_later_than earlier_than
F: from since starting
T: to thru through
E: between
p: past
g: on the of for as_early early late later_on sometime some_time of_the exactly sharp also
a: at around about approximately @ roughly ca
h: @
&: and
|: or
R am: am a.m a_m
R pm: pm p.m p_m
Y: any_time anytime whenever any_day all_day
$ USD: dollar{s} bucks usd
$ EUR: euro{s} eur
$ GBP: pound{s} gbp
$ RUB: ruble{s} rouble{s} rub
$ AMD: dram{s} amd drams
$ GEL: lari laris gel
$ KZT: tenge tenges kzt
!: not except
x moved: move moved reschedule rescheduled rescheduling shift swap postpone push
-: maybe
-: good_morning good_evening good_afternoon good_night good_day gm sunbed sun_bed
-: game games gamer
-: weekend_after_next
K: weekend weekends
w: now right_now right_away immediately asap straight_away at_once as_soon_as_possible
u: a an
z: people persons kids dogs children times floor person pieces items guests adults apartment percent
y: year years
z: branches branch shops salons rooms room stars star options option services service hairs colors colours
-: what's where who why which that did does was were been will just let make set need get go going come coming see
-: show
-: tell give find help thing things your his her they them he she out some from_me off about than then very really
-: also
-: bank account card money phone list one's don't can't i'd i'm i'll it's you're could would should might
-: there's here good great nice new old last_one play music remind say know think add call change check pay
-: is it me my i you your please can could would like want book need haircut appointment free available
-: have do
-: are be what when how much with open close until_when hi hello thanks no yes we us there any that have_you
-: second_one
-: mayor marching marched sundae monitor fridge saturated sunny secondly todd todo marks satin sunscreen deck
"""

NUMBERS = """
0: zero
1: one
2: two a_couple_of couple_of couple
3: three
4: four
5: five
6: six
7: seven
8: eight
9: nine
10: ten
11: eleven
12: twelve
13: thirteen
14: fourteen
15: fifteen
16: sixteen
17: seventeen
18: eighteen
19: nineteen
20: twenty
30: thirty
40: forty
50: fifty
60: sixty
70: seventy
80: eighty
90: ninety
100: hundred
1000: thousand
1000000: million mln mil
"""

ORDINALS = """
1: first
2: second
3: third
4: fourth
5: fifth
6: sixth
7: seventh
8: eighth
9: ninth
10: tenth
11: eleventh
12: twelfth
13: thirteenth
14: fourteenth
15: fifteenth
16: sixteenth
17: seventeenth
18: eighteenth
19: nineteenth
20: twentieth
30: thirtieth
"""

SUFFIXES = """
# st nd rd th
o h
× k
"""
