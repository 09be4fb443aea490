"""From what a guest typed to a short line of plain words, the same in every language.

>>> plain("24 dec se do raat, 3 log")
'24 dec se 2 night , 3 people'
>>> plain("२४ दिसंबर से दो रात, तीन लोग")
'24 dec se 2 night , 3 people'
>>> plain("2rms under 5k for me, call 98290 12345")
'2 room under ₹5000 for me , call ~'
>>> plain("Table book kar do kal raat 8 baje")
'table book kar do tomorrow night 8 oclock'
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from bot.dates import counts, lexicon
from bot.dates.coming import MONTHS, WEEKDAYS
from bot.spelling import key

_NUKTA: Final = "\u093c"
_FOLDED: Final = str.maketrans(
    {"\u0901": "\u0902", _NUKTA: None, "\u200c": None, "\u200d": None}
    | {"’": "'", "–": "-", "\u2014": "-", "\u2212": "-"}
)

_LINKS: Final = r"\S+@\S+\.\w+|https?://\S+|www\.\S+"
_PHONES: Final = (
    r"\+\d[\d\s-]{7,}\d|(?<![\d-])\d{5}[\s-]\d{5}(?![\d-])|(?<![\d-])\d{3}[\s-]\d{3}[\s-]\d{4}(?![\d-])"
    r"|(?<!\d)\d{4}\s\d{4}\s\d{4}(?!\d)|\d{7,}"
)
_NOT_COUNTS: Final = re.compile(f"{_LINKS}|{_PHONES}|24\\s?[/x]\\s?7")
_HALF_DAY: Final = re.compile(r"(?<=\d)\s*([ap])\.?\s?m\b\.?|\b([ap])\.m\b\.?")
# A date in one piece keeps its parts together, or "2026-11-22 - 23/11/2026" could be cut anywhere.
_ISO: Final = re.compile(r"(?<![\d.,/-])(20\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d./-]*\d)")
_DAY_FIRST: Final = re.compile(r"(?<![\d.,/-])(\d{1,2})([-/.])(\d{1,2})\2(20\d\d|\d\d)(?![\d./-]*\d)")
# "24 ki raat" is the night of the 24th, "25 ko" is on the 25th; "24 raat" are nights.
_DATED: Final = re.compile(
    r"(?<![\d:.,/-])(\d{1,2}) (?:(?:ki|की) (?=ra?at|रात|sha?am|शाम|subah|सुबह|dopahar|दोपहर)|(?:ko|को)(?!\w))"
)
_PACKAGE: Final = re.compile(r"(?<!\w)(\d{1,2})\s?([nd])(?!\w)")
_SHORT_YEAR: Final = re.compile(r"(?<=[a-z])\s?'(2\d|3\d)(?!\w)|(?<=\d)(?P<mon>[a-z]{3,9})(?P<y>2\d|3\d)(?!\w)")
_APOSTROPHE: Final = re.compile(r"'(?:(d|ll|re|ve|m|s)\b)?")
_SHORT_VERBS: Final = frozenset({"d", "ll", "re", "ve", "m"})
_STARS: Final = re.compile(r"(?<![\w*])([1-7])\s?\*(?![\w*])")
_TOKEN: Final = re.compile(
    r"\d{1,3}(?:,\d{2})*,\d{3}(?!\d)|\d+(?:\.\d+)+(?!\w)|\d+\.\d+|[a-z0-9]+|[\u0900-\u0963\u0970-\u097f]+|[₹$£€%@+:/.,&?!#~-]"
)
_RUNS: Final = re.compile(r"\d+|[a-z]+")
_SUFFIXES: Final = frozenset({"st", "nd", "rd", "th", "k", "l", "ish", "h", "am", "pm", "x"})
_REFERENCE_LENGTH: Final = 4

# Words worth recognising when one letter is wrong.
_LONG: Final = lexicon.listed("""
january february august september october november december monday tuesday wednesday thursday friday saturday sunday
tomorrow tonight weekend persons adults children breakfast thousand dopahar
shukravar shukrawar shanivar ravivar somvar mangalvar budhvar guruvar
""")
_LONG_ENOUGH: Final = 5


def fold(text: str) -> str:
    """One way to write each letter: small letters, plain digits, no nukta, one nasal sign."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_FOLDED)
    if text.isascii():
        return text
    return "".join(_plain_letter(letter) for letter in text)


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    """A digit of any script is a digit; an accented Latin letter is the letter."""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() and base.isalpha() else letter


