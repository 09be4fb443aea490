"""Names guests write in ways of their own: the usual name first, then other ways to write it.

Written by hand from general knowledge; spellings that `bot/spelling.py` hears alike are left out.
"""

from typing import Final

CITIES: Final = """
Agra: आगरा, taj city
Ahmedabad: अहमदाबाद, amdavad, ahmadabad, karnavati
Ajmer: अजमेर
Alleppey: alappuzha, allepey, आलप्पुझा
Amritsar: अमृतसर, ambarsar, golden city
Aurangabad: औरंगाबाद, sambhajinagar
Bengaluru: bangalore, banglore, bengalore, bengluru, blr, बेंगलुरु, बैंगलोर, बंगलौर, बेंगलूरु
Bhopal: भोपाल
Bhubaneswar: भुवनेश्वर, bhubneshwar
Bikaner: बीकानेर
Chandigarh: चंडीगढ़, chandigadh
Chennai: madras, चेन्नई, chenai
Coimbatore: कोयंबटूर, kovai
Coorg: kodagu, कूर्ग
Dalhousie: डलहौजी, dalhausi
Darjeeling: दार्जिलिंग, darjiling
Dehradun: देहरादून, dehradoon, doon
Delhi: new delhi, dilli, दिल्ली, नई दिल्ली, dehli, ncr
Dharamshala: धर्मशाला, dharamsala, mcleodganj
Gangtok: गंगटोक
Goa: गोवा, gova, north goa, south goa, panjim, panaji
Gurugram: gurgaon, गुड़गांव, गुरुग्राम, gurgao
Guwahati: गुवाहाटी, gauhati
Gwalior: ग्वालियर
Haridwar: हरिद्वार, hardwar
Hyderabad: हैदराबाद, hydrabad, hyd, secunderabad
Indore: इंदौर, indaur
Jaipur: जयपुर, jaypur, pink city, gulabi nagri, गुलाबी नगरी, jaipr
Jaisalmer: जैसलमेर, golden fort city
Jammu: जम्मू
Jodhpur: जोधपुर, blue city, suncity
Kanpur: कानपुर, cawnpore
Khajuraho: खजुराहो
Kochi: cochin, ernakulam, कोच्चि, कोचीन
Kodaikanal: कोडाइकनाल, kodai
Kolkata: calcutta, कोलकाता, कलकत्ता, kolkatta
Leh: लेह, ladakh, लद्दाख
Lonavala: लोनावला, lonavla
Lucknow: लखनऊ, lakhnau, lakhnaoo
Madurai: मदुरै
Mahabaleshwar: महाबलेश्वर, mahableshwar
Manali: मनाली
Mangaluru: mangalore, मंगलुरु
Mathura: मथुरा
Mount Abu: माउंट, आबू, mt abu
Mumbai: bombay, मुंबई, बंबई, mumbay, mumabi, bambai
Munnar: मुन्नार
Mussoorie: मसूरी, masoorie, massoorie
Mysuru: mysore, मैसूर
Nagpur: नागपुर
Nainital: नैनीताल
Nashik: नासिक, nasik
Noida: नोएडा
Ooty: ऊटी, udhagamandalam
Patna: पटना
Pondicherry: puducherry, पुडुचेरी, pondy, pondi
Prayagraj: allahabad, इलाहाबाद, प्रयागराज
Pune: पुणे, पूना, poona
Puri: पुरी, jagannath puri
Pushkar: पुष्कर
Raipur: रायपुर
Ranthambore: रणथंभौर, sawai madhopur, ranthambhore
Rishikesh: ऋषिकेश, hrishikesh
Shillong: शिलांग
Shimla: शिमला, simla
Srinagar: श्रीनगर
Surat: सूरत
Thiruvananthapuram: trivandrum, तिरुवनंतपुरम
Tirupati: तिरुपति
Udaipur: उदयपुर, lake city, city of lakes, झीलों की नगरी
Ujjain: उज्जैन
Vadodara: baroda, वडोदरा, बड़ौदा
Varanasi: banaras, benaras, kashi, वाराणसी, बनारस, काशी
Vijayawada: विजयवाड़ा
Visakhapatnam: vizag, विशाखापत्तनम, vishakhapatnam
"""

