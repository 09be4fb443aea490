"""Which language a guest writes: English, Hindi, or Hindi in Latin letters; and which one they ask for.

One word is seldom proof ("ok", "haan", "2", a name), and then the conversation stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from bot.replies import Language

_WORD: Final = re.compile(r"[a-z']+|[\u0900-\u097f]+")


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_HINGLISH: Final = _words("""
    hai hain hoon hun tha thi mein mai mujhe muje mujhko humein hume hamein hamko aap aapka aapke aapki mera meri mere
    hamara hamari hamare kya kyu kyun kyon kab kahan kaha kaise kaisa kitna kitne kitni kaun kaunsa kaunsi kis kisi
    chahiye chaiye chahie chahte chahta chahti karo karna karni karke kardo karwa karein kariye kijiye kijie hoga hogi
    honge raha rahi rahe wala wali wale nahi nahin nhi haan haanji accha acha achha theek thik bhai bhaiya ke ki ka ko
    se par liye aur lekin phir fir bhi toh abhi aaj parso parson raat raatein subah shaam dopahar kamra kamre log logon
    logo bachcha bachche bachon paisa paise rupaye dijiye dijie batao bataiye batana dikhao dikhaiye milega milegi
    milenge sakta sakti sakte rehna rukna jana jaana aana aayenge jayenge khana khane namaste namaskar shukriya
    dhanyavad dhanyawad sasta saste mehenga badal badalna rehne ruko matlab yeh woh ye wo tak dono teen chaar paanch
    hafte mahine wapas bilkul zaroor koi kuch sab sabse zyada kam liya gaya bolo boliye baat
""")
# Hindi words that are English ones too, or parts of names: one of them proves nothing.
_DOUBTFUL: Final = _words("se par ka ki ke ko tak kam sab log bhi wo ye mai jana aana")
# Words that carry an English sentence; "room", "for" and "book" are in every Hinglish one too.
_ENGLISH: Final = _words("""
    the a an is are was i you we they my your our it this that what which when where who how why can could would will
    shall should does did have has had want need like please any there
""")
# What everybody says to a question, whichever language they speak.
_SHORT_ANSWERS: Final = _words("""
    haan han haanji ha ji jee haa theek thik hai accha acha achha ok okay k confirm confirmed kar karo kardo do dijiye
    please pls plz yes yep yeah y book it done sahi chalega bilkul pakka zaroor nahi nahin no nope na mat thanks
""")
_SHORT: Final = 3
_ENOUGH_ENGLISH: Final = 2
_ENOUGH_DOUBT: Final = 2

_NAMES: Final[tuple[tuple[Language, str], ...]] = (
    ("hinglish", r"hinglish|hingligh|roman hindi|hindi in english|हिंग्लिश"),
    ("hi", r"hindi|हिन्दी|हिंदी"),
    ("en", r"english|inglish|angrezi|angreji|अंग्रेज़ी|अंग्रेजी|इंग्लिश"),
)


def written_in(text: str, *, names: Collection[str] = ()) -> Language | None:
    """The language of these words, or None when they prove none; words of `names` are left aside."""
    known = {word for name in names for word in _WORD.findall(name.casefold())}
    words = [word for word in _WORD.findall(text.casefold()) if word not in known]
    if len(words) <= _SHORT and all(word in _SHORT_ANSWERS for word in words):
        return None
    devanagari = sum(not word.isascii() for word in words)
    if devanagari:
        return "hi" if devanagari * 2 >= len(words) else "hinglish"
    hindi = {word for word in words if word in _HINGLISH}
    if len(words) > 1 and (hindi - _DOUBTFUL or len(hindi) >= _ENOUGH_DOUBT):
        return "hinglish"
    return "en" if sum(word in _ENGLISH for word in words) >= _ENOUGH_ENGLISH else None


def asked_for(text: str) -> Language | None:
    """The language a guest asks for: "hindi me bolo", "english please"."""
    words = text.casefold()
    return next((language for language, name in _NAMES if re.search(name, words)), None)


def settled(current: str, *, chosen: bool, text: str, names: Collection[str] = ()) -> str:
    """The language to answer in: once asked for it stays; else the one the guest writes."""
    return current if chosen else written_in(text, names=names) or current