_WORDS: Final = {fold(way): word for way, word in lexicon.WORDS.items()}
# Hindi in Latin letters has no fixed spelling: "itvaar" and "itwar" sound alike. Only words whose sound is theirs alone
# ("beech" would catch the beach).
_SOUNDING: Final = frozenset(
    (*MONTHS, *WEEKDAYS, "afternoon", "thousand", "people", "child", "family", "week", "month")
)
_SOUNDS: Final = {
    key(way): word
    for way, word in _WORDS.items()
    if way.isascii() and len(way) >= _LONG_ENOUGH and (word in _SOUNDING or word.startswith("festival_"))
}
_PHRASES: Final = {
    fold(first): [(tuple(fold(word) for word in ways), word) for ways, word in entries]
    for first, entries in lexicon.PHRASES.items()
}


@lru_cache(maxsize=8192)
def known(word: str) -> str | None:
    """The plain word for what was written, forgiving one slip in a long word."""
    if word in _WORDS:
        return _WORDS[word]
    if counts.is_number_word(word):
        return word
    if len(word) < _LONG_ENOUGH or not word.isascii():
        return None
    if (sounded := _SOUNDS.get(key(word))) is not None:
        return sounded
    for right in _LONG:
        if right[0] == word[0] and OSA.distance(word, right, score_cutoff=1) <= 1:
            return _WORDS.get(right)
    return None


def _split(chunk: str) -> list[str]:
    """Letters and digits run together: "2nights" and "8pm" are two words, "k7qm2" is a reference.

    >>> _split("24dec"), _split("2adults1kid"), _split("k7qm2")
    (['24', 'dec'], ['2', 'adults', '1', 'kid'], ['~'])
    """
    if not chunk.isalnum() or not chunk.isascii() or chunk.isdigit() or chunk.isalpha() or chunk in _WORDS:
        return [chunk]
    runs = _RUNS.findall(chunk)
    if all(run.isdigit() or run in _SUFFIXES or known(run) for run in runs):
        return runs
    return ["~"] if len(chunk) >= _REFERENCE_LENGTH else runs


def _join_phrases(words: list[str]) -> list[str]:
    """Expressions of several words become the one word they mean."""
    joined: list[str] = []
    place = 0
    while place < len(words):
        for ways, word in _PHRASES.get(words[place], ()):
            if tuple(words[place : place + len(ways)]) == ways:
                joined.append(word)
                place += len(ways)
                break
        else:
            joined.append(words[place])
            place += 1
    return joined


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The message as plain words, numbers as digits, money as `₹`, what is not a count as `~`."""
    text = _NOT_COUNTS.sub(" ~ ", fold(text))
    text = _HALF_DAY.sub(lambda found: f" {found[1] or found[2]}m ", text)
    text = _SHORT_YEAR.sub(lambda found: f" {found['mon'] or ''} 20{found[1] or found['y']} ", text)
    text = _APOSTROPHE.sub(lambda found: f" {found[1]}" if found[1] in _SHORT_VERBS else "", text)
    text = _DAY_FIRST.sub(r"\1.\3.\4", _ISO.sub(r"\4.\3.\1", text))
    text = _PACKAGE.sub(
        lambda found: f"{found[1]} {'night' if found[2] == 'n' else 'day'} ", _DATED.sub(r"\1th ", text)
    )
    text = _STARS.sub(r"\1 star ", text)
    chunks = [found if found[0] == "~" else found.replace(",", "") or "," for found in _TOKEN.findall(text)]
    words = _join_phrases([word for chunk in chunks for word in _split(chunk)])
    kept = [known(word) or word for word in words if word not in lexicon.FILLERS]
    return " ".join(counts.as_digits(kept))
