"""A stand-in that speaks the wire format of Telegram's Bot API."""
