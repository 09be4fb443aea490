"""Whose data a command is about: the account by its slug, the property by its name."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.sentences import Refusal
from models.account import Account
from models.property import Property


def account_named(session: Session, slug: str, property_name: str = "") -> int:
    """That account, or the only one there is, or the only one with a property of that name."""
    rows = session.execute(select(Account.slug, Account.id).order_by(Account.id))
    known: dict[str, int] = {row.slug: row.id for row in rows}
    if slug:
        if slug not in known:
            raise Refusal(f"There is no account {slug}; there are: {', '.join(known) or 'none'}.")
        return known[slug]
    if len(known) == 1:
        return next(iter(known.values()))
    of_house = select(Property.account_id).where(func.lower(Property.name) == property_name.strip().lower()).distinct()
    if property_name and len(owners := session.scalars(of_house).all()) == 1:
        return owners[0]
    if not known:
        raise Refusal("There is no account yet: put your houses in first (`atithi seed FOLDER`).")
    raise Refusal(f"Which account? Name it with --account: {', '.join(known)}.")


def property_named(session: Session, account_id: int, name: str) -> int | None:
    """That property of the account; none when no name is given."""
    if not name:
        return None
    rows = session.execute(select(Property.name, Property.id).where(Property.account_id == account_id))
    houses = rows.all()
    found = [house_id for known, house_id in houses if known.casefold() == name.strip().casefold()]
    if len(found) != 1:
        names = ", ".join(sorted(known for known, _ in houses))
        raise Refusal(f"Which property? There is no single {name}; there are: {names}.")
    return found[0]
