"""What one message says of dates, times, numbers, people and money, in English, Hinglish and Hindi."""

from bot.dates.heard import Heard, Window
from bot.dates.reading import understand

__all__ = ["Heard", "Window", "understand"]
