"""The words of orders that change a booking, or say how long guests stay and when they come and go."""

from __future__ import annotations

from typing import Final

from bot.dates.board import rule

CHANGES: Final = frozenset({"extend", "leave_on", "upgrade", "move_booking", "early"})
RULES: Final = frozenset({"max_stay", "no_arrival", "arrivals_again", "no_departure", "departures_again"})
FREE: Final = rule(r"(?:for )?free|complimentary|no (?:extra )?charge|muft|bina (?:paise|charge)|मुफ्त|बिना (?:पैसे|चार्ज)")
# Said with a booking's reference between the first word and the second.
MOVES: Final = rule(r"(?:move|shift|change|reschedule|postpone|prepone)(?: booking)? (?:to|ko|for|on)")