CUISINES: Final = """
North Indian: उत्तर भारतीय, northindian
South Indian: दक्षिण भारतीय, southindian, dosa, idli, madrasi
Indian: desi, भारतीय
Punjabi: पंजाबी, panjabi
Mughlai: मुगलई, mughlayi, moghlai
Rajasthani: राजस्थानी, dal baati
Gujarati: गुजराती
Bengali: बंगाली
Goan: गोअन
Hyderabadi: हैदराबादी
Chinese: चाइनीज, चीनी, chainese, chinies
Italian: इटैलियन, इतालवी, pizza, pasta
Continental: कॉन्टिनेंटल, conti
Thai: थाई
Japanese: जापानी, sushi
Mexican: मैक्सिकन
Seafood: sea food, सीफूड, machhli
Biryani: बिरयानी, biriyani
Cafe: कैफे, coffee shop
Fast food: फास्ट फूड, burger
Street food: chaat, चाट
Barbecue: bbq, tandoori, grill, तंदूरी
Vegetarian: pure veg, veg, शाकाहारी, shakahari
Jain: जैन
Kebab: kabab, कबाब
Lebanese: लेबनानी
Korean: कोरियन, कोरियाई
French: फ्रेंच
American: अमेरिकन
Mediterranean: mediteranean
Asian: pan asian, एशियन
"""

AMENITIES: Final = """
wifi: wi fi, wi-fi, internet, वाईफाई, वाई-फाई, इंटरनेट
parking: पार्किंग, car park, gaadi khadi
pool: swimming pool, swimming, तरणताल, स्विमिंग पूल
gym: fitness center, जिम
spa: massage, स्पा, मालिश
ac: a/c, air conditioned, air conditioning, air conditioner, एसी, aircon
lift: elevator, लिफ्ट
bar: बार
restaurant on site: in house restaurant, in-house dining
room service: रूम सर्विस
airport pickup: airport transfer, airport pick up, pick up from airport, एयरपोर्ट पिकअप
pet friendly: pets allowed, pets, with pet, dog friendly
kid friendly: kids friendly, play area, kids play area
wheelchair accessible: wheelchair, व्हीलचेयर
power backup: generator, inverter
hot water: geyser, garam pani, गरम पानी, गीजर
tv: television, टीवी
balcony: बालकनी, balkani
kitchen: kitchenette, rasoi
laundry: लॉन्ड्री, dhulai
bonfire: campfire
garden: lawn, बगीचा
rooftop: roof top, terrace, छत
outdoor seating: open air, outside seating
live music: लाइव म्यूजिक
sea view: ocean view, beach view, samundar view
lake view: jheel view, झील view
mountain view: hill view, pahad view, valley view
bathtub: bath tub, jacuzzi
"""

ROOM_TYPES: Final = """
Standard: standard room, स्टैंडर्ड, normal room, basic room
Deluxe: डीलक्स, delux, dlx
Super Deluxe: सुपर डीलक्स
Suite: सुइट, suit room, sweet room
Family: family room, परिवार कक्ष
Executive: executive room
Single: single room, एक बेड
Double: double room, double bed, डबल
Twin: twin bed, twin beds, two single beds
Dormitory: dorm, dormatory, डॉरमेट्री
Villa: विला
Cottage: कॉटेज
Tent: tents, swiss tent, टेंट
"""

# Indian usage: EP room only, CP breakfast, MAP breakfast and one meal, AP all meals.
_MORNING: Final = r"(?:breakfast|naa?sh?t[ae]|नाश्त\S*)"
_ROOM_ONLY: Final = (
    rf"room only|(?:without|no|bina|बिना) {_MORNING}|no meals|only room|\bep plan"
    rf"|{_MORNING} (?:ke |के )?(?:nahi|nahin|not|bina|बिना|नहीं|मत)"
)
MEAL_PLANS: Final = (
    ("AP", r"all meals|full board|teeno (?:time )?(?:khana|meal)|sab khana|3 meals|\bap plan"),
    (
        "MAP",
        r"half board|breakfast (?:and|,|\+|n|with) dinner|dinner (?:and|,|\+) breakfast|2 meals|\bmap plan",
    ),
    ("EP", _ROOM_ONLY),
    ("CP", r"breakfast|\bnaa?sh?t[ae]\b|नाश्त|ब्रेकफ|bed and breakfast|\bb ?& ?b\b|continental plan|\bcp plan"),
)

