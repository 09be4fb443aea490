"""How many parts an SMS is cut into, which is how many are paid for."""

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = set("^{}\\[~]|€\f")


def segments(text: str) -> int:
    """Count the parts: 160 or 153 characters of the GSM alphabet, else 70 or 67 UTF-16 units."""
    if set(text) <= _GSM | _GSM_DOUBLE:
        units = len(text) + sum(letter in _GSM_DOUBLE for letter in text)
        single, part = 160, 153
    else:
        units = len(text.encode("utf-16-le")) // 2
        single, part = 70, 67
    return 1 if units <= single else -(-units // part)
