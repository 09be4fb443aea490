"""Number words, in three languages, to digits.

>>> as_digits(["twenty", "four", "dec"]), as_digits(["sadhe", "teen", "thousand"])
(['24', 'dec'], ['₹3500'])
>>> as_digits(["kar", "do"]), as_digits(["do", "room"])
(['kar', 'do'], ['2', 'room'])
"""

import re
from typing import Final

from bot.dates.lexicon import listed
from bot.dates.number_words import NUMBERS, ORDINALS

_TIMES: Final = {"hundred": 100, "thousand": 1000, "k": 1000, "lakh": 100_000, "l": 100_000, "crore": 10_000_000}
_MONEY_FROM: Final = 1000
_WHOLE_FRACTIONS: Final = {"dhai": 2.5, "dedh": 1.5}
_NEXT_FRACTIONS: Final = {"sava": 0.25, "paune": -0.25, "sadhe": 0.5}
_TENS: Final = frozenset(range(20, 100, 10))
_TEN: Final = 10
_HUNDRED: Final = 100
_AMOUNT: Final = re.compile(r"\d+(?:\.\d+)?")
_SUFFIXES: Final = frozenset({"st", "nd", "rd", "th"})

# What can be counted: a shy word such as "do", "one" or "a" is a number only in front of these.
_COUNTED: Final = frozenset(
    listed("""
    people adult child kin friends son daughter male female room night day week month hour minute oclock table seat star
    family couple chota chhota chhoti choti chote chhote small little tarikh hundred thousand lakh crore more am pm
    double single twin deluxe of solo
    """)
)
_MONTHS: Final = frozenset(listed("jan feb mar apr jun jul aug sep oct nov dec"))
_SHY: Final = frozenset(listed("sat do one ek tin das wan nil zero bara bis"))
_COUNTING: Final = frozenset(listed("for only total we party tarikh table - between"))
# After these "do" is a request: "kar do", "de do".
_ASKING: Final = frozenset(
    listed("""
    kar kr karo kara karva karwa karvaa de dede dila dilwa dilva bata bta batla bhej dikha rakh likh laga lga bana hata
    ho jane rehne rahne chod chhod bula le nikal cancel please reserve hold ban mila milwa
    """)
)
_ASKING_IN_HINDI: Final = frozenset(
    listed("कर करा करवा दे लगा रख लिख बता भेज दिला दिखा हटा बना निकाल जोड़ जोड मिला extend change add cancel hold reserve")
)
# "Can we do lunch?" counts nobody; "hum do" are two.
_MAY: Final = frozenset(listed("can could shall should will would may might how what when where did if"))
_SHORT: Final = 2
_ARTICLES: Final = frozenset({"a", "an"})
_BEFORE_ARTICLES: Final = frozenset({"for", "in", "only", "stay", "book", "after", "about", "and", "with", ",", "+"})
_AFTER_ARTICLES: Final = frozenset(
    {"week", "night", "month", "hundred", "thousand", "lakh", "day", "child", "fortnight"}
)


def is_number_word(word: str) -> bool:
    """Whether the word counts or orders."""
    return word in NUMBERS or word in ORDINALS


def as_digits(words: list[str]) -> list[str]:
    """The same words with numbers as digits, ordinals as `5th` or `5nth`, money as `₹5000`."""
    done: list[str] = []
    place = 0
    while place < len(words):
        text, place = _number_at(words, place, done)
        if text:
            done.append(text)
    return done


def _number_at(words: list[str], place: int, done: list[str]) -> tuple[str, int]:
    """The number that begins here, or the word as it is, and where to go on."""
    word = words[place]
    if word == "rs":
        amount, after = _amount(words, place + 1, done)
        return (f"₹{amount:g}", _skip_rupees(words, after)) if amount is not None and amount >= 1 else ("₹", place + 1)
    amount, after = _amount(words, place, done)
    if amount is None:
        if word in ORDINALS:
            return f"{ORDINALS[word]}nth", place + 1
        return word, place + 1
    following = words[after] if after < len(words) else ""
    if following in _SUFFIXES:
        return f"{amount:g}th", after + 1
    if following in ORDINALS and amount in _TENS and ORDINALS[following] < _TEN:
        return f"{amount + ORDINALS[following]:g}nth", after + 1
    if following == "rs" or words[after : after + 2] == ["/", "-"]:
        return f"₹{amount:.0f}", _skip_rupees(words, after)
    scaled = any(_TIMES.get(part, 0) >= _MONEY_FROM for part in words[place:after])
    if scaled:
        return f"₹{amount:.0f}", after
    # A written "24.12" may be a day or a time: leave it as it was written.
    return (word if after == place + 1 and word[0].isdigit() else f"{amount:g}"), after