OCCASIONS: Final = """
birthday: bday, b'day, janamdin, janmdin, जन्मदिन, बर्थडे
anniversary: aniversary, saalgirah, सालगिरह, एनिवर्सरी
honeymoon: हनीमून, honymoon
date night: romantic dinner, romantic, candle light, candlelight, candle light dinner
business: business meeting, client meeting, office party, corporate
celebration: celebrate, celebrating, get together, kitty party, cocktail party, पार्टी
proposal: propose, engagement, sagai, सगाई
"""

PRICE_WORDS: Final = """
cheap: cheaper, cheapest, inexpensive, budget hotel, budget room, budget friendly, low budget, low cost
cheap: low price, affordable, economical, economy, pocket friendly, sasta, saste, sasti
cheap: sastaa, kifayti, kam paise, kam daam, सस्ता, सस्ते, सस्ती, किफायती
moderate: moderately, moderate, mid range, midrange, medium, reasonable
moderate: reasonably, average, theek thaak, madhyam, मध्यम, ठीक ठाक
expensive: pricey, costly, costliest, luxury, luxurious, fancy, high end, highend, upscale, premium
expensive: mehenga, mehnga, mahanga, mehengi, mehnge, mahange, महंगा, महंगे, महंगी, लग्जरी
"""


def rows(table: str) -> dict[str, tuple[str, ...]]:
    """From the usual name to the other ways it is written; a name may go on over several lines."""
    ways: dict[str, tuple[str, ...]] = {}
    for line in filter(None, table.splitlines()):
        name, others = line.split(":", 1)
        ways[name] = (*ways.get(name, ()), *(way.strip() for way in others.split(",")))
    return ways


# Kitchens of the world, as guests ask for them; the desk's own are in CUISINES with their other spellings.
KITCHENS: Final = """
afghan african american arabic argentinian asian australasian australian austrian bakery barbecue barbeque bbq belgian
british burmese burrito burritos cajun californian cambodian canadian cantonese caribbean catalan chilean chinese
christmas continental creative creole crossover cuban czech danish dessert dumplings dutch egyptian english ethiopian
eritrean european filipino french fusion gastropub georgian german greek halal hawaiian hotpot hungarian indian
indonesian international iranian irish israeli italian jamaican japanese jewish korean kosher laotian lebanese lobster
malaysian mediterranean mexican mongolian moroccan nepalese nepali noodles norwegian oriental pakistani panasian pasta
persian peruvian pizza polish polynesian portuguese ramen romanian russian salad sandwiches sardinian scandinavian
scottish seafood sichuan singaporean southern southwestern spanish steak steakhouse sushi swedish swiss szechuan
taiwanese tapas thai tibetan traditional turkish tuscan ukrainian unusual vegan vegetarian venetian vietnamese welsh
world mughlai punjabi rajasthani gujarati bengali goan hyderabadi biryani kebab dosa thali chaat
चीनी चाइनीज इटालियन इतालवी भारतीय जापानी कोरियाई थाई मैक्सिकन फ्रेंच शाकाहारी पंजाबी राजस्थानी गुजराती बंगाली
"""
KITCHENS_OF_TWO_WORDS: Final = """
asian oriental
asian fusion
coffee & light bites
coffee and light bites
dim sum
eastern european
fast food
fish and chips
gastro pub
hot pot
latin american
light bites
middle eastern
modern american
modern british
modern eclectic
modern european
modern global
molecular gastronomy
new american
north african
north american
north indian
northeast indian
northern european
northern indian
pan asian
pizza and pasta
quick meal
sea food
soul food
south african
south american
south indian
south korean
sri lankan
street food
tex mex
the americas
traditional american
traditional british
western european
उत्तर भारतीय
दक्षिण भारतीय
दक्षिण कोरियाई
फ़ास्ट फ़ूड
हॉट पॉट
"""
