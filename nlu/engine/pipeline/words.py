"""How a guest's words look to the language model: one spelling where people use many, one sign for all numbers.

Guests write Hindi in two scripts and in as many spellings as there are guests, and every second word is a number, a
day, a town or a dish. Everything here makes more sentences look alike, so that fewer phrases teach more. It knows no
intents. (Writing both scripts in Latin letters was tried too and brought nothing: docs/nlu.md.)
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

_DROPPED = re.compile("[\u093c\u200b-\u200f\u2060\ufeff]")  # the nukta, and marks without a width

_TOKEN = re.compile(r"\?|[^\W_]+(?:[\u0900-\u0963\u0970-\u097f]+[^\W_]*)*|[\u0900-\u097f]+|[^\w\s.,;!\-\"'()\[\]{}/:]")


def _read_kinds() -> dict[str, str]:
    """Every listed word with the sign of its kind."""
    kind, signs = "", {}
    for line in Path(__file__).with_name("kinds.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = f"<{line.strip('[]')}>"
        elif not line.startswith("#"):
            signs.update(dict.fromkeys(line.split(), kind))
    return signs


_KINDS = _read_kinds()
_TIME = re.compile(
    r"(?<![\w:])(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?\s*(?:[ap]\.?\s?m\b\.?|baje\b|बजे)|(?<![\w:])(?:[01]?\d|2[0-3]):[0-5]\d\b"
)
_MONEY = re.compile(r"(?:₹|\brs\.?|\binr)\s*\d[\d,.]*|\b\d[\d,.]*\s*(?:k|rs|rupees?|rupaye|hazar|हज़ार|हजार|रुपये)\b")
_DATE = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,4}[/-]\d{1,2}(?:[/-]\d{2,4})?\b")
_NUMBER = re.compile(r"\d+")


def tidy(text: str) -> str:
    """Write the message in one case, one kind of digit and one kind of apostrophe, without decoration."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _DROPPED.sub("", text.replace("ँ", "ं"))
    text = "".join(str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign for sign in text)
    text = re.sub(r"[\u2018\u2019`\u00b4]", "'", text)
    text = re.sub(r"\s*'\s*(?=(?:s|m|d|t|re|ve|ll)\b)", "", text).replace(" n't", "nt").replace("'", "")
    text = re.sub(r"([^\W\d_])\1{2,}", r"\1\1", text)
    return re.sub(r"\s+", " ", text).strip()


def tokens(text: str) -> list[str]:
    """Take the tidied message apart, with one sign for every time, sum, date and number."""
    text = _TIME.sub(" TIME ", text)
    text = _MONEY.sub(" MONEY ", text)
    text = _DATE.sub(" DATE ", text)
    text = _NUMBER.sub(" NUM ", text)
    return [_SIGN.get(token, token) for token in _TOKEN.findall(text)]


_SIGN = {"TIME": "<time>", "MONEY": "<money>", "DATE": "<date>", "NUM": "<n>"}


def kinds(words: list[str]) -> list[str]:
    """Name the kind of a word (a day, a place, a cuisine) instead of the word."""
    return [_KINDS.get(word, word) for word in words]


def pieces(text: str) -> list[str]:
    """Everything the model looks at in a message: its words, its pairs of words, and the parts of each word."""
    words = kinds(tokens(tidy(text)))
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return [*words, *pairs, *(part for word in words for part in _parts(word))]


def _parts(word: str) -> list[str]:
    """The letters of a word in runs of two to five, so that a misspelt word is still mostly the same word."""
    if word.startswith("<"):
        return [f"~{word}"]
    marked = f"_{word}_"
    runs = range(2, min(5, len(marked)) + 1)
    return [f"~{marked[start : start + run]}" for run in runs for start in range(len(marked) - run + 1)]
