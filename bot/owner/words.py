"""The words people in charge use, in English, Hindi and Hinglish: first which order, then its details.

All patterns are read over small letters without nukta (`bot.dates.words.fold`), with a space around every word.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import yaml

from bot.dates.board import rule
from bot.dates.lexicon import listed

SLASH: Final[dict[str, str]] = {
    "start": "help", "help": "help", "commands": "help",
    "today": "day", "tomorrow": "day", "day": "day", "arrivals": "day", "departures": "day", "inhouse": "day",
    "covers": "day", "unpaid": "day", "holds": "day", "aaj": "day", "kal": "day",
    "free": "free", "availability": "free", "avail": "free", "rates": "free",
    "block": "block", "close": "block", "open": "open", "unblock": "open", "soldout": "block", "stopsell": "block",
    "promo": "promo", "promos": "promos", "calendar": "calendar",
    "startsell": "open", "price": "price", "rate": "price", "minstay": "min_stay",
    "waitlist": "waitlist", "line": "waitlist", "offer": "offer_line",
    "confirm": "approve", "approve": "approve", "decline": "decline", "reject": "decline", "propose": "propose",
    "checkin": "check_in", "arrived": "check_in", "checkout": "check_out", "seat": "seat", "noshow": "no_show",
    "cancel": "cancel", "refund": "refund", "paid": "paid",
    "received": "paid", "refunded": "handed", "hisaab": "money_report", "reconciliation": "money_report",
    "moneyreport": "money_report", "money": "money_report", "find": "find", "guest": "find", "booking": "find",
    "note": "note", "walkin": "walk_in", "move": "move_table", "pin": "pin", "unpin": "unpin",
    "moveroom": "move_room", "swap": "swap_rooms", "promise": "promise_room", "unpromise": "unpromise_room",
    "addroom": "add_room", "removeroom": "remove_room", "event": "event",
    "undelivered": "undelivered", "retry": "say_again", "deposit": "deposit", "deposits": "deposit", "buffer": "buffer",
    "season": "season", "seasons": "seasons", "invoice": "invoice", "bill": "invoice", "times": "response_times",
    "endevent": "end_event", "late": "late_rule", "book": "book", "inbox": "inbox", "take": "take", "reply": "reply",
    "r": "reply", "canned": "canned", "c": "canned", "handback": "hand_back", "done": "hand_back",
    "resolve": "hand_back", "figures": "figures", "report": "figures", "stats": "figures", "staff": "staff",
    "invite": "invite", "role": "role", "remove": "remove", "mute": "mute", "unmute": "unmute", "digest": "digest",
    "quiet": "quiet", "language": "language", "undo": "undo", "log": "log", "history": "log", "yes": "yes", "no": "no",
}  # fmt: skip

YES: Final = frozenset({
    "yes", "y", "ok", "okay", "yep", "yup", "sure", "go", "go ahead", "do it", "confirm", "haan", "han", "ha",
    "haan ji",
    "ji", "ji haan", "kar do", "karo", "theek hai", "thik hai", "sahi hai", "bilkul", "yes please", "yes do it", "👍",
    "हां", "हा", "जी", "जी हां", "हां जी", "ठीक है", "कर दो", "करो", "बिल्कुल", "सही है", "haan kar do", "हां कर दो",
})  # fmt: skip
NO: Final = frozenset({
    "no", "n", "nope", "nah", "cancel", "stop", "leave it", "dont", "do not", "never mind", "nevermind",
    "nahi", "nahin",
    "na", "mat karo", "rehne do", "rahne do", "chhodo", "chodo", "nahi karna", "no dont", "👎",
    "नहीं", "नही", "ना", "मत करो", "रहने दो", "छोडो", "नहीं करना",
})  # fmt: skip

# The first that fits is the order; the table of words is beside this file.
KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, rule("|".join(patterns)))
    for entry in yaml.safe_load((Path(__file__).parent / "kinds.yml").read_text(encoding="utf-8"))
    for kind, patterns in entry.items()
)

# Said at the beginning, these take the rest as they are: words for a guest, a note, a name.
FREE_TEXT: Final = re.compile(
    r"^\s*/?(?P<kind>reply|r|note"
    r"|jawab(?! (?:mein|me|main|dene) )|नोट|जवाब(?! (?:में|देने) )|canned|c|answer)\b[\s:,-]*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
FREE_TEXT_KINDS: Final = {
    "reply": "reply", "r": "reply", "jawab": "reply", "जवाब": "reply", "answer": "reply",
    "note": "note", "नोट": "note", "canned": "canned", "c": "canned",
}  # fmt: skip

UP: Final = rule(r"increase|raise|up|hike|more|badha\w*|zyada|jyada|surge|plus|upar|बढा\w*|ज्यादा|बढाओ|बढा दो")
DOWN: Final = rule(
    r"decrease|reduce|lower|drop|down|less|cut|off|discount|ghata\w*|kam|minus|neeche|sasta|कम|घटा\w*|घटाओ|घटा दो|छूट"
)
TO_AMOUNT: Final = rule(
    r"(?:to|at|ke|kar ?ke|pe|par|@|=|को|करके) (?:₹ ?|rs ?)?\d+|\d+ (?:kar|rakh|set|karo|fix|कर|रख)(?: .*)?"
)
BY_AMOUNT: Final = rule(r"by (?:₹ ?|rs ?)?\d+|(?:₹ ?|rs ?)?\d+ (?:badha|ghata|kam|zyada|more|less|off|बढा|घटा|कम)\w*")
PERCENT: Final = re.compile(
    r"([+-]?) ?(\d{1,3}) ?(?:%|percent\b|per cent\b|pct\b|pratishat\b|fisdi\b|प्रतिशत|फीसदी|परसेंट)"
)
SIGNED: Final = re.compile(r"(?<!\d )(?<= )([+-]) ?₹? ?(\d{2,6})(?= )")

WEEKENDS: Final = rule(
    r"(?:on |every |har |all )?weekends?(?: (?:pe|par|ko|ke liye|only|nights?|ki|ka|rate|price))?"
    r"|वीकेंड(?: (?:पर|को|पे|के लिए))?"
    r"|(?:on )?fri(?:day)?s? (?:and|&|-|aur) sat(?:urday)?s?"
)
THIS_WEEKEND: Final = rule(r"(?:this|next|coming|is|iss|agle|agla|aane wale|इस|अगले) (?:weekend|वीकेंड)")
WEEKDAYS_WORD: Final = rule(
    r"(?:on |every |har )?week ?days?(?: (?:pe|par|ko|ke liye|only))?|वीकडे|mon(?:day)? ?(?:-|to|se) ?thu(?:rsday)?"
)
EVERY_DAY: Final = {
    1: rule(r"(?:every |har |on )?(?:mondays)|(?:every|har) (?:monday|somvar|somwar)|हर सोमवार"),
    2: rule(r"(?:every |har |on )?(?:tuesdays)|(?:every|har) (?:tuesday|mangalvar|mangalwar)|हर मंगलवार"),
    3: rule(r"(?:every |har |on )?(?:wednesdays)|(?:every|har) (?:wednesday|budhvar|budhwar)|हर बुधवार"),
    4: rule(r"(?:every |har |on )?(?:thursdays)|(?:every|har) (?:thursday|guruvar|guruwar)|हर गुरुवार"),
    5: rule(r"(?:every |har |on )?(?:fridays)|(?:every|har) (?:friday|shukravar|shukrawar)|हर शुक्रवार"),
    6: rule(r"(?:every |har |on )?(?:saturdays)|(?:every|har) (?:saturday|shanivar|shaniwar)|हर शनिवार"),
    7: rule(r"(?:every |har |on )?(?:sundays)|(?:every|har) (?:sunday|ravivar|itwar)|हर रविवार"),
}
WEEKEND: Final = (5, 6)
WEEKDAY: Final = (1, 2, 3, 4, 7)

SECTIONS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("arrivals", rule(r"arrivals?|arriving|check ?ins?|checkins?|coming|kaun aa(?: .*)?|aane wale|आगमन|आने वाले"
        r"|कौन आ(?: .*)?|चेक ?इन")),
    ("departures", rule(r"departures?|departing|leaving|check ?outs?|checkouts?|jaane wale|kaun ja(?: .*)?"
        r"|प्रस्थान|जाने वाले|कौन जा(?: .*)?|चेक ?आउट")),
    ("in_house", rule(r"in ?house|inhouse|staying|ruke hue|andar|रुके हुए|इन हाउस")),
    ("covers", rule(r"covers?|tables?|diners|mez|टेबल|कवर|sittings?")),
    ("unpaid", rule(r"unpaid|holds?|pending|bina payment|अनपेड|होल्ड|बाकी")),
)  # fmt: skip

PERIODS: Final[tuple[tuple[str, bool, re.Pattern[str]], ...]] = (
    ("month", True, rule(r"last month|pichhle? (?:mahine|month)|pichle (?:mahine|month)|पिछले महीने")),
    ("week", True, rule(r"last week|pichhle? (?:hafte|week)|pichle (?:hafte|week)|पिछले हफ्ते")),
    ("day", True, rule(r"yesterday|kal ka|kal ki|kal ke|beete kal|कल (?:का|की|के)")),
    ("month", False, rule(r"month|monthly|mahina|mahine|महीने|महीना|mtd")),
    ("week", False, rule(r"week|weekly|hafta|hafte|हफ्ते|हफ्ता")),
)  # fmt: skip

ROLES: Final = {
    "owner": "owner", "malik": "owner", "ओनर": "owner", "मालिक": "owner", "admin": "admin", "manager": "owner",
    "staff": "staff", "स्टाफ": "staff", "desk": "staff", "receptionist": "staff", "front desk": "staff",
}  # fmt: skip
LANGUAGES: Final = (
    ("hinglish", rule(r"hinglish|हिंग्लिश")),
    ("hi", rule(r"hindi|हिंदी|हिन्दी")),
    ("en", rule(r"english|angrezi|अंग्रेजी|इंग्लिश")),
)
ALERTS: Final = (
    ("overbooking", rule(r"over ?booking|refused|refusals|ओवरबुकिंग")),
    ("bookings", rule(r"(?:new )?bookings?|naye booking|बुकिंग")),
    ("cancellations", rule(r"cancellations?|cancels?|रद्द")),
    ("payments", rule(r"payments?|refunds?|भुगतान")),
    ("availability", rule(r"low availability|availability|low|kam kamre")),
    ("digest", rule(r"digest|summary|डाइजेस्ट")),
    ("all", rule(r"all|everything|sab|सब|सभी")),
)

PAID_BY: Final = (
    ("cash", rule(r"cash|nakad|naqad|note|नकद|कैश")),
    ("upi", rule(r"upi|gpay|google pay|phonepe|paytm|qr|यूपीआई")),
    ("card", rule(r"card|swipe|pos|machine|कार्ड")),
)

ALL_OF_IT: Final = rule(
    r"whole|entire|everything|all|full house|house|hotel|restaurant|property|poora|pura|sab|sabhi|पूरा|सब|सभी"
    r"|होटल|रेस्टोरेंट|day|din"
)
IN_FULL: Final = rule(
    r"full(?:y)?|all|whole|everything|poora|pura|poore|sab|pure|complete|पूरा|पूरे|सब|waive|free of charge"
    r"|no fee|bina charge"
)
BY_POLICY: Final = rule(r"(?:by|as per|per|according to) (?:the )?(?:policy|rules?)|policy|niyam|नियम|पॉलिसी")
OUT_OF_SERVICE: Final = rule(r"out of service|(?:do not|dont) sell|oos|should not be sold|आउट ऑफ सर्विस")
LONE_NUMBER: Final = re.compile(r"(?<= )(\d{1,2})(?= )")
COUNTED_ROOMS: Final = rule(
    r"(?P<n>\d{1,2}|one|two|three|ek|do|teen|एक|दो|तीन) (?:x )?(?:rooms?|kamre|kamra|कमरे|कमरा|of)(?: .*)?"
)
NUMBER_WORDS: Final = {"one": 1, "two": 2, "three": 3, "ek": 1, "do": 2, "teen": 3, "एक": 1, "दो": 2, "तीन": 3}

# Words that are never a person's name.
NOT_A_NAME: Final = frozenset(
    listed("""
    a an the of for to in on at by with and or is are was has have been please pls plz now me my all any this that
    it its from ka ki ke ko se mein par pe hai hain ho gaya gaye gayi kar karo karna kardo do de dijiye dena diya
    diye lo le wala wale wali ji sir madam mr mrs ms guest guests booking bookings room rooms table tables no number
    not nahi ye yeh wo woh as name naam person people pax adults adult log party guest's ek aur bhi unka unki uska
    uski kaun kya show tell give find का की के को से में पर है हैं हो गया गए गई कर करो दो दे लो ले जी बुकिंग कमरा
    कमरे टेबल नंबर और नाम लोग मेहमान fee policy full part half money refund refunds whole waive back wapas cancel
    hold held today tomorrow tonight aaj kal paise paisa rupees rs cash upi card owner staff night nights raat
    received taken mila mile liya liye desk gpay phonepe paytm nakad naqad swipe machine handed given gave
    waitlist waiting list line offer offered raatein min minimum charge free reference ref code
    """)
)
