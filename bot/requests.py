"""What a guest asks of the house besides room and table: nobody's to promise, and told to the house.

>>> requests_in("ground floor please, we are vegetarian")
('ground floor', 'vegetarian food')
>>> requests_in("jain khana chahiye aur shaant kamra")
('jain food', 'quiet room')
>>> requests_in("which floor is the restaurant on?")
()
"""

from __future__ import annotations

import re
from typing import Final

_REQUESTS: Final = {
    "ground floor": r"ground floor|lower floor|neeche (?:ka|wala) (?:floor|kamra|room)|ग्राउंड फ्लोर|नीचे (?:का|वाला) कमरा",
    "high floor": r"(?:high|higher|top|upper) floor|upar (?:ka|wala) (?:floor|kamra|room)|ऊपर (?:का|वाला) कमरा",
    "quiet room": r"quiet (?:room|side)|(?:room|kamra) (?:should be )?quiet|shaa?nt (?:kamra|room)|शांत कमरा",
    "jain food": r"\bjain (?:food|khana|meals?)|\bjain\b(?= (?:please|only|chahiye))|जैन (?:खाना|भोजन)",
    "vegetarian food": r"we are (?:pure )?veg\b|\bvegetarians?\b|pure veg\b|veg (?:food|khana|meals?)|shakahari"
    r"|शाकाहारी",
    "twin beds": r"twin beds?|two (?:single |separate )beds?|separate beds|alag bistar|अलग बिस्तर",
    "late arrival": r"late (?:check-? ?in|arrival)|arriv\w+ (?:very )?late|late pahunch\w*|देर से पहुँच",
    "early check-in": r"early check-? ?in|jaldi check-? ?in",
    "late check-out": r"late check-? ?out",
    "non-smoking room": r"non-? ?smoking",
    "cot for a baby": r"\b(?:baby cot|crib|cot for)\b|पालना",
    "step-free room": r"wheel-? ?chair|व्हील ?चेयर",
}
_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _REQUESTS.items()}
_ALLERGY: Final = re.compile(r"(\w+) allergy|allerg(?:ic to|y to|y of) (\w+)|(\w+) se allergy", re.IGNORECASE)
_NO_ALLERGEN: Final = frozenset({"an", "any", "no", "have", "food", "the", "my", "of"})
_QUESTION: Final = re.compile(
    r"\?|^(?:is|are|do|does|can|which|what|when|where|how|kya|kab|kitn\w*)\b|\bkya\b|^क्या|क्या$", re.IGNORECASE
)


def requests_in(text: str) -> tuple[str, ...]:
    """Each in a few plain words; a question asks for nothing yet."""
    words = " ".join(text.split())
    if _QUESTION.search(words):
        return ()
    found = [(hit.start(), name) for name, pattern in _PATTERNS.items() if (hit := pattern.search(words))]
    allergy = _ALLERGY.search(words)
    what = next((each for each in allergy.groups() if each), "") if allergy else ""
    if what and what.casefold() not in _NO_ALLERGEN and allergy is not None:
        found.append((allergy.start(), f"{what.casefold()} allergy"))
    return tuple(name for _, name in sorted(found))
