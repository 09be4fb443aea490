"""One key for the many ways a name is written: Jaipur, jaypur, जयपुर.

>>> key("Jaipur") == key("jaypur") == key("जयपुर")
True
>>> key("Udaipur") == key("Jaipur")
False
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bot.dates.lexicon import listed

_CONSONANTS: Final = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसह",
        listed("k kh g gh n ch ch j j n t t d d n t th d dh n p f b bh m y r l l v sh sh s h"),
        strict=True,
    )
)
_VOWELS: Final = dict(zip("अआइईउऊऋएऐओऔऑऍ", listed("a aa i ee u oo ri e ai o au o e"), strict=True))
_SIGNS: Final = dict(zip("ािीुूृेैोौॉॅ", listed("aa i ee u oo ri e ai o au o e"), strict=True))
_VIRAMA: Final = "\u094d"
_NUKTA: Final = "\u093c"
_NASAL: Final = "\u0902\u0901"
_SKIPPED: Final = f"{_NUKTA}\u0903\u200c\u200d"

# Applied in order, on small Latin letters.
_FOLDS: Final = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"aya|ayi|ai|ay|ei|ey", "e"),
        (r"au|aw|ow", "o"),
        (r"aa", "a"),
        (r"ee|ea", "i"),
        (r"oo|ou", "u"),
        (r"w", "v"),
        (r"ph", "f"),
        (r"z", "j"),
        (r"q|ck|c(?=[kaou])|c$", "k"),
        (r"chh|tch", "ch"),
        (r"sh", "s"),
        (r"x", "ks"),
        (r"([bdgkptj])h", r"\1"),
        (r"y\b", "i"),
        (r"m(?=[bp])", "n"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)a\b", ""),
        (r"(?<=...)[h]\b", ""),
    )
)


@lru_cache(maxsize=4096)
def romanise(word: str) -> str:
    """A Devanagari word in Latin letters, the inherent vowel left out at the end."""
    written: list[str] = []
    for place, letter in enumerate(word):
        following = word[place + 1] if place + 1 < len(word) else ""
        if letter in _CONSONANTS:
            written.append(_CONSONANTS[letter])
            if following and following not in _SIGNS and following not in {_VIRAMA, _NUKTA}:
                written.append("a")
        elif letter in _VOWELS or letter in _SIGNS:
            written.append(_VOWELS.get(letter) or _SIGNS[letter])
        elif letter in _NASAL:
            written.append("n")
        elif letter != _VIRAMA and letter not in _SKIPPED:
            written.append(letter)
    return "".join(written)


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """Names that sound the same have the same key."""
    text = unicodedata.normalize("NFKC", name).lower()
    text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not "\u0300" <= letter <= "\u036f")
    words = re.findall(r"[a-z0-9]+|[\u0900-\u0963\u0970-\u097f]+", unicodedata.normalize("NFC", text))
    return " ".join(_fold(romanise(word) if not word.isascii() else word) for word in words)


# What is left of a word written in two scripts when the vowels, which everybody writes in their own way, are gone.
_BONES: Final = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"c(?=[eiy])", "s"),
        (r"x", "ks"),
        (r"ph", "f"),
        (r"[cq]", "k"),
        (r"ew\b", "e"),
        (r"w", "v"),
        (r"z", "j"),
        (r"(?<=[bcdgjkpst])h+", ""),
        (r"[aeiouy]", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=8192)
def bones(word: str) -> str:
    """The consonants of a word: an English name written in Devanagari has those of the name.

    >>> bones("क्लासिक") == bones("Classic"), bones("डबल") == bones("Double"), bones("डीलक्स") == bones("Deluxe")
    (True, True, True)
    """
    text = romanise(word) if not word.isascii() else word.lower()
    for pattern, by in _BONES:
        text = pattern.sub(by, text)
    return text


def _fold(word: str) -> str:
    for pattern, by in _FOLDS:
        word = pattern.sub(by, word)
    return word
