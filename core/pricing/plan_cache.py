"""Rate plans as they were read last, for as long as not one of their rows has changed.

A search prices a dozen room types each time, and their plans change a few times a year. Whoever finds the types asks
for the versions of the rows behind the plans in the same statement (`VERSIONS`): PostgreSQL gives every version of a
row a transaction and a place of its own, so that plans kept under one are never older than the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.pricing.rates import SellablePlan, plans_for

# Everything `plans_for` reads for a room type: all plans of its house, its own rates on them, its account.
VERSIONS: Final = """(
    SELECT coalesce((SELECT string_agg(concat(r.xmin, r.ctid), '' ORDER BY r.id)
                     FROM rate_plan r WHERE r.property_id = p.id), '')
        || coalesce((SELECT string_agg(concat(x.xmin, x.ctid), '' ORDER BY x.id)
                     FROM rate x WHERE x.room_type_id = t.id), '')
        || (SELECT concat(a.xmin, a.ctid) FROM account a WHERE a.id = p.account_id))"""
_MOST_KEPT: Final = 50_000

type _Kept = dict[int, tuple[str, list[SellablePlan]]]

_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_lock: Final = Lock()


def plans_as_of(session: Session, versions: Mapping[int, str]) -> dict[int, list[SellablePlan]]:
    """The public plans of these room types, whose rows have these versions."""
    kept = _of(session.get_bind().engine)
    known = {each: kept[each] for each in versions if each in kept}
    plans = {each: found for each, (version, found) in known.items() if version == versions[each]}
    if changed := versions.keys() - plans.keys():
        read = plans_for(session, changed)
        with _lock:
            if len(kept) + len(changed) > _MOST_KEPT:
                kept.clear()
            kept.update({each: (versions[each], read.get(each, [])) for each in changed})
        plans |= read
    return plans


def _of(engine: Engine) -> _Kept:
    with _lock:
        return _kept.setdefault(engine, {})