def _skip_rupees(words: list[str], place: int) -> int:
    """Past "rs" and "/-" behind an amount."""
    if words[place : place + 2] == ["/", "-"]:
        place += 2
    return place + 1 if words[place : place + 1] == ["rs"] else place


def _amount(words: list[str], place: int, done: list[str]) -> tuple[float | None, int]:
    """A whole number expression: "one lakh twenty thousand", "dhai thousand", "5 k"."""
    total, place_after = 0.0, place
    found = False
    while True:
        part, after = _counted(words, place_after, done)
        if part is None:
            break
        times = 1
        while after < len(words) and words[after] in _TIMES:
            times *= _TIMES[words[after]]
            after += 1
        if found and (times > _HUNDRED or part * times >= _MONEY_FROM):
            break
        total, place_after, found = total + part * times, after, True
        if times < _HUNDRED or place_after >= len(words) or not _goes_on(words, place_after, times):
            break
    return (total if found else None), place_after


def _goes_on(words: list[str], place: int, times: int) -> bool:
    """After "one thousand" may follow "two hundred": only number words, so "5k 2 log" stays two numbers."""
    word = words[place]
    if word not in NUMBERS or (word in _SHY and words[place + 1 : place + 2] != ["hundred"]):
        return False
    following = words[place + 1] if place + 1 < len(words) else ""
    return following == "hundred" if times >= _MONEY_FROM else following not in _COUNTED


def _counted(words: list[str], place: int, done: list[str]) -> tuple[float | None, int]:
    """One count: digits, a number word, a tens-and-ones pair, or a fraction before thousands."""
    if place >= len(words):
        return None, place
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if word in _WHOLE_FRACTIONS and following in _TIMES:
        return _WHOLE_FRACTIONS[word], place + 1
    if word in _NEXT_FRACTIONS:
        return _with_fraction(words, place)
    if _AMOUNT.fullmatch(word):
        return float(word), place + 1
    value = NUMBERS.get(word)
    if value is None:
        return (1.0, place + 1) if _article_counts(words, place, done) else (None, place)
    if not (_shy_counts(words, place, done) if word in _SHY else _is_no_request(word, done)):
        return None, place
    ones = place + 2 if following == "-" else place + 1
    unit = NUMBERS.get(words[ones]) if ones < len(words) else None
    if value in _TENS and unit and unit < _TEN and words[ones] not in _SHY - {"one"} and word.isascii():
        return float(value + unit), ones + 1
    return float(value), place + 1


def _with_fraction(words: list[str], place: int) -> tuple[float | None, int]:
    """Fractions of thousands: "sadhe teen hazar" is 3500; before an hour the word stays for the clock."""
    share = _NEXT_FRACTIONS[words[place]]
    following = words[place + 1] if place + 1 < len(words) else ""
    if following in _TIMES:
        return 1 + share, place + 1
    value = float(following) if following.isdigit() else NUMBERS.get(following)
    if value is None or place + 2 >= len(words) or words[place + 2] not in _TIMES:
        return None, place
    return value + share, place + 2


def _article_counts(words: list[str], place: int, done: list[str]) -> bool:
    """An article that counts: "for a week" is one week; "5000 a night" is not one night."""
    if words[place] not in _ARTICLES or place + 1 >= len(words) or words[place + 1] not in _AFTER_ARTICLES:
        return False
    return not done or done[-1] in _BEFORE_ARTICLES or words[place + 1] in _TIMES


def _is_no_request(word: str, done: list[str]) -> bool:
    """Whether "दो" is two: behind "कर" it asks for something."""
    return word != "दो" or not done or done[-1] not in _ASKING_IN_HINDI


def _shy_counts(words: list[str], place: int, done: list[str]) -> bool:
    """Whether "do", "ek" or "one" counts here: "do log" yes, "book kar do" no."""
    following = words[place + 1] if place + 1 < len(words) else ""
    previous = done[-1] if done else ""
    if words[place] == "do" and (previous in _ASKING or (previous == "we" and len(done) > 1 and done[-2] in _MAY)):
        return False
    if words[place] == "sat":  # Saturday, unless hours or heads follow
        return following in {"oclock", "people", "adult"}
    if (
        following in _COUNTED
        or (words[place] != "do" and following in _MONTHS)
        or (following in {"-", "to", "se"} and place + 2 < len(words))
    ):
        return True
    return previous in _COUNTING or len(words) <= _SHORT
