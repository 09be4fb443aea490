"""Every table, in one import, for migrations and tests."""

from importlib import import_module

from models.base import Base

for _module in (
    "account",
    "booking",
    "conversation",
    "folio",
    "guest",
    "history",
    "inventory",
    "invoice",
    "messaging",
    "owners",
    "property",
    "rates",
    "waitlist",
):
    import_module(f"models.{_module}")

metadata = Base.metadata
