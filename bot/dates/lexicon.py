"""Every word we understand, once: the plain word the rules use, then the ways guests write it.

Three languages share one vocabulary: "kal", "कल" and "2mrw" all become `tomorrow`, so a rule is written once.
Devanagari is listed without nukta and with anusvara for chandrabindu, as `words.py` folds it.
"""

from typing import Final

_WORDS: Final = """
today: aaj aj aaaj aajj tdy todays 2day आज
tonight: tonite 2nite tonyt 2night
tomorrow: kal kl kall tomorow tommorow tommorrow tomorro tmrw tmr
tomorrow: tmw 2mrw 2moro 2morrow tomoro tmrow tomm tommorw कल
dayafter: parso prso parson parsoo parsho overmorrow परसों परसो
tarson: tarson tarso narson narso तरसों नरसों
yesterday: yday ystrday
now: abhi abi abhee immediately asap turant अभी तुरंत
night: nights nite nites nyt nyts raat rat raatein raaten raaton ratein raate रात रातें रातों रातो रात्रि
day: days din dino dinon dinn दिन दिनों दिनो
week: weeks wk wks hafta hafte haftey hafton saptah सप्ताह हफ्ता हफ्ते हफ्तों
fortnight: pakhwada
month: months mth mnth mahina mahine mahiney maheena maheene mahino माह महीना महीने महिने महीनों
year: years yr yrs saal sal varsh साल वर्ष
weekend: weekends wkend wknd weeknd saptahant वीकेंड वीकएंड वीकेन्ड सप्ताहांत
next: nxt agle agla agli agley aglay अगले अगला अगली
coming: upcoming aane aanewale aanewali aanewala aanevale आने आनेवाले आगामी
this: dis iss इस इसी
previous: pichle pichla pichli pichhle पिछले पिछला पिछली
last: aakhri akhri aakhiri akhiri antim आखिरी अंतिम
end: ending aakhir akhir अंत आखिर
early: shuru shuruaat shuruat beginning begining शुरू शुरुआत
mid: middle madhya मध्य
between: betwn btw beech bich बीच
and: & n aur aor और एवं तथा
until: till til untill tak tk takk upto तक
to: thru through
from: frm starting starts
se: sey से
before: pehle pahle pehley phle पहले
after: baad bad later afterwards बाद
ago: earlier
in: mein में मे
for: fr
at: @
about: around approx approximately roughly nearly lagbhag lagbagh karib kareeb takriban aaspaas करीब लगभग आसपास
not: dont
nahi: nahin nahi nhi nai nahee naheen नहीं नही
no: nope naa
instead: rather
jagah: badle bajay bajaye जगह बदले
change: move shift postpone prepone reschedule badal badlo badlna badalna badalkar बदल बदलो बदलना
more: extra additional
extend: extended badha badhao badhana बढ़ा बढ़ाओ बढा बढाओ
with: saath sath साथ
or: ya yaa या
only: just sirf bas keval सिर्फ बस केवल
any: koi kisi कोई किसी
checkin: arrive arriving arrival arrives arrived aana aayenge
checkin: ayenge aaenge aunga aaunga aaungi pahunchenge pohchenge pahuchenge aayunga aaoonga आएंगे आयेंगे पहुंचेंगे
checkout: leave leaving leaves departure depart departing
checkout: jaana jayenge jaenge jaayenge nikalna niklenge nikalenge nikal nikalunga jaunga jaaunga jaungi निकलेंगे जाएंगे
stay: staying stays ruk rukna rukenge thehrna theharna ठहरना रुकना रहना रुकेंगे
oclock: baje bje bajey bajhe baj bajkar bajke बजे बजकर बज
am: a.m
pm: p.m
morning: mrng morn subah subeh suba subha savere saver सुबह सवेरे प्रातः
afternoon: dopahar dopehar dopahr dupahar dupehar dopaher दोपहर
noon: midday
evening: evng evening shaam sham saam shyam शाम सायं
midnight: aadhiraat adhiraat मध्यरात्रि
hour: hours hr hrs ghanta ghante ghanton घंटा घंटे घंटों
minute: minutes min mins मिनट
tarikh: tareekh tarik taarikh tareek date dated दिनांक तारीख dinank
people: ppl persn prsn persns peoples person persons pax guest guests member members logon
people: logo log loog logg vyakti aadmi admi jane jano diners diner guys folks
people: लोग लोगों लोगो व्यक्ति व्यक्तियों आदमी जन जने मेहमान mehmaan mehman sadasya सदस्य
adult: adults adlt adlts aduts grownup grownups bade badey bada vayask बडे बडा वयस्क वयस्कों
child: children childrens childs kid kids kiddo bachcha bachche
child: bacha bache bachha bachhe baccha bacche bachchon bachhon
child: bachchi bachi bacchi बच्ची बच्चियां
child: infant infants baby babies toddler toddlers बच्चा बच्चे बच्चों शिशु
kin: mother mom mum mummy maa father dad papa sister
kin: miya miyan मियां pitaji mataji
kin: behen behan brother bhai partner girlfriend boyfriend gf bf fiance
kin: fiancee friend dost colleague cousin mate spouse wife biwi bivi biwee patni husband pati hubby wifey
kin: पत्नी बीवी पति मां माता पिता पापा मम्मी पिताजी माताजी भाई बहन दोस्त
friends: doston dosto buddies colleagues cousins mates yaar दोस्तों
son: daughter beta beti बेटा बेटी
parents: mummypapa मातापिता
male: males men man gents gent mard पुरुष
female: females women woman ladies lady aurat mahila महिला महिलाएं
couple: couples pair jodi jode जोडा जोडे
dono: donon दोनों दोनो
teeno: teenon tino तीनों तीनो
charo: chaaro chaaron chaaro चारों चारो
we: ham hum hm hamlog humlog हम
i: main mai मैं
my: mera meri mere apni apne apna मेरा मेरी मेरे अपनी अपने
us: hame hamein humein हमें
solo: alone akela akele akeli अकेला अकेले अकेली
family: fam parivar parivaar pariwar fmly परिवार फैमिली
group: groups grp
room: rooms rm rms kamra kamre kamara kamare kamron rum कमरा कमरे कमरों रूम रूम्स
table: tables tbl tebal टेबल मेज
seat: seats seater सीट सीटें seating
star: stars सितारा स्टार taara
under: below within underneath less lesser kam andar andr niche
under: neeche max maximum atmost under कम अंदर नीचे अन्दर
over: above zyada jyada zyaada jyaada adhik upar uper minimum atleast ज्यादा अधिक ऊपर उपर
budget: bajat price rate prices cost costing keemat kimat kimmat daam dam bugdet bujet बजट कीमत दाम रेट
total: overall altogether kul totally कुल
rs: rupees rupee rupaye rupay rupaiya rupya rupiya rupye inr rupes bucks ₹ रुपये रुपए रुपया रूपये रूपए रु रू
hundred: sau सौ hundreds
thousand: hazar hazaar hajar hajaar thousands thsnd हजार हज़ार
lakh: lac lakhs lacs laakh लाख
crore: cr karod करोड
dhai: dhaai adhai ढाई
dedh: derh dedhh डेढ
sava: sawa savaa सवा
paune: poune pone pauney pauna पौने पौन
sadhe: saadhe sadhey saade sade साढे
half: aadha adha aadhe आधा आधे
quarter: qtr
breakfast: nashta naashta नाश्ता ब्रेकफास्ट
lunch: लंच brunch
dinner: supper dinr डिनर
hotel: hotels resort homestay होटल
restaurant: restaurants resturant restro रेस्टोरेंट रेस्तरां
mon: monday mondays mondy somvar somwar somvaar somwaar सोमवार
tue: tues tuesday tuesdays tusday mangal mangalvar mangalwar mangalvaar mangalwaar मंगलवार मंगल
wed: weds wednesday wednesdays wensday wednsday budh budhvar budhwar budhvaar budhwaar बुधवार बुध
thu: thur thurs thursday thursdays thrusday guruvar guruwar
thu: guruvaar brihaspativar veervar गुरुवार गुरूवार बृहस्पतिवार वीरवार
fri: friday fridays fryday shukravar shukrawar sukravar shukrvar
fri: shukravaar shukrawaar jumma juma jumme शुक्रवार शुक्र जुम्मा
sat: saturday saturdays satur shanivar shaniwar shanivaar sanivar शनिवार शनि
sun: sunday sundays ravivar raviwar ravivaar itwar itvar itwaar रविवार इतवार
jan: january janvary janwari janvari janaury जनवरी
feb: february feburary febuary farvari farwari pharvari फरवरी
mar: march मार्च
apr: april aprail अप्रैल अप्रेल
may: मई
jun: june joon जून
jul: july julai julay जुलाई
aug: august agast अगस्त
sep: sept september sitambar sitmbar सितंबर सितम्बर
oct: october aktubar aktoobar अक्टूबर अक्तूबर
nov: november navambar navamber नवंबर नवम्बर
dec: december disambar disamber decembr दिसंबर दिसम्बर
"""

