"""India's tax numbers: fifteen signs, of which the first two are the state and the last one proves the rest."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE: Final = re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]")

# The states and union territories by the number a tax number begins with.
STATES: Final = {
    "01": "Jammu and Kashmir", "02": "Himachal Pradesh", "03": "Punjab", "04": "Chandigarh", "05": "Uttarakhand",
    "06": "Haryana", "07": "Delhi", "08": "Rajasthan", "09": "Uttar Pradesh", "10": "Bihar", "11": "Sikkim",
    "12": "Arunachal Pradesh", "13": "Nagaland", "14": "Manipur", "15": "Mizoram", "16": "Tripura",
    "17": "Meghalaya", "18": "Assam", "19": "West Bengal", "20": "Jharkhand", "21": "Odisha", "22": "Chhattisgarh",
    "23": "Madhya Pradesh", "24": "Gujarat", "26": "Dadra and Nagar Haveli and Daman and Diu", "27": "Maharashtra",
    "29": "Karnataka", "30": "Goa", "31": "Lakshadweep", "32": "Kerala", "33": "Tamil Nadu", "34": "Puducherry",
    "35": "Andaman and Nicobar Islands", "36": "Telangana", "37": "Andhra Pradesh", "38": "Ladakh",
}  # fmt: skip


def is_gstin(text: str) -> bool:
    """Whether it can be a tax number at all: its shape, its state, and the sign that proves the other fourteen.

    >>> is_gstin("27AAPFU0939F1ZV"), is_gstin("27AAPFU0939F1ZW")
    (True, False)
    """
    return bool(_SHAPE.fullmatch(text)) and text[:2] in STATES and check_sign(text[:14]) == text[14]


def check_sign(first: str) -> str:
    """The fifteenth sign: every second sign counts double, in base 36."""
    total = 0
    for place, sign in enumerate(first):
        value = _SIGNS.index(sign) * (1 + place % 2)
        total += value // 36 + value % 36
    return _SIGNS[-total % 36]


def state_of(gstin: str | None) -> tuple[str, str] | None:
    """The state a tax number belongs to: its number and its name."""
    code = (gstin or "")[:2]
    return (code, STATES[code]) if code in STATES else None
