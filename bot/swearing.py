"""Words said in anger: they get a kind word, not a person called to the phone, and never an answer in kind."""

from __future__ import annotations

import re
from typing import Final

_INSULTS: Final = re.compile(
    r"\b(?:idiots?|stupid|dumb|useless|shut ?up|f+u+c+k\w*|f\*+k?\w*|wtf|stfu|sh[i*]t\w*|bull ?sh\w+|crap|moron|loser"
    r"|bastard|bitch|ass ?hole|damn(?: you| it)?|hate you|go to hell|get lost|screw you|rubbish bot|worst bot|bad bot"
    r"|bakwa+s|bewaku?f|be?vku?f|pagal(?: ho| hai)?|gadh[ae]|ullu|bekar|ghatiya|nikamm[ae]|kutt[ae]|kam[ie]+na|sa+l[ae]"
    r"|ch?utiy\w*|bhosd\w*|madarch\w*|ma+r ja|bhad me ja\w*|dimag (?:kharab|mat kha\w*))\b"
    r"|बकवास|बेवकू|पागल|गधे|गधा|उल्लू|बेकार|घटिया|निकम्मे|कमीने|साले|चुप रहो|मूर्ख|भाड़ में"
)
# Who tells what happened complains, however strong the words: that is for a person.
_A_MATTER: Final = re.compile(
    r"room|bed|food|dirty|clean|staff|service|bill|charg|paid|money|refund|noise|smell|manager|kamra|khana|ganda|paisa"
    r"|कमरा|कमरे|खाना|गंद|स्टाफ|बिल|पैसे|पैसा"
)
_LONGEST: Final = 8


def is_insult(text: str) -> bool:
    """Whether these few words are nothing but anger.

    >>> is_insult("you stupid bot"), is_insult("bakwaas band karo"), is_insult("the room was shit, I paid 5000")
    (True, True, False)
    """
    words = text.casefold()
    return len(words.split()) <= _LONGEST and bool(_INSULTS.search(words)) and not _A_MATTER.search(words)
