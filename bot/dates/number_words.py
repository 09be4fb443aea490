"""Numbers as words: counts and ordinals of three languages, with the spellings guests use."""

from typing import Final

from bot.dates.lexicon import by_writing, listed

# Zero to ninety-nine as Hindi counts: every number has a name of its own.
_DEVANAGARI_NUMBERS: Final = """
शून्य एक दो तीन चार पांच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अडतीस उनतालीस
चालीस इकतालीस बयालीस तैंतालीस चवालीस पैंतालीस छियालीस सैंतालीस अडतालीस उनचास
पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सडसठ अडसठ उनहत्तर
सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी
अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
"""

_NUMBERS: Final = """
0: zero shunya nil
1: one ek ik wan
2: two do doh dou twoo
3: three teen tin theen thre तिन
4: four char chaar chr foor चारि
5: five paanch panch paach pach panc पाच पाञ्च
6: six chhe chhah chah chhay cheh che chha छः छ छे छै
7: seven saat sat सांत
8: eight aath ath aat
9: nine nau nou
10: ten das dus dass
11: eleven gyarah gyara gyaarah
12: dozen twelve barah bara baarah
13: thirteen terah terha
14: fourteen chaudah choudah chauda
15: fifteen pandrah pandra pandhrah पन्द्रह
16: sixteen solah sola
17: seventeen satrah satra सतरह
18: eighteen atharah athara attharah अट्ठारह
19: nineteen unnis unnees
20: twenty bees bis
21: ikkis ikkees ekkis
22: bais baees baais बाइस
23: teis teees teyis तेइस
24: chaubis chaubees choubis chobis
25: pachis pachees pachchis pachchees पचीस
26: chhabbis chabbis chabbees chhabbees
27: sattais sattaais satais सत्ताइस
28: atthais attais athais अठाईस अट्ठाइस
29: untis unatis untees उन्तीस
30: thirty tees
31: ikattis iktis ikatees इकत्तीस
35: paintis
40: forty fourty chalis chaalis
45: paintalis
50: fifty pachas pachaas
60: sixty
70: seventy sattar
75: pachattar
80: eighty assi
90: ninety nabbe
"""

_ORDINALS: Final = """
1: first pehla pehli pahla pahli paihla पहला पहली
2: second dusra dusri doosra doosri dusre doosre दूसरा दूसरी दूसरे
3: third tisra tisri teesra teesri tisre teesre तीसरा तीसरी तीसरे
4: fourth chautha chauthi चौथा चौथी
5: fifth paanchva panchva paanchwa panchwa पांचवां पांचवा पांचवी
6: sixth chhatha छठा
7: seventh saatva
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

NUMBERS: Final[dict[str, int]] = {way: int(value) for way, value in by_writing(_NUMBERS).items()} | {
    word: value for value, word in enumerate(listed(_DEVANAGARI_NUMBERS))
}
ORDINALS: Final[dict[str, int]] = {way: int(value) for way, value in by_writing(_ORDINALS).items() if not way.isdigit()}
