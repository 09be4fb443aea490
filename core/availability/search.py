"""What the desk can offer: stays and tables that are really free, and the nearest thing when they are not."""

from core.availability.flexible import cheapest_first, flexible_stays
from core.availability.nearest import nearest_stays, nearest_ways
from core.availability.stay_search import search_stays
from core.availability.table_search import TableOffer, TableSearch, nearest_tables, search_tables
from core.availability.wanted import MixPart, StayMix, StayOffer, StaySearch

__all__ = [
    "MixPart",
    "StayMix",
    "StayOffer",
    "StaySearch",
    "TableOffer",
    "TableSearch",
    "cheapest_first",
    "flexible_stays",
    "nearest_stays",
    "nearest_tables",
    "nearest_ways",
    "search_stays",
    "search_tables",
]