_PHRASES: Final = """
dayafter: day after tomorrow
dayafter: day after tmrw
tomorrow: from tom
tomorrow: tom night
tomorrow: tom morning
satnav: sat nav
sundeck: sun deck
sunbed: sun bed
sunbed: sun beds
wouldlike: wed like
wouldlove: wed love
tomorrow: next day
today: later today
tonight: later tonight
now: right now
until: up to
weekend: week end
midnight: half night
midnight: mid night
midnight: 12 midnight
oclock: o clock
coming: aane wale
coming: aane wali
coming: aane wala
coming: आने वाले
coming: आने वाली
checkin: check in
checkin: check - in
checkin: checking in
checkin: चेक इन
checkin: चेक - इन
checkout: check out
checkout: check - out
checkout: checking out
checkout: चेक आउट
checkout: चेक - आउट
over: kam se kam
over: कम से कम
over: at least
over: not less than
over: more than
under: zyada se zyada
under: jyada se jyada
under: ज्यादा से ज्यादा
under: at most
under: not more than
under: no more than
under: less than
under: se kam
under: से कम
under: se niche
under: se neeche
under: ke andar
over: se zyada
over: se jyada
over: se upar
over: se uper
over: से ज्यादा
over: से अधिक
over: से ऊपर
about: as paas
about: aas paas
about: आस पास
festival_nye: new years eve
festival_nye: new year eve
festival_nye: 31st night
festival_newyear: new years day
festival_newyear: new year day
festival_newyear: 1st jan
festival_newyears: new year
festival_newyears: new years
festival_newyears: naya saal
festival_newyears: naye saal
festival_newyears: नया साल
festival_newyears: नए साल
festival_christmaseve: christmas eve
festival_christmaseve: xmas eve
festival_dhanteras: dhan teras
festival_bhaidooj: bhai dooj
festival_bhaidooj: bhai duj
festival_bhaidooj: भाई दूज
festival_rakhi: raksha bandhan
festival_rakhi: रक्षा बंधन
festival_ramnavami: ram navami
festival_ramnavami: राम नवमी
festival_shivratri: maha shivratri
festival_shivratri: maha shivaratri
festival_ganesh: ganesh chaturthi
festival_ganesh: गणेश चतुर्थी
festival_karwachauth: karwa chauth
festival_karwachauth: karva chauth
festival_karwachauth: करवा चौथ
festival_chhath: chhath puja
festival_chhath: chhat puja
festival_durgapuja: durga puja
festival_durgapuja: दुर्गा पूजा
festival_independence: independence day
festival_independence: swatantrata diwas
festival_independence: स्वतंत्रता दिवस
festival_republic: republic day
festival_republic: gantantra diwas
festival_republic: गणतंत्र दिवस
festival_gandhi: gandhi jayanti
festival_gandhi: गांधी जयंती
festival_goodfriday: good friday
festival_gurunanak: guru nanak jayanti
festival_gurunanak: guru purab
festival_valentine: valentines day
festival_valentine: valentine day
festival_sankranti: makar sankranti
festival_sankranti: मकर संक्रांति
festival_gudipadwa: gudi padwa
festival_buddha: buddha purnima
festival_bakrid: eid al adha
festival_eid: eid ul fitr
festival_eid: eid al fitr
festival_holika: holika dahan
"""

