"""A message as written, word by word, and the runs of words in it that may be a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.dates.lexicon import listed

_SPLIT_OFF: Final = re.compile(r"\s*['’\u00b4`]\s*(?=(?:s|d|m|t|ll|re|ve)\b)")
_WORD: Final = re.compile(r"\.?[^\W_]+(?:[.'’_-][^\W_]+)*|[\u0900-\u097f]+|[,.?!;:&।+]")
_VERBS: Final = re.compile(r"\b(check(?:ing|ed)?|book(?:ing|ed)?|com(?:e|ing)|move|log|live) in\b", re.IGNORECASE)
_SENTENCE_ENDS: Final = frozenset(".?!।")


@dataclass(frozen=True, slots=True)
class Word:
    """One word and where it stands."""

    text: str
    low: str
    start: int
    end: int
    is_first: bool  # of a sentence: a capital there says nothing


def tidy(text: str) -> str:
    """Marks and endings that stand apart are put back.

    >>> tidy("I 'd like it , do n't you ?")
    "I'd like it , don't you ?"
    """
    text = _SPLIT_OFF.sub("'", text.replace("_", " ")).replace(" n't", "n't").replace(" n'", "n'")
    return re.sub(r"\s+", " ", text).strip()


def without_verbs(line: str) -> str:
    """The same, where the "in" of "check in" names no place."""
    return _VERBS.sub(lambda found: found[0].replace(" ", "_"), line)


def words_of(line: str) -> list[Word]:
    """The words of a tidy line."""
    words: list[Word] = []
    is_first = True
    for found in _WORD.finditer(line):
        words.append(Word(found[0], found[0].lower().strip("."), found.start(), found.end(), is_first))
        is_first = found[0] in _SENTENCE_ENDS
    return words


# Words that are no part of a name on their own.
PLAIN: Final = frozenset(
    listed("""
    a an the this that these those there here it its is are was were be been am i you we they he she me my our your
    us them him her mine one ones any some no not and or but so if then than as with without for from to of on in at
    by near around about into until till between within next last both either what which who where when how why can
    could would will shall should do does did have has had need want like prefer please thanks thank ok okay yes
    yeah yep sure hi hello hey good great best nice well just also too only really more most less same other another
    different else again still book booking reserve reservation reservations find get make give show tell look
    looking search recommend suggest try eat eating dine dining food foods restaurant restaurants hotel hotels place
    places room rooms table tables guest guests house guesthouse guesthouses people person persons party stay
    staying night nights day days week weeks month months year years hour hours minute minutes time times today
    tonight tomorrow yesterday morning afternoon evening noon midnight breakfast lunch dinner brunch supper pm
    oclock weekend monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat
    sun january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec two three four five six seven eight nine ten eleven twelve first second third half
    quarter cheap cheaper expensive moderate moderately priced inexpensive price range budget star stars rating
    rated zagat north south east west northern southern eastern western centre center central downtown town city
    area part side location located region district neighborhood vicinity name names called named address phone
    number postcode postal code reference info information details free parking wifi wi-fi internet pool spa gym
    that's i'd i'll i'm it's let's don't doesn't you're mind operation business general particular advance order
    case fact total full addition someone somewhere something anywhere anything kind all interested serves serving
    serve date dates way mein main ka ki ke ko hai hain ek koi mujhe aur kya se par ho jo kuch khana woh vo
    """)
)
INSIDE_NAMES: Final = frozenset({"of", "the", "and", "&", "by", "de", "la", "del", "du", "on", "at"})
PARTS_OF_NAMES: Final = frozenset(
    listed("""
    hotel hotels restaurant house guesthouse inn lodge suites suite resort hostel bar grill cafe café bistro kitchen
    room rooms tavern diner brasserie pub place garden gardens palace court bed breakfast lounge steakhouse pizzeria
    """)
)
_TRAILING: Final = INSIDE_NAMES | frozenset(
    listed("""
    monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight march april may june july august
    i please thanks pls
    """)
)
_LONGEST: Final = 6
_LONGEST_UNCASED: Final = 3
_STATE: Final = re.compile("[A-Z]{2}")


def is_cased(words: Sequence[Word]) -> bool:
    """Whether this guest uses capitals at all, beyond the first letter and "I"."""
    return any(word.text[0].isupper() and not word.is_first and word.low not in PLAIN for word in words)


def run_end(words: Sequence[Word], place: int, *, cased: bool) -> int:
    """Where the name that begins here ends; `place` itself when none begins."""
    if cased and place < len(words) and _STATE.fullmatch(words[place].text):
        return place + 1
    belongs = _goes_on_cased if cased else _goes_on_uncased
    end = place
    while end < len(words) and belongs(words, place, end):
        end += 1
    while end > place and words[end - 1].low in _TRAILING:
        end -= 1
    return end


def _goes_on_cased(words: Sequence[Word], place: int, end: int) -> bool:
    """A capital, a number behind one, or a small "of the" between two."""
    word, is_begun = words[end], end > place
    if end - place >= _LONGEST:
        return False
    if word.text[0].isupper():
        return is_begun or word.low not in PLAIN or word.low in PARTS_OF_NAMES
    if word.text[0].isdigit():
        return is_begun
    following = words[end + 1] if end + 1 < len(words) else None
    links = is_begun and word.low in INSIDE_NAMES and following is not None
    return links and following is not None and following.text[0].isupper() and following.low not in PLAIN


def _goes_on_uncased(words: Sequence[Word], place: int, end: int) -> bool:
    """Without capitals, up to three words that mean nothing else."""
    word = words[end]
    return (
        end - place < _LONGEST_UNCASED
        and bool(word.low)
        and word.low not in PLAIN
        and word.text.strip(".")[:1].isalpha()
    )


def joined(words: Sequence[Word], line: str, start: int, end: int) -> str:
    """The words from start to end as they were written."""
    return line[words[start].start : words[end - 1].end].strip(" .,")


_OPENING: Final = frozenset(
    listed("""
    yes yeah yep no nope ok okay sure well please hi hello maybe probably let's how about what i'd would i think like
    prefer want need to it it's be will should is the a in at for try go with do choose pick search find check some any
    something city restaurant hotel place name called located my me that this one am i'm looking eat visit reserve book
    table reservation make get good great perfect fine sounds actually and from around near of that's interested serves
    serving i'll take can you thinking going food type cuisine , . !
    """)
)
_TALKATIVE: Final = 6


def bare_answer(words: Sequence[Word], line: str) -> str | None:
    """What is left of an answer when the polite words before it are gone."""
    first = next((place for place, word in enumerate(words) if (word.low or word.text) not in _OPENING), None)
    if first is None:
        return None
    end = run_end(words, first, cased=words[first].text[0].isupper())
    if end == first or (end - first == 1 and len(words) - end > _TALKATIVE):
        return None
    return joined(words, line, first, end)
