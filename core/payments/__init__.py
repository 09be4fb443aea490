"""Asking for money, applying it, giving it back, and comparing with the gateway."""