_FESTIVALS: Final = """
festival_diwali: diwali deepawali deepavali dipawali dipavali divali दिवाली दीवाली दीपावली
festival_holi: holi होली
festival_christmas: christmas xmas chrismas krismas crismas क्रिसमस बडादिन
festival_dussehra: dussehra dusshera dasara dussera dashehra vijayadashami दशहरा विजयादशमी
festival_navratri: navratri navaratri navratra नवरात्रि नवरात्र
festival_rakhi: rakhi rakshabandhan राखी रक्षाबंधन
festival_janmashtami: janmashtami janamashtami जन्माष्टमी
festival_shivratri: shivratri mahashivratri shivaratri शिवरात्रि महाशिवरात्रि
festival_eid: eid ईद
festival_bakrid: bakrid bakreed bakrieid बकरीद
festival_muharram: muharram moharram मुहर्रम
festival_onam: onam ओणम
festival_pongal: pongal पोंगल
festival_lohri: lohri लोहडी
festival_sankranti: sankranti uttarayan संक्रांति
festival_baisakhi: baisakhi vaisakhi बैसाखी
festival_ugadi: ugadi yugadi उगादी
festival_gudipadwa: gudipadwa
festival_vishu: vishu
festival_easter: easter ईस्टर
festival_chhath: chhath chhat छठ
festival_dhanteras: dhanteras धनतेरस
festival_karwachauth: karwachauth karvachauth
festival_bhaidooj: bhaidooj
festival_durgapuja: durgapuja pujo
festival_ganesh: vinayakachaturthi
festival_valentine: valentine valentines
festival_gurunanak: gurpurab gurupurab गुरुपर्व
festival_nye: nye
"""


def listed(words: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(words.split())


def rows(table: str) -> list[tuple[str, list[str]]]:
    """The lines of a table: the plain word and the ways it is written."""
    pairs = (line.split(":", 1) for line in table.splitlines() if line)
    return [(plain.strip(), ways.split()) for plain, ways in pairs]


def by_writing(*tables: str) -> dict[str, str]:
    """From each way of writing to the plain word, which also stands for itself."""
    return {way: plain for table in tables for plain, ways in rows(table) for way in (plain, *ways)}


WORDS: Final = by_writing(_WORDS, _FESTIVALS)
PHRASES: Final[dict[str, list[tuple[tuple[str, ...], str]]]] = {}
for _plain, _ways in rows(_PHRASES):
    PHRASES.setdefault(_ways[0], []).append((tuple(_ways), _plain))
for _entries in PHRASES.values():
    _entries.sort(key=lambda entry: -len(entry[0]))

# Words that carry nothing for a date or a number; leaving them out keeps the rules short.
FILLERS: Final = frozenset(
    listed("""
    the ko ka ki ke kaa kii liye liya keliye please pls plz plzz kindly ji jee hi ही को का की के लिए लिये जी कृपया
    """)
)
